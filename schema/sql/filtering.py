"""Filters as SQL: fields that filter directly, an entity's further filters, and `and`, `or`, `not` over them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, true
from sqlalchemy.orm import aliased

from schema.declarations.base import Argument, Declaration, GivenArguments, Model
from schema.declarations.columns import Column, MoneyRange, MoneyValue, PartialDateValue
from schema.declarations.computed import Batch
from schema.declarations.entities import Entity
from schema.declarations.errors import BadUserInputError
from schema.declarations.extensions import Extended
from schema.declarations.relations import Relation
from schema.sql.scope import Scope, all_of, camel
from store.values.money import check_amount, check_currency

_RANGES = {f"{kind}{mark}": f"{kind}Range" for kind in ("Int", "Float", "Decimal", "DateTime") for mark in ("", "!")}

MOST_FIELDS = 300
"""Maximum fields of one filter, alternatives included: databases limit the depth of expressions."""


def filter_arguments(entity: Entity) -> list[Argument]:
    """Return the fields of the entity's filter input, without and, or, not."""
    own = [
        Argument(name, _type_of(each), _description(each), None)
        for name, each in entity.fields.items()
        if each.filterable or (isinstance(each, Batch) and each.expression is not None)
    ]
    further = [Argument(each.name, each.type, each.description, None) for each in entity.filters.values()]
    return [
        Argument("id", "[ID!]", "Has one of these ids.", None),
        *own,
        *further,
        *([_ARCHIVED] if entity.archivable else []),
    ]


_ARCHIVED = Argument("archived", "Boolean", "True: only archived ones; null: both; omitted: only others.", None)


def filter_condition(scope: Scope, entity: Entity, model: Model, given: GivenArguments | None) -> ColumnElement[bool]:
    """Return a filter's condition; archived rows are left out unless it includes them.

    Raises BadUserInputError for an unusable value or more than `MOST_FIELDS`, ForbiddenError for a field that the actor
    may not read.
    """
    if (fields := _size(given or {})) > MOST_FIELDS:
        raise BadUserInputError(f"The filter has {fields:,} fields; give at most {MOST_FIELDS}.", field="filter")
    condition = _condition(scope, entity, model, given or {})
    if entity.archivable and not _mentions(given or {}, "archived"):
        condition = and_(condition, model.archived_at.is_(None))
    return condition


def _size(given: GivenArguments) -> int:
    total = 0
    for name, value in given.items():
        if name in ("and_", "or_"):
            total += sum(_size(each) for each in value or ())
        else:
            total += _size(value or {}) if name == "not_" else 1
    return total


def _condition(scope: Scope, entity: Entity, model: Model, given: GivenArguments) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = []
    for name, value in given.items():
        if name == "and_":
            parts += [_condition(scope, entity, model, each) for each in value or ()]
        elif name == "or_":
            if value is not None:
                alternatives = [_condition(scope, entity, model, each) for each in value]
                parts.append(or_(*alternatives) if alternatives else ~true())
        elif name == "not_":
            if value is not None:
                # A comparison with a missing value is unknown in SQL; it counts as not met.
                parts.append(_condition(scope, entity, model, value).is_not(True))
        elif name == "archived":
            if value is not None:
                parts.append(model.archived_at.is_not(None) if value else model.archived_at.is_(None))
        elif value is not None:
            parts.append(_single(scope, entity, model, name, value))
    return all_of(parts)


def _single(scope: Scope, entity: Entity, model: Model, name: str, value: Any) -> ColumnElement[bool]:
    if name == "id":
        condition: ColumnElement[bool] = model.id.in_(value)
        return condition
    if (further := entity.filters.get(name)) is not None:
        for field in further.fields:
            scope.require_everywhere(entity.name, entity.fields[field], "filter")
        return further.condition(scope, model, value)
    declaration = entity.fields[name]
    scope.require_everywhere(entity.name, declaration, "filter")
    if isinstance(declaration, Extended):
        row: Model = aliased(declaration.extension.model)
        meets = _single(scope, declaration.extension, row, declaration.inner.name, value)
        return exists().where(row.record_id == model.id, meets).correlate_except(row)
    if isinstance(declaration, MoneyRange | MoneyValue):
        return _money(declaration, model, value)
    if isinstance(declaration, PartialDateValue):
        return _dates(declaration, model, value)
    if isinstance(declaration, Batch):
        if declaration.condition is not None:
            return declaration.condition(scope, model, value)
        assert declaration.expression is not None
        return _compare(declaration.expression(model), _type_of(declaration), value)
    assert isinstance(declaration, Column | Relation)
    return _compare(scope.value(declaration, model), _type_of(declaration), value)


def _compare(expression: ColumnElement[Any], kind: str, value: Any) -> ColumnElement[bool]:
    if kind == "Boolean":
        truth: ColumnElement[bool] = expression.is_(value)
        return truth
    if kind.startswith("["):
        one_of: ColumnElement[bool] = expression.in_(value)
        return one_of
    bounds = []
    if value.get("at_least") is not None:
        bounds.append(expression >= value["at_least"])
    if value.get("at_most") is not None:
        bounds.append(expression <= value["at_most"])
    return all_of(bounds)


def _dates(declaration: PartialDateValue, model: Model, value: Mapping[str, date | None]) -> ColumnElement[bool]:
    """Match dates that may lie in the range: a year overlaps each of its months."""
    earliest = getattr(model, f"{declaration.column}_earliest")
    latest = getattr(model, f"{declaration.column}_latest")
    bounds = [earliest.is_not(None)]
    if value.get("from_") is not None:
        bounds.append(latest >= value["from_"])
    if value.get("to") is not None:
        bounds.append(earliest <= value["to"])
    return and_(*bounds)


def _money(declaration: MoneyRange | MoneyValue, model: Model, value: GivenArguments) -> ColumnElement[bool]:
    names = (declaration.least, declaration.most) if isinstance(declaration, MoneyRange) else (declaration.amount,) * 2
    return money_within(declaration.name, model, (*names, declaration.currency), value)


def money_within(field: str, model: Model, columns: tuple[str, str, str], value: GivenArguments) -> ColumnElement[bool]:
    """Match amounts in the given currency that lie in it, and ranges that overlap it; nothing is converted.

    `columns` are those of the least, the most and the currency.
    """
    try:
        currency = check_currency(str(value["currency"]))
        at_least, at_most = (
            None if value.get(name) is None else check_amount(value[name]) for name in ("at_least", "at_most")
        )
    except ValueError as error:
        raise BadUserInputError(f"{camel(field)}: {error}", field=camel(field)) from error
    least, most = (getattr(model, name) for name in columns[:2])
    parts = [getattr(model, columns[2]) == currency, or_(least.is_not(None), most.is_not(None))]
    if at_least is not None:
        parts.append(or_(most.is_(None), most >= at_least))
    if at_most is not None:
        parts.append(or_(least.is_(None), least <= at_most))
    return and_(*parts)


def _type_of(declaration: Declaration) -> str:
    if isinstance(declaration, Extended):
        return _type_of(declaration.inner)
    if isinstance(declaration, MoneyRange | MoneyValue):
        return "MoneyFilter"
    if isinstance(declaration, PartialDateValue):
        return "DateRange"
    if isinstance(declaration, Relation):
        return "[ID!]"
    bare = declaration.type.rstrip("!")
    if bare.startswith("["):
        return bare
    return _RANGES.get(declaration.type) or ("Boolean" if bare == "Boolean" else f"[{bare}!]")


def _description(declaration: Declaration) -> str:
    kind = _type_of(declaration)
    if kind == "MoneyFilter":
        return f"Stated in the currency given, and in the range or overlapping it. {declaration.description}"
    if kind.endswith("Range"):
        return f"In the range; a value not stated is in none. {declaration.description}"
    if kind == "Boolean":
        return f"Exactly so; a value not stated is neither. {declaration.description}"
    return f"One of these. {declaration.description}"


def _mentions(given: GivenArguments, name: str) -> bool:
    if name in given:
        return True
    inner = [*(given.get("and_") or ()), *(given.get("or_") or ()), *([given["not_"]] if given.get("not_") else [])]
    return any(_mentions(each, name) for each in inner)
