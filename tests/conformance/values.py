"""What schemathesis can't read from the schema: how scalars are written, which texts only a server can give, who may
do what.

Loaded by ``SCHEMATHESIS_HOOKS``. Documents are sent as each role in turn: which one follows from the document alone, so
that a failure can be repeated. A refusal that the schema can't foretell is right: what a role may not do, and what
passes a limit. A page has a size from 0 to a maximum, a cursor is what an earlier answer gave, a weight names a block
that runs here, a mandate tracks that there are, a look-up has exactly one key, an external id a namespace: anything
else is refused with BAD_USER_INPUT or NOT_FOUND. So where schemathesis makes one up, it is left out, or another put in
its place. A document that isn't valid (a negative test) is sent as it is.
"""

from __future__ import annotations

import json
import os
import zlib
from typing import Any

import graphql
import schemathesis
from hypothesis import strategies as st
from schemathesis.graphql import nodes

LANGUAGES = ("en", "zh", "zh-Hant-TW", "fr")
PARTIAL_DATES = ("2024", "2024-H1", "2024-07", "2024-07-mid", "2024-07-16", "--07-06")
SCALARS: dict[str, st.SearchStrategy[str]] = {
    "CurrencyCode": st.sampled_from(("CNY", "EUR", "USD")),
    "Date": st.dates().map(str),
    "DateTime": st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat()),
    "Decimal": st.decimals(-(10**9), 10**9, places=2).map(str),
    "LanguageTag": st.sampled_from(LANGUAGES),
    "ZonedDateTime": st.sampled_from(("2026-05-01 17:00 Asia/Shanghai", "2026-05-01T17:00:00+08:00[Asia/Shanghai]")),
    "PartialDateText": st.sampled_from(PARTIAL_DATES),
}
for name, strategy in SCALARS.items():
    schemathesis.graphql.scalar(name, strategy.map(nodes.String))


BLOCKS = ("text", "track", "industry", "stage", "geography")


LOOKUPS = {"id": "prj_0", "code": "320583", "externalId": "gb:320583"}
"""The keys by which a record is looked up, exactly one at a time, and a value of each."""
RANGES = {"first": (0, 100), "last": (0, 100), "best": (1, 300)}
"""The least and largest value of arguments that are numbers."""
_EXTERNAL_ID = graphql.StringValueNode(value=LOOKUPS["externalId"])


class _Known(graphql.Visitor):
    """Puts what a server knows in the place of texts that only it can give."""

    def __init__(self, types: graphql.TypeInfo) -> None:
        super().__init__()
        self.types = types

    def enter_field(self, node: graphql.FieldNode, *_: object) -> Any:
        field = self.types.get_field_def()
        if field is not None and {"best", "projects"} <= field.args.keys():
            return _without_best(node)
        if field is None or "externalId" not in field.args:
            return None
        return _with_one_key(node, [key for key in LOOKUPS if key in field.args])

    def enter_argument(self, node: graphql.ArgumentNode, *_: object) -> Any:
        if node.name.value in ("after", "before"):
            return graphql.ArgumentNode(name=node.name, value=graphql.NullValueNode())
        if node.name.value in RANGES and isinstance(node.value, graphql.IntValueNode):
            least, most = RANGES[node.name.value]
            within = least + abs(int(node.value.value)) % (most - least + 1)
            return graphql.ArgumentNode(name=node.name, value=graphql.IntValueNode(value=str(within)))
        return _known_weights(node)

    def enter_object_field(self, node: graphql.ObjectFieldNode, *ancestry: Any) -> Any:
        if node.name.value == "priorityWeights" or (node.name.value == "mandate" and _in_options(ancestry[-1])):
            return graphql.ObjectFieldNode(name=node.name, value=graphql.NullValueNode())
        if node.name.value == "externalIds" and isinstance(node.value, graphql.ListValueNode):
            value = graphql.ListValueNode(values=tuple(_EXTERNAL_ID for _ in node.value.values))
            return graphql.ObjectFieldNode(name=node.name, value=value)
        return _known_weights(node)


def _without_best(node: graphql.FieldNode) -> graphql.FieldNode:
    """Projects by id and the best of all are asked for one at a time."""
    given = {each.name.value: each for each in node.arguments or ()}
    if {"best", "projects"} <= given.keys():
        del given["best"]
    return graphql.FieldNode(
        alias=node.alias, name=node.name, arguments=tuple(given.values()), directives=node.directives,
        selection_set=node.selection_set,
    )  # fmt: skip


def _with_one_key(node: graphql.FieldNode, keys: list[str]) -> graphql.FieldNode:
    """Look-ups with each of their keys: which one follows from the field's text. Made-up ids and codes stay."""
    key = keys[zlib.crc32(graphql.print_ast(node).encode()) % len(keys)]
    given = {each.name.value: each for each in node.arguments or ()}
    made = graphql.ArgumentNode(name=graphql.NameNode(value=key), value=graphql.StringValueNode(value=LOOKUPS[key]))
    stays = key != "externalId" and key in given and isinstance(given[key].value, graphql.StringValueNode)
    others = [each for name, each in given.items() if name not in keys]
    return graphql.FieldNode(
        alias=node.alias, name=node.name, arguments=(*others, given[key] if stays else made),
        directives=node.directives, selection_set=node.selection_set,
    )  # fmt: skip


def _in_options(ancestors: list[Any]) -> bool:
    return any(isinstance(each, graphql.ArgumentNode) and each.name.value == "options" for each in ancestors)


def _known_weights(node: graphql.ArgumentNode | graphql.ObjectFieldNode) -> Any:
    if node.name.value != "weights" or not isinstance(node.value, graphql.ListValueNode):
        return None
    pairs = zip(node.value.values, BLOCKS, strict=False)
    weights = ", ".join(f'{{block: "{block}", weight: {place}}}' for place, (_, block) in enumerate(pairs))
    return type(node)(name=node.name, value=graphql.parse_const_value(f"[{weights}]"))


KEYS: list[str | None] = list(json.loads(os.environ["ROADSHOW_SCHEMATHESIS_KEYS"]))
"""The key of each role; None for whoever has none."""
RIGHT = {"FORBIDDEN", "LIMIT_EXCEEDED"}


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: schemathesis.Case, kwargs: dict[str, Any]) -> None:
    """Called before each request."""
    key = KEYS[zlib.crc32(_text(case.body).encode()) % len(KEYS)]
    if key is not None:
        case.headers["Authorization"] = f"Bearer {key}"


@schemathesis.hook
def after_call(context: schemathesis.HookContext, case: schemathesis.Case, response: Any) -> None:
    """Called with each response. One that rightly refuses is put as schemathesis expects it of its kind of test."""
    try:
        content = json.loads(response.content)
        codes = {error["extensions"]["code"] for error in content["errors"]}
    except (ValueError, KeyError, TypeError):
        return
    positive = case.meta is not None and case.meta.generation.mode.is_positive
    right = RIGHT | ({"GRAPHQL_VALIDATION_FAILED"} if positive and not _is_valid(case) else set())
    if response.status_code >= 500 or not codes <= right:
        return
    if positive:
        content = {"data": content.get("data") or {}}
    else:
        for error in content["errors"]:
            error["extensions"]["code"] = "BAD_REQUEST"
    response.content = json.dumps(content).encode()


def _text(body: Any) -> str:
    return body if isinstance(body, str) else graphql.print_ast(body)


def _is_valid(case: schemathesis.Case) -> bool:
    """Whether a document is valid; of those meant to be, some have fields of unions that can't be merged."""
    schema = case.operation.schema.client_schema  # type: ignore[attr-defined]
    return not graphql.validate(schema, graphql.parse(_text(case.body)), max_errors=1)


@schemathesis.hook
def map_body(context: schemathesis.HookContext, body: graphql.DocumentNode) -> graphql.DocumentNode:
    """Called with each document before it is sent."""
    schema = context.operation.schema.client_schema  # type: ignore[union-attr]
    if graphql.validate(schema, body, max_errors=1):
        return body
    types = graphql.TypeInfo(schema)
    return graphql.visit(body, graphql.TypeInfoVisitor(types, _Known(types)))  # type: ignore[no-any-return]
