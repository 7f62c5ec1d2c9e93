"""Counts by category over a filtered set: categories, OTHER for the rest, UNSTATED for missing values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import Session

from schema.declarations.base import GivenArguments
from schema.sql.filtering import filter_condition
from schema.sql.scope import Scope
from store.enums import PlaceType
from store.models import (
    Concept,
    Organisation,
    Place,
    Project,
    ProjectConcept,
    ProjectTrack,
    Recommendation,
    Track,
)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of `total` are in each of `values`; `other` are only in further ones, `unstated` in none."""

    values: Sequence[tuple[str, int]]
    other: int
    unstated: int
    total: int


@dataclass(frozen=True)
class ProjectFacetQuery:
    """Facets of visible projects that meet a filter."""

    scope: Scope
    filter: GivenArguments | None

    def matched(self) -> Any:
        """Return the counted projects, with the columns that facets need."""
        condition = self.scope.visible("Project", Project)
        entity = self.scope.entity("Project")
        wanted = select(Project.id, Project.origin_place_id).where(
            condition, filter_condition(self.scope, entity, Project, self.filter)
        )
        return wanted.cte("matched")

    def by_column(self, session: Session, name: str) -> Counts:
        """Count by an enum column: every value that occurs."""
        column = getattr(Project, name)
        matched = self.matched()
        pairs = select(Project.id.label("project"), column.label("value")).where(
            Project.id.in_(select(matched.c.id)), column.is_not(None)
        )
        return self._count(session, matched, pairs, first=100)

    def by_track(self, session: Session, first: int) -> Counts:
        matched = self.matched()
        pairs = (
            select(ProjectTrack.project_id.label("project"), ProjectTrack.track_id.label("value"))
            .join(matched, matched.c.id == ProjectTrack.project_id)
            .join(Track, Track.id == ProjectTrack.track_id)
            .where(self.scope.visible("Track", Track))
        )
        return self._count(session, matched, pairs, first)

    def by_industry(self, session: Session, first: int, scheme: str | None) -> Counts:
        """Count by concepts, of one vocabulary if given; then projects with concepts of others only are UNSTATED."""
        matched = self.matched()
        pairs = (
            select(ProjectConcept.project_id.label("project"), ProjectConcept.concept_id.label("value"))
            .join(matched, matched.c.id == ProjectConcept.project_id)
            .join(Concept, Concept.id == ProjectConcept.concept_id)
            .where(self.scope.visible("Concept", Concept))
        )
        if scheme is not None:
            pairs = pairs.where(Concept.scheme_id == scheme)
        return self._count(session, matched, pairs, first)

    def by_station(self, session: Session, first: int) -> Counts:
        """Count by recommending stations and organisations."""
        matched = self.matched()
        pairs = (
            select(Recommendation.project_id.label("project"), Recommendation.organisation_id.label("value"))
            .join(matched, matched.c.id == Recommendation.project_id)
            .join(Organisation, Organisation.id == Recommendation.organisation_id)
            .where(self.scope.visible("Organisation", Organisation))
        )
        return self._count(session, matched, pairs, first)

    def by_origin(self, session: Session, first: int, level: PlaceType) -> Counts:
        """Count by the place of type `level` that the origin is or lies in; an origin in none of them is OTHER."""
        matched = self.matched()
        above = select(Place.id.label("root"), Place.id.label("id")).where(
            Place.type == level, self.scope.visible("Place", Place)
        ).cte("above", recursive=True)  # fmt: skip
        above = above.union(select(above.c.root, Place.id).join(above, Place.parent_id == above.c.id))
        pairs = select(matched.c.id.label("project"), above.c.root.label("value")).join(
            above, above.c.id == matched.c.origin_place_id
        )
        outside = select(matched.c.id.label("project"), literal(None).label("value")).where(
            matched.c.origin_place_id.is_not(None), matched.c.origin_place_id.not_in(select(above.c.id))
        )
        return self._count(session, matched, union_all(pairs, outside), first)

    def _count(self, session: Session, matched: Any, pairs: Any, first: int) -> Counts:
        """Count `pairs` of (project, value); a pair without a value states something outside every category."""
        found = pairs.cte("pairs")
        ranked = (
            select(found.c.value, func.count(found.c.project.distinct()).label("number"))
            .where(found.c.value.is_not(None))
            .group_by(found.c.value)
            .order_by(func.count(found.c.project.distinct()).desc(), found.c.value)
            .limit(first)
        )
        values = [(str(value), number) for value, number in session.execute(ranked)]
        shown = [value for value, _ in values]
        total, stated, in_shown = session.execute(
            select(
                select(func.count()).select_from(matched).scalar_subquery(),
                select(func.count(found.c.project.distinct())).scalar_subquery(),
                select(func.count(found.c.project.distinct())).where(found.c.value.in_(shown)).scalar_subquery(),
            )
        ).one()
        return Counts(values, other=stated - in_shown, unstated=total - stated, total=total)
