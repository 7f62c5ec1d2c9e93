"""What an operation leaves in the event loop ends with it."""

from __future__ import annotations

import asyncio
import gc
import warnings
from typing import Any

import pytest
from graphql import GraphQLSchema, build_schema, parse

from schema.execution.running import complete, executed

DOCUMENT = parse("{ items { name part { name } } }")


def schema_with(resolvers: dict[str, Any]) -> GraphQLSchema:
    schema = build_schema("type Query { items: [Item!]! } type Item { name: String! part: Item }")
    for name, resolve in resolvers.items():
        kind, field = name.split(".")
        schema.type_map[kind].fields[field].resolve = resolve  # type: ignore[attr-defined]
    return schema


@pytest.mark.usefixtures("young_heap")
def test_what_an_error_makes_superfluous_never_runs_in_a_later_operation() -> None:
    ran: list[str] = []

    async def part(item: Any, info: Any) -> Any:
        ran.append(item["name"])
        await asyncio.sleep(0)
        ran.append("late")
        return {"name": "part"}

    def name(item: Any, info: Any) -> str:
        if item["name"] == "broken":
            raise ValueError("broken")
        return str(item["name"])

    schema = schema_with({"Item.part": part, "Item.name": name})
    items = [{"name": "first"}, {"name": "second"}, {"name": "broken"}]
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        result = executed(schema, DOCUMENT, None, root={"items": items})
        assert result.errors is not None
        assert [error.message for error in result.errors] == ["broken"]
        del result
        gc.collect()
    assert not [each for each in warned if "never awaited" in str(each.message)]
    before = list(ran)

    async def next_operation() -> None:
        for _ in range(5):
            await asyncio.sleep(0)

    complete(next_operation())
    assert ran == before
    assert "late" not in ran


def test_what_is_awaited_when_another_fails_is_cancelled() -> None:
    ended: list[str] = []

    async def slow() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise

    async def failing() -> None:
        await asyncio.sleep(0)
        raise ValueError("no")

    async def both() -> None:
        await asyncio.gather(slow(), failing())

    with pytest.raises(ValueError, match="no"):
        complete(both())
    assert ended == ["cancelled"]
