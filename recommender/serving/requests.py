"""Checks ranking requests, and applies them to the subject's profile."""

from __future__ import annotations

from dataclasses import replace

from recommender.fit.aspects import aspects_of
from recommender.interface.errors import RecommenderError
from recommender.interface.requests import RankingRequest
from recommender.pool.profiles import Profile, SubjectKind
from recommender.pool.taxonomies import Taxonomies

MOST_LISTED = 1000


def check(request: RankingRequest) -> None:
    """Raise ``RecommenderError`` for numbers out of range."""
    if not 1 <= request.first <= MOST_LISTED:
        raise RecommenderError(f"first is {request.first}; give 1 to {MOST_LISTED}", field="first")
    if request.offset < 0:
        raise RecommenderError(f"offset is {request.offset}; give 0 or more", field="offset")
    if not 0 <= request.diversity <= 1:
        raise RecommenderError(f"diversity is {request.diversity}; give 0 to 1", field="diversity")
    if not 0 < request.exposure_cap <= 1:
        raise RecommenderError(f"exposure_cap is {request.exposure_cap}; give above 0 to 1", field="exposure_cap")


def asked_alone(profile: Profile, only: str, taxonomies: Taxonomies) -> Profile:
    """Return the subject with a single one of its aspects. Raises ``RecommenderError`` for an unknown id."""
    aspects = aspects_of(profile, taxonomies)
    own = [each for each in aspects if each.id == only]
    if not own:
        known = ", ".join(each.id for each in aspects) or "nothing"
        raise RecommenderError(f"{profile.id} doesn't ask for {only!r}; it asks for {known}", field="only")
    return replace(profile, aspects=[replace(own[0], weight=1.0)])


def reweighted(profile: Profile, request: RankingRequest) -> Profile:
    """Return a place with its priorities weighed as the request says. Raises ``RecommenderError``."""
    field = "priority_weights" if request.priority_weights else "industry_weights"
    if profile.kind is not SubjectKind.PLACE:
        raise RecommenderError(f"{profile.id} is no place; only places have priorities to weigh", field=field)
    try:
        return profile.with_priorities(request.priority_weights, request.industry_weights)
    except ValueError as problem:
        raise RecommenderError(str(problem), field=field) from None
