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
    SQLAlchemy would take it for the outer one. So `place` says which function.
    """
    with _LOCK:
        return _alias(model, place)


@cache
def _alias(model: type, place: str) -> Model:
    alias: Model = aliased(model)
    keys: list[str] = inspect(model).column_attrs.keys()
    tuple(getattr(alias, key).expression for key in keys)  # made now, before several threads ask for them
    return alias
