"""The same rows are seen on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from graphql import ExecutionResult

from store.enums import Role
from tests.schema.sql.test_visibility import EVERYBODY, ROWS
from tests.schema.world import World


@pytest.mark.parametrize("role", list(Role))
def test_the_same_rows_on_both_databases(run: Callable[..., ExecutionResult], world: World, role: Role) -> None:
    ids = world.nodes
    result = run("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": list(ids.values())}, world.as_(role))
    assert result.data
    found = {node["id"] for node in result.data["nodes"] if node}
    seen = {short for short, identifier in ids.items() if identifier in found}
    assert seen == {short for short in ids if role in ROWS.get(short, EVERYBODY)}
