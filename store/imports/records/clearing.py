"""Cells that clear a field: an empty cell keeps the stored value, `(none)` and `（空）` remove it."""

import unicodedata

from store.bulk import Row, shape_of
from store.documents.vocabulary import MONEY
from store.imports.kinds import Kind
from store.imports.kinds.field import Field, Role
from store.imports.values.texts import text_of

MARKERS = ("(none)", "(空)")
"""The markers, with width and case folded."""


def is_marker(cell: object) -> bool:
    """Return whether a cell, or its only item, is a marker that clears the field."""
    if isinstance(cell, list) and len(cell) == 1:
        cell = cell[0]
    return isinstance(cell, str) and unicodedata.normalize("NFKC", text_of(cell)).casefold() in MARKERS


def check_clearable(kind: Kind, field: Field, language: str | None) -> None:
    """Raise ValueError for a field that can't be cleared, or not by a file."""
    if field.name in kind.required and not (field.role is Role.LOCALIZED and language):
        raise ValueError(f"can't be emptied: every row of {kind.name} needs it; leave the cell empty to keep it")
    if field.name not in kind.links and not cleared_columns(kind, field):
        raise ValueError("can't be emptied by a file; leave the cell empty, and empty it through the API")


def cleared_columns(kind: Kind, field: Field) -> dict[str, object]:
    """Return the columns that clearing `field` sets, with their empty values; none if one of them is required."""
    match field.role:
        case Role.AMOUNT:
            money = MONEY.get(kind.model, {}).get(field.name)
            names = [money.lowest, money.highest, money.currency] if money else []
        case Role.REFERENCE | Role.ORGANISATION | Role.PLACES:
            names = [f"{field.name}_id"]
        case Role.LOCATION:
            names = [kind.place_column]
        case _:
            names = [field.name]
    shape = shape_of(field.extension or kind.model)
    empty: Row = {}
    for name in names:
        if name is None:
            continue
        if name in shape.nullable:
            empty[name] = None
        elif name in shape.defaults and (default := shape.defaults[name]()) in ({}, []):
            empty[name] = default
        else:
            return {}
    return empty
