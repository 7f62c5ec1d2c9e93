"""A connection field: its page, the requested parts of its object, and what is built from a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graphql import FieldNode, GraphQLField, GraphQLObjectType, get_named_type

from schema.compiled.plan.builder import Builder
from schema.compiled.plan.page_values import PageValue
from schema.compiled.plan.pages import Pages
from schema.compiled.response.failures import FieldLocation
from schema.declarations.relations import Connection
from schema.execution.errors import NotCompilable

Part = Callable[[PageValue], object]


def pages(builder: Builder, declaration: Connection, definition: GraphQLField, nodes: Sequence[FieldNode]) -> Pages:
    """Return the level of a connection field."""
    entity = builder.entity(declaration.target)
    level = Pages(entity, declaration.join, builder.arguments(definition, nodes[0]))
    kind = builder.object_type(get_named_type(definition.type).name)
    for key, same in builder.selections.of(kind, nodes).items():
        name = same[0].name.value
        if name == "__typename":
            level.parts.append((key, _constant(kind.name)))
        elif name == "totalCount":
            level.counts = True
            level.counting[key] = FieldLocation(kind.name, same)
            level.parts.append((key, _count))
        elif name == "pageInfo":
            level.reads = True
            level.reading[key] = FieldLocation(kind.name, same)
            level.parts.append((key, _page_info(builder, level, kind.fields[name], same)))
        elif name == "edges":
            level.reads = True
            level.reading[key] = FieldLocation(kind.name, same)
            level.parts.append((key, _edges(len(level.edges))))
            level.edges.append(_edge(builder, level, kind.fields[name], same))
        elif name == "nodes":
            level.reads = True
            level.reading[key] = FieldLocation(kind.name, same)
            level.parts.append((key, _edges(len(level.edges))))
            level.edges.append(builder.object(level.base, builder.object_type(entity.name), same))
        else:
            raise NotCompilable("field")
    level.define()
    builder.statements += level.reads + level.counts
    return level


def _edge(builder: Builder, level: Pages, definition: GraphQLField, nodes: Sequence[FieldNode]) -> str:
    kind = builder.object_type(get_named_type(definition.type).name)
    parts = []
    for key, same in builder.selections.of(kind, nodes).items():
        name = same[0].name.value
        if name == "__typename":
            parts.append(f"{key!r}: {kind.name!r}")
        elif name == "cursor":
            parts.append(f"{key!r}: {level.cursor_slot()}(r)")
        elif name == "node":
            parts.append(f"{key!r}: {builder.object(level.base, builder.object_type(level.entity.name), same)}")
        else:
            raise NotCompilable("field")
    return "{" + ", ".join(parts) + "}"


def _page_info(builder: Builder, level: Pages, definition: GraphQLField, nodes: Sequence[FieldNode]) -> Part:
    kind: GraphQLObjectType = builder.object_type(get_named_type(definition.type).name)
    parts = []
    for key, same in builder.selections.of(kind, nodes).items():
        name = same[0].name.value
        level.marks = level.marks or name.endswith("Cursor")
        parts.append((key, _constant(kind.name) if name == "__typename" else _INFO[name]))
    return lambda page: {key: part(page) for key, part in parts}


def _has_next(page: PageValue) -> bool:
    assert page.cut is not None
    return page.cut.has_next


def _has_previous(page: PageValue) -> bool:
    assert page.cut is not None
    return page.cut.has_previous


def _end(position: int) -> Part:
    return lambda page: page.pages.cursor_of(page.prepared)(page.rows[position]) if page.rows else None


_INFO: dict[str, Part] = {
    "hasNextPage": _has_next, "hasPreviousPage": _has_previous, "startCursor": _end(0), "endCursor": _end(-1),
}  # fmt: skip


def _edges(number: int) -> Part:
    return lambda page: page.pages.builds[number](page.rows, page.slots, page.runtime)


def _count(page: PageValue) -> object:
    return page.count


def _constant(text: str) -> Part:
    return lambda page: text
