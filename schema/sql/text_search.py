"""Text search in SQL: the condition of a filter, and what a search across types shows."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement

from schema.declarations.base import Model
from schema.declarations.entities import Entity
from schema.declarations.errors import BadUserInputError
from schema.declarations.filters import FilterScope
from schema.declarations.registry import Registry
from schema.sql.scope import Scope, all_of
from store import search


def matching(scope: FilterScope, text: str, model: Model, entity_type: str) -> ColumnElement[bool]:
    """Return the condition for rows of `model` whose texts match `text`; `entity_type` is the table's name.

    Raises BadUserInputError for a text longer than what is searched for.
    """
    condition: ColumnElement[bool] = model.id.in_(search.matching(query_of(text, "search"), entity_type, scope.dialect))
    return condition


def query_of(text: str, field: str) -> search.Query:
    """Return a text as a query. Raises BadUserInputError, naming the field, if not all of it would count."""
    query = search.parse(text)
    if query.beyond is not None:
        raise BadUserInputError(f"{field}: {query.beyond}", field=field)
    return query


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
