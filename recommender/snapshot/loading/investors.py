"""Loads the profiles of investors."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from recommender.pool.profiles import Evidence, EvidenceKind, Profile, SubjectKind, WeightedText
from recommender.pool.taxonomies import Taxonomies, common_amount
from recommender.snapshot.loading.acts import answers, feedback
from recommender.snapshot.loading.columns import day_of, grouped, only
from recommender.snapshot.loading.talks import NO_TALKS, load_talks
from store.models.investors import (
    Investment,
    Investor,
    InvestorConcept,
    InvestorExclusion,
    InvestorPlace,
    InvestorTrack,
)


def load_investors(session: Session, taxonomies: Taxonomies, ids: Collection[str] | None = None) -> dict[str, Profile]:
    """Return the profiles of all investors that aren't archived, or of those in ``ids``."""
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
        ).where(Investor.archived_at.is_(None), *only(Investor.id, ids))
    ).all()
    tracks = grouped(
        session.execute(
            select(InvestorTrack.investor_id, InvestorTrack.track_id, InvestorTrack.weight).where(
                *only(InvestorTrack.investor_id, ids)
            )
        )
    )
    concepts = grouped(
        session.execute(
            select(
                InvestorConcept.investor_id,
                InvestorConcept.concept_id,
                InvestorConcept.weight,
                InvestorConcept.excluded,
            ).where(*only(InvestorConcept.investor_id, ids))
        )
    )
    places = grouped(
        session.execute(
            select(InvestorPlace.investor_id, InvestorPlace.place_id, InvestorPlace.excluded).where(
                *only(InvestorPlace.investor_id, ids)
            )
        )
    )
    exclusions = grouped(
        session.execute(
            select(
                InvestorExclusion.investor_id, InvestorExclusion.project_id, InvestorExclusion.organisation_id
            ).where(*only(InvestorExclusion.investor_id, ids))
        )
    )
    deals = grouped(
        session.execute(
            select(Investment.investor_id, Investment.project_id, Investment.invested_earliest).where(
                Investment.archived_at.is_(None), *only(Investment.investor_id, ids)
            )
        )
    )
    interests, exposures = feedback(session, ids)
    talks = load_talks(session, ids)
    profiles: dict[str, Profile] = {}
    for row in rows:
        own = row.id
        acts, passed, answered = answers(interests.get(own, ()))
        talk = talks.get(own, NO_TALKS)
        portfolio = frozenset(project_id for project_id, _ in deals.get(own, ()))
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
            cheque_low=common_amount(row.cheque_min, row.cheque_currency, taxonomies.rates),
            cheque_high=common_amount(row.cheque_max, row.cheque_currency, taxonomies.rates),
            places=frozenset(each for each, excluded in places.get(own, ()) if not excluded),
            history=[
                *(Evidence(each, EvidenceKind.INVESTED, day_of(day)) for each, day in deals.get(own, ())),
                *talk.besides(portfolio),
                *acts,
            ],
            active=bool(row.active),
            excluded_places=frozenset(each for each, excluded in places.get(own, ()) if excluded),
            excluded_concepts=frozenset(each for each, _, excluded in concepts.get(own, ()) if excluded),
            excluded_projects=frozenset(each for each, _ in exclusions.get(own, ()) if each),
            excluded_organisations=frozenset(each for _, each in exclusions.get(own, ()) if each),
            own_organisation=row.organisation_id,
            portfolio=portfolio,
            passed=talk.passed | passed,
            seen=talk.known | answered | {each for (each,) in exposures.get(own, ())},
        )
    return profiles
