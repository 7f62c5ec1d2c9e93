"""The schema's text is the same however it is sent, and small for those that accept gzip."""

from __future__ import annotations

import gzip

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from api.assembly.app import Compression
from api.http import schema_text

TEXT = "".join(f'"""Number {number}, 第."""\ntype T{number} {{\n  value: Int\n}}\n\n' for number in range(2_000))


@pytest.fixture
def client() -> TestClient:
    return TestClient(Compression(Starlette(routes=[Route("/schema.graphql", schema_text.endpoint(TEXT))])))


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
