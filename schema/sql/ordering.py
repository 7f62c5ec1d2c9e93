"""Orders that clients can request: sortable fields of an entity and their SQL expressions."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from sqlalchemy import ColumnElement, case, select
from sqlalchemy.orm import aliased

from schema.declarations.base import Declaration, GivenArguments, Model
from schema.declarations.columns import Column, Localized, PartialDateValue, python_type, sql_column
from schema.declarations.computed import Batch
from schema.declarations.entities import Entity
from schema.declarations.extensions import Extended
from schema.sql import localized
from schema.sql.keyset import OrderKey
from schema.sql.scope import Scope


def sortable(entity: Entity) -> dict[str, Declaration]:
    """Return the fields by which a list of `entity` can be ordered."""
    return {
        name: declaration
        for name, declaration in entity.fields.items()
        if declaration.sortable or (isinstance(declaration, Batch) and declaration.expression is not None)
    }


def order_keys(
    scope: Scope, entity: Entity, model: Model, asked: Sequence[GivenArguments] | None
) -> tuple[list[OrderKey], list[str]]:
    """Return the keys of an order, the id last, and the parts of its cursors' signature.

    `asked` holds `{"field": name, "direction": "ASC"}`; if empty, the entity's default order applies. A repeated field
    is ignored, so that an order is no longer than there are fields. Raises ForbiddenError for a field that the actor
    may not read everywhere.
    """
    fields = sortable(entity)
    wanted: dict[str, str] = {}
    for each in asked or ():
        wanted.setdefault(str(each["field"]), str(each.get("direction") or "ASC"))
    keys: list[OrderKey] = []
    parts = [entity.name]
    for name, direction in (wanted or dict.fromkeys(entity.default_order, "ASC")).items():
        declaration = fields[name]
        scope.require_everywhere(entity.name, declaration, "order")
        keys.append(_key(scope, declaration, model, descending=direction == "DESC"))
        parts += [name, direction, *(scope.languages if isinstance(declaration, Localized) else ())]
    keys.append(OrderKey(model.id, nullable=False))
    return keys, parts


def _key(scope: Scope, declaration: Declaration, model: Model, descending: bool) -> OrderKey:
    if isinstance(declaration, Extended):
        row: Model = aliased(declaration.extension.model)
        key = _key(scope, declaration.inner, row, descending)
        value_there = select(key.expression).where(row.record_id == model.id).correlate_except(row).scalar_subquery()
        return dataclasses.replace(key, expression=value_there, nullable=True)
    if isinstance(declaration, Localized):
        return OrderKey(localized.sort_key(getattr(model, declaration.column), scope.languages), descending)
    if isinstance(declaration, PartialDateValue):
        return OrderKey(getattr(model, f"{declaration.column}_earliest"), descending, kind=date)
    if isinstance(declaration, Batch):
        assert declaration.expression is not None
        expression: ColumnElement[object] = declaration.expression(model)
        return OrderKey(expression, descending, kind=_kind(expression.type.python_type))
    assert isinstance(declaration, Column)
    column = sql_column(declaration.model, declaration.column)
    kind = python_type(column)
    value = scope.value(declaration, model)
    if issubclass(kind, Enum):  # in declaration order of the members
        value = case({member: position for position, member in enumerate(kind)}, value=value)
        kind = int
    elif kind is str:
        value = localized.sort_text(value)
    return OrderKey(value, descending, nullable=bool(column.nullable), kind=kind)


def _kind(python_type: type) -> type:
    for known in (bool, int, float, datetime, date, Decimal):
        if issubclass(python_type, known):
            return known
    return str
