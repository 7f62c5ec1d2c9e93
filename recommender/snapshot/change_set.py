"""Change sets: what a part of the change log touches, and the snapshot updated by it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from recommender.blocks import Block, Context, LexicalBlock
from recommender.encoders import Encoder
from recommender.features import Rows
from recommender.fit.model import RefitNeededError
from recommender.pool import clock as days
from recommender.pool.profiles import Profile
from recommender.pool.ranked_kinds import RankedKind
from recommender.snapshot.loader import served_spaces, time_of, today_of
from recommender.snapshot.loading import load_investors, load_places, load_projects, load_ranked
from recommender.snapshot.pool_snapshot import PoolSnapshot
from recommender.snapshot.vector_cache import counts, read_new_vectors
from recommender.text import chunks_of, hash_of
from recommender.text.vectors import TextVectors
from store.models import IndustryPriority, Interest, Investment, Match, MatchingNeed, Park
from store.models.system import Change

SUBJECT_TABLES = frozenset(
    {
        "investor",
        "investor_track",
        "investor_concept",
        "investor_place",
        "investor_exclusion",
        "investment",
        "interest",
        "match",
        "match_step",
        "exposure",
        "industry_priority",
        "priority_concept",
        "priority_track",
        "matching_need",
        "need_concept",
        "park",
        "park_concept",
    }
)
"""Changes to these touch one subject; its profile is read again and the rest stays."""
PROJECT_TABLES = frozenset({"project", "project_track", "project_concept", "landing_preference", "award"})
"""Changes to these touch one project, which is projected again."""
VECTOR_TABLES = frozenset({"embedding"})
"""Written when texts were encoded: whatever waited for its vectors is projected again."""
TAXONOMY_TABLES = frozenset({"place", "concept", "concept_mapping", "track", "track_concept", "learned_model"})
"""Changes to these tables alter the taxonomies that everything depends on: everything is read again."""
MOST_SUBJECTS = 500
"""More touched subjects than this, and everything is read again."""
MOST_PROJECTS = 1000
"""More touched projects than this, or a fifth of the pool if that is more, and everything is read again."""


@dataclass(frozen=True)
class Touched:
    """The scope of some changes: ids of subjects and projects, and what else they make necessary."""

    subjects: frozenset[str] = frozenset()
    projects: frozenset[str] = frozenset()
    vectors: bool = False
    everything: bool = False
    foreign: bool = False
    """Tables that core's blocks don't look at changed; a plugin's block might."""
    ranked: tuple[RankedKind, ...] = ()
    """Kinds of plugins' records of which some changed."""

    @classmethod
    def by(cls, session: Session, changes: Sequence[Change], kinds: Sequence[RankedKind] = ()) -> Touched:
        """Return what ``changes`` touch. A change holds only its changed columns, so owners may be looked up."""
        tables = {change.entity_type for change in changes}
        known = SUBJECT_TABLES | PROJECT_TABLES | VECTOR_TABLES | TAXONOMY_TABLES
        subjects = _subjects(session, [each for each in changes if each.entity_type in SUBJECT_TABLES])
        projects: set[str] = set()
        everything = bool(tables & TAXONOMY_TABLES) or len(subjects) > MOST_SUBJECTS
        for change in changes:
            if change.entity_type not in PROJECT_TABLES:
                continue
            ids = {change.owner_id, change.entity_id}
            for data in (change.before or {}, change.after or {}):
                ids.update(str(data[key]) for key in ("project_id",) if data.get(key))
                subjects.update(str(data[key]) for key in ("landed_place_id",) if data.get(key))
            ids = {each for each in ids if each.startswith("prj_")}
            projects |= ids
            everything |= not ids
        projects |= _backed(session, changes)
        return cls(
            frozenset(subjects),
            frozenset(projects),
            bool(tables & VECTOR_TABLES),
            everything,
            bool(tables - known),
            tuple(each for each in kinds if each.tables & tables),
        )


def _backed(session: Session, changes: Sequence[Change]) -> set[str]:
    """Return the ids of projects whose public deals, or whose backers' names, changed."""
    deals: set[str] = set()
    investors: set[str] = set()
    projects: set[str] = set()
    for change in changes:
        states = (change.before or {}, change.after or {})
        if change.entity_type == "investment":
            deals.update((change.owner_id, change.entity_id))
            projects.update(str(data["project_id"]) for data in states if data.get("project_id"))
        elif change.entity_type == "investor" and any(
            key in data for data in states for key in ("name", "archived_at")
        ):
            investors.add(change.entity_id)
    if deals:
        projects.update(session.scalars(select(Investment.project_id).where(Investment.id.in_(deals))))
    if investors:
        projects.update(session.scalars(select(Investment.project_id).where(Investment.investor_id.in_(investors))))
    return projects


def _subjects(session: Session, changes: Sequence[Change]) -> set[str]:
    """Return the ids of changed rows, and of the investors and places that own them."""
    ids: set[str] = set()
    for change in changes:
        ids.update((change.owner_id, change.entity_id))
        for data in (change.before or {}, change.after or {}):
            ids.update(str(data[key]) for key in ("subject_id", "investor_id", "place_id") if data.get(key))
    parents: tuple[tuple[str, Any, Any], ...] = (
        ("industry_priority", IndustryPriority, IndustryPriority.place_id),
        ("priority_concept", IndustryPriority, IndustryPriority.place_id),
        ("priority_track", IndustryPriority, IndustryPriority.place_id),
        ("matching_need", MatchingNeed, MatchingNeed.place_id),
        ("need_concept", MatchingNeed, MatchingNeed.place_id),
        ("park", Park, Park.place_id),
        ("park_concept", Park, Park.place_id),
        ("interest", Interest, Interest.subject_id),
        ("match", Match, Match.subject_id),
        ("match_step", Match, Match.subject_id),
        ("investment", Investment, Investment.investor_id),
    )
    for table, model, column in parents:
        owners = {change.owner_id for change in changes if change.entity_type == table}
        if owners and len(owners) <= MOST_SUBJECTS:
            ids.update(each for each in session.scalars(select(column).where(model.id.in_(owners))) if each)
        elif owners:
            ids.update(owners)  # more than are followed singly
    return ids


def followed(
    snapshot: PoolSnapshot,
    session: Session,
    position: int,
    touched: Touched,
    encoders: Sequence[Encoder],
    refitted: Mapping[str, Block] | None = None,
) -> PoolSnapshot:
    """Return the snapshot at a later position of the log: reads again what was touched, and takes over the rest.

    It answers like one read from the store at that position with the same fit, to the last byte. ``refitted`` holds
    unfitted replacements of plugins' blocks. Raises ``RefitNeededError`` if a new fit is needed.
    """
    vectors, arrived = (
        _vectors(snapshot, session, encoders) if touched.vectors else (snapshot.model.context_.vectors, set())
    )
    waiting = frozenset().union(*(getattr(block, "waiting_", ()) for block in snapshot.model.blocks)) if arrived else ()
    wanted = touched.projects | frozenset(waiting)
    if len(wanted) > max(MOST_PROJECTS, len(snapshot.projects) // 5):
        raise RefitNeededError(f"{len(wanted)} projects changed")
    investors, places = _profiles(snapshot, session, touched.subjects)
    today = today_of(investors)
    taxonomies = snapshot.taxonomies
    day = days.this_day()
    if today != taxonomies.today or day != taxonomies.day:
        taxonomies = replace(taxonomies, today=today, day=day)
        places = load_places(session, taxonomies)
    projects, source, changed = snapshot.projects, None, None
    if wanted:
        changed = load_projects(session, taxonomies, wanted)
        ids, source = merged_ids(snapshot.projects.ids, wanted, changed.ids)
        projects = snapshot.projects.merged(source, changed)
        assert list(projects.ids) == ids
    model = snapshot.model
    if wanted or arrived or refitted or taxonomies is not snapshot.taxonomies:
        everything = np.arange(len(projects)) if source is None else source
        nothing = snapshot.projects.at(np.zeros(0, np.intp)) if changed is None else changed
        model = snapshot.model.follow(Context(projects, taxonomies, vectors), everything, nothing, refitted)
    ranked = {**snapshot.ranked, **load_ranked(session, touched.ranked)}
    profiles = {**investors, **places}
    for each in ranked.values():
        profiles |= each
    stale = set(touched.subjects) | set(wanted)
    for kind in touched.ranked:
        stale |= {*snapshot.ranked.get(kind.name, ()), *ranked.get(kind.name, ())}
    if arrived:
        stale |= {own for own, profile in profiles.items() if _says(profile, arrived)}
    if wanted:
        stale |= {own for own, each in profiles.items() if any(act.project_id in wanted for act in each.history)}
    if (
        taxonomies is not snapshot.taxonomies
        or refitted
        or any(not block.by_row for block in model.blocks if block.shares is None)
    ):
        stale |= snapshot.caches.known_subjects() | set(profiles)
    after = PoolSnapshot(
        position=position,
        at=time_of(session, position),
        taxonomies=taxonomies,
        projects=projects,
        model=model,
        encoder=snapshot.encoder,
        investors=investors,
        places=places,
        fitted_at=snapshot.fitted_at,
        followed=snapshot.followed + len(wanted),
        index=snapshot.index,
        learned=snapshot.learned,
        ranked=ranked,
    )
    if source is not None and snapshot.index is not None:
        after.index = snapshot.index.follow(model, source)
    after.caches.take_over(snapshot.caches, stale, same_rows=source is None)
    return after


def _profiles(
    snapshot: PoolSnapshot, session: Session, ids: Collection[str]
) -> tuple[dict[str, Profile], dict[str, Profile]]:
    """Return the investors and places with those in ``ids`` read again."""
    wanted_investors = sorted(each for each in ids if each.startswith("inv_"))
    wanted_places = sorted(each for each in ids if each.startswith("plc_"))
    investors, places = snapshot.investors, snapshot.places
    if wanted_investors:
        investors = {own: profile for own, profile in investors.items() if own not in ids}
        investors.update(load_investors(session, snapshot.taxonomies, wanted_investors))
    if wanted_places:
        places = {own: profile for own, profile in places.items() if own not in ids}
        places.update(load_places(session, snapshot.taxonomies, wanted_places))
    return investors, places


def _vectors(snapshot: PoolSnapshot, session: Session, encoders: Sequence[Encoder]) -> tuple[TextVectors, set[str]]:
    """Return the vectors including new ones, and the hashes of those."""
    vectors = snapshot.model.context_.vectors
    present = counts(session)
    served = [space.name for space in served_spaces(present, encoders) if present.get(space.name)]
    if served != [space.name for space in vectors.spaces]:
        raise RefitNeededError("other encoders serve now")
    lexical = next((block for block in snapshot.model.blocks if isinstance(block, LexicalBlock)), None)
    own = lexical.encoder.name if lexical is not None and lexical.encoder is not None else None
    fits = {name for name in present if name.startswith("lexical/")}
    if lexical is not None and fits and own not in fits:
        raise RefitNeededError("the reduction of words was fitted anew")
    more = read_new_vectors(session, vectors)
    return vectors.extended(more), {text_hash for rows in more.rows.values() for text_hash in rows}


def _says(profile: Profile, hashes: Collection[str]) -> bool:
    """Return whether a declared text of the subject has a chunk among ``hashes``."""
    texts = (*profile.texts, *profile.need_texts, *profile.evidence_texts)
    return any(hash_of(chunk) in hashes for each in texts for chunk in chunks_of(each.text))


def merged_ids(before: Sequence[str], gone: Collection[str], fresh: Sequence[str]) -> tuple[list[str], Rows]:
    """Return the ids without ``gone`` and with ``fresh``, ascending, and their earlier rows (-1: fresh)."""
    keep = np.ones(len(before), bool)
    for each in gone:
        row = bisect_left(before, each)
        if row < len(before) and before[row] == each:
            keep[row] = False
    rows = np.flatnonzero(keep)
    staying = [before[row] for row in rows.tolist()]
    places = [bisect_left(staying, each) for each in fresh]
    source = np.insert(rows, places, -1) if places else rows
    for offset, (place, each) in enumerate(zip(places, fresh, strict=True)):
        staying.insert(place + offset, each)
    return staying, source.astype(np.intp)
