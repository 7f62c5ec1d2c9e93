"""Filters that several entities share: by what is linked to a row, and by what a list in it holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute

from schema.declarations.base import GivenArguments, Model
from schema.declarations.filters import Filter, FilterScope
from schema.sql.closures import concepts_covered
from schema.sql.text_search import matching

LinkColumn: TypeAlias = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]


def by_concepts(
    near: LinkColumn,
    concept: LinkColumn,
    description: str,
    name: str = "industry",
    fields: tuple[str, ...] = ("industries",),
) -> Filter:
    """A filter by concepts: `near` and `concept` are the columns of a link table with a row's id and a concept's."""

    def linked(scope: FilterScope, model: Model, given: GivenArguments) -> ColumnElement[bool]:
        covered = concepts_covered(
            given["concepts"], narrower=given.get("narrower", True), mapped=given.get("mapped", True)
        )
        ids = select(near).where(concept.in_(covered)).correlate(None)
        condition: ColumnElement[bool] = model.id.in_(ids)
        return condition

    return Filter(name, "IndustryFilter", description, linked, fields)


def by_items(name: str, kind: str, column: str, description: str) -> Filter:
    """A filter by what the list in a JSON column holds: one of the values given."""

    def holds(scope: FilterScope, model: Model, values: Sequence[object]) -> ColumnElement[bool]:
        each = func.json_each if scope.dialect == "sqlite" else func.jsonb_array_elements_text
        items = each(getattr(model, column)).table_valued("value")
        wanted = [str(value) for value in values]
        return select(1).select_from(items).where(items.c.value.in_(wanted)).correlate_except(items).exists()

    return Filter(name, f"[{kind}!]", description, holds, (column,))


def by_text(table: str) -> Filter:
    """A filter by the words of an entity's texts, as the search across types finds them; `table` is the entity's."""
    return Filter(
        "search",
        "String",
        "Its texts match these words (English or Chinese).",
        lambda scope, model, text: matching(scope, text, model, table),
    )
