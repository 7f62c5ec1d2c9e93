"""Streams end soon after their key was revoked or changed; browsers' sockets open for allowed origins alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from api.operations.settings import ServerSettings
from api.requests.identity import REMEMBERED_SECONDS
from api.requests.subscriptions import RECHECK_SECONDS
from store.access.actors import Actor
from store.enums import Role
from tests.api import small
from tests.api.http.test_websocket import PROTOCOL, talking
from tests.api.running import running
from tests.support import databases

ENDLESS = "subscription {count(to: 100000, pause: 0.05) {value}}"
KEYS: dict[str, Actor] = {}


@pytest.fixture(scope="module")
def server(shared_directory: Path) -> Iterator[str]:
    with databases.fresh("sqlite", shared_directory) as url:
        settings = ServerSettings(database_url=url, cors_origins=("https://allowed.example",))
        with running(replace(small.assembly(settings), authenticate=KEYS.get)) as address:
            yield address


@pytest.fixture(autouse=True)
def _key() -> None:
    KEYS["key"] = Actor(Role.INVESTOR, "key_1", "inv_1", "An investor")


def _end(how: str) -> None:
    if how == "revoked":
        del KEYS["key"]
    else:
        KEYS["key"] = Actor(Role.INVESTOR, "key_1", "inv_2", "Another investor")


def test_a_revoked_key_serves_for_less_than_five_seconds() -> None:
    assert RECHECK_SECONDS + REMEMBERED_SECONDS < 5


@pytest.mark.parametrize("how", ["revoked", "changed"])
def test_a_socket_is_closed_when_its_key_ends(server: str, how: str) -> None:
    with talking(server) as idle, talking(server) as talk:
        idle.begin(Authorization="Bearer key")
        talk.begin(Authorization="Bearer key").subscribe("1", ENDLESS)
        assert talk.hear()["type"] == "next"
        _end(how)
        assert talk.closed() == 4403
        assert idle.closed() == 4403


@pytest.mark.parametrize("how", ["revoked", "changed"])
def test_an_event_stream_ends_with_its_key(server: str, how: str) -> None:
    headers = {"Accept": "text/event-stream", "Authorization": "Bearer key"}
    with httpx.stream("POST", f"{server}/graphql", json={"query": ENDLESS}, headers=headers, timeout=20) as response:
        lines = response.iter_lines()
        assert any('"value":1' in line for line in lines)
        _end(how)
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
