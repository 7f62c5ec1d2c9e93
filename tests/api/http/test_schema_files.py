"""The schema's text is the same however it is sent, and small for those that accept gzip."""

from __future__ import annotations

import gzip

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from api.assembly.app import Compression
from api.http.schema_files import client_files, schema_text

TEXT = "".join(f'"""Number {number}, 第."""\ntype T{number} {{\n  value: Int\n}}\n\n' for number in range(2_000))


@pytest.fixture
def client() -> TestClient:
    return TestClient(Compression(Starlette(routes=[Route("/schema.graphql", schema_text(lambda: TEXT))])))


def test_it_is_compressed_once_and_as_far_as_gzip_goes(client: TestClient) -> None:
    sent = client.get("/schema.graphql", headers={"Accept-Encoding": "gzip, br"})
    assert sent.text == TEXT
    assert sent.headers["content-encoding"] == "gzip"
    assert int(sent.headers["content-length"]) == len(gzip.compress(TEXT.encode(), 9))
    assert sent.headers["vary"] == "Accept-Encoding"


def test_a_client_without_gzip_reads_it_plain(client: TestClient) -> None:
    sent = client.get("/schema.graphql", headers={"Accept-Encoding": "identity"})
    assert sent.text == TEXT
    assert "content-encoding" not in sent.headers
    assert sent.headers["vary"] == "Accept-Encoding"
    assert sent.headers["content-type"] == "text/plain; charset=utf-8"


def test_files_for_clients_are_written_when_asked_for() -> None:
    written: list[str] = []

    def write() -> str:
        written.append("apollo.js")
        return "export {};"

    client = TestClient(Starlette(routes=[Route("/clients/{name}", client_files({"apollo.js": write}))]))
    assert written == []
    for _ in range(2):
        sent = client.get("/clients/apollo.js")
        assert (sent.text, sent.headers["content-type"]) == ("export {};", "text/javascript; charset=utf-8")
    assert written == ["apollo.js"]
    refused = client.get("/clients/other.js")
    assert refused.status_code == 404
    assert "apollo.js" in refused.text
