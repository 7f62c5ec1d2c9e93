"""Malformed HTTP is a client's error with a GraphQL error in it, and no page of another site can write."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.enums import Role
from tests.conformance.served import Served

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
QUERY = b'{"query": "query Q($n: Int) {projects(first: $n) {nodes {id}}}", "variables": {"n": 1}, "operationName": "Q"}'

BODIES = {
    "nothing": b"",
    "null": b"null",
    "a number": b"5",
    "a text": b'"x"',
    "a list of null": b"[null]",
    "a batch": b'[{"query": "{__typename}"}]',
    "no JSON": b"{",
    "bad UTF-8": b'{"query": "{__typename \xff\xfe}"}',
    "UTF-16": QUERY.decode().encode("utf-16"),
    "a key twice": b'{"query": "{__typename}", "query": "{viewer {role}}"}',
    "a variable twice": b'{"query": "{__typename}", "variables": {"a": 1, "\\u0061": 2}}',
    "no query": b"{}",
    "two operations and no name": b'{"query": "query A {__typename} query B {__typename}"}',
    "two empty operations and no name": b'{"query": "query A{} query B{}"}',
    "two invalid operations and no name": b'{"query": "query A {nothing} query B {nothing}"}',
    "fragments alone": b'{"query": "fragment F on Query {__typename}"}',
    "a name of none": b'{"query": "query A {__typename}", "operationName": "B"}',
    "a subscription": b'{"query": "subscription {projectChanged {projectId}}"}',
    "deep JSON": b'{"query": "{__typename}", "variables": {"a":' + b"[" * 100 + b"]" * 100 + b"}}",
    "deeper JSON": b"[" * 100_000,
}


@pytest.fixture(scope="module")
def client(real: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=real.site.address, timeout=60) as opened:
        yield opened


def refused(response: httpx.Response, media_type: str) -> list[str]:
    """The codes of a refusal, which is a client's error in the shape of GraphQL."""
    assert 400 <= response.status_code < 500, response.text
    assert response.headers["content-type"] == f"{media_type}; charset=utf-8"
    content = response.json()
    assert set(content) <= {"errors", "extensions"}
    assert all(error["message"] for error in content["errors"])
    return [error["extensions"]["code"] for error in content["errors"]]


@pytest.mark.parametrize("accept", [GRAPHQL, JSON, None])
@pytest.mark.parametrize("name", BODIES)
def test_a_malformed_body_is_a_clients_error(client: httpx.Client, name: str, accept: str | None) -> None:
    headers = {"Content-Type": JSON, "Accept": accept or "*/*"}
    codes = refused(client.post("/graphql", content=BODIES[name], headers=headers), accept or JSON)
    assert set(codes) <= {"BAD_REQUEST", "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"}


SIMPLE = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "application/jsonp"]
"""Content types that a page may send to another site without asking first, and others that aren't JSON."""


@pytest.mark.parametrize("content_type", SIMPLE)
@pytest.mark.parametrize("accept", [GRAPHQL, JSON])
def test_another_content_type_is_a_clients_error(client: httpx.Client, content_type: str, accept: str) -> None:
    headers = {"Content-Type": content_type, "Accept": accept}
    assert refused(client.post("/graphql", content=QUERY, headers=headers), accept) == ["UNSUPPORTED_MEDIA_TYPE"]


LISTED = "query ($f: ProjectFilter, $o: [ProjectOrder!]) {projects(filter: $f, orderBy: $o) {nodes {id}}}"
FOUND = "query ($q: String!) {search(query: $q, first: 3) {totalCount}}"
LARGE: dict[str, tuple[str, dict[str, Any]]] = {
    "a long search": (FOUND, {"q": "tidal power " * 8_000}),
    "a long search for nothing but quotes": (FOUND, {"q": '"a" OR (NEAR* ' * 8_000}),
    "a filter by a long text": (LISTED, {"f": {"search": "x" * 900_000}}),
    "a filter of 20,000 alternatives": (LISTED, {"f": {"or": [{"search": "x"}] * 20_000}}),
    "a filter of 10,000 ids": (LISTED, {"f": {"id": [f"prj_{n:026d}" for n in range(10_000)]}}),
    "a filter, often": (f"query ($f: ProjectFilter!) {{projects(filter: {{and: [{'$f ' * 300}]}}) {{nodes {{id}}}}}}",
                        {"f": {"or": [{"search": "x"}] * 10_000}}),
    "10,000 orders": (LISTED, {"o": [{"field": "NAME"}] * 10_000}),
    "10,000 ids": ("query ($i: [ID!]!) {nodes(ids: $i) {id}}", {"i": [f"prj_{n:026d}" for n in range(10_000)]}),
    "an id of many digits": (f"{{nodes(ids: {'9' * 5_000}) {{id}}}}", {}),
    "a long id": ("query ($i: ID!) {project(id: $i) {id}}", {"i": "prj_" + "A" * 900_000}),
    "a long cursor": ("query ($c: String!) {projects(after: $c) {nodes {id}}}", {"c": "A" * 900_000}),
    "a huge amount": (LISTED, {"f": {"ask": {"currency": "CNY", "atLeast": "1e100000000"}}}),
    "an amount of many digits": (LISTED, {"f": {"ask": {"currency": "CNY", "atLeast": "9" * 900_000}}}),
    "a long date": (LISTED, {"f": {"founded": {"from": "2024-" * 100_000}}}),
    "20,000 languages": ("query ($l: [LanguageTag!]) {projects(first: 1) {nodes {name(lang: $l)}}}",
                         {"l": ["zh-Hant-TW"] * 20_000}),
    "60,000 variables that nobody names": ("{viewer {role}}", {f"a{n}": 1 for n in range(60_000)}),
}  # fmt: skip


@pytest.mark.parametrize("name", LARGE)
def test_a_large_request_is_answered_shortly(client: httpx.Client, name: str) -> None:
    """Within what a body may hold: an answer or a refusal, none of which repeats what was sent."""
    query, variables = LARGE[name]
    response = client.post("/graphql", json={"query": query, "variables": variables}, headers={"Accept": GRAPHQL})
    assert response.status_code in (200, 400), response.text[:500]
    assert len(response.content) < 5_000
    codes = {error["extensions"]["code"] for error in response.json().get("errors", ())}
    assert codes <= {"BAD_USER_INPUT", "LIMIT_EXCEEDED"}


PIECES = [b'"', b"{", b"}", b"[", b"\x00", b"\xff", b"null", b"\\ud800", b"1e999", b":", b",", b'"query"', b"\n", b"$n"]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A request's body with some of it cut out, doubled, or replaced."""
    body = QUERY
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(body)))
        end = draw(st.integers(start, min(len(body), start + 12)))
        put = draw(st.sampled_from([b"", body[start:end] * 2, *PIECES]) | st.binary(max_size=6))
        body = body[:start] + put + body[end:]
    return body


HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "Accept": st.sampled_from([GRAPHQL, JSON, "*/*", "text/html", "application/*;q=0", ";q=", "a/b;q=x,*/*"]),
        "Content-Type": st.sampled_from([JSON, f"{JSON}; charset=utf-8", f"{JSON};charset", "text/plain", ";", "/"]),
        "Content-Encoding": st.sampled_from(["gzip", "identity", "br, gzip"]),
        "Accept-Language": st.sampled_from(["zh", "*", "xx-;q=9", ",,,", "en;q=nan"]),
        "Authorization": st.sampled_from(["Bearer", "Bearer x", "Basic eDp4", "Bearer  x", ""]),
        "If-None-Match": st.sampled_from(["*", '"', 'W/"x"']),
        "X-Request-ID": st.sampled_from(["a", b"\xe9\xff", "x" * 500]),
    },
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=damaged(), headers=HEADERS, method=st.sampled_from(["POST", "POST", "POST", "GET", "PUT", "OPTIONS"]))
def test_nothing_that_arrives_is_a_servers_error(
    client: httpx.Client, body: bytes, headers: dict[str, Any], method: str
) -> None:
    given_headers: dict[str, Any] = {"Content-Type": JSON, **headers}
    parameters = {"query": body.decode("latin-1")} if method == "GET" else None
    response = client.request(method, "/graphql", content=body, headers=given_headers, params=parameters)
    assert response.status_code < 500, response.text
    if response.headers.get("content-type", "").startswith((GRAPHQL, JSON)):
        content = response.json()
        assert set(content) <= {"data", "errors", "extensions"}
        assert response.status_code < 400 or content["errors"]


def test_no_page_of_another_site_writes(client: httpx.Client, real: Served) -> None:
    """What a browser sends without asking is refused; and what it asks for, it isn't granted."""

    def name() -> str:
        return str(real.site.ask("query ($id: ID!) {project(id: $id) {name}}", id=real.project)["project"]["name"])

    before = name()
    text = f'mutation {{updateProject(id: "{real.project}", input: {{aliases: ["Taken"], name: []}}) {{dryRun}}}}'
    key = {"Authorization": f"Bearer {real.site.keys[Role.ADMIN]}", "Origin": "https://evil.example"}
    for content_type in SIMPLE:
        headers = {**key, "Content-Type": content_type}
        for body in (json.dumps({"query": text}).encode(), str(httpx.QueryParams({"query": text})).encode()):
            assert client.post("/graphql", content=body, headers=headers).status_code == 415
    for method in ("GET", "HEAD"):
        written = client.request(method, "/graphql", params={"query": text}, headers=key)
        assert written.status_code == 405
        assert written.headers["allow"] == "POST"
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST",
             "Access-Control-Request-Headers": "content-type"}  # fmt: skip
    preflight = client.options("/graphql", headers=asked)
    read = client.get("/graphql", params={"query": "{__typename}"}, headers=key)
    assert read.json()["data"] == {"__typename": "Query"}
    for response in (preflight, read):
        assert not [header for header in response.headers if header.startswith("access-control-")]
        assert "set-cookie" not in response.headers
    assert name() == before
