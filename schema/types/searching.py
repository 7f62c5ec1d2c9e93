"""Search across types: ranked, with highlights, in pages."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from strawberry.types.field import StrawberryField

from schema.declarations.base import Argument, GivenArguments, Row
from schema.declarations.errors import BadUserInputError
from schema.declarations.registry import Registry
from schema.declarations.relations import PAGE_ARGUMENTS
from schema.declarations.values import PageInfo
from schema.request.context import Context
from schema.sql import cursors
from schema.sql.page_sizes import PageCut, PageSizes
from schema.sql.scope import camel
from schema.sql.text_search import query_of, searched, shown
from schema.types.type_names import Names, enum_of, enum_type, object_type, output_field
from store import search as store_search
from store.search.conditions import HIGHEST_SCORE
from store.search.queries import MOST_UNITS
from store.values.ids import prefix_of

BOUNDS = ("after", "before")


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One thing found."""

    node: Row
    cursor: str
    score: float
    highlights: Sequence[Any]


def define_search(names: Names, registry: Registry) -> list[StrawberryField]:
    """Define the types of a search; return the field of `Query`."""
    searchable = {name: each for name, each in registry.entities.items() if each.search is not None}
    members = {_member(name): each.description for name, each in searchable.items()}
    enum_type(names, enum_of("SearchType", "Types that can be searched.", members,
                             {_member(name): name for name in searchable}))  # fmt: skip
    object_type(names, "HighlightSpan", "A part of a text to mark.", [
        output_field(names, "start", "Int!", "Its first character, counted from 0.", resolve=lambda span, *_: span[0]),
        output_field(names, "end", "Int!", "The character after its last.", resolve=lambda span, *_: span[1]),
    ])  # fmt: skip
    object_type(names, "Highlight", "A fragment of a text with matches.", [
        output_field(names, "field", "String!", "The field that it is in.",
                     resolve=lambda highlight, *_: camel(highlight.field)),
        output_field(names, "language", "LanguageTag", "The text's language, if it is known."),
        output_field(names, "text", "String!", "The fragment."),
        output_field(names, "spans", "[HighlightSpan!]!", "Spans to mark, in code points of the fragment."),
    ])  # fmt: skip
    object_type(names, "SearchEdge", "A hit.", [
        output_field(names, "node", "Node!", "The hits."),
        output_field(names, "cursor", "String!", "Its position, for `after` and `before`."),
        output_field(names, "score", "Float!", "How well it matches, from 0 to 1000."),
        output_field(names, "highlights", "[Highlight!]!", "Where the words occur."),
    ])  # fmt: skip
    object_type(names, "SearchConnection", "A page of hits, best first.", [
        output_field(names, "edges", "[SearchEdge!]!", "The hits.", resolve=_edges),
        output_field(names, "nodes", "[Node!]!", "The records found.", resolve=_nodes),
        output_field(names, "page_info", "PageInfo!", "Where the page begins and ends.", resolve=_page_info),
        output_field(names, "total_count", "Int!", "Number of hits on all pages.", resolve=_total),
    ])  # fmt: skip
    return [
        output_field(
            names, "search", "SearchConnection!",
            'Records whose texts match, in English and Chinese. All words must occur; "several words" in quotes '
            "side by side; word* as a prefix.",
            arguments=[
                Argument("query", "String!", f"At most {MOST_UNITS} words and quoted phrases."),
                Argument("types", "[SearchType!]", "Only these types; null means all.", None),
                Argument("prefix", "Boolean!", "Whether the last word may be only begun, for a box that searches as "
                         "one types. In filters, end the text with *.", False),
                *PAGE_ARGUMENTS,
            ],
            resolve=search,
        )
    ]  # fmt: skip


def search(_: object, context: Context, arguments: GivenArguments) -> Search:
    """Resolve `Query.search`."""
    return Search(context, arguments)


class Search:
    """A requested search, read when its edges or its count are."""

    def __init__(self, context: Context, arguments: GivenArguments) -> None:
        self.context = context
        self._found: PageCut | None = None
        self.query = text_of(arguments)
        query_of(self.query, "query")
        self.sizes = PageSizes.of(arguments)
        self.arguments = arguments
        entities = searched(context.registry, types_of(arguments))
        self.types = [str(each.table.name) for each in entities]
        self.visible = shown(context.scope, entities)
        self.mark = mark_of(self.query)

    async def page(self) -> PageCut:
        """Return the hits of the page, and whether there are more."""
        if self._found is None:
            self._found = self._read()
        return self._found

    def _read(self) -> PageCut:
        after, before = (position_of(self.arguments, name, self.mark) for name in BOUNDS)
        hits = store_search.search(
            self.context.session, self.query, self.types, self.context.all_languages, self.sizes.read + 1,
            after, self.visible, before, self.sizes.backwards,
        )  # fmt: skip
        return self.sizes.cut(hits, after is not None, before is not None)

    def total(self) -> int:
        return store_search.count(self.context.session, self.query, self.types, self.visible)


def text_of(arguments: GivenArguments) -> str:
    """Return the query as it is read."""
    text: str = arguments["query"]
    return store_search.begun(text) if arguments.get("prefix") else text


def types_of(arguments: GivenArguments) -> list[str] | None:
    """Return the names of the requested types; None for all."""
    return [str(each) for each in arguments["types"]] if arguments.get("types") is not None else None


def mark_of(query: str) -> str:
    """Return the signature of a search's cursors."""
    return cursors.signature(["search", query])


def position_of(arguments: GivenArguments, name: str, mark: str) -> tuple[int, str] | None:
    """Return the position of a cursor. Raises BadUserInputError for what isn't one of this search."""
    if arguments.get(name) is None:
        return None
    score, identifier = cursors.decode(arguments[name], mark, 2, name)
    if not isinstance(score, int) or isinstance(score, bool) or not 0 <= score <= HIGHEST_SCORE:
        raise BadUserInputError(f"{name} is not a cursor of this search.", field=name)
    if not isinstance(identifier, str) or prefix_of(identifier) is None:
        raise BadUserInputError(f"{name} is not a cursor of this search.", field=name)
    return score, identifier


def page_info(page: PageCut, mark: str) -> PageInfo:
    """Return where a page of hits begins and ends."""
    ends = [cursors.encode(mark, list(page.rows[at].position)) for at in (0, -1)] if page.rows else (None, None)
    return PageInfo(page.has_next, page.has_previous, *ends)


async def _edges(source: Search, context: Context, _: object) -> list[SearchHit]:
    hits = (await source.page()).rows
    rows = await asyncio.gather(*(context.node(hit.entity_id) for hit in hits))
    return [
        SearchHit(row, cursors.encode(source.mark, list(hit.position)), hit.score, hit.highlights)
        for hit, row in zip(hits, rows, strict=True)
        if row is not None
    ]


async def _nodes(source: Search, context: Context, _: object) -> list[Any]:
    return [edge.node for edge in await _edges(source, context, None)]


async def _page_info(source: Search, context: Context, _: object) -> PageInfo:
    return page_info(await source.page(), source.mark)


def _total(source: Search, context: Context, _: object) -> int:
    return source.total()


def _member(name: str) -> str:
    return "".join(f"_{letter}" if letter.isupper() else letter.upper() for letter in name).strip("_").upper()
