"""The schema as a subgraph, and records by their keys."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace

from graphql import (
    REMOVE,
    ConstArgumentNode,
    ConstDirectiveNode,
    FieldDefinitionNode,
    NameNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    StringValueNode,
    Visitor,
    build_client_schema,
    get_introspection_query,
    parse,
    print_ast,
    print_schema,
    visit,
)

from roadshow import Context, UserError

MOST = 1_000
PAGE = 100
"""Ids that `nodes` takes at once."""
_OWN = ("_Any", "_Service", "_service", "_entities")
_LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])'
_BY_ID = ConstArgumentNode(name=NameNode(value="fields"), value=StringValueNode(value="id"))
_KEY = ConstDirectiveNode(name=NameNode(value="key"), arguments=(_BY_ID,))
_SHAREABLE = ConstDirectiveNode(name=NameNode(value="shareable"), arguments=())
_VALUES = ("PageInfo",)
"""Types that other subgraphs define alike."""
_BY_IDS = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"


class SchemaText:
    """The text of one host's schema as a subgraph's, made when it is first asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._text: str | None = None

    def text(self, context: Context) -> str:
        """Return the schema with the key of each type that implements Node."""
        with self._lock:
            if self._text is None:
                answer = context.ask(get_introspection_query(input_value_deprecation=True))
                self._text = subgraph(print_schema(build_client_schema(answer["data"])))
            return self._text


def subgraph(schema: str) -> str:
    """Return a schema's text as a subgraph's: with keys, and without what every subgraph has."""
    return f"{_LINK}\n\n{print_ast(visit(parse(schema, no_location=True), _Marking()))}\n"


class _Marking(Visitor):
    """Marks types with what a gateway must know of them."""

    def enter_object_type_definition(self, node: ObjectTypeDefinitionNode, *_: object) -> object:
        if node.name.value in _OWN:
            return REMOVE
        is_node = any(each.name.value == "Node" for each in node.interfaces or ())
        mark = _KEY if is_node else _SHAREABLE if node.name.value in _VALUES else None
        return None if mark is None else replace(node, directives=(*(node.directives or ()), mark))

    def enter_scalar_type_definition(self, node: ScalarTypeDefinitionNode, *_: object) -> object:
        return REMOVE if node.name.value in _OWN else None

    def enter_field_definition(self, node: FieldDefinitionNode, *_: object) -> object:
        return REMOVE if node.name.value in _OWN else None


def entities(context: Context, representations: Sequence[object]) -> list[str | None]:
    """Return the id of each record, None for what the actor doesn't see, or that is of another type.

    Raises UserError for what isn't a type's name with an id.
    """
    if len(representations) > MOST:
        raise UserError(f"Give at most {MOST} representations; these are {len(representations)}.")
    keys = [_key(each, position) for position, each in enumerate(representations)]
    types: dict[str, str] = {}
    ids = list(dict.fromkeys(identifier for _, identifier in keys))
    for start in range(0, len(ids), PAGE):
        page = ids[start : start + PAGE]
        nodes = context.ask(_BY_IDS, {"ids": page})["data"]["nodes"]
        types |= {identifier: node["__typename"] for identifier, node in zip(page, nodes, strict=True) if node}
    return [identifier if types.get(identifier) == name else None for name, identifier in keys]


def _key(representation: object, position: int) -> tuple[str, str]:
    given = representation if isinstance(representation, Mapping) else {}
    name, identifier = given.get("__typename"), given.get("id")
    if not isinstance(name, str) or not isinstance(identifier, str):
        raise UserError(
            f"representations.{position} needs __typename and id, such as "
            '{"__typename": "Project", "id": "prj_…"}.', field="representations",
        )  # fmt: skip
    return name, identifier
