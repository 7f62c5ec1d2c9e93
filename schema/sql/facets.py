"""Counts by category over a filtered set: categories, OTHER for the rest, UNSTATED for missing values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, ColumnElement, CompoundSelect, func, literal, select, true, union_all
from sqlalchemy.orm import Session, aliased

from schema.declarations.base import GivenArguments, Model, RowsSelect
from schema.declarations.entities import Entity
from schema.declarations.relations import MAXIMUM_PAGE, Join
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
class FacetQuery:
    """Facets of the visible records of an entity that meet a filter."""

    scope: Scope
    entity: Entity
    filter: GivenArguments | None

    def matched(self) -> CTE:
        """Return the counted records' ids."""
        model = self.entity.model
        condition = self.scope.visible(self.entity, model)
        wanted = select(model.id).where(condition, filter_condition(self.scope, self.entity, model, self.filter))
        return wanted.cte("matched")

    def _holder(self, extension: Entity | None) -> tuple[Model, ColumnElement[str]]:
        """Return the rows that hold a column, the entity's own or an extension's, and the ids of their records."""
        holder: Model = (extension or self.entity).model
        return holder, holder.id if extension is None else holder.record_id

    def by_column(self, session: Session, name: str, extension: Entity | None = None) -> Counts:
        """Count by a column with few values: every one that occurs."""
        model, record = self._holder(extension)
        column, matched = getattr(model, name), self.matched()
        pairs = select(record.label("record"), column.label("value")).where(
            record.in_(select(matched.c.id)), column.is_not(None)
        )
        return self._count(session, matched, pairs, MAXIMUM_PAGE)

    def by_items(self, session: Session, name: str, extension: Entity | None = None) -> Counts:
        """Count by what the list in a JSON column holds: every value that occurs."""
        model, record = self._holder(extension)
        matched = self.matched()
        each = func.json_each if self.scope.dialect == "sqlite" else func.jsonb_array_elements_text
        items = each(getattr(model, name)).table_valued("value")
        pairs = (
            select(record.label("record"), items.c.value.label("value"))
            .select_from(model)
            .join(items, true())
            .where(record.in_(select(matched.c.id)))
        )
        return self._count(session, matched, pairs, MAXIMUM_PAGE)

    def by_relation(
        self, session: Session, target: str, column: str, first: int, extension: Entity | None = None
    ) -> Counts:
        """Count by the visible `target` whose id a column holds."""
        model, record = self._holder(extension)
        matched, near = self.matched(), aliased(self.scope.entity(target).model)
        pairs = (
            select(record.label("record"), near.id.label("value"))
            .join(near, near.id == getattr(model, column))
            .where(record.in_(select(matched.c.id)), self.scope.visible(target, near))
        )
        return self._count(session, matched, pairs, first)

    def by_link(self, session: Session, join: Join, first: int) -> Counts:
        """Count by the visible targets of a join through a link table."""
        matched, target, link = self.matched(), aliased(self.scope.entity(join.target).model), join.through
        record = getattr(link, join.near)
        pairs = (
            select(record.label("record"), target.id.label("value"))
            .join(matched, matched.c.id == record)
            .join(target, target.id == getattr(link, join.far))
            .where(self.scope.visible(join.target, target))
        )
        return self._count(session, matched, pairs, first)

    def _count(
        self, session: Session, matched: CTE, pairs: RowsSelect | CompoundSelect[*tuple[Any, ...]], first: int
    ) -> Counts:
        """Count `pairs` of (record, value); a pair without a value states something outside every category."""
        counted = pairs.cte("pairs")
        ranked = (
            select(counted.c.value, func.count(counted.c.record.distinct()).label("number"))
            .where(counted.c.value.is_not(None))
            .group_by(counted.c.value)
            .order_by(func.count(counted.c.record.distinct()).desc(), counted.c.value)
            .limit(first)
        )
        rows = session.execute(ranked).all()
        shown = [value for value, _ in rows]
        total, stated, in_shown = session.execute(
            select(
                select(func.count()).select_from(matched).scalar_subquery(),
                select(func.count(counted.c.record.distinct())).scalar_subquery(),
                select(func.count(counted.c.record.distinct())).where(counted.c.value.in_(shown)).scalar_subquery(),
            )
        ).one()
        values = [(_shown(value), number) for value, number in rows]
        return Counts(values, other=stated - in_shown, unstated=total - stated, total=total)


@dataclass(frozen=True)
class ProjectFacetQuery(FacetQuery):
    """Facets of visible projects that meet a filter."""

    def matched(self) -> CTE:
        """Return the counted projects, with the column that the facet by origin needs."""
        condition = self.scope.visible("Project", Project)
        wanted = select(Project.id, Project.origin_place_id).where(
            condition, filter_condition(self.scope, self.entity, Project, self.filter)
        )
        return wanted.cte("matched")

    def by_track(self, session: Session, first: int) -> Counts:
        matched = self.matched()
        pairs = (
            select(ProjectTrack.project_id.label("record"), ProjectTrack.track_id.label("value"))
            .join(matched, matched.c.id == ProjectTrack.project_id)
            .join(Track, Track.id == ProjectTrack.track_id)
            .where(self.scope.visible("Track", Track))
        )
        return self._count(session, matched, pairs, first)

    def by_industry(self, session: Session, first: int, scheme: str | None) -> Counts:
        """Count by concepts, of one vocabulary if given; then projects with concepts of others only are UNSTATED."""
        matched = self.matched()
        pairs = (
            select(ProjectConcept.project_id.label("record"), ProjectConcept.concept_id.label("value"))
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
            select(Recommendation.project_id.label("record"), Recommendation.organisation_id.label("value"))
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
        pairs = select(matched.c.id.label("record"), above.c.root.label("value")).join(
            above, above.c.id == matched.c.origin_place_id
        )
        outside = select(matched.c.id.label("record"), literal(None).label("value")).where(
            matched.c.origin_place_id.is_not(None), matched.c.origin_place_id.not_in(select(above.c.id))
        )
        return self._count(session, matched, union_all(pairs, outside), first)


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
