"""What is answered before all middleware is answered as everything else is: headers, compression, keys, the log."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from api.assembly.app import Application, application
from api.assembly.rooms import assemble
from api.http.fast_path import MOST_BYTES, FastPath
from api.operations.settings import Limits, ServerSettings
from api.requests.identity import COOKIE
from store.access.accounts import add_membership, create_account, sign_out_everywhere
from store.access.actors import Actor
from store.access.keys import create, revoke
from store.accounts.signing_in import open_session
from store.database import Database
from store.enums import OrganisationType, Role, ScopeKind
from store.models import Organisation
from tests.support import databases

pytestmark = pytest.mark.planned

QUERY = {"query": "query Names { organisations(first: 50) { edges { node { id name } } } }"}
_WARM = 400
LONG = json.dumps(QUERY).encode() + b" " * MOST_BYTES
"""The same in a body that is too long for the short way."""
OWN = {"x-request-id", "ratelimit", "content-length"}
"""Headers that are others each time."""


@pytest.fixture(scope="module", params=databases.BACKENDS)
def database(request: pytest.FixtureRequest, shared_directory: Path) -> Iterator[Database]:
    with databases.fresh(request.param, shared_directory) as url:
        opened = Database(url)
        with opened.write(Actor.system("test")) as session:
            session.add_all(
                Organisation(name={"en": f"Number {number}", "zh": "某机构"}, type=OrganisationType.ENTERPRISE)
                for number in range(40)
            )
        yield opened
        opened.dispose()


@pytest.fixture(scope="module")
def app(database: Database) -> Iterator[Application]:
    url = database.url.render_as_string(hide_password=False)
    settings = ServerSettings(
        database_url=url, plugins={"host": {"only": []}}, encode_in_background=False,
        cors_origins=("https://elsewhere.example",), limits=Limits(rate_points=10**9),
    )  # fmt: skip
    made = application(assemble(settings))
    with TestClient(made):
        yield made


class Watched:
    """Notes which requests were answered at once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.short: list[bool] = []
        answered = FastPath.answered

        async def noted(*arguments: Any) -> Any:
            left = await answered(*arguments)
            self.short.append(left is None)
            return left

        monkeypatch.setattr(FastPath, "answered", noted)

    def warm(self, client: TestClient, headers: dict[str, str] | None = None) -> Any:
        """The first answer by the short way: a plan must be known to be fast, which a busy machine makes later."""
        for _ in range(_WARM):
            answer = client.post("/graphql", json=QUERY, headers=headers)
            if self.short[-1]:
                return answer
        raise AssertionError(f"not once in {_WARM} requests by the short way")


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    return Watched(monkeypatch)


def test_headers_and_content_are_those_of_the_long_way(app: Application, watched: Watched) -> None:
    client = TestClient(app)
    for headers in ({}, {"Accept-Encoding": "identity"}, {"Accept": "application/graphql-response+json"}):
        answers = [watched.warm(client, headers) for _ in range(2)]
        unusual = {**headers, "Content-Type": "APPLICATION/JSON;charset=UTF8"}
        long = client.post("/graphql?", content=LONG, headers=unusual)
        assert watched.short[-2:] == [True, False]
        assert answers[-1].content == long.content
        expected, found = _headers(long), _headers(answers[-1])
        assert found == expected
        assert answers[-1].headers["x-request-id"] != answers[-2].headers["x-request-id"]


def test_long_answers_are_compressed_for_who_takes_that(app: Application, watched: Watched) -> None:
    client = TestClient(app)
    plain = watched.warm(client, {"Accept-Encoding": "identity"})
    packed = watched.warm(client, {"Accept-Encoding": "gzip, br"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2
    assert packed.content == plain.content


def test_a_proxys_id_is_kept_and_another_site_goes_the_long_way(app: Application, watched: Watched) -> None:
    client = TestClient(app)
    answer = watched.warm(client, {"X-Request-ID": "from-a-proxy"})
    assert answer.headers["x-request-id"] == "from-a-proxy"
    other = client.post("/graphql", json=QUERY, headers={"Origin": "https://elsewhere.example"})
    assert not watched.short[-1]
    assert other.headers["access-control-allow-origin"] == "https://elsewhere.example"


def test_a_revoked_key_is_refused_once_it_must_be_asked_about(
    app: Application, watched: Watched, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.requests.identity.REMEMBERED_SECONDS", 0.4)
    with database.write(Actor.system("test")) as session:
        key, secret = create(session, Role.ORGANISER, "test")
    client = TestClient(app)
    headers = {"Authorization": f"Bearer {secret}"}
    assert watched.warm(client, headers).status_code == 200
    with database.write(Actor.system("test")) as session:
        revoke(session, key.id)
    while (answer := client.post("/graphql", json=QUERY, headers=headers)).status_code == 200:
        pass
    assert answer.status_code == 401
    assert not watched.short[-1]


def test_a_session_takes_the_short_way_too_until_it_ends(
    app: Application,
    watched: Watched,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def role() -> object:
        return getattr(caplog.records[-1], "role", None)

    monkeypatch.setattr("api.requests.identity.REMEMBERED_SECONDS", 0.4)
    with database.write(Actor.system("test")) as session:
        account = create_account(session, f"{uuid4().hex}@example.org", "Ada")
        add_membership(session, account, Role.ORGANISER, ScopeKind.INSTALLATION)
        secret = open_session(session, account)
    headers = {"Cookie": f"theme=dark; {COOKIE}={secret}"}
    client = TestClient(app)
    watched.warm(client, headers)
    with caplog.at_level(logging.INFO, "roadshow.access"):
        watched.warm(client, headers)
        assert role() == "ORGANISER"
    with database.write(Actor.system("test")) as session:
        sign_out_everywhere(session, account.id)
    with caplog.at_level(logging.INFO, "roadshow.access"):
        while role() != "PUBLIC":
            assert client.post("/graphql", json=QUERY, headers=headers).status_code == 200


def test_each_request_has_its_line_in_the_log(
    app: Application, watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    client = TestClient(app)
    with caplog.at_level(logging.INFO, "roadshow.access"):
        watched.warm(client)
        client.post("/graphql", content=LONG, headers={"Content-Type": "application/json"})
    assert watched.short[-2:] == [True, False]
    requests = len(watched.short)
    lines = [record for record in caplog.records if record.name == "roadshow.access"]
    assert [getattr(line, "operation", None) for line in lines] == ["Names"] * requests
    assert [(getattr(line, "path", None), getattr(line, "status", None)) for line in lines] == [
        ("/graphql", 200)
    ] * requests


def test_whatever_is_wrong_takes_the_long_way(app: Application, watched: Watched) -> None:
    bodies = (b"", b"null", b"[]", b"{", b'{"query": "{", "query": "{viewer {role}}"}', b'{"query": "{nothing}"}')
    for body in bodies:
        answer = TestClient(app).post("/graphql", content=body, headers={"Content-Type": "application/json"})
        assert "errors" in answer.json()
    assert watched.short == [False] * len(bodies)


def _headers(answer: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in answer.headers.multi_items():
        parts = value.split(", ") if name == "vary" else [value]
        found.setdefault(name, []).extend(parts)
    return {name: sorted(values) for name, values in found.items() if name not in OWN}
