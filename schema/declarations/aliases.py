"""Aliases of tables that are made once: making one costs more than the rest of a condition."""

from __future__ import annotations

import threading
from functools import cache

from sqlalchemy import inspect
from sqlalchemy.orm import aliased

from schema.declarations.base import Model

_LOCK = threading.Lock()


def shared_alias(model: type, place: str) -> Model:
    """Return the alias of `model` for `place` in conditions: the same one for each call.

    Statements may have it in several subqueries beside each other, never in a subquery of one that has it already:
    SQLAlchemy would take it for the outer one. So `place` says which function, and at which depth of nesting.
    """
    with _LOCK:
        return _alias(model, place)


@cache
def _alias(model: type, place: str) -> Model:
    alias = aliased(model)
    tuple(getattr(alias, each.key).expression for each in inspect(model).column_attrs)  # once, before threads ask
    return alias
