"""Orders for pages: keys with nulls last, the id as the last key, and the conditions of a cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_

from schema.declarations.errors import BadUserInputError


@dataclass(frozen=True, slots=True)
class OrderKey:
    """One key of an order. Nulls come last in both directions, on both databases."""

    expression: ColumnElement[object]
    descending: bool = False
    nullable: bool = True
    kind: type = str
    """The Python type of its values, to validate cursors."""

    def clauses(self, backwards: bool = False) -> Sequence[ColumnElement[Any]]:
        """ORDER BY clauses, as they stand or all turned around."""
        value = self.expression.desc() if self.descending != backwards else self.expression.asc()
        if not self.nullable:
            return [value]
        empty = self.expression.is_(None)
        return [empty.desc() if backwards else empty.asc(), value]

    def beyond(self, value: object, backwards: bool) -> ColumnElement[bool]:
        """Rows that this key alone puts strictly behind `value` (before it, if `backwards`)."""
        if value is None:
            return self.expression.is_not(None) if backwards else false()
        further: ColumnElement[bool]
        further = self.expression < value if self.descending != backwards else self.expression > value
        if not self.nullable or backwards:
            return further
        return or_(further, self.expression.is_(None))

    def same(self, value: object) -> ColumnElement[bool]:
        equal: ColumnElement[bool] = self.expression.is_(None) if value is None else self.expression == value
        return equal


def check(keys: Sequence[OrderKey], values: Sequence[object], field: str) -> None:
    """Raises BadUserInputError where a cursor's values can't be values of these keys."""
    for key, value in zip(keys, values, strict=True):
        fits = value is None if key.nullable and value is None else type(value) is key.kind
        if not fits:
            raise BadUserInputError(f"{field} is not a cursor of this connection.", field=field)


def beyond(keys: Sequence[OrderKey], values: Sequence[object], *, backwards: bool = False) -> ColumnElement[bool]:
    """Rows strictly behind the row with these key values in the order of `keys` (before it, if `backwards`)."""
    alternatives = []
    for position, key in enumerate(keys):
        equal = [earlier.same(value) for earlier, value in zip(keys[:position], values, strict=False)]
        alternatives.append(and_(*equal, key.beyond(values[position], backwards)))
    return or_(*alternatives)
