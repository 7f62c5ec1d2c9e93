"""Filters of projects beyond a column's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import ColumnElement, Select, and_, or_, select, true

from schema.declarations.base import GivenArguments, Model
from schema.declarations.filters import Filter, FilterScope
from schema.sql.closures import concepts_covered, places_within
from schema.sql.text_search import matching
from store import models


def _linked(link: type[models.ProjectTrack | models.ProjectConcept]) -> Select[str]:
    """Ids of projects in a table of links; by itself, also where the outer statement goes through the same table."""
    return select(link.project_id).correlate(None)


def in_tracks(scope: FilterScope, project: Model, ids: Sequence[str]) -> ColumnElement[bool]:
    linked = _linked(models.ProjectTrack).where(models.ProjectTrack.track_id.in_(ids))
    condition: ColumnElement[bool] = project.id.in_(linked)
    return condition


def in_industries(scope: FilterScope, project: Model, given: GivenArguments) -> ColumnElement[bool]:
    covered = concepts_covered(
        given["concepts"], narrower=given.get("narrower", True), mapped=given.get("mapped", True)
    )
    linked = _linked(models.ProjectConcept).where(models.ProjectConcept.concept_id.in_(covered))
    condition: ColumnElement[bool] = project.id.in_(linked)
    return condition


def from_places(scope: FilterScope, project: Model, ids: Sequence[str]) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = project.origin_place_id.in_(places_within(ids))
    return condition


def landed_in(scope: FilterScope, project: Model, ids: Sequence[str]) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = project.landed_place_id.in_(places_within(ids))
    return condition


def would_settle_in(scope: FilterScope, project: Model, ids: Sequence[str]) -> ColumnElement[bool]:
    preference = models.LandingPreference
    wanted = select(preference.project_id).where(preference.place_id.in_(places_within(ids)))
    condition: ColumnElement[bool] = project.id.in_(wanted)
    return condition


def brought_by(scope: FilterScope, project: Model, ids: Sequence[str]) -> ColumnElement[bool]:
    link = models.Recommendation
    condition: ColumnElement[bool] = project.id.in_(select(link.project_id).where(link.organisation_id.in_(ids)))
    return condition


def with_text(scope: FilterScope, project: Model, text: str) -> ColumnElement[bool]:
    return matching(scope, text, project, "project")


_STATED: dict[str, Callable[[Model], ColumnElement[bool]]] = {
    "TRACK": lambda project: project.id.in_(_linked(models.ProjectTrack)),
    "INDUSTRY": lambda project: project.id.in_(_linked(models.ProjectConcept)),
    "STAGE": lambda project: project.funding_stage.is_not(None),
    "ORIGIN": lambda project: project.origin_place_id.is_not(None),
    "TECHNOLOGY_LEVEL": lambda project: project.technology_level.is_not(None),
    "ASK": lambda project: or_(project.ask_min.is_not(None), project.ask_max.is_not(None)),
    "FOUNDED": lambda project: project.founded.is_not(None),
}


def unstated(scope: FilterScope, project: Model, properties: Sequence[str]) -> ColumnElement[bool]:
    wanted = [str(each) for each in properties]
    if "FOUNDED" in wanted:  # the only one that a plugin's rule may hide
        scope.require_filterable("Project", "founded")
    return and_(true(), *(~_STATED[each](project) for each in wanted))


PROJECT_FILTERS = (
    Filter("track", "[ID!]", "In one of these tracks.", in_tracks, ("tracks",)),
    Filter("industry", "IndustryFilter", "In one of these industries, or a covered one.", in_industries,
           ("industries",)),
    Filter("origin", "[ID!]", "From one of these places, or from anywhere in them.", from_places, ("origin",)),
    Filter("landed_place", "[ID!]", "Settled in one of these places, or anywhere in them.", landed_in,
           ("landed_place",)),
    Filter("would_settle_in", "[ID!]", "Would settle in one of these places, or anywhere in them.", would_settle_in,
           ("landing_preferences",)),
    Filter("recommended_by", "[ID!]", "Recommended by one of these stations or organisations.", brought_by,
           ("recommendations",)),
    Filter("search", "String", "Its texts match these words (English or Chinese).", with_text),
    Filter("unstated", "[ProjectProperty!]", "States none of these.", unstated),
)  # fmt: skip
