"""What schemathesis can't read from the schema: how scalars are written, and which texts only a server can give.

Loaded by ``SCHEMATHESIS_HOOKS``. A cursor is what an earlier answer gave, a weight names a block that runs here, a
mandate tracks that there are: any other text is refused with BAD_USER_INPUT or NOT_FOUND. So where schemathesis makes
one up, it is left out, or another put in its place. A document that isn't valid (a negative test) is sent as it is.
"""

from __future__ import annotations

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
    "PartialDateText": st.sampled_from(PARTIAL_DATES),
}
for name, strategy in SCALARS.items():
    schemathesis.graphql.scalar(name, strategy.map(nodes.String))


BLOCKS = ("text", "track", "industry", "stage", "geography")


class _Known(graphql.Visitor):
    """Puts what a server knows in the place of texts that only it can give."""

    def enter_argument(self, node: graphql.ArgumentNode, *_: object) -> Any:
        if node.name.value in ("after", "before"):
            return graphql.ArgumentNode(name=node.name, value=graphql.NullValueNode())
        return _known_weights(node)

    def enter_object_field(self, node: graphql.ObjectFieldNode, *ancestry: Any) -> Any:
        if node.name.value == "priorityWeights" or (node.name.value == "mandate" and _in_options(ancestry[-1])):
            return graphql.ObjectFieldNode(name=node.name, value=graphql.NullValueNode())
        return _known_weights(node)


def _in_options(ancestors: list[Any]) -> bool:
    return any(isinstance(each, graphql.ArgumentNode) and each.name.value == "options" for each in ancestors)


def _known_weights(node: graphql.ArgumentNode | graphql.ObjectFieldNode) -> Any:
    if node.name.value != "weights" or not isinstance(node.value, graphql.ListValueNode):
        return None
    pairs = zip(node.value.values, BLOCKS, strict=False)
    weights = ", ".join(f'{{block: "{block}", weight: {place}}}' for place, (_, block) in enumerate(pairs))
    return type(node)(name=node.name, value=graphql.parse_const_value(f"[{weights}]"))


@schemathesis.hook
def map_body(context: schemathesis.HookContext, body: graphql.DocumentNode) -> graphql.DocumentNode:
    """Called with each document before it is sent."""
    schema = context.operation.schema.client_schema  # type: ignore[union-attr]
    return body if graphql.validate(schema, body, max_errors=1) else graphql.visit(body, _Known())  # type: ignore[no-any-return]
