"""Subscriptions as server-sent events, in the 'distinct connections' mode of graphql-sse."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

EVENTS = "text/event-stream"


def stream(client: httpx.Client, query: str, accept: str = EVENTS, **members: Any) -> tuple[httpx.Headers, bytes]:
    headers = {"Accept": accept}
    with client.stream("POST", "/graphql", json={"query": query, **members}, headers=headers) as response:
        return response.headers, response.read()


def events(body: bytes) -> list[tuple[str, Any]]:
    found = []
    for block in body.decode().split("\n\n"):
        lines = dict(
            line.split(": ", 1) if ": " in line else (line.rstrip(":"), "") for line in block.split("\n") if line
        )
        if "event" in lines:
            found.append((lines["event"], json.loads(lines["data"]) if lines["data"] else None))
    return found


def test_a_subscription_gives_its_events_and_completes(client: httpx.Client) -> None:
    headers, body = stream(client, "subscription {count(to: 2) {value}}")
    assert headers["content-type"].startswith(EVENTS)
    assert b"\r" not in body
    assert events(body) == [
        ("next", {"data": {"count": {"value": 1}}}),
        ("next", {"data": {"count": {"value": 2}}}),
        ("complete", None),
    ]


def test_a_subscription_by_get(client: httpx.Client) -> None:
    parameters = {"query": "subscription {count(to: 1) {value}}"}
    response = client.get("/graphql", params=parameters, headers={"Accept": EVENTS})
    assert [name for name, _ in events(response.content)] == ["next", "complete"]


@pytest.mark.parametrize("accept", [f"{EVENTS}, application/json", f"application/json, {EVENTS}"])
def test_json_is_preferred_for_what_is_no_subscription(client: httpx.Client, accept: str) -> None:
    headers, body = stream(client, "{hello}", accept)
    assert headers["content-type"].startswith("application/json")
    assert json.loads(body) == {"data": {"hello": "Hello, samples"}, "extensions": {"cost": 1}}


def test_a_query_is_a_stream_of_one_where_nothing_else_is_taken(client: httpx.Client) -> None:
    _, body = stream(client, "{hello}")
    answer = {"data": {"hello": "Hello, samples"}, "extensions": {"cost": 1}}
    assert events(body) == [("next", answer), ("complete", None)]


def test_a_mutation_does_not_go_by_get(client: httpx.Client) -> None:
    parameters = {"query": 'mutation {shout(word: "a")}'}
    response = client.get("/graphql", params=parameters, headers={"Accept": EVENTS})
    assert response.status_code == 405


@pytest.mark.parametrize(("query", "code"), [("{nothing}", "GRAPHQL_VALIDATION_FAILED"), ("{", "GRAPHQL_PARSE_FAILED")])
def test_errors_of_a_document_come_as_events_where_nothing_else_is_taken(
    client: httpx.Client, query: str, code: str
) -> None:
    """A client that reads events alone would take another answer for a cut line, and ask again and again."""
    _, body = stream(client, query)
    (told, last) = events(body)
    assert (told[0], last) == ("next", ("complete", None))
    assert [error["extensions"]["code"] for error in told[1]["errors"]] == [code]
    headers, body = stream(client, query, f"{EVENTS}, application/graphql-response+json")
    assert headers["content-type"].startswith("application/graphql-response+json")
    assert json.loads(body)["errors"][0]["extensions"]["code"] == code


def test_a_request_that_is_none_is_a_client_error(client: httpx.Client) -> None:
    for status, response in {
        400: client.post("/graphql", json={}, headers={"Accept": EVENTS}),
        401: client.post("/graphql", json={"query": "{who}"}, headers={"Accept": EVENTS, "Authorization": "Bearer x"}),
    }.items():
        assert response.status_code == status
        assert response.json()["errors"]


def test_a_stream_that_breaks_says_so_and_ends(client: httpx.Client) -> None:
    _, body = stream(client, "subscription {stumbles}")
    (first, failed, last) = events(body)
    assert first == ("next", {"data": {"stumbles": 1}})
    assert failed[1]["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert last == ("complete", None)
    assert b"secret" not in body
