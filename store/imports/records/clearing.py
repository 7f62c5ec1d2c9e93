"""Cells that empty a field: an empty cell leaves what the store has, `(none)` and `（空）` take it away."""

import unicodedata
from typing import Any

from store.bulk import Row, shape_of
from store.documents.vocabulary import MONEY
from store.imports.kinds import Kind
from store.imports.kinds.field import Field, Role
from store.imports.values.texts import text_of

MARKERS = ("(none)", "(空)")
"""As they are once width and case are folded."""


def is_marker(cell: Any) -> bool:
    """Whether a cell, or its only item, says that the field is to be emptied."""
    if isinstance(cell, list) and len(cell) == 1:
        cell = cell[0]
    return isinstance(cell, str) and unicodedata.normalize("NFKC", text_of(cell)).casefold() in MARKERS


def check_clearable(kind: Kind, field: Field, language: str | None) -> None:
    """Raises ValueError for a field that can't be empty, or not by a file."""
    if field.name in kind.required and not (field.role is Role.LOCALIZED and language):
        raise ValueError(f"can't be emptied: every row of {kind.name} needs it; leave the cell empty to keep it")
    if field.name not in kind.links and not cleared_columns(kind, field):
        raise ValueError("can't be emptied by a file; leave the cell empty, and empty it through the API")


def cleared_columns(kind: Kind, field: Field) -> dict[str, Any]:
    """The columns that emptying `field` sets, each with its empty value; none where one of them must hold something."""
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
    shape = shape_of(kind.model)
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
