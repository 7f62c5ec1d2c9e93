"""Loads the profiles of places with priorities, needs or local industry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from recommender.pool.aspects import KIND_WEIGHT, Aspect, AspectKind, WeightedText, titles
from recommender.pool.profiles import Evidence, EvidenceKind, Profile, StatedPriority, SubjectKind
from recommender.pool.taxonomies import Taxonomies
from recommender.snapshot.loading.acts import answers, feedback
from recommender.snapshot.loading.columns import day_of, grouped, only
from recommender.snapshot.loading.talks import NO_TALKS, load_talks
from store.models.planning import (
    IndustryPriority,
    MatchingNeed,
    NeedConcept,
    Park,
    ParkConcept,
    PriorityConcept,
    PriorityTrack,
)
from store.models.projects import Project
from store.validity import open_on, stated_on


def load_places(session: Session, taxonomies: Taxonomies, ids: Collection[str] | None = None) -> dict[str, Profile]:
    """Return the profiles of all places with priorities, needs or local industry, or of those in ``ids``."""
    today = date.fromisoformat(str(taxonomies.day))
    priorities = session.execute(
        select(
            IndustryPriority.id,
            IndustryPriority.place_id,
            IndustryPriority.name,
            IndustryPriority.description,
            IndustryPriority.tier,
            IndustryPriority.weight,
        ).where(stated_on(today), *only(IndustryPriority.place_id, ids))
    ).all()
    of_priority = grouped(session.execute(select(PriorityConcept.priority_id, PriorityConcept.concept_id)))
    tracks_of_priority = grouped(session.execute(select(PriorityTrack.priority_id, PriorityTrack.track_id)))
    needs = session.execute(
        select(MatchingNeed.id, MatchingNeed.place_id, MatchingNeed.name, MatchingNeed.description).where(
            open_on(today), *only(MatchingNeed.place_id, ids)
        )
    ).all()
    of_need = grouped(session.execute(select(NeedConcept.need_id, NeedConcept.concept_id)))
    parks = session.execute(
        select(Park.place_id, ParkConcept.concept_id, Park.resident_count)
        .join(ParkConcept, ParkConcept.park_id == Park.id)
        .where(Park.archived_at.is_(None), *only(Park.place_id, ids))
    )
    landed = session.execute(
        select(Project.landed_place_id, Project.id, Project.landed_earliest).where(
            Project.archived_at.is_(None), Project.landed_place_id.is_not(None), *only(Project.landed_place_id, ids)
        )
    )
    interests, exposures = feedback(session, ids)
    talks = load_talks(session, ids)
    priorities_of: dict[str, list[Any]] = defaultdict(list)
    for priority in sorted(priorities, key=lambda row: str(row.id)):
        priorities_of[priority.place_id].append(priority)
    needs_of: dict[str, list[Any]] = defaultdict(list)
    for need in sorted(needs, key=lambda row: str(row.id)):
        needs_of[need.place_id].append(need)
    present: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for place_id, concept_id, residents in sorted(parks, key=repr):
        present[place_id][concept_id] += float(residents or 1)
    landings = grouped(landed)
    names = dict(zip(taxonomies.places.ids, taxonomies.places.names, strict=True))
    acting = (each for each in (*interests, *exposures, *talks) if each in names)
    speaking = {*priorities_of, *needs_of, *present, *landings} & names.keys()
    profiles: dict[str, Profile] = {}
    for own in sorted({*speaking, *acting}):
        acts, passed, answered = answers(interests.get(own, ()))
        talk = talks.get(own, NO_TALKS)
        portfolio = frozenset(each for each, _ in landings.get(own, ()))
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
        open_needs: list[Aspect] = []
        for need in needs_of[own]:
            for (concept_id,) in of_need.get(need.id, ()):
                need_concepts[concept_id] += 1.0
            texts = titles(need.name, need.description)
            need_texts.extend(texts)
            wanted = {concept_id: 1.0 for (concept_id,) in of_need.get(need.id, ())}
            open_needs.append(
                Aspect(need.id, AspectKind.NEED, KIND_WEIGHT[AspectKind.NEED], need.name or {}, texts, wanted)
            )
        profiles[own] = Profile(
            id=own,
            kind=SubjectKind.PLACE,
            name=names[own],
            own_place=own,
            need_texts=need_texts,
            need_concepts=dict(need_concepts),
            evidence_concepts=dict(present.get(own, {})),
            history=[
                *(Evidence(each, EvidenceKind.LANDED, day_of(day)) for each, day in landings.get(own, ())),
                *talk.besides(portfolio),
                *acts,
            ],
            silent=own not in speaking,
            portfolio=portfolio,
            passed=talk.passed | passed,
            seen=talk.known | answered | {each for (each,) in exposures.get(own, ())},
            priorities=stated,
            needs=open_needs,
        ).with_priorities()
    return profiles
