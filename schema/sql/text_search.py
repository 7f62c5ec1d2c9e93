"""Text search as a SQL condition."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from schema.declarations.base import Model
from schema.sql.scope import Scope


def matching(scope: Scope, text: str, model: Model, entity_type: str) -> ColumnElement[bool]:
    """Rows of `model` whose texts match `text`; `entity_type` is the table's name."""
    from store import search

    condition: ColumnElement[bool] = model.id.in_(search.matching(text, entity_type, scope.dialect))
    return condition
