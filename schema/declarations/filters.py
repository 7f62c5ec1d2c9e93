"""Filters that are more than a column's own: a function from what was given to a SQL condition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement

from schema.declarations.base import Model

if TYPE_CHECKING:
    from schema.sql.scope import Scope


@dataclass(frozen=True, slots=True)
class Filter:
    """One field of an entity's filter input. `fields` names the fields whose reader rules it must obey."""

    name: str
    type: str
    description: str
    condition: Callable[[Scope, Model, Any], ColumnElement[bool]]
    fields: tuple[str, ...] = ()
