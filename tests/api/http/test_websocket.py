"""Subscriptions over graphql-transport-ws, spoken by a real client over a real socket."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

PROTOCOL = Subprotocol("graphql-transport-ws")


class Talk:
    """A socket that speaks JSON."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    def say(self, **message: Any) -> None:
        self.socket.send(json.dumps(message))

    def hear(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self.socket.recv(timeout=20))
        return message

    def closed(self) -> int:
        """The code with which the server closes."""
        try:
            while True:
                self.socket.recv(timeout=20)
        except ConnectionClosed as closed:
            return int(closed.rcvd.code) if closed.rcvd else 0

    def begin(self, **payload: Any) -> Talk:
        self.say(type="connection_init", payload=payload)
        assert self.hear() == {"type": "connection_ack"}
        return self

    def subscribe(self, identifier: str, query: str, **members: Any) -> None:
        self.say(id=identifier, type="subscribe", payload={"query": query, **members})

    def events(self, identifier: str) -> list[Any]:
        """Data of the operation's events until it is complete."""
        found = []
        while (message := self.hear())["type"] == "next":
            assert message["id"] == identifier
            found.append(message["payload"]["data"])
        assert message == {"id": identifier, "type": "complete"}
        return found


@contextmanager
def talking(server: str, protocol: Subprotocol | None = PROTOCOL) -> Iterator[Talk]:
    address = server.replace("http", "ws") + "/graphql"
    with connect(address, subprotocols=[protocol] if protocol else None) as socket:
        yield Talk(socket)


@pytest.fixture
def talk(server: str) -> Iterator[Talk]:
    with talking(server) as talk:
        yield talk


def test_a_subscription_gives_its_events_and_completes(talk: Talk) -> None:
    talk.begin().subscribe("1", "subscription($n: Int!) {count(to: $n) {value doubled}}", variables={"n": 3})
    assert talk.events("1") == [{"count": {"value": n, "doubled": 2 * n}} for n in (1, 2, 3)]


def test_queries_and_mutations_go_over_the_socket_too(talk: Talk) -> None:
    talk.begin().subscribe("q", "{hello}")
    assert talk.events("q") == [{"hello": "Hello, samples"}]
    talk.subscribe("m", 'mutation {shout(word: "a")}')
    assert talk.events("m") == [{"shout": "A"}]


def test_operations_run_side_by_side(talk: Talk) -> None:
    talk.begin().subscribe("slow", "subscription {count(to: 1000, pause: 1) {value}}")
    assert talk.hear()["id"] == "slow"
    talk.subscribe("quick", "{hello}")
    assert talk.hear()["id"] == "quick"


def test_complete_ends_a_subscription_and_its_id_may_be_used_again(talk: Talk) -> None:
    talk.begin().subscribe("1", "subscription {count(to: 1000000, pause: 0.001) {value}}")
    talk.hear()
    talk.say(id="1", type="complete")
    talk.subscribe("2", "{hello}")
    while talk.hear()["id"] != "2":
        pass
    talk.hear()
    talk.subscribe("1", "{who}")
    assert talk.events("1") == [{"who": "PUBLIC"}]


def test_ping_is_answered(talk: Talk) -> None:
    talk.say(type="ping")
    assert talk.hear() == {"type": "pong"}
    talk.begin().say(type="ping")
    assert talk.hear() == {"type": "pong"}
    talk.say(type="pong")
    talk.subscribe("1", "{hello}")
    assert talk.events("1")


@pytest.mark.parametrize("name", ["Authorization", "authorization"])
def test_the_key_goes_with_the_connection(talk: Talk, name: str) -> None:
    talk.begin(**{name: "Bearer investor-key"}).subscribe("1", "{who}")
    assert talk.events("1") == [{"who": "INVESTOR"}]


def test_a_wrong_key_closes(talk: Talk) -> None:
    talk.say(type="connection_init", payload={"Authorization": "Bearer wrong"})
    assert talk.closed() == 4403


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{nothing}"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "subscription {count(to: 1) {value}}", "operationName": "x"}, "BAD_REQUEST"),
        ({"query": "subscription($n: Int!) {count(to: $n) {value}}"}, "BAD_USER_INPUT"),
        ({"query": 5}, "BAD_REQUEST"),
        ({}, "BAD_REQUEST"),
    ],
)
def test_an_operation_that_can_not_begin_is_an_error_message(talk: Talk, payload: dict[str, Any], code: str) -> None:
    talk.begin().say(id="1", type="subscribe", payload=payload)
    message = talk.hear()
    assert (message["id"], message["type"]) == ("1", "error")
    assert [error["extensions"]["code"] for error in message["payload"]] == [code]
    talk.subscribe("1", "{hello}")  # the socket lives on, and the id is free
    assert talk.events("1")


def test_a_stream_that_breaks_is_masked(talk: Talk) -> None:
    talk.begin().subscribe("1", "subscription {stumbles}")
    assert talk.hear()["payload"]["data"] == {"stumbles": 1}
    message = talk.hear()
    assert message["type"] == "error"
    assert "secret" not in json.dumps(message)
    assert message["payload"][0]["extensions"]["code"] == "INTERNAL"


@pytest.mark.parametrize(
    ("messages", "code"),
    [
        (['{"id":"1","type":"subscribe","payload":{"query":"{hello}"}}'], 4401),
        (['{"type":"connection_init"}', '{"type":"connection_init"}'], 4429),
        (['{"type":"connection_init"}', '{"type":"nonsense"}'], 4400),
        (['{"type":"connection_init"}', '{"type":"subscribe","payload":{"query":"{hello}"}}'], 4400),
        (['{"type":"connection_init"}', '{"id":"1","type":"subscribe"}'], 4400),
        (["{"], 4400),
        (['{"type":"ping","payload":' + "[" * 70 + "]" * 70 + "}"], 4400),
        (['{"type":"ping","type":"connection_init"}'], 4400),
        (["null"], 4400),
        (["[1]"], 4400),
        (['{"type":5}'], 4400),
        (['{"type":"connection_init","payload":5}'], 4400),
        (
            ['{"type":"connection_init"}']
            + ['{"id":"1","type":"subscribe","payload":{"query":"subscription {count(to: 9, pause: 9) {value}}"}}'] * 2,
            4409,
        ),
    ],
)
def test_a_breach_of_the_protocol_closes_with_its_code(talk: Talk, messages: list[str], code: int) -> None:
    for message in messages:
        talk.socket.send(message)
    assert talk.closed() == code


def test_another_protocol_is_refused(server: str) -> None:
    with talking(server, None) as talk:
        assert talk.closed() == 4406


def test_a_socket_has_so_many_subscriptions_at_most(talk: Talk) -> None:
    talk.begin()
    for number in range(101):
        talk.subscribe(str(number), "subscription {count(to: 2, pause: 30) {value}}")
    messages = [talk.hear() for _ in range(101)]
    refused = [message for message in messages if message["type"] == "error"]
    assert [message["id"] for message in refused] == ["100"]
    assert refused[0]["payload"][0]["extensions"]["code"] == "LIMIT_EXCEEDED"
