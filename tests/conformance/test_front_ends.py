"""Apollo Client, urql, Relay, graphql-ws and graphql-sse, as docs/clients.md sets them up, with the real schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from api.assembly.rooms import assemble
from api.http import websocket
from api.operations.settings import Limits
from tests.api.operations.test_processes import free_port, serving
from tests.api.running import running
from tests.conformance.conftest import Node
from tests.conformance.served import Served, checked, clients, documented_modules

pytestmark = [pytest.mark.nightly, pytest.mark.node]


@pytest.fixture(scope="module")
def folder(schema_file: Path, node: Node, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clients(schema_file, tmp_path_factory.mktemp("clients"))


def test_apollo_client(node: Node, real: Served, folder: Path) -> None:
    said = checked(node, folder, "apollo.mjs", real.described())
    assert len(said["passed"]) == 9
    assert said["warnings"] == []


def test_urql(node: Node, real: Served, folder: Path) -> None:
    said = checked(node, folder, "urql.mjs", real.described())
    assert len(said["passed"]) == 10
    assert said["warnings"] == []


def test_relay(node: Node, real: Served, folder: Path) -> None:
    done = node.run("relay-compiler", cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    said = checked(node, folder, "relay.mjs", real.described())
    assert len(said["passed"]) == 4
    assert said["warnings"] == []


def test_streams(node: Node, real: Served, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket, "INIT_SECONDS", 4.0)
    assert len(checked(node, folder, "streams.mjs", real.described())["passed"]) == 9


def test_subscriptions_go_on_when_the_server_was_restarted(node: Node, folder: Path, sqlite_url: str) -> None:
    port = free_port()
    known = json.dumps({"url": f"http://127.0.0.1:{port}/graphql"})
    with serving(sqlite_url, port=port) as server, node.begin("restarted.mjs", known, folder) as clients:
        try:
            assert clients.stdout is not None
            assert clients.stdout.readline() == "listening\n"
            server.stop()
            with serving(sqlite_url, port=port):
                said, problems = clients.communicate(timeout=180)
        finally:
            clients.kill()
    assert clients.returncode == 0, said + problems
    assert json.loads(said)[0] == 1012


@pytest.fixture(scope="module")
def trusted(node: Node, real: Served, folder: Path) -> Iterator[Served]:
    """A server on the same data, as in production, that executes registered operations alone."""
    registered = node.run("node", "register.mjs", cwd=folder)
    assert registered.returncode == 0, registered.stderr
    file = folder / "operations.json"
    file.write_text(registered.stdout)
    settings = real.assembly.settings.model_copy(
        update={"trusted_documents": file, "development": False, "limits": Limits()}
    )
    with running(assemble(settings)) as address:
        yield replace(real, more={"trusted": f"{address}/graphql"})


def test_trusted_documents(node: Node, trusted: Served, folder: Path) -> None:
    assert len(checked(node, folder, "trusted.mjs", trusted.described())["passed"]) == 3


def test_every_documented_module_is_used(folder: Path) -> None:
    scripts = "\n".join(path.read_text() for path in folder.glob("*.mjs") if path.name not in documented_modules())
    assert documented_modules()
    modules = {name for name in documented_modules() if name.endswith(".mjs")}
    for name in modules - {"city.mjs", "watch.mjs"}:  # programs, which test_clients_page.py runs
        assert json.dumps(f"./{name}") in scripts, name
