"""Pages of a ranking: a cursor holds a rank, so most pages are known before anything is ranked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from recommender.interface.answers import RankedItem, Ranking
from schema.declarations.base import GivenArguments
from schema.declarations.errors import BadUserInputError
from schema.declarations.values import PageInfo
from schema.sql import cursors
from schema.sql.page_sizes import PageSizes


@dataclass(frozen=True, slots=True)
class RankingPage:
    """The lines of a page: `size` from `offset` on; with `from_end`, the last ones that aren't before it."""

    mark: str
    """The signature of the ranking's cursors."""
    offset: int
    size: int
    last: int | None = None
    """How many of those, from their end."""
    from_end: bool = False
    more: bool | None = None
    """Whether more lines follow; None if only the ranking tells."""

    @classmethod
    def of(cls, arguments: GivenArguments, mark: str) -> RankingPage:
        """Read a page's arguments. Raises BadUserInputError for a size out of range and what is no cursor."""
        sizes = PageSizes.of(arguments)
        after, before = _rank(arguments, "after", mark) or 0, _rank(arguments, "before", mark)
        if before is None:
            last = None if sizes.backwards else sizes.last
            return cls(mark, after, sizes.read, last, sizes.backwards)
        between = max(0, before - 1 - after)
        size = min(sizes.read, between)
        if sizes.backwards:
            return cls(mark, after + between - size, size, more=True)
        return cls(mark, after, size, sizes.last, more=size < between)

    def items(self, ranking: Ranking) -> Sequence[RankedItem]:
        """Return the lines of the page."""
        items = ranking.items[: self.size]
        return items if self.last is None else items[max(0, len(items) - self.last) :]

    def info(self, ranking: Ranking) -> PageInfo:
        """Return where the page begins and ends."""
        items, more = self.items(ranking), self.more
        if more is None:  # at least one line is ranked, even for an empty page
            more = not self.from_end and (ranking.has_more if self.size else bool(ranking.items))
        nothing_shown = bool(ranking.items) if self.from_end else self.offset > 0
        preceded = items[0].rank > 1 if items else nothing_shown
        ends = [self.cursor(items[at]) for at in (0, -1)] if items else (None, None)
        return PageInfo(more, preceded, *ends)

    def cursor(self, item: RankedItem) -> str:
        """Return a line's cursor."""
        return cursors.encode(self.mark, [item.rank])


def _rank(arguments: GivenArguments, name: str, mark: str) -> int | None:
    if arguments.get(name) is None:
        return None
    (rank,) = cursors.decode(arguments[name], mark, 1, name)
    if type(rank) is not int or rank < (1 if name == "before" else 0):
        raise BadUserInputError(f"{name} is not a cursor of this ranking.", field=name)
    return rank
