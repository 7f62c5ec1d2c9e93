"""Text search in SQL: the condition of a filter, and what a search across types shows."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement

from schema.declarations.base import Model
from schema.declarations.entities import Entity
from schema.declarations.filters import FilterScope
from schema.declarations.registry import Registry
from schema.sql.scope import Scope, all_of
from store import search


def matching(scope: FilterScope, text: str, model: Model, entity_type: str) -> ColumnElement[bool]:
    """Return the condition for rows of `model` whose texts match `text`; `entity_type` is the table's name."""
    condition: ColumnElement[bool] = model.id.in_(search.matching(text, entity_type, scope.dialect))
    return condition


def searched(registry: Registry, types: Sequence[str] | None) -> list[Entity]:
    """Return the searched entities; `types` are their names, None for all."""
    return [
        each for each in registry.entities.values()
        if each.search is not None and (types is None or each.name in types)
    ]  # fmt: skip


def shown(scope: Scope, entities: Sequence[Entity]) -> dict[str, ColumnElement[bool]]:
    """Return by table name the condition under which a search shows a row: visible and not archived."""
    return {
        str(each.table.name): all_of([
            scope.visible(each, each.model),
            *([each.table.c.archived_at.is_(None)] if each.archivable else []),
        ])
        for each in entities
    }  # fmt: skip
