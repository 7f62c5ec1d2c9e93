"""Streams end soon after their key ends; browsers' sockets open for allowed origins alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from api.operations.settings import ServerSettings
from api.requests.identity import REMEMBERED_SECONDS
from api.requests.subscriptions import RECHECK_SECONDS
from store.access.actors import Actor
from store.access.keys import create, verify
from store.database import Database
from store.enums import Role
from store.models import ApiKey, Investor
from store.models.base import now
from tests.api import small
from tests.api.http.test_websocket import PROTOCOL, talking
from tests.api.running import running
from tests.support import databases

ENDLESS = "subscription {count(to: 100000, pause: 0.05) {value}}"
ENDS: dict[str, dict[str, Any]] = {
    "revoked": {"revoked_at": now},
    "expired": {"expires_at": now},
    "for another subject": {"subject_id": lambda: "inv_2"},
    "of another role": {"role": lambda: Role.REVIEWER, "subject_id": lambda: None},
}
"""What becomes of a key in the database."""


@pytest.fixture(scope="module")
def database(shared_directory: Path) -> Iterator[Database]:
    with databases.fresh("sqlite", shared_directory) as url:
        opened = Database(url)
        yield opened
        opened.dispose()


@pytest.fixture(scope="module")
def server(database: Database) -> Iterator[str]:
    def authenticate(secret: str) -> Actor | None:
        with database.read() as session:
            return verify(session, secret)

    settings = ServerSettings(
        database_url=database.url.render_as_string(hide_password=False), cors_origins=("https://allowed.example",)
    )
    with running(replace(small.assembly(settings), authenticate=authenticate)) as address:
        yield address


@pytest.fixture
def key(database: Database) -> str:
    """The secret of an investor's key that is good for an hour."""
    with database.write(Actor.system("tests")) as session:
        investor = Investor(name={"en": "Example Capital"}, fictional=True)
        session.add(investor)
        session.flush()
        return create(session, Role.INVESTOR, "An investor", investor.id, now() + timedelta(hours=1))[1]


def _end(database: Database, how: str) -> None:
    with database.write(Actor.system("tests")) as session:
        for row in session.scalars(select(ApiKey)):
            for column, value in ENDS[how].items():
                setattr(row, column, value())


def test_a_revoked_key_serves_for_less_than_five_seconds() -> None:
    assert RECHECK_SECONDS + REMEMBERED_SECONDS < 5


@pytest.mark.parametrize("how", ENDS)
def test_a_socket_is_closed_when_its_key_ends(server: str, database: Database, key: str, how: str) -> None:
    with talking(server) as idle, talking(server) as talk:
        idle.begin(Authorization=f"Bearer {key}")
        talk.begin(Authorization=f"Bearer {key}").subscribe("1", ENDLESS)
        assert talk.hear()["type"] == "next"
        _end(database, how)
        assert talk.closed() == 4403
        assert idle.closed() == 4403


@pytest.mark.parametrize("how", ENDS)
def test_an_event_stream_ends_with_its_key(server: str, database: Database, key: str, how: str) -> None:
    headers = {"Accept": "text/event-stream", "Authorization": f"Bearer {key}"}
    with httpx.stream("POST", f"{server}/graphql", json={"query": ENDLESS}, headers=headers, timeout=20) as response:
        lines = response.iter_lines()
        assert any('"value":1' in line for line in lines)
        _end(database, how)
        rest = list(lines)
    assert any('"code":"UNAUTHENTICATED"' in line for line in rest)
    assert "event: complete" in rest


def test_a_stream_without_a_key_goes_on(server: str) -> None:
    with talking(server) as talk:
        talk.begin().subscribe("1", "subscription {count(to: 60, pause: 0.1) {value}}")
        assert len(talk.events("1")) == 60


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "https://allowed.example.evil"])
def test_a_page_of_another_site_opens_no_socket(server: str, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        connect(server.replace("http", "ws") + "/graphql", subprotocols=[PROTOCOL], origin=Origin(origin))
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("origin", ["https://allowed.example", "own"])
def test_own_and_allowed_pages_open_sockets(server: str, origin: str) -> None:
    named = Origin(server if origin == "own" else origin)
    with connect(server.replace("http", "ws") + "/graphql", subprotocols=[PROTOCOL], origin=named) as socket:
        assert socket.subprotocol == PROTOCOL
