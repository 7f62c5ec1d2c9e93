"""A search across types: its SQL is cached with parameters for the words; hits are read by a level per type."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import orjson
from graphql import FieldNode, GraphQLField, get_named_type
from sqlalchemy import JSON, BigInteger, BindParameter, Integer, String, Text, bindparam, cast

from schema.compiled.plan.builder import Builder, ManyTypes
from schema.compiled.response.completing import Completer, Holder, Key, ResponseBuilder, completer, object_completer
from schema.compiled.response.failures import FieldLocation
from schema.compiled.run.runtime import Runtime
from schema.compiled.run.statements import IDS, Statement, ids_value, late_ids, statement_of
from schema.declarations.base import GivenArguments, Row, RowsSelect
from schema.sql import cursors
from schema.sql.page_sizes import PageCut, PageSizes
from schema.sql.text_search import query_of, searched, shown
from schema.types.searching import BOUNDS, SearchHit, mark_of, page_info, position_of, text_of, types_of
from store.search.conditions import shape_of, values_of
from store.search.highlights import Highlight
from store.search.queries import Query
from store.search.results import Hit, count_statement, highlights_of, hits_statement, texts_statement
from store.values.ids import prefix_of

Part = Callable[["CompiledSearch", ResponseBuilder, dict[str, object], str], None]
"""(search, building, holder, key): put a part of the connection into the holder."""
_LIMIT = "late_limit"


@dataclass
class CompiledSearch:
    """A search; each of its statements runs once, when a part first needs its result."""

    runtime: Runtime
    arguments: GivenArguments
    query: Query = field(init=False)
    mark: str = field(init=False)
    sizes: PageSizes = field(init=False)
    _page: PageCut | Exception | None = None
    _objects: dict[ManyTypes, dict[str, object]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        text = text_of(self.arguments)
        self.query = query_of(text, "query")
        self.mark = mark_of(text)
        self.sizes = PageSizes.of(self.arguments)

    def page(self) -> PageCut:
        """Return the hits of the page, and whether there are more. Raises the cursor's problem, each time."""
        if self._page is None:
            try:
                self._page = self._read()
            except Exception as problem:
                self._page = problem
        if isinstance(self._page, Exception):
            raise self._page
        return self._page

    def _read(self) -> PageCut:
        given = {name: position_of(self.arguments, name, self.mark) for name in BOUNDS}
        late: dict[str, object] = {**self._values(), _LIMIT: self.sizes.read + 1}
        for name, position in given.items():
            late |= dict(zip(_late_names(name), position or (), strict=False))
        bounded = tuple(name for name, position in given.items() if position is not None)
        rows = self._run("hits", late, bounded) if self.query else []
        return self.sizes.cut([Hit(*row) for row in rows], "after" in bounded, "before" in bounded)

    def total(self) -> int:
        """Return the number of hits on all pages."""
        return int(self._run("count", self._values())[0][0]) if self.query else 0

    def objects(self, reader: ManyTypes) -> dict[str, object]:
        """What a reader makes of what was found, by id."""
        objects = self._objects.get(reader)
        if objects is None:
            hits = self.page().rows
            objects = self._objects[reader] = reader.read(self.runtime, [hit.entity_id for hit in hits])
        return objects

    def with_highlights(self, hits: Sequence[Hit]) -> list[Hit]:
        """Return the hits with highlighted texts."""
        runtime, groups = self.runtime, dict[str, list[str]]()
        for hit in hits:
            groups.setdefault(str(prefix_of(hit.entity_id)), []).append(hit.entity_id)
        highlights: dict[str, tuple[Highlight, ...]] = {}
        for prefix, ids in groups.items():
            names, statement = runtime.profile.searches.get(
                runtime, ("texts", prefix), partial(_texts, runtime, prefix)
            )
            for identifier, *texts in statement.run(runtime, {IDS: ids_value(runtime.sqlite, ids)}):
                row = {
                    name: orjson.loads(text) if packed and text is not None else text
                    for (name, packed), text in zip(names, texts, strict=True)
                }
                highlights[identifier] = highlights_of(row, prefix, self.query, runtime.profile.languages)
        return [replace(hit, highlights=highlights.get(hit.entity_id, ())) for hit in hits]

    def _values(self) -> dict[str, object]:
        values = values_of(self.query, self.runtime.dialect.name)
        return {f"late_{name}": value for name, value in values.items()}

    def _run(self, what: str, late: GivenArguments, bounded: Collection[str] = ()) -> list[Row]:
        runtime, actor = self.runtime, self.runtime.profile.actor
        types = types_of(self.arguments)
        asked = None if types is None else tuple(sorted(set(types)))
        key: Hashable = (what, actor.role, actor.subject_id, asked, bounded, self.sizes.backwards, shape_of(self.query))
        statement: Statement = runtime.profile.searches.get(
            runtime, key, lambda: statement_of(self._statement(what, asked, bounded), runtime)
        )
        return statement.run(runtime, late)

    def _statement(self, what: str, types: Sequence[str] | None, bounded: Collection[str]) -> RowsSelect:
        scope, dialect = self.runtime.scope, self.runtime.dialect.name
        entities = searched(scope.registry, types)
        tables, visible = [str(each.table.name) for each in entities], shown(scope, entities)
        if what == "count":
            return count_statement(self.query, dialect, tables, visible, _late)
        after, before = (_position(name) if name in bounded else None for name in BOUNDS)
        limit, backwards = bindparam(_LIMIT, type_=Integer), self.sizes.backwards
        return hits_statement(self.query, dialect, tables, limit, after, visible, _late, before, backwards)


def search_root(builder: Builder, definition: GraphQLField, location: FieldLocation) -> Callable[[Runtime], object]:
    """What reads `Query.search` as it is asked for."""
    arguments = builder.arguments(definition, location.nodes[0])
    kind = builder.object_type(get_named_type(definition.type).name)
    parts: list[tuple[str, Part, FieldLocation]] = []
    builder.statements += 1
    for key, same in builder.selections.of(kind, location.nodes).items():
        name = same[0].name.value
        own = FieldLocation(kind.name, same)
        if name == "__typename":
            parts.append((key, _constant(kind.name), own))
        elif name == "edges":
            parts.append((key, _edges(builder, kind.fields[name], same), own))
        elif name == "nodes":
            parts.append((key, _nodes(builder.many_types(kind.fields[name].type, same)), own))
        elif name == "pageInfo":
            parts.append((key, _page_info(completer(builder, kind.fields[name].type, own)), own))
        else:
            assert name == "totalCount"
            builder.statements += 1
            parts.append((key, _total, own))

    def root(runtime: Runtime) -> object:
        asked = CompiledSearch(runtime, arguments.read(runtime.variables))
        result: dict[str, object] = {}
        building = ResponseBuilder(runtime)
        for key, part, own in parts:
            try:
                part(asked, building, result, key)
            except Exception as problem:
                building.fail(problem, result, key, own)
        building.settle()
        return result

    return root


def _edges(builder: Builder, definition: GraphQLField, nodes: Sequence[FieldNode]) -> Part:
    readers: list[ManyTypes] = []
    kind = builder.object_type(get_named_type(definition.type).name)

    def node(same: Sequence[FieldNode]) -> Completer:
        reader = builder.many_types(kind.fields["node"].type, same)
        readers.append(reader)

        def place(value: Any, building: ResponseBuilder, holder: Holder, key: Key) -> None:
            holder[key] = value.node.objects(reader)[value.node.identifier]

        return place

    line = object_completer(builder, kind, nodes, {"node": node})
    marked = any(same[0].name.value == "highlights" for same in builder.selections.of(kind, nodes).values())
    if marked:  # takes time in proportion to the texts, so it belongs in a worker thread
        builder.needs_context = True

    def part(asked: CompiledSearch, building: ResponseBuilder, holder: dict[str, object], key: str) -> None:
        hits = asked.page().rows
        for reader in readers:  # hits deleted meanwhile aren't reported
            objects = asked.objects(reader)
            hits = [hit for hit in hits if hit.entity_id in objects]
        if marked:
            hits = asked.with_highlights(hits)
        edges: list[object] = [None] * len(hits)
        holder[key] = edges
        for position, hit in enumerate(hits):
            cursor = cursors.encode(asked.mark, list(hit.position))
            line(SearchHit(_Node(asked, hit.entity_id), cursor, hit.score, hit.highlights), building, edges, position)

    return part


@dataclass(frozen=True, slots=True)
class _Node:
    """A hit, from which readers build objects."""

    asked: CompiledSearch
    identifier: str

    def objects(self, reader: ManyTypes) -> dict[str, object]:
        return self.asked.objects(reader)


def _nodes(reader: ManyTypes) -> Part:
    def part(asked: CompiledSearch, building: ResponseBuilder, holder: dict[str, object], key: str) -> None:
        hits = asked.page().rows
        objects = asked.objects(reader)
        holder[key] = [objects[hit.entity_id] for hit in hits if hit.entity_id in objects]

    return part


def _page_info(place: Completer) -> Part:
    def part(asked: CompiledSearch, building: ResponseBuilder, holder: dict[str, object], key: str) -> None:
        place(page_info(asked.page(), asked.mark), building, holder, key)

    return part


def _total(asked: CompiledSearch, building: ResponseBuilder, holder: dict[str, object], key: str) -> None:
    holder[key] = asked.total()


def _constant(text: str) -> Part:
    def part(asked: CompiledSearch, building: ResponseBuilder, holder: dict[str, object], key: str) -> None:
        holder[key] = text

    return part


def _late_names(bound: str) -> tuple[str, str]:
    return f"late_score_{bound}", f"late_identifier_{bound}"


def _position(bound: str) -> tuple[BindParameter[object], BindParameter[object]]:
    score, identifier = _late_names(bound)
    return bindparam(score, type_=BigInteger), bindparam(identifier, type_=String)


def _late(name: str, value: object) -> BindParameter[object]:
    """A parameter given when the statement runs."""
    return bindparam(f"late_{name}", type_=String if isinstance(value, str) else Integer)


def _texts(runtime: Runtime, prefix: str) -> tuple[list[tuple[str, bool]], Statement]:
    """Return attributes for highlights, whether they come as JSON, and the statement that reads them."""
    statement = texts_statement(prefix, late_ids(runtime.dialect))
    columns = list(statement.selected_columns)
    packed = [isinstance(each.type, JSON) for each in columns]
    wanted = [cast(each, Text) if json else each for each, json in zip(columns, packed, strict=True)]
    names = [(str(each.key), json) for each, json in zip(columns, packed, strict=True)][1:]
    return names, statement_of(statement.with_only_columns(*wanted), runtime)
