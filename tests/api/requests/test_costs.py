"""Cost and rate over HTTP: in each answer, in headers, refused with the figures."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from api.assembly.app import application
from api.assembly.rooms import assemble
from api.operations.settings import Limits, ServerSettings
from store.database import Database

QUERY = {"query": "query ($n: Int) {projects(first: $n) {edges {node {name}}}}", "variables": {"n": 30}}


@pytest.fixture
def client(database: Database) -> Iterator[TestClient]:
    limits = Limits(cost=80, rate_points=100, rate_seconds=1_000_000)
    settings = ServerSettings(
        database_url=database.url.render_as_string(hide_password=False),
        limits=limits,
        plugins={},
        encode_in_background=False,
    )
    with TestClient(application(assemble(settings))) as found:
        yield found


def test_each_answer_has_its_cost_and_what_is_left(client: TestClient) -> None:
    for attempt, left in ((1, 69), (2, 38), (3, 7)):  # first by a worker thread, then at once
        answer = client.post("/graphql", json=QUERY)
        assert answer.json()["extensions"] == {"cost": 31}, attempt
        assert answer.headers["ratelimit"].startswith(f'"cost";r={left};t=')
    assert answer.headers["ratelimit-policy"] == '"cost";q=100;w=1e+06'
    refused = client.post("/graphql", json=QUERY)
    assert refused.status_code == 429
    assert refused.json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
    assert "31 points; 7 are left" in refused.json()["errors"][0]["message"]
    assert int(refused.headers["retry-after"]) > 1
    assert client.post("/graphql", json={"query": "{viewer {role}}"}).status_code == 200


def test_a_dear_operation_is_refused_with_its_cost(client: TestClient) -> None:
    answer = client.post("/graphql", json={**QUERY, "variables": {"n": 90}})
    assert answer.json()["extensions"] == {"cost": 91}
    assert answer.json()["errors"][0]["extensions"]["code"] == "LIMIT_EXCEEDED"
    assert "91 points; the limit is 80" in answer.json()["errors"][0]["message"]
    assert answer.headers["ratelimit"].startswith('"cost";r=99;')  # a refusal costs one


def test_a_get_and_malformed_requests_spend_points_too(client: TestClient) -> None:
    first = client.get("/graphql", params={"query": "{viewer {role}}"}, headers={"Accept": "application/json"})
    assert first.headers["ratelimit"].startswith('"cost";r=99;')
    broken = client.post("/graphql", content=b"{", headers={"Content-Type": "application/json"})
    assert broken.status_code == 400
    assert broken.headers["ratelimit"].startswith('"cost";r=98;')
