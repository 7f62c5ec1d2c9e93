"""GraphQL over HTTP: what goes in, what comes out, and that nothing malformed is a server's error."""

from __future__ import annotations

import hashlib
import http.client
import json
import socket
import urllib.error
import urllib.request
from typing import Any

import httpx
import pytest

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"


def post(client: httpx.Client, query: str, accept: str = GRAPHQL, **members: Any) -> httpx.Response:
    headers = {"Accept": accept, **members.pop("headers", {})}
    return client.post("/graphql", json={"query": query, **members}, headers=headers)


def codes(response: httpx.Response) -> list[str]:
    return [error["extensions"]["code"] for error in response.json()["errors"]]


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (GRAPHQL, GRAPHQL),
        (f"{GRAPHQL}, {JSON}", GRAPHQL),
        (f"{JSON};q=0.9, {GRAPHQL}", GRAPHQL),
        (f"{JSON}, {GRAPHQL};q=0.5", JSON),
        (f"{GRAPHQL}; charset=utf-8", GRAPHQL),
        (f"text/html, {JSON};q=0.1", JSON),
    ],
)
def test_the_answer_has_the_media_type_that_was_asked_for(
    client: httpx.Client, accept: str | None, media_type: str
) -> None:
    headers = {"Accept": accept} if accept else {}
    request = client.build_request("POST", "/graphql", json={"query": "{hello}"}, headers=headers)
    if accept is None:
        del request.headers["Accept"]
    response = client.send(request)
    assert response.status_code == 200
    assert response.headers["content-type"] == f"{media_type}; charset=utf-8"
    assert response.json() == {"data": {"hello": "Hello, samples"}, "extensions": {"cost": 1}}


def test_a_media_type_that_is_not_there_is_refused(client: httpx.Client) -> None:
    response = post(client, "{hello}", accept="text/plain")
    assert response.status_code == 406
    assert codes(response) == ["NOT_ACCEPTABLE"]


def test_get_answers_queries(client: httpx.Client) -> None:
    response = client.get(
        "/graphql",
        params={
            "query": "query A($n: String!) {hello(name: $n)} query B {who}",
            "operationName": "A",
            "variables": json.dumps({"n": "Kunshan"}),
        },
    )
    assert response.json() == {"data": {"hello": "Hello, Kunshan"}, "extensions": {"cost": 1}}


def test_get_does_not_write(client: httpx.Client) -> None:
    response = client.get("/graphql", params={"query": 'mutation {shout(word: "a")}'}, headers={"Accept": GRAPHQL})
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"


def test_a_mutation_goes_by_post(client: httpx.Client) -> None:
    assert post(client, 'mutation {shout(word: "a")}').json() == {"data": {"shout": "A"}, "extensions": {"cost": 600}}


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_refused(client: httpx.Client, method: str) -> None:
    response = client.request(method, "/graphql")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD, POST"


MALFORMED: list[tuple[bytes, int]] = [
    (b"", 400),
    (b"null", 400),
    (b"5", 400),
    (b'"x"', 400),
    (b"[]", 400),
    (b"[null]", 400),
    (b'[{"query": "{hello}"}]', 400),
    (b"{", 400),
    (b"{}", 400),
    (b'{"query": null}', 400),
    (b'{"query": 5}', 400),
    (b'{"query": ["{hello}"]}', 400),
    (b'{"query": "{hello}", "variables": []}', 400),
    (b'{"query": "{hello}", "variables": "x"}', 400),
    (b'{"query": "{hello}", "operationName": 5}', 400),
    (b'{"query": "{hello}", "extensions": 5}', 400),
    (b'{"query": "{hello}", "query": "{who}"}', 400),
    (b'{"query": "{hello}", "variables": {"a": 1, "\\u0061": 2}}', 400),
    (b'{"query": "{hello}", "extensions": {"persistedQuery": 5}}', 200),
    (b'{"query": "\xff\xfe"}', 400),
    ('{"query": "{hello}"}'.encode("utf-16"), 400),
    (b"\xef\xbb\xbf" + b'{"query": "{hello}"}', 400),
    (b'{"query": "{hello(name: \\"\\ud800\\")}"}', 400),
    (b"[" * 100_000, 400),
    (b'{"query": "{hello}", "variables": {"a":' + b"[" * 65 + b"]" * 65 + b"}}", 400),
    (b'{"query": "query A{hello} query B{hello}"}', 400),
    (b'{"query": "query A{hello}", "operationName": "C"}', 400),
    (b'{"query": "fragment F on Query {hello}"}', 400),
    (b'{"query": ""}', 400),
    (b'{"query": "{"}', 400),
    (b'{"query": "{nothing}"}', 400),
    (b'{"query": "{hello{x}}"}', 400),
    (b'{"query": "type Query {x: Int}"}', 400),
    (b'{"query": "subscription {count(to: 1) {value}}"}', 400),
    (b'{"query": "query($n: String!) {hello(name: $n)}"}', 400),
    (b'{"query": "query($n: String!) {hello(name: $n)}", "variables": {"n": {"a": 1}}}', 400),
    (b'{"documentId": "unknown"}', 400),
]


@pytest.mark.parametrize(("body", "status"), MALFORMED, ids=lambda value: str(value)[:50])
@pytest.mark.parametrize("accept", [GRAPHQL, JSON])
def test_no_body_is_a_servers_error(client: httpx.Client, body: bytes, status: int, accept: str) -> None:
    response = client.post("/graphql", content=body, headers={"Content-Type": JSON, "Accept": accept})
    if accept == GRAPHQL:
        assert response.status_code == status
    else:
        assert response.status_code in (status, 200)
    assert response.headers["content-type"] == f"{accept}; charset=utf-8"
    content = response.json()
    if status != 200:
        assert "data" not in content
        assert all(error["message"] and error["extensions"]["code"] for error in content["errors"])


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/json; charset=utf-16",
    ],
)
def test_a_content_type_that_any_page_may_send_is_refused(client: httpx.Client, content_type: str | None) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    response = client.post("/graphql", content=b'{"query": "{hello}"}', headers=headers)
    assert response.status_code == 415
    assert codes(response) == ["UNSUPPORTED_MEDIA_TYPE"]


@pytest.mark.parametrize(
    "parameters", ["", "query=", "variables=x&query={hello}", "query={hello}&query={who}", "query=%ff"]
)
def test_no_url_is_a_servers_error(client: httpx.Client, parameters: str) -> None:
    response = client.get(f"/graphql?{parameters}", headers={"Accept": GRAPHQL})
    assert response.status_code == 400
    assert codes(response)


def test_a_body_that_is_too_long_is_refused_before_it_is_read(client: httpx.Client) -> None:
    body = b'{"query": "' + b" " * 300_000 + b'{hello}"}'
    headers = {"Content-Type": JSON, "Accept": GRAPHQL}
    announced = client.post("/graphql", content=body, headers=headers)
    chunked = client.post("/graphql", content=iter([body[:150_000], body[150_000:]]), headers=headers)
    for response in (announced, chunked):
        assert response.status_code == 413
        assert codes(response) == ["LIMIT_EXCEEDED"]


def test_a_document_that_does_not_parse_is_200_where_plain_json_is_wanted(client: httpx.Client) -> None:
    assert post(client, "{", accept=JSON).status_code == 200
    assert post(client, "{nothing}", accept=JSON).status_code == 200
    assert post(client, "query A{hello} query B{hello}", accept=JSON).status_code == 400


def test_an_error_on_purpose_keeps_its_code_and_the_rest_of_the_answer(client: httpx.Client) -> None:
    response = post(client, "{missing hello}")
    assert response.status_code == 200
    assert response.json()["data"] == {"missing": None, "hello": "Hello, samples"}
    (error,) = response.json()["errors"]
    assert error["message"] == "There is no such project."
    assert error["path"] == ["missing"]
    assert error["extensions"]["code"] == "NOT_FOUND"


@pytest.mark.parametrize("field", ["broken", "badSql"])
def test_an_error_by_accident_is_masked(client: httpx.Client, field: str) -> None:
    response = post(client, f"{{{field}}}")
    assert response.status_code == 200
    assert response.json()["data"] == {field: None}
    assert codes(response) == ["INTERNAL"]
    assert "secret" not in response.text
    assert "SELECT" not in response.text
    assert "Traceback" not in response.text


def test_a_key_makes_the_actor(client: httpx.Client) -> None:
    assert post(client, "{who}").json()["data"] == {"who": "PUBLIC"}
    for authorization in ("Bearer investor-key", "bearer  investor-key"):
        response = post(client, "{who}", headers={"Authorization": authorization})
        assert response.json()["data"] == {"who": "INVESTOR"}


@pytest.mark.parametrize("authorization", ["Bearer unknown", "Bearer", "Basic aW52ZXN0b3Ita2V5", "investor-key"])
@pytest.mark.parametrize("accept", [GRAPHQL, JSON])
def test_a_wrong_key_is_401_and_not_the_public(client: httpx.Client, authorization: str, accept: str) -> None:
    response = post(client, "{who}", accept=accept, headers={"Authorization": authorization})
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert codes(response) == ["UNAUTHENTICATED"]


def test_persisted_queries(client: httpx.Client) -> None:
    query = "query Greeting {hello}"
    persisted = {"persistedQuery": {"version": 1, "sha256Hash": hashlib.sha256(query.encode()).hexdigest()}}
    parameters = {"extensions": json.dumps(persisted)}
    unknown = client.get("/graphql", params=parameters, headers={"Accept": JSON})
    assert unknown.status_code == 200
    assert unknown.json()["errors"][0]["message"] == "PersistedQueryNotFound"
    assert codes(unknown) == ["PERSISTED_QUERY_NOT_FOUND"]
    assert post(client, query, extensions=persisted).status_code == 200
    known = client.get("/graphql", params=parameters)
    assert known.json() == {"data": {"hello": "Hello, samples"}, "extensions": {"cost": 1}}
    again = client.get("/graphql", params=parameters, headers={"If-None-Match": known.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""
    wrong = {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}
    assert post(client, query, extensions=wrong).status_code == 400


@pytest.mark.parametrize(
    ("accept", "status", "kind"),
    [
        (f"{GRAPHQL},{JSON};q=0.9", 200, JSON),
        (f"{GRAPHQL}, application/graphql+json, {JSON}, text/event-stream, multipart/mixed", 200, JSON),
        ("*/*", 200, JSON),
        (GRAPHQL, 400, GRAPHQL),
        (f"{GRAPHQL}, {JSON};q=0", 400, GRAPHQL),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_hash_is_no_failure_to_a_client_that_takes_json(
    client: httpx.Client, accept: str, status: int, kind: str, method: str
) -> None:
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": "1" * 64}}
    sent = (
        {"json": {"extensions": extensions}} if method == "POST" else {"params": {"extensions": json.dumps(extensions)}}
    )
    response = client.request(method, "/graphql", headers={"Accept": accept}, **sent)
    assert response.status_code == status
    assert response.headers["content-type"] == f"{kind}; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    assert response.json()["errors"][0]["message"] == "PersistedQueryNotFound"


def test_fields_of_one_level_resolve_in_one_batch(client: httpx.Client) -> None:
    numbers = post(client, "{numbers(count: 50) {doubled batches}}").json()["data"]["numbers"]
    assert [number["doubled"] for number in numbers] == list(range(0, 100, 2))
    assert {number["batches"] for number in numbers} == {1}


def test_a_request_has_an_id_in_its_answer(client: httpx.Client) -> None:
    assert post(client, "{hello}").headers["x-request-id"]
    chosen = post(client, "{hello}", headers={"X-Request-ID": "abc-123"})
    assert chosen.headers["x-request-id"] == "abc-123"
    ignored = post(client, "{hello}", headers={"X-Request-ID": 'x"\t<script>'})
    assert ignored.headers["x-request-id"] != 'x"\t<script>'


def test_a_browser_is_shown_the_editor(client: httpx.Client) -> None:
    response = client.get("/graphql", headers={"Accept": "text/html,*/*;q=0.8"})
    assert response.status_code == 303
    assert response.headers["location"] == "/graphiql"


def test_long_answers_are_compressed(client: httpx.Client) -> None:
    response = post(client, "{numbers(count: 500) {value}}", headers={"Accept-Encoding": "gzip"})
    assert response.headers["content-encoding"] == "gzip"
    assert len(response.json()["data"]["numbers"]) == 500


def test_a_body_of_12_megabytes_gets_an_answer_that_clients_can_read(server: str) -> None:
    body = b'{"query": "' + b"x" * 12_000_000 + b'"}'
    headers = {"Content-Type": "application/json"}
    plain = http.client.HTTPConnection(server.removeprefix("http://"), timeout=30)
    plain.request("POST", "/graphql", body, headers)
    answers = [(plain.getresponse().status, "plain")]
    answers.append((httpx.post(f"{server}/graphql", content=body, headers=headers, timeout=30).status_code, "httpx"))
    request = urllib.request.Request(f"{server}/graphql", body, headers)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=30)
    error = json.loads(refused.value.read())["errors"][0]
    assert error["message"].startswith("The body is longer than")
    assert {status for status, _ in answers} == {413} == {refused.value.code}


def test_a_client_that_asks_first_need_not_send_what_is_too_long(server: str) -> None:
    host, port = server.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as line:
        line.sendall(
            b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: 12000000\r\nExpect: 100-continue\r\n\r\n"
        )
        assert line.recv(4096).startswith(b"HTTP/1.1 413")
