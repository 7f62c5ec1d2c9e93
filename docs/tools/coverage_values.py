"""Which fields of the schema have a value in the records of a programme, asked of the API itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from graphql import GraphQLObjectType, GraphQLSchema, get_named_type, is_leaf_type, is_required_argument

from schema.execution.execute import execute
from schema.request.context import Services
from schema.types.build import RoadshowSchema
from store.access.actors import Actor

MOST = 100
"""Records in one question."""


def valued_fields(
    schema: RoadshowSchema, services: Services, records: Mapping[str, Iterable[tuple[str, str]]]
) -> Iterator[tuple[str, str]]:
    """Pairs of programme and `Type.field` for which a record has a value.

    `records` holds for each type the pairs of programme and id. Null, an empty list and an empty connection are none.
    """
    for name, pairs in records.items():
        kind = schema._schema.type_map.get(name)
        if not isinstance(kind, GraphQLObjectType):
            continue
        by_programme: dict[str, list[str]] = defaultdict(list)
        for programme, identifier in pairs:
            by_programme[programme].append(identifier)
        fields = [each for each in kind.fields if _askable(kind, each)]
        for programme, ids in by_programme.items():
            for field in _valued(schema, services, kind, fields, ids):
                yield programme, f"{name}.{field}"


def _valued(
    schema: RoadshowSchema, services: Services, kind: GraphQLObjectType, fields: list[str], ids: list[str]
) -> set[str]:
    found: set[str] = set()
    selections = {field: f"{field} {_selection(schema._schema, kind, field)}" for field in fields}
    for start in range(0, len(ids), MOST):
        open_fields = [selections[field] for field in fields if field not in found]
        text = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on {kind.name} {{ {' '.join(open_fields)} }} }} }}"
        answer = execute(schema, services, Actor.system("coverage"), text, variables={"ids": ids[start : start + MOST]})
        for node in (answer.data or {}).get("nodes", ()):
            found.update(field for field, value in (node or {}).items() if _holds(value))
    return found


def _askable(kind: GraphQLObjectType, field: str) -> bool:
    """Return whether it is data: no argument is required, and it isn't worked out by the recommender."""
    definition = kind.fields[field]
    named = get_named_type(definition.type).name
    computed = named.startswith("Ranked") or named in ("Fit", "Standing", "FitMatrix", "PlaceGaps")
    return not computed and not any(is_required_argument(each) for each in definition.args.values())


def _selection(schema: GraphQLSchema, kind: GraphQLObjectType, field: str) -> str:
    named = get_named_type(kind.fields[field].type)
    if is_leaf_type(named):
        return ""
    return "{ edges { __typename } }" if named.name.endswith("Connection") else "{ __typename }"


def _holds(value: Any) -> bool:
    if isinstance(value, dict) and "edges" in value:
        return bool(value["edges"])
    return value is not None and value not in ([], "")
