"""Loads the pool of projects as columns, and a single project as a subject."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sqlalchemy import select
from sqlalchemy.orm import Session

from recommender.pool.profiles import Profile, SubjectKind, WeightedText
from recommender.pool.projects import LEVEL_CODE, STAGE_CODE, Backer, Projects
from recommender.pool.taxonomies import Taxonomies, common_amount
from recommender.snapshot.loading.columns import memberships, only, text_of
from store.models.investors import Investment, Investor
from store.models.projects import Award, LandingPreference, Project, ProjectConcept, ProjectTrack

OFFERED_STATUSES = frozenset({"PUBLISHED", "LANDED"})


def load_projects(session: Session, taxonomies: Taxonomies, only_ids: Collection[str] | None = None) -> Projects:
    """Return projects that aren't archived, drafts included (a gate holds them back), by id.

    All of them, or those in ``only_ids``.
    """
    columns = (
        Project.id,
        Project.name,
        Project.summary,
        Project.core_technology,
        Project.description,
        Project.kind,
        Project.status,
        Project.organisation_id,
        Project.origin_place_id,
        Project.landed_place_id,
        Project.funding_stage,
        Project.technology_level,
        Project.ask_min,
        Project.ask_max,
        Project.ask_currency,
    )
    wanted = select(*columns).where(Project.archived_at.is_(None), *only(Project.id, only_ids))
    rows = sorted(session.execute(wanted), key=lambda row: str(row[0]))
    ids = [row.id for row in rows]
    row_of = {project_id: row for row, project_id in enumerate(ids)}
    places = taxonomies.places.code_of

    def codes(values: Iterable[Any], code_of: Mapping[str, int]) -> npt.NDArray[np.int32]:
        return np.array([-1 if value is None else code_of.get(str(value), -1) for value in values], np.int32)

    def amounts(name: str) -> npt.NDArray[np.float64]:
        return np.array(
            [common_amount(getattr(row, name), row.ask_currency, taxonomies.rates) for row in rows], np.float64
        )

    return Projects(
        ids=ids,
        texts=[text_of((row.summary, row.core_technology, row.description)) for row in rows],
        names=[row.name or {} for row in rows],
        kinds=[str(row.kind) for row in rows],
        offered=np.array([str(row.status) in OFFERED_STATUSES for row in rows], bool),
        organisations=[row.organisation_id for row in rows],
        origins=codes((row.origin_place_id for row in rows), places),
        landed=codes((row.landed_place_id for row in rows), places),
        stages=codes((row.funding_stage for row in rows), STAGE_CODE),
        levels=codes((row.technology_level for row in rows), LEVEL_CODE),
        ask_low=amounts("ask_min"),
        ask_high=amounts("ask_max"),
        result=_results(session, row_of, only_ids),
        tracks=memberships(
            _links(session, ProjectTrack, "track_id", only_ids),
            row_of,
            taxonomies.tracks.code_of,
            len(taxonomies.tracks),
        ),
        concepts=memberships(
            _links(session, ProjectConcept, "concept_id", only_ids),
            row_of,
            taxonomies.concepts.code_of,
            len(taxonomies.concepts),
        ),
        backers=_backers(session, row_of, only_ids),
        preferences=memberships(
            session.execute(
                select(LandingPreference.project_id, LandingPreference.place_id, LandingPreference.weight).where(
                    *only(LandingPreference.project_id, only_ids)
                )
            ),
            row_of,
            places,
            len(taxonomies.places),
        ),
    )


def _links(
    session: Session, model: type[ProjectTrack] | type[ProjectConcept], target: str, only_ids: Collection[str] | None
) -> Iterator[tuple[str, str, float]]:
    """Return links of projects with their confidence, 1 by default."""
    rows = session.execute(
        select(model.project_id, getattr(model, target), model.confidence).where(*only(model.project_id, only_ids))
    )
    return ((project_id, other, 1.0 if confidence is None else confidence) for project_id, other, confidence in rows)


def _backers(session: Session, row_of: Mapping[str, int], only_ids: Collection[str] | None) -> list[tuple[Backer, ...]]:
    """Return each project's backers by public, confirmed deals, ordered by id; claims don't count for others."""
    deals = session.execute(
        select(Investment.project_id, Investor.id, Investor.name)
        .join(Investor, Investor.id == Investment.investor_id)
        .where(
            Investment.archived_at.is_(None),
            Investment.confirmed,
            Investor.archived_at.is_(None),
            *only(Investment.project_id, only_ids),
        )
    )
    backers: dict[str, Backer] = {}
    by_row: list[dict[str, Backer]] = [{} for _ in row_of]
    for project_id, investor_id, name in deals:
        row = row_of.get(project_id)
        if row is not None:
            by_row[row][investor_id] = backers.setdefault(investor_id, Backer(investor_id, name or {}))
    return [tuple(own[each] for each in sorted(own)) for own in by_row]


def _results(session: Session, row_of: Mapping[str, int], only_ids: Collection[str] | None) -> npt.NDArray[np.float64]:
    results = np.full(len(row_of), np.nan)
    awards = select(Award.project_id, Award.rank, Award.field_size).where(*only(Award.project_id, only_ids))
    for project_id, rank, size in session.execute(awards):
        row = row_of.get(project_id)
        if row is not None and rank is not None and size is not None and size > 1 and 1 <= rank <= size:
            results[row] = np.nanmax([results[row], 1 - (rank - 1) / (size - 1)])
    return results


def project_profile(projects: Projects, taxonomies: Taxonomies, row: int) -> Profile:
    """Return a project as a subject looking for similar projects."""

    def weights(column: sparse.csr_matrix | None, ids: Sequence[str]) -> dict[str, float]:
        if column is None:
            return {}
        line = column[row]
        return {ids[code]: float(value) for code, value in zip(line.indices, line.data, strict=True)}

    stage = int(projects.stages[row])
    origin = int(projects.origins[row])
    names = {code: name for name, code in STAGE_CODE.items()}
    return Profile(
        id=projects.ids[row],
        kind=SubjectKind.PROJECT,
        name=projects.names[row],
        texts=[WeightedText(text, tag) for tag, text in sorted(projects.texts[row].items())],
        concepts=weights(projects.concepts, taxonomies.concepts.ids),
        tracks=weights(projects.tracks, taxonomies.tracks.ids),
        stages=frozenset({names[stage]}) if stage >= 0 else frozenset(),
        places=frozenset({taxonomies.places.ids[origin]}) if origin >= 0 else frozenset(),
    )
