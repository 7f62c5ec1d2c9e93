"""From the store to columns: projects, the world around them, and the profiles of subjects, by column queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from recommender.profiles import Evidence, EvidenceKind, Profile, StatedPriority, SubjectKind, WeightedText, titles
from recommender.projects import LEVEL_CODE, STAGE_CODE, Projects
from recommender.world import ConceptGraph, PlaceTree, Tracks, World, common_amount
from store.models.concepts import Concept, ConceptMapping
from store.models.feedback import Exposure, Interest
from store.models.investors import (
    Investment,
    Investor,
    InvestorConcept,
    InvestorExclusion,
    InvestorPlace,
    InvestorTrack,
)
from store.models.places import Place
from store.models.planning import (
    IndustryPriority,
    MatchingNeed,
    NeedConcept,
    Park,
    ParkConcept,
    PriorityConcept,
    PriorityTrack,
)
from store.models.programmes import Track, TrackConcept
from store.models.projects import Award, LandingPreference, Project, ProjectConcept, ProjectTrack

OFFERED_STATUSES = frozenset({"PUBLISHED", "LANDED"})
OPEN_NEED_STATES = ("PUBLISHED", "IN_NEGOTIATION")
INTEREST_KINDS: Mapping[str, EvidenceKind] = {
    "LIKE": EvidenceKind.LIKED,
    "PASS": EvidenceKind.PASSED,
    "BOOKMARK": EvidenceKind.BOOKMARKED,
}


def text_of(parts: Iterable[Mapping[str, str] | None]) -> dict[str, str]:
    """Several multilingual fields as one text for each language, without repetitions."""
    joined: dict[str, list[str]] = defaultdict(list)
    for texts in parts:
        for tag, text in (texts or {}).items():
            cleaned = text.strip()
            if cleaned and all(cleaned not in earlier for earlier in joined[tag]):
                joined[tag].append(cleaned)
    return {tag: "\n".join(texts) for tag, texts in joined.items() if texts}


def _day(value: date | None) -> np.datetime64 | None:
    return None if value is None else np.datetime64(value, "D")


def _memberships(
    pairs: Iterable[tuple[str, str, float]], rows: Mapping[str, int], codes: Mapping[str, int], columns: int
) -> sparse.csr_matrix:
    """Weighted pairs of ids as a sparse matrix; pairs with an unknown id are left out."""
    entries = [(rows[a], codes[b], weight) for a, b, weight in pairs if a in rows and b in codes]
    if not entries:
        return sparse.csr_matrix((len(rows), max(1, columns)), dtype=np.float32)
    row, column, weight = zip(*entries, strict=True)
    values = np.array(weight, np.float32)
    return sparse.csr_matrix((values, (row, column)), shape=(len(rows), max(1, columns)))


def _same_labels(
    concepts: Sequence[tuple[Mapping[str, str], str]], edges: Sequence[tuple[int, int, str]]
) -> list[tuple[int, int, str]]:
    """Concepts of different schemes that bear the same name in some language are close, unless a mapping says more."""
    stated = {frozenset((source, target)) for source, target, _ in edges}
    bearers: dict[tuple[str, str], list[int]] = defaultdict(list)
    for code, (names, _) in enumerate(concepts):
        for tag, name in names.items():
            bearers[tag, name.strip().casefold()].append(code)
    found: set[tuple[int, int, str]] = set()
    for codes in bearers.values():
        for position, one in enumerate(codes):
            for other in codes[position + 1 :]:
                if concepts[one][1] != concepts[other][1] and frozenset((one, other)) not in stated:
                    found.add((one, other, "CLOSE"))
    return sorted(found)


def load_world(session: Session, rates: Mapping[str, float] | None = None) -> World:
    """The tree of places, the graph of concepts, the tracks."""
    places = sorted(session.execute(select(Place.id, Place.name, Place.parent_id).where(Place.archived_at.is_(None))))
    place_code = {place_id: code for code, (place_id, _, _) in enumerate(places)}
    parents = np.array([place_code.get(parent or "", -1) for _, _, parent in places], np.int32)
    tree = PlaceTree([row[0] for row in places], [row[1] for row in places], parents)
    concepts = sorted(
        session.execute(
            select(Concept.id, Concept.name, Concept.broader_id, Concept.scheme_id).where(Concept.archived_at.is_(None))
        ),
        key=lambda row: str(row[0]),
    )
    concept_code = {concept_id: code for code, (concept_id, _, _, _) in enumerate(concepts)}
    broader = np.array([concept_code.get(parent or "", -1) for _, _, parent, _ in concepts], np.int32)
    mappings = session.execute(select(ConceptMapping.source_id, ConceptMapping.target_id, ConceptMapping.relation))
    edges = sorted(
        (concept_code[source], concept_code[target], str(relation))
        for source, target, relation in mappings
        if source in concept_code and target in concept_code
    )
    edges += _same_labels([(name, scheme) for _, name, _, scheme in concepts], edges)
    graph = ConceptGraph([row[0] for row in concepts], [row[1] for row in concepts], broader, edges)
    tracks = sorted(
        session.execute(select(Track.id, Track.name).where(Track.archived_at.is_(None))), key=lambda row: str(row[0])
    )
    of_track: dict[str, list[int]] = defaultdict(list)
    for track_id, concept_id in session.execute(select(TrackConcept.track_id, TrackConcept.concept_id)):
        if concept_id in concept_code:
            of_track[track_id].append(concept_code[concept_id])
    listed = Tracks(
        [row[0] for row in tracks], [row[1] for row in tracks], [sorted(of_track[row[0]]) for row in tracks]
    )
    world = World(tree, graph, listed)
    return replace(world, rates=rates) if rates is not None else world


def load_projects(session: Session, world: World) -> Projects:
    """All projects that aren't archived, drafts included (a gate holds them back), in the order of their ids."""
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
    rows = sorted(session.execute(select(*columns).where(Project.archived_at.is_(None))), key=lambda row: str(row[0]))
    ids = [row.id for row in rows]
    row_of = {project_id: row for row, project_id in enumerate(ids)}
    places = world.places.code_of

    def codes(values: Iterable[Any], code_of: Mapping[str, int]) -> npt.NDArray[np.int32]:
        return np.array([-1 if value is None else code_of.get(str(value), -1) for value in values], np.int32)

    def amounts(name: str) -> npt.NDArray[np.float64]:
        return np.array([common_amount(getattr(row, name), row.ask_currency, world.rates) for row in rows], np.float64)

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
        result=_results(session, row_of),
        tracks=_memberships(
            ((a, b, 1.0 if c is None else c) for a, b, c in session.execute(_links(ProjectTrack, "track_id"))),
            row_of,
            world.tracks.code_of,
            len(world.tracks),
        ),
        concepts=_memberships(
            ((a, b, 1.0 if c is None else c) for a, b, c in session.execute(_links(ProjectConcept, "concept_id"))),
            row_of,
            world.concepts.code_of,
            len(world.concepts),
        ),
        preferences=_memberships(
            session.execute(select(LandingPreference.project_id, LandingPreference.place_id, LandingPreference.weight)),
            row_of,
            places,
            len(world.places),
        ),
    )


def _links(model: type[ProjectTrack] | type[ProjectConcept], target: str) -> Select[Any]:
    return select(model.project_id, getattr(model, target), model.confidence)


def _results(session: Session, row_of: Mapping[str, int]) -> npt.NDArray[np.float64]:
    results = np.full(len(row_of), np.nan)
    for project_id, rank, size in session.execute(select(Award.project_id, Award.rank, Award.field_size)):
        row = row_of.get(project_id)
        if row is not None and rank is not None and size is not None and size > 1 and 1 <= rank <= size:
            results[row] = np.nanmax([results[row], 1 - (rank - 1) / (size - 1)])
    return results


# ---- profiles


def _only(column: InstrumentedAttribute[Any], ids: Collection[str] | None) -> list[ColumnElement[bool]]:
    return [] if ids is None else [column.in_(list(ids))]


def _grouped(rows: Iterable[Sequence[Any]]) -> dict[str, list[Sequence[Any]]]:
    groups: dict[str, list[Sequence[Any]]] = defaultdict(list)
    for row in rows:
        groups[row[0]].append(row[1:])
    return groups


def _feedback(session: Session, ids: Collection[str] | None) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    interests = session.execute(
        select(Interest.subject_id, Interest.project_id, Interest.kind, Interest.answered_at).where(
            Interest.archived_at.is_(None), *_only(Interest.subject_id, ids)
        )
    )
    shown = session.execute(select(Exposure.subject_id, Exposure.project_id).where(*_only(Exposure.subject_id, ids)))
    return _grouped(interests), _grouped(shown)


def _answers(interests: Iterable[Sequence[Any]]) -> tuple[list[Evidence], set[str], set[str]]:
    """Acts, the projects passed on, and all projects answered."""
    acts = [
        Evidence(project_id, INTEREST_KINDS[str(kind)], np.datetime64(at.date(), "D"))
        for project_id, kind, at in interests
        if str(kind) in INTEREST_KINDS
    ]
    passed = {act.project_id for act in acts if act.kind is EvidenceKind.PASSED}
    return acts, passed, {act.project_id for act in acts}


def load_investors(session: Session, world: World, ids: Collection[str] | None = None) -> dict[str, Profile]:
    """Profiles of all investors that aren't archived, or of those in ``ids``."""
    rows = session.execute(
        select(
            Investor.id,
            Investor.name,
            Investor.thesis,
            Investor.description,
            Investor.stages,
            Investor.project_kinds,
            Investor.cheque_min,
            Investor.cheque_max,
            Investor.cheque_currency,
            Investor.active,
            Investor.organisation_id,
        ).where(Investor.archived_at.is_(None), *_only(Investor.id, ids))
    ).all()
    tracks = _grouped(
        session.execute(
            select(InvestorTrack.investor_id, InvestorTrack.track_id, InvestorTrack.weight).where(
                *_only(InvestorTrack.investor_id, ids)
            )
        )
    )
    concepts = _grouped(
        session.execute(
            select(
                InvestorConcept.investor_id,
                InvestorConcept.concept_id,
                InvestorConcept.weight,
                InvestorConcept.excluded,
            ).where(*_only(InvestorConcept.investor_id, ids))
        )
    )
    places = _grouped(
        session.execute(
            select(InvestorPlace.investor_id, InvestorPlace.place_id, InvestorPlace.excluded).where(
                *_only(InvestorPlace.investor_id, ids)
            )
        )
    )
    exclusions = _grouped(
        session.execute(
            select(
                InvestorExclusion.investor_id, InvestorExclusion.project_id, InvestorExclusion.organisation_id
            ).where(*_only(InvestorExclusion.investor_id, ids))
        )
    )
    deals = _grouped(
        session.execute(
            select(Investment.investor_id, Investment.project_id, Investment.invested_earliest).where(
                Investment.archived_at.is_(None), *_only(Investment.investor_id, ids)
            )
        )
    )
    interests, shown = _feedback(session, ids)
    profiles: dict[str, Profile] = {}
    for row in rows:
        own = row.id
        acts, passed, answered = _answers(interests.get(own, ()))
        portfolio = frozenset(project_id for project_id, _ in deals.get(own, ()))
        organisations = {each for _, each in exclusions.get(own, ()) if each}
        if row.organisation_id:
            organisations.add(row.organisation_id)
        thesis = row.thesis or row.description or {}
        profiles[own] = Profile(
            id=own,
            kind=SubjectKind.INVESTOR,
            name=row.name or {},
            texts=[WeightedText(text, tag) for tag, text in sorted(thesis.items()) if text.strip()],
            concepts={each: weight for each, weight, excluded in concepts.get(own, ()) if not excluded},
            tracks=dict((a, b) for a, b in tracks.get(own, ())),  # noqa: C402 (rows are not pairs to mypy)
            stages=frozenset(map(str, row.stages or ())),
            project_kinds=frozenset(map(str, row.project_kinds or ())),
            cheque_low=common_amount(row.cheque_min, row.cheque_currency, world.rates),
            cheque_high=common_amount(row.cheque_max, row.cheque_currency, world.rates),
            places=frozenset(each for each, excluded in places.get(own, ()) if not excluded),
            history=[
                *(Evidence(each, EvidenceKind.INVESTED, _day(day)) for each, day in deals.get(own, ())),
                *acts,
            ],
            active=bool(row.active),
            excluded_places=frozenset(each for each, excluded in places.get(own, ()) if excluded),
            excluded_concepts=frozenset(each for each, _, excluded in concepts.get(own, ()) if excluded),
            excluded_projects=frozenset(each for each, _ in exclusions.get(own, ()) if each),
            excluded_organisations=frozenset(organisations),
            portfolio=portfolio,
            passed=frozenset(passed),
            seen=frozenset(answered | {each for (each,) in shown.get(own, ())}),
        )
    return profiles


def load_places(session: Session, world: World, ids: Collection[str] | None = None) -> dict[str, Profile]:
    """Profiles of all places that state, need or have something, or of those in ``ids`` (these in any case)."""
    today = date.fromisoformat(str(world.today))
    priorities = session.execute(
        select(
            IndustryPriority.id,
            IndustryPriority.place_id,
            IndustryPriority.name,
            IndustryPriority.description,
            IndustryPriority.tier,
            IndustryPriority.weight,
        ).where(
            IndustryPriority.archived_at.is_(None),
            (IndustryPriority.valid_from_earliest.is_(None)) | (IndustryPriority.valid_from_earliest <= today),
            (IndustryPriority.valid_to_latest.is_(None)) | (IndustryPriority.valid_to_latest >= today),
            *_only(IndustryPriority.place_id, ids),
        )
    ).all()
    of_priority = _grouped(session.execute(select(PriorityConcept.priority_id, PriorityConcept.concept_id)))
    tracks_of_priority = _grouped(session.execute(select(PriorityTrack.priority_id, PriorityTrack.track_id)))
    needs = session.execute(
        select(MatchingNeed.id, MatchingNeed.place_id, MatchingNeed.name, MatchingNeed.description).where(
            MatchingNeed.archived_at.is_(None),
            MatchingNeed.state.in_(OPEN_NEED_STATES),
            (MatchingNeed.deadline_latest.is_(None)) | (MatchingNeed.deadline_latest >= today),
            *_only(MatchingNeed.place_id, ids),
        )
    ).all()
    of_need = _grouped(session.execute(select(NeedConcept.need_id, NeedConcept.concept_id)))
    parks = session.execute(
        select(Park.place_id, ParkConcept.concept_id, Park.resident_count)
        .join(ParkConcept, ParkConcept.park_id == Park.id)
        .where(Park.archived_at.is_(None), *_only(Park.place_id, ids))
    )
    landed = session.execute(
        select(Project.landed_place_id, Project.id, Project.landed_earliest).where(
            Project.archived_at.is_(None), Project.landed_place_id.is_not(None), *_only(Project.landed_place_id, ids)
        )
    )
    interests, shown = _feedback(session, ids)
    priorities_of: dict[str, list[Any]] = defaultdict(list)
    for priority in priorities:
        priorities_of[priority.place_id].append(priority)
    needs_of: dict[str, list[Any]] = defaultdict(list)
    for need in needs:
        needs_of[need.place_id].append(need)
    present: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for place_id, concept_id, residents in parks:
        present[place_id][concept_id] += float(residents or 1)
    landings = _grouped(landed)
    names = dict(zip(world.places.ids, world.places.names, strict=True))
    speaking = {*priorities_of, *needs_of, *present, *landings, *(each for each in interests if each in names)}
    profiles: dict[str, Profile] = {}
    for own in sorted(speaking if ids is None else set(ids) & set(names)):
        if own not in names:
            continue
        acts, passed, answered = _answers(interests.get(own, ()))
        stated = [
            StatedPriority(
                priority.id,
                max(0.0, float(priority.weight)),
                str(priority.tier) if priority.tier is not None else None,
                tuple(each for (each,) in of_priority.get(priority.id, ())),
                tuple(each for (each,) in tracks_of_priority.get(priority.id, ())),
                priority.name or {},
                priority.description or {},
            )
            for priority in priorities_of[own]
        ]
        need_concepts: dict[str, float] = defaultdict(float)
        need_texts: list[WeightedText] = []
        for need in needs_of[own]:
            for (concept_id,) in of_need.get(need.id, ()):
                need_concepts[concept_id] += 1.0
            need_texts.extend(titles(need.name, need.description, 1.0))
        profiles[own] = Profile(
            id=own,
            kind=SubjectKind.PLACE,
            name=names[own],
            own_place=own,
            need_texts=need_texts,
            need_concepts=dict(need_concepts),
            evidence_concepts=dict(present.get(own, {})),
            history=[
                *(Evidence(each, EvidenceKind.LANDED, _day(day)) for each, day in landings.get(own, ())),
                *acts,
            ],
            portfolio=frozenset(each for each, _ in landings.get(own, ())),
            passed=frozenset(passed),
            seen=frozenset(answered | {each for (each,) in shown.get(own, ())}),
            priorities=stated,
        ).with_priorities()
    return profiles


def project_profile(projects: Projects, world: World, row: int) -> Profile:
    """A project as a subject that looks for its like."""

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
        concepts=weights(projects.concepts, world.concepts.ids),
        tracks=weights(projects.tracks, world.tracks.ids),
        stages=frozenset({names[stage]}) if stage >= 0 else frozenset(),
        places=frozenset({world.places.ids[origin]}) if origin >= 0 else frozenset(),
    )
