"""A database that is down, or has no connection left, and rankings that still load: 503, and when to come back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from starlette.testclient import TestClient

from api.assembly.app import application
from api.assembly.rooms import Assembly, assemble
from api.operations.settings import ServerSettings
from recommender.snapshot import follower
from schema.declarations.errors import client_errors
from store.access.actors import Actor
from store.access.keys import create
from store.database import Database
from store.database.environment import is_unavailable
from store.enums import PlaceType, Role
from store.models import Place

GRAPHQL = {"Accept": "application/graphql-response+json"}
READ = {"query": "{ projects(first: 1) { nodes { id } } }"}
RANKED = "query($id: ID!) { place(id: $id) { rankedProjects(first: 1) { edges { node { id } } } } }"


def served(url: str) -> Assembly:
    return assemble(ServerSettings(database_url=url, encode_in_background=False, plugins={"host": {"only": []}}))


@pytest.fixture
def broken(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """A server whose database goes away after its start, for keys that were known before and for new ones."""
    assembly = served(database_url)
    with TestClient(application(assembly), raise_server_exceptions=False) as client:
        assert client.post("/graphql", json=READ, headers=GRAPHQL).status_code == 200

        def gone(*_: Any, **__: Any) -> Any:
            raise OperationalError("SELECT 1", {}, psycopg.OperationalError("connection refused"))

        assembly.database.engine.dispose()
        monkeypatch.setattr(assembly.database.engine, "raw_connection", gone)
        monkeypatch.setattr(assembly.database.engine.pool, "connect", gone)
        compiled: Any = assembly.compiled
        if compiled is not None:
            for name in ("answer_ready", "answer_waiting"):
                monkeypatch.setattr(compiled, name, lambda *_: None)
            monkeypatch.setattr(compiled.connections, "fetch", gone)
        yield client


async def _none(*_: Any) -> None:
    return None


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer rs_unknown"}], ids=["no key", "a key"])
def test_a_database_that_is_down_is_unavailable(
    broken: TestClient, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    from api.requests.execution import Execution

    monkeypatch.setattr(Execution, "answer_waiting", _none)
    for accept in (GRAPHQL, {"Accept": "application/json"}):
        response = broken.post("/graphql", json=READ, headers={**accept, **headers})
        if headers:  # a mistyped key is told without asking the database
            assert response.status_code == 401
            continue
        assert response.status_code == 503, response.text
        error = response.json()["errors"][0]
        assert error["extensions"]["code"] == "UNAVAILABLE"
        assert response.headers["retry-after"] == str(error["extensions"]["retryAfter"])
        assert "refused" not in response.text
        assert "SELECT" not in response.text


def test_a_key_that_can_not_be_looked_up_is_unavailable(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(database_url)
    with database.write(Actor.system("test")) as session:
        _, secret = create(session, Role.ORGANISER, "An organiser")
    database.dispose()
    assembly = served(database_url)

    def gone(_: str) -> Any:
        raise NoConnectionError("QueuePool limit of size 8 overflow 8 reached")

    import dataclasses

    with TestClient(application(dataclasses.replace(assembly, authenticate=gone))) as client:
        response = client.post("/graphql", json=READ, headers={**GRAPHQL, "Authorization": f"Bearer {secret}"})
    assert response.status_code == 503
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
    assert response.headers["retry-after"]


@pytest.mark.parametrize(
    ("error", "unavailable"),
    [
        (NoConnectionError("QueuePool limit"), True),
        (psycopg.OperationalError("server closed the connection unexpectedly"), True),
        (OperationalError("SELECT 1", {}, psycopg.errors.TooManyConnections("too many clients")), True),
        (OperationalError("SELECT 1", {}, psycopg.errors.AdminShutdown("terminating")), True),
        (OperationalError("SELECT 1", {}, psycopg.errors.UndefinedColumn("no such column")), False),
        (RuntimeError("a defect"), False),
        (None, False),
    ],
)
def test_what_is_the_surroundings_fault_is_told_from_defects(error: Exception | None, unavailable: bool) -> None:
    from graphql import GraphQLError

    assert is_unavailable(error) is unavailable
    if error is not None:
        found = client_errors([GraphQLError("", original_error=error)])[0]
        assert (found.extensions or {})["code"] == ("UNAVAILABLE" if unavailable else "INTERNAL")


def test_a_ranking_that_is_asked_for_while_everything_loads_is_told_so(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower, "LOADING_SECONDS", 0.2)
    assembly = served(sqlite_url)
    with assembly.database.write(Actor.system("test")) as session:
        place = Place(name={"en": "Somewhere"}, type=PlaceType.COUNTY_LEVEL_CITY)
        session.add(place)
        session.flush()
        asked = {"query": RANKED, "variables": {"id": place.id}}
    keeper: Any = assembly.recommender.keeper  # type: ignore[union-attr]
    loading, free = threading.Event(), threading.Event()
    load = keeper._load

    def slow(session: Any) -> Any:
        loading.set()
        assert free.wait(60)
        return load(session)

    monkeypatch.setattr(keeper, "_load", slow)
    with TestClient(application(assembly)) as client:
        try:
            assert loading.wait(60)
            response = client.post("/graphql", json=asked, headers=GRAPHQL)
            assert response.json()["data"] == {"place": {"rankedProjects": None}}
            error = response.json()["errors"][0]
            assert error["message"] == "Rankings are still loading. Try again in a moment."
            assert error["extensions"]["code"] == "UNAVAILABLE"
            assert response.headers["retry-after"] == "5"
            assert client.post("/graphql", json=READ, headers=GRAPHQL).status_code == 200
        finally:
            free.set()
