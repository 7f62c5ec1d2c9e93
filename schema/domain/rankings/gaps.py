"""Gaps: priorities that no project meets, projects that fit nowhere, needs without offers; and who recommends what.

Only what the actor may see counts, and of projects only those on offer.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from recommender.pool.clock import today
from recommender.serving import overview
from schema.declarations.base import GivenArguments, Model, Row, RowsSelect
from schema.declarations.errors import BadUserInputError
from schema.domain.projects.visibility import OFFERED
from schema.domain.rankings.matrices import MOST_PLACES, scores_of
from schema.domain.rankings.questions import recommender_of
from schema.request.context import Context
from schema.sql.closures import concepts_covered
from schema.sql.filtering import filter_condition
from schema.sql.page_sizes import first_of
from store import models
from store.enums import NeedKind, TechnologyLevel
from store.validity import open_on, stated_on

MOST_LISTED = 300
ANSWERABLE = (NeedKind.TECHNOLOGY, NeedKind.PROJECT, NeedKind.COOPERATION)
"""Kinds of needs that a project can answer."""
_LEVELS = {level: position for position, level in enumerate(TechnologyLevel)}


@dataclass(frozen=True, slots=True)
class Coverage:
    """A priority or a need, and how many projects meet it."""

    subject: Row
    count: int
    """By industry if it names one, else by track."""
    stated: bool
    by_industry: int | None = None
    """None where it names no industry."""
    by_track: int | None = None
    """None where it names no track."""


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A project and its best-fitting place."""

    project: object
    place: object
    score: float


@dataclass(frozen=True, slots=True)
class UnplacedProjects:
    """Projects that fit no place well."""

    total: int
    considered: int
    projects: Sequence[Unplaced]


@dataclass(frozen=True, slots=True)
class TrackCount:
    """How many projects of one track."""

    track: object
    count: int


@dataclass(frozen=True, slots=True)
class Bringer:
    """A source of projects, and its projects by track."""

    node: Row
    count: int
    landed: int
    tracks: Sequence[TrackCount]


@dataclass
class Pool:
    """The projects that count, with the data needed; read once in an operation."""

    ids: set[str]
    tracks: Mapping[str, set[str]]
    concepts: Mapping[str, set[str]]
    levels: Mapping[str, TechnologyLevel | None]
    readiness: Mapping[str, int | None]
    origins: Mapping[str, str | None]
    landed: set[str]
    covered: dict[tuple[str, ...], set[str]] = field(default_factory=dict)


class Gaps:
    """The answer to `poolGaps`; its parts are computed on demand."""

    def __init__(self, context: Context, arguments: GivenArguments) -> None:
        self.context = context
        self.filter = arguments.get("filter")
        self.places: list[str] | None = arguments.get("places")
        if self.places is not None and len(self.places) > MOST_PLACES:
            raise BadUserInputError(f"Give at most {MOST_PLACES} places.", field="places")
        self._pool: Pool | None = None

    @property
    def pool(self) -> Pool:
        if self._pool is None:
            self._pool = _read(self.context, self.filter)
        return self._pool

    async def priorities(self) -> list[Coverage]:
        """Return every valid priority of the places, those met by the fewest projects first.

        A priority that names industries is judged by these alone, because a broad track has projects of every kind.
        """
        priority = models.IndustryPriority
        rows = self._rows(priority, "IndustryPriority", priority.place_id, stated_on(today()))
        ids = [row.id for row in rows]
        concepts = self._links(models.PriorityConcept, models.PriorityConcept.priority_id, ids, "concept_id")
        tracks = self._links(models.PriorityTrack, models.PriorityTrack.priority_id, ids, "track_id")
        coverages = []
        for row in rows:
            industries, named = concepts[row.id], tracks[row.id]
            in_tracks = set[str]().union(*(self.pool.tracks.get(track, set()) for track in named))
            by_industry = len(self._in_industries(industries)) if industries else None
            by_track = len(in_tracks) if named else None
            count = by_industry if by_industry is not None else by_track
            coverages.append(Coverage(row, count or 0, count is not None, by_industry, by_track))
        return await self._shown("IndustryPriority", coverages)

    async def needs(self) -> list[Coverage]:
        """Return every open need that a project could answer, those with the fewest offers first."""
        need = models.MatchingNeed
        rows = self._rows(need, "MatchingNeed", need.place_id, open_on(today()), need.kind.in_(ANSWERABLE))
        concepts = self._links(models.NeedConcept, models.NeedConcept.need_id, [row.id for row in rows], "concept_id")
        coverages = []
        for row in rows:
            met = {each for each in self._in_industries(concepts[row.id]) if self._suffices(each, row)}
            coverages.append(Coverage(row, len(met), bool(concepts[row.id])))
        return await self._shown("MatchingNeed", coverages)

    async def unplaced(self, below: float, first: int) -> UnplacedProjects:
        """Return projects whose best score over the places is below a threshold, the worst first."""
        size = first_of({"first": first}, most=MOST_LISTED)
        below = max(0.0, min(below, 100.0))
        places = self._places()
        snapshot = recommender_of(self.context).snapshot()
        rows = np.flatnonzero(overview.offered(snapshot, self.pool.ids))
        if not places or not len(rows):
            return UnplacedProjects(0, len(rows), [])
        scores = scores_of(self.context, places, None, None)[0][:, rows]
        best = scores.argmax(axis=0)
        highest = scores[best, np.arange(len(rows))]
        order = [int(each) for each in np.lexsort((rows, highest)) if highest[each] < below]
        context = self.context
        shown = order[:size]
        projects = await asyncio.gather(*(context.row("Project", snapshot.projects.ids[rows[each]]) for each in shown))
        nearest = await asyncio.gather(*(context.row("Place", places[best[each]]) for each in shown))
        found = [
            Unplaced(project, place, round(float(highest[each]), 2))
            for each, project, place in zip(shown, projects, nearest, strict=True)
            if project is not None and place is not None
        ]
        return UnplacedProjects(len(order), len(rows), found)

    async def bringers(self, by: str) -> list[Bringer]:
        """Return stations, events or countries, the most productive first, and last projects without one."""
        groups = getattr(self, f"_by_{by.lower()}")()
        nobody = self.pool.ids - set().union(*groups.values()) if groups else set(self.pool.ids)
        order = sorted(groups, key=lambda each: (-len(groups[each]), each))[:MOST_LISTED]
        nodes = await asyncio.gather(*(self.context.node(each) for each in order))
        bringers = [await self._bringer(node, groups[each]) for each, node in zip(order, nodes, strict=True) if node]
        return [*bringers, await self._bringer(None, nobody)] if nobody else bringers

    # ---- parts

    def _by_station(self) -> dict[str, set[str]]:
        link = models.Recommendation
        return self._grouped(select(link.organisation_id, link.project_id).where(link.organisation_id.is_not(None)))

    def _by_event(self) -> dict[str, set[str]]:
        link = models.EventProject
        return self._grouped(select(link.event_id, link.project_id))

    def _by_country(self) -> dict[str, set[str]]:
        tree = recommender_of(self.context).snapshot().taxonomies.places
        groups: dict[str, set[str]] = defaultdict(set)
        for project, origin in self.pool.origins.items():
            code = tree.code_of.get(origin or "")
            if code is not None:
                groups[tree.ids[tree.paths[code][-1]]].add(project)
        return groups

    def _grouped(self, pairs: RowsSelect) -> dict[str, set[str]]:
        groups: dict[str, set[str]] = defaultdict(set)
        for key, project in self.context.session.execute(pairs):
            if project in self.pool.ids:
                groups[key].add(project)
        return groups

    async def _bringer(self, node: Row, projects: set[str]) -> Bringer:
        counts = Counter({track: len(members & projects) for track, members in self.pool.tracks.items()})
        ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
        named = [(track, count) for track, count in ordered if count]
        rows = await asyncio.gather(*(self.context.row("Track", track) for track, _ in named))
        tracks = [TrackCount(row, count) for row, (_, count) in zip(rows, named, strict=True) if row is not None]
        return Bringer(node, len(projects), len(projects & self.pool.landed), tracks)

    def _places(self) -> list[str]:
        """Return the visible places among those requested; by default all that declare priorities."""
        place, priority = models.Place, models.IndustryPriority
        wanted = select(place.id).where(self.context.scope.visible("Place", place), place.archived_at.is_(None))
        if self.places is not None:
            wanted = wanted.where(place.id.in_(self.places))
        else:
            stated = select(priority.place_id).where(
                self.context.scope.visible("IndustryPriority", priority), stated_on(today())
            )
            wanted = wanted.where(place.id.in_(stated))
        return list(self.context.session.scalars(wanted.order_by(place.id).limit(MOST_PLACES)))

    def _rows(
        self, model: Model, name: str, place: InstrumentedAttribute[str], *conditions: ColumnElement[bool]
    ) -> list[Row]:
        wanted = select(model).where(self.context.scope.visible(name, model), *conditions)
        if self.places is not None:
            wanted = wanted.where(place.in_(self.places))
        return list(self.context.session.scalars(wanted.order_by(model.id)))

    def _links(
        self, model: Model, near: InstrumentedAttribute[str], ids: Sequence[str], far: str
    ) -> Mapping[str, list[str]]:
        links: dict[str, list[str]] = defaultdict(list)
        wanted = select(near, getattr(model, far)).where(near.in_(ids)).order_by(model.created_at, model.id)
        for identifier, target in self.context.session.execute(wanted):
            links[identifier].append(target)
        return links

    def _in_industries(self, concepts: Iterable[str]) -> set[str]:
        key = tuple(sorted(concepts))
        if not key:
            return set()
        if key not in self.pool.covered:
            covered = self.context.session.scalars(concepts_covered(key))
            self.pool.covered[key] = set().union(*(self.pool.concepts.get(each, set()) for each in covered))
        return set(self.pool.covered[key])

    def _suffices(self, project: str, need: models.MatchingNeed) -> bool:
        level, readiness = self.pool.levels[project], self.pool.readiness[project]
        if need.technology_level is not None and (level is None or _LEVELS[level] > _LEVELS[need.technology_level]):
            return False
        return need.technology_readiness is None or (readiness is not None and readiness >= need.technology_readiness)

    async def _shown(self, name: str, coverages: list[Coverage]) -> list[Coverage]:
        shown = sorted(coverages, key=lambda each: (each.count, not each.stated, each.subject.id))[:MOST_LISTED]
        rows = await asyncio.gather(*(self.context.row(name, each.subject.id) for each in shown))
        return [replace(each, subject=row) for row, each in zip(rows, shown, strict=True) if row is not None]


def _read(context: Context, given: GivenArguments | None) -> Pool:
    project, scope, session = models.Project, context.scope, context.session
    wanted = select(
        project.id, project.technology_level, project.technology_readiness, project.origin_place_id,
        project.landed_place_id,
    ).where(
        scope.visible("Project", project), project.archived_at.is_(None), project.status.in_(OFFERED),
        filter_condition(scope, scope.entity("Project"), project, given),
    )  # fmt: skip
    rows = session.execute(wanted).all()
    ids = {row.id for row in rows}

    def grouped(model: Model, far: InstrumentedAttribute[str]) -> dict[str, set[str]]:
        groups: dict[str, set[str]] = defaultdict(set)
        for identifier, target in session.execute(select(model.project_id, far)):
            if identifier in ids:
                groups[target].add(identifier)
        return groups

    return Pool(
        ids,
        grouped(models.ProjectTrack, models.ProjectTrack.track_id),
        grouped(models.ProjectConcept, models.ProjectConcept.concept_id),
        {row.id: row.technology_level for row in rows},
        {row.id: row.technology_readiness for row in rows},
        {row.id: row.origin_place_id for row in rows},
        {row.id for row in rows if row.landed_place_id is not None},
    )
