"""No fault of an input is told twice: each mutation is sent empty and useless values, drawn from its own arguments."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    get_named_type,
)

from schema.execution.execute import execute
from schema.request.context import Services
from schema.types.build import RoadshowSchema
from store.enums import Role
from tests.schema.samples import SampleRecords

EMPTY: dict[str, object] = {
    "String": "", "ID": "", "Int": 0, "Float": 0.0, "Boolean": False, "LanguageTag": "EN", "CurrencyCode": "CNY",
    "Decimal": "0", "PartialDateText": "", "ZonedDateTime": "", "Date": "2024-01-01",
    "DateTime": "2024-01-01T00:00:00Z", "JSON": {},
}  # fmt: skip
USELESS: dict[str, object] = {
    **EMPTY, "String": "?" * 5_000, "ID": "nonsense", "Int": -9_000, "Float": -9_000.0, "Boolean": True,
    "LanguageTag": "not a language", "CurrencyCode": "QQQ", "Decimal": "much", "PartialDateText": "soon",
    "ZonedDateTime": "soon",
}  # fmt: skip


def value_of(kind: Any, scalars: dict[str, object], items: int, depth: int = 0) -> object:
    """A value of an input type: its fields are all given, its lists have so many equal items."""
    if isinstance(kind, GraphQLNonNull):
        return value_of(kind.of_type, scalars, items, depth)
    if isinstance(kind, GraphQLList):
        return [value_of(kind.of_type, scalars, items, depth) for _ in range(items)]
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    if isinstance(kind, GraphQLInputObjectType):
        own = {
            name: each.type for name, each in kind.fields.items() if depth < 3 or isinstance(each.type, GraphQLNonNull)
        }
        return {name: value_of(each, scalars, items, depth + 1) for name, each in own.items()}
    assert isinstance(kind, GraphQLScalarType)
    return scalars[kind.name]


INPUTS = {"empty": (EMPTY, 0), "an empty item": (EMPTY, 1), "useless": (USELESS, 1), "useless twice": (USELESS, 2)}


@pytest.mark.nightly_on_postgresql
@pytest.mark.parametrize("name", INPUTS)
def test_no_path_has_two_errors(schema: RoadshowSchema, services: Services, samples: SampleRecords, name: str) -> None:
    mutations = schema._schema.mutation_type
    assert mutations is not None
    scalars, items = INPUTS[name]
    doubled: dict[str, list[str]] = {}
    told = 0
    for mutation, field in mutations.fields.items():
        payload = get_named_type(field.type)
        assert isinstance(payload, GraphQLObjectType)
        given = {each: value_of(own.type, scalars, items) for each, own in field.args.items()}
        given |= {each: None for each in ("idempotencyKey", "ifVersion") if each in given}
        head = ", ".join(f"${each}: {own.type}" for each, own in field.args.items())
        passed = ", ".join(f"{each}: ${each}" for each in field.args)
        rows = "results { userErrors { message field } }" if "results" in payload.fields else ""
        query = f"mutation ({head}) {{ {mutation}({passed}) {{ userErrors {{ message field }} {rows} }} }}"
        result = execute(schema, services, samples.as_(Role.ADMIN), query, variables=given)
        answer = (result.data or {}).get(mutation) or {}
        found: dict[str, list[str]] = defaultdict(list)
        for part in (answer, *answer.get("results", ())):
            for each in part.get("userErrors", ()):
                found[".".join(each["field"])].append(each["message"])
        told += len(found)
        doubled |= {f"{mutation}: {path}": messages for path, messages in found.items() if len(messages) > 1}
        if mutation != "startLearning":  # which needs the host
            assert answer, result.errors
    assert told > len(mutations.fields)
    assert doubled == {}
