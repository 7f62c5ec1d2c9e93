"""Fields neither stored in the row nor behind a join: rankings, and values computed for many parents at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement

from schema.declarations.base import Argument, Declaration, Model, Readers
from schema.declarations.filters import FilterScope

if TYPE_CHECKING:
    from plugins.host.contributions.registry import Entry


@dataclass(frozen=True, kw_only=True)
class Batch(Declaration):
    """A value computed for a list of parents: `resolve(parents, context, **arguments)` returns as many, in order.

    An item that is an exception becomes an error at its position alone. `entry` is a plugin's contribution: its
    function is called through the host, and a failure gives null and a typed error.
    """

    resolve: Callable[..., Sequence[object]]
    entry: Entry[Any] | None = None
    needs: tuple[str, ...] = ()
    """Columns of the parent that it reads; empty means all."""
    expression: Callable[[Model], Any] | None = None
    """A function of the parent's model that gives the value in SQL, for filters and orders."""
    condition: Callable[[FilterScope, Model, Any], ColumnElement[bool]] | None = None
    """The condition of its filter, for values without an expression."""

    @property
    def columns(self) -> tuple[str, ...]:
        return self.needs


@dataclass(frozen=True, kw_only=True)
class Ranking(Declaration):
    """A list from the recommender, best first: ids, scores and reasons from it, everything else from the store."""

    target: str
    similar: bool = False
    """Whether it ranks by likeness to the parent project instead of fit."""


def ranking(target: str, description: str, *, similar: bool = False) -> Ranking:
    """Declare a ranked list of `target` for the parent; `schema.domain.rankings.rules` decides who may query it."""
    return Ranking(description=description, type=f"Ranked{target}Connection", target=target, similar=similar)


def batch(
    type: str,
    description: str,
    resolve: Callable[..., Sequence[object]],
    *,
    arguments: tuple[Argument, ...] = (),
    needs: tuple[str, ...] = ("id",),
    readers: Readers | None = None,
    condition: Callable[[FilterScope, Model, Any], ColumnElement[bool]] | None = None,
    edit: bool = False,
) -> Batch:
    """Declare a value of `type` computed for many parents at once; filtered by if it has a `condition`."""
    return Batch(
        description=description, type=type, resolve=resolve, arguments=arguments, needs=needs, readers=readers,
        condition=condition, filterable=condition is not None, editable=edit,
    )  # fmt: skip
