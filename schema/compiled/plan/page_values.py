"""Values between a connection's arguments and its object: the query, the rows read, a page of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement, bindparam

from schema.compiled.plan.levels import Build
from schema.compiled.run.runtime import Runtime
from schema.declarations.base import GivenArguments, Row
from schema.sql import keyset
from schema.sql.page_sizes import PageCut
from schema.sql.pages import PageQuery

BOUNDS = (("after", False), ("before", True))
"""Arguments that are cursors, and whether they are a lower bound."""


@dataclass(frozen=True)
class LateQuery(PageQuery):
    """A page whose cursor values are bound when the statement runs; which are null is known before."""

    def _bounds(self) -> list[ColumnElement[bool]]:
        return [
            keyset.beyond(
                self.keys,
                [None if null else bindparam(f"late_{name}_{i}") for i, null in enumerate(self.arguments[name])],
                backwards=backwards,
            )
            for name, backwards in BOUNDS
            if self.arguments.get(name) is not None
        ]


@dataclass(frozen=True, slots=True)
class PreparedPage:
    """How a page's rows are cut and given cursors."""

    query: PageQuery
    processors: Sequence[Callable[[object], object] | None]
    plain: bool
    """Whether the keys go into a cursor as the driver returns them."""


@dataclass(slots=True)
class PageRead:
    """What a connection reads for all its parents, and any failure."""

    prepared: PreparedPage | None = None
    counts: Any = None
    rows: Sequence[Row] = ()
    not_counted: Exception | None = None
    not_read: Exception | None = None
    problem: Exception | None = None
    """One of them."""


class PageBuilds(Protocol):
    """The builders of a page's objects: `schema.compiled.plan.pages.Pages`."""

    builds: list[Build]

    def cursor_of(self, prepared: PreparedPage) -> Callable[[Row], str]: ...


@dataclass(slots=True)
class PageValue:
    """One page, as the parts of its object see it."""

    rows: Sequence[Row]
    cut: PageCut | None
    count: object
    prepared: PreparedPage
    pages: PageBuilds
    slots: Sequence[object]
    runtime: Runtime


def cut_page(prepared: PreparedPage, arguments: GivenArguments, rows: Sequence[Row]) -> PageCut:
    """Cut rows (one more than the page's size if there are more) into their page."""
    return prepared.query.sizes.cut(rows, arguments.get("after") is not None, arguments.get("before") is not None)
