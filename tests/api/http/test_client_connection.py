"""Connections whose request is too long or too slow are closed, and hold up nobody meanwhile."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Iterator

import httpx
import pytest

from api.http import client_connection as connection
from api.http.client_connection import HEAD_BYTES

HEAD = b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
BODY = b'{"query": "{hello}"}'


def whole(headers: bytes = b"", body: bytes = BODY) -> bytes:
    return HEAD + headers + b"Content-Length: %d\r\n\r\n" % len(body) + body


def first_line(open_socket: socket.socket) -> bytes:
    """The first line of what the server answers; nothing if it just closes."""
    try:
        return open_socket.recv(65_536).partition(b"\r\n")[0]
    except ConnectionResetError:  # closed while more was on its way
        return b""


@pytest.fixture
def line(client: httpx.Client) -> Iterator[socket.socket]:
    with socket.create_connection((client.base_url.host, client.base_url.port or 0), timeout=20) as opened:
        yield opened


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (whole(), 200),
        (whole(b"Accept: */*" + b",a/b;q=0.5" * 5_000 + b"\r\n"), 200),
        (whole(b"Accept-Language: " + b"en-GB," * 9_000 + b"\r\n"), 200),
        (whole(b"".join(b"X-H%d: y\r\n" % number for number in range(1_000))), 200),
        (whole(b"Authorization: Bearer " + b"x" * 60_000 + b"\r\n"), 401),
        (whole(b"Accept: " + b"a/b," * (HEAD_BYTES // 4) + b"\r\n"), 431),
        (b"GET /graphql?query=" + b"x" * HEAD_BYTES + b" HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (whole(b"Content-Encoding: gzip\r\n", gzip.compress(b" " * 20_000_000)), 415),
        (HEAD + b"Content-Length: 1000000000000000\r\n\r\n{", 413),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"8000\r\n%b\r\n" % (b" " * 0x8000) * 8 + b"0\r\n\r\n", 413),
    ],
    ids=["usual", "long Accept", "many languages", "1,000 headers", "long key", "too long Accept", "too long address",
         "gzip", "said to be long", "chunks"],
)  # fmt: skip
def test_what_is_long_is_taken_or_refused(line: socket.socket, sent: bytes, status: int) -> None:
    line.sendall(sent)
    assert first_line(line).startswith(b"HTTP/1.1 %d " % status)


def test_a_head_without_end_is_refused_before_it_ends(line: socket.socket) -> None:
    with pytest.raises(ConnectionError):  # it is closed while more is sent
        line.sendall(HEAD + b"X: " + b"y" * 50_000_000)


def test_a_request_that_does_not_arrive_is_ended_and_holds_up_nobody(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "ARRIVAL_SECONDS", 0.3)
    address = (client.base_url.host, client.base_url.port or 0)
    begun = {b"": b"", HEAD: b"HTTP/1.1 408 ", whole()[:-1]: b"HTTP/1.1 408 ", whole(): b"HTTP/1.1 200 "}
    lines = [(socket.create_connection(address, timeout=20), sent) for sent in begun for _ in range(50)]
    try:
        for opened, sent in lines:
            opened.sendall(sent)
        assert client.post("/graphql", json={"query": "{hello}"}).status_code == 200
        for opened, sent in lines:
            assert first_line(opened).startswith(begun[sent])
    finally:
        for opened, _ in lines:
            opened.close()
