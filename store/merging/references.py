"""Which columns name a record, and which rows may not name the same record twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import UniqueConstraint

from store.bulk import Row, shape_of
from store.documents.vocabulary import identity_of
from store.models import ENTITIES, RecordMerge
from store.models.base import ID, Identified


def references_to(model: type[Identified]) -> Iterator[tuple[type[Identified], str]]:
    """Every table and column that may name a record of `model`: references, and ids of records of any type."""
    table = shape_of(model).entity_type
    for other in ENTITIES.values():
        if other is RecordMerge:
            continue
        shape = shape_of(other)
        for column in shape.table.columns:
            target = shape.references.get(column.key)
            open_ended = target is None and column.key.endswith("_id") and _is_id(column.type)
            if target == table or open_ended:
                yield other, column.key


def keys_of(model: type[Identified], column: str) -> list[tuple[str, ...]]:
    """The sets of columns of which no two rows have the same, if `column` is one of them."""
    unique = [
        tuple(each.key for each in constraint.columns)
        for constraint in shape_of(model).table.constraints
        if isinstance(constraint, UniqueConstraint)
    ]
    return [each for each in {*unique, identity_of(model)} if column in each]


def key_values(row: Row, key: Sequence[str]) -> tuple[str, ...]:
    """The values of a key, as text; here nulls are equal."""
    return tuple(str(row[name]) for name in key)


def _is_id(kind: object) -> bool:
    return getattr(kind, "length", None) == ID.length
