"""Filters beyond a column's own: functions from input to a SQL condition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement

from schema.declarations.base import Model
from store.access.actors import Actor


class FilterScope(Protocol):
    """The actor and its view of rows: `schema.sql.scope.Scope`."""

    @property
    def actor(self) -> Actor: ...

    @property
    def languages(self) -> tuple[str, ...]:
        """BCP 47 tags to try, best first."""

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""

    def require_filterable(self, entity: str, field: str) -> None:
        """Raise ForbiddenError if a filter by the field would reveal it."""

    def visible(self, entity: str, model: Model) -> ColumnElement[bool]:
        """Return the condition under which the actor sees a row of `model`, an entity of this name."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One field of an entity's filter input. `fields` names the fields whose reader rules it obeys."""

    name: str
    type: str
    description: str
    condition: Callable[[FilterScope, Model, Any], ColumnElement[bool]]
    fields: tuple[str, ...] = ()
