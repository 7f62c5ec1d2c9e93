"""One statement for pages of many parents: keyset conditions, and a window over each parent's rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from sqlalchemy import ColumnElement, Select, and_, func, select

from schema.declarations.base import GivenArguments, Model, Row, RowsSelect
from schema.declarations.entities import Entity
from schema.declarations.relations import Join
from schema.sql import cursors, keyset
from schema.sql.filtering import filter_condition
from schema.sql.keyset import OrderKey
from schema.sql.ordering import order_keys
from schema.sql.page_sizes import PageSizes
from schema.sql.scope import Scope

Ids: TypeAlias = Sequence[str] | Select[str]
"""Ids as they are, or a statement that gives them."""

PARENT = "at_parent"
NUMBER = "at_number"
KEY = "at_key_"


@dataclass(frozen=True)
class PageQuery:
    """A requested connection: the target, its join to parents, and the arguments as plain data."""

    scope: Scope
    entity: Entity
    join: Join | None
    arguments: GivenArguments
    keys: Sequence[OrderKey] = field(init=False)
    mark: str = field(init=False)
    sizes: PageSizes = field(init=False)

    def __post_init__(self) -> None:
        keys, parts = order_keys(self.scope, self.entity, self.entity.model, self.arguments.get("order_by"))
        object.__setattr__(self, "keys", keys)
        object.__setattr__(self, "mark", cursors.signature(parts))
        object.__setattr__(self, "sizes", PageSizes.of(self.arguments))

    @property
    def parent_column(self) -> ColumnElement[str]:
        """The column that holds the parent's id."""
        assert self.join is not None
        holder, name = (
            (self.join.through, self.join.near)
            if self.join.through is not None
            else (self.entity.model, self.join.column)
        )
        column: ColumnElement[str] = getattr(holder, name)
        return column

    def statement(self, parents: Ids | None, columns: Sequence[ColumnElement[object]] | None = None) -> RowsSelect:
        """The rows of the page, one more than its size where there are more, for all parents at once.

        Rows come in reading order of each parent's page, reversed if it is cut from the end. `columns` are the required
        ones of the target's row; None for all.
        """
        wanted = self.entity.table.c if columns is None else columns
        columns = [*wanted, *(key.expression.label(f"{KEY}{i}") for i, key in enumerate(self.keys))]
        order = [clause for key in self.keys for clause in key.clauses(self.sizes.backwards)]
        condition = and_(self.condition(), *self._bounds())
        if parents is None:
            return select(*columns).where(condition).order_by(*order).limit(self.sizes.read + 1)
        number = func.row_number().over(partition_by=self.parent_column, order_by=order)
        numbered = self._joined(
            select(*columns, self.parent_column.label(PARENT), number.label(NUMBER)), parents
        ).where(condition)
        inner = numbered.subquery()
        return select(inner).where(inner.c[NUMBER] <= self.sizes.read + 1).order_by(inner.c[PARENT], inner.c[NUMBER])

    def count(self, parents: Ids | None) -> RowsSelect:
        """How many rows there are without regard to pages: one number, or (parent, number) for each parent with any."""
        if parents is None:
            return select(func.count()).select_from(self.entity.model).where(self.condition())
        counted = select(self.parent_column, func.count()).select_from(self.entity.model)
        return self._joined(counted, parents).where(self.condition()).group_by(self.parent_column)

    def cursor(self, row: Row) -> str:
        """Return the cursor of a row from `statement`."""
        return cursors.encode(self.mark, [getattr(row, f"{KEY}{i}") for i in range(len(self.keys))])

    def condition(self) -> ColumnElement[bool]:
        """Return the condition of all rows, whatever the page. Raises what is wrong with the filter."""
        model = self.entity.model
        condition = self.scope.visible(self.entity, model, listed_by=self.join)
        return and_(condition, filter_condition(self.scope, self.entity, model, self.arguments.get("filter")))

    def _bounds(self) -> list[ColumnElement[bool]]:
        bounds = []
        for name, backwards in (("after", False), ("before", True)):
            if (cursor := self.arguments.get(name)) is not None:
                values = cursors.decode(cursor, self.mark, len(self.keys), name)
                keyset.check(self.keys, values, name)
                bounds.append(keyset.beyond(self.keys, values, backwards=backwards))
        return bounds

    def _joined(self, statement: RowsSelect, parents: Ids) -> RowsSelect:
        assert self.join is not None
        if self.join.through is not None:
            link = self.join.through
            statement = statement.join(link, getattr(link, self.join.far) == self.entity.model.id)
        narrowed = self.join.through or self.entity.model
        if self.join.condition is not None:
            statement = statement.where(self.join.condition(narrowed))
        return statement.where(self.parent_column.in_(parents))


def listing_statement(scope: Scope, entity: Entity, join: Join, parents: Ids) -> RowsSelect:
    """All rows of a plain list for all parents at once, each parent's in the join's order."""
    model = entity.model
    parent = getattr(join.through, join.near) if join.through is not None else getattr(model, join.column)
    statement = select(*entity.table.c, parent.label(PARENT))
    if join.through is not None:
        statement = statement.join(join.through, getattr(join.through, join.far) == model.id)
    narrowed = join.through or model
    if join.condition is not None:
        statement = statement.where(join.condition(narrowed))
    order = [_order_column(narrowed, model, name) for name in join.order]
    return statement.where(parent.in_(parents), scope.visible(entity, model, listed_by=join)).order_by(
        parent, *order, model.id
    )


def rows_statement(scope: Scope, entity: Entity, ids: Ids) -> RowsSelect:
    """The visible rows with these ids."""
    return select(*entity.table.c).where(entity.model.id.in_(ids), scope.visible(entity, entity.model))


def _order_column(narrowed: Model, model: Model, name: str) -> ColumnElement[object]:
    column: ColumnElement[object] = getattr(narrowed if hasattr(narrowed, name) else model, name)
    return column
