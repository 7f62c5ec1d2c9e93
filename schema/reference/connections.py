"""What a connection field passes to the fields below it: nothing is read before it is needed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from schema.declarations.base import Row
from schema.declarations.values import PageInfo
from schema.request.context import Context
from schema.sql.pages import PARENT, PageQuery


@dataclass(frozen=True, slots=True)
class Edge:
    """One row of a page with its cursor."""

    node: Row
    cursor: str


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of one page."""

    edges: Sequence[Edge]
    page_info: PageInfo


@dataclass(slots=True)
class ConnectionSource:
    """A connection of one parent (or of none). `key` names field and arguments: equal keys are read together."""

    context: Context
    query: PageQuery
    key: Hashable
    parent: str | None = None

    async def page(self) -> Page:
        """Return the page, read together with those of all parents at the same field."""
        page: Page = await self.context.load(("page", self.key), self.parent, self._pages)
        return page

    async def total_count(self) -> int:
        """Return the number of rows on all pages."""
        count: int = await self.context.load(("count", self.key), self.parent, self._counts)
        return count

    def _pages(self, parents: list[str | None]) -> list[Page]:
        if self.parent is None:
            rows = self.context.session.execute(self.query.statement(None)).all()
            return [page_of(self.query, rows)]
        by_parent: dict[str, list[Any]] = defaultdict(list)
        for row in self.context.session.execute(self.query.statement([each for each in parents if each])):
            by_parent[getattr(row, PARENT)].append(row)
        return [page_of(self.query, by_parent.get(each or "", [])) for each in parents]

    def _counts(self, parents: list[str | None]) -> list[int]:
        session = self.context.session
        if self.parent is None:
            return [session.execute(self.query.count(None)).scalar_one()]
        rows = session.execute(self.query.count([each for each in parents if each]))
        counts: dict[str, int] = {parent: count for parent, count in rows}  # noqa: C416
        return [counts.get(each or "", 0) for each in parents]


def page_of(query: PageQuery, rows: Sequence[Row]) -> Page:
    """Cut `rows` (one more than the page's size if there are more) to the page, in reading order."""
    given = query.arguments.get
    cut = query.sizes.cut(rows, given("after") is not None, given("before") is not None)
    edges = [Edge(row, query.cursor(row)) for row in cut.rows]
    ends = (edges[0].cursor, edges[-1].cursor) if edges else (None, None)
    return Page(edges, PageInfo(cut.has_next, cut.has_previous, *ends))
