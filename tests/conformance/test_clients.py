"""Other people's suites and clients against a running server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.operations.settings import ServerSettings
from tests.api import small
from tests.api.running import running
from tests.conformance.conftest import Node
from tests.conformance.served import Served
from tests.support import databases

pytestmark = pytest.mark.node


@pytest.fixture(scope="module")
def server(shared_directory: Path) -> Iterator[str]:
    with (
        databases.fresh("sqlite", shared_directory) as url,
        running(small.assembly(ServerSettings(database_url=url, development=True))) as address,
    ):
        yield f"{address}/graphql"


def last_line(node: Node, script: str, address: str) -> Any:
    done = node.run("node", script, address)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_every_check_of_the_graphql_over_http_audit_passes(node: Node, real: Served) -> None:
    checks = last_line(node, "audit.mjs", real.url)
    assert len(checks) >= 61
    assert [check for check in checks if check["status"] != "ok"] == []


def test_the_clients_of_graphql_ws_and_graphql_sse_are_served(node: Node, server: str) -> None:
    seen = last_line(node, "streams.mjs", server)
    for client in ("socket", "events"):
        assert seen[client]["subscription"] == [{"count": {"value": value}} for value in (1, 2, 3)], client
        assert seen[client]["leftEarly"] == [{"count": {"value": value}} for value in (1, 2)], client
        assert seen[client]["query"] == [{"hello": "Hello, samples"}], client
        assert seen[client]["mutation"] == [{"shout": "A"}], client
        assert seen[client]["breaks"][0] == {"stumbles": 1}, client
        assert "INTERNAL" in json.dumps(seen[client]["breaks"][1]), client
    assert seen["socket"]["invalid"] == [{"failed": ["GRAPHQL_VALIDATION_FAILED"]}]
    assert seen["events"]["invalid"] == [{"errors": ["GRAPHQL_VALIDATION_FAILED"]}]
    assert seen["socket"]["who"] == [{"who": "INVESTOR"}]
    assert seen["socket"]["wrongKey"] == 4403
    assert seen["socket"]["pong"] is True
