"""A document's bytes over HTTP: whole or in ranges, not again while nothing changed, never as a page of the server."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.files.desk import PDF, PNG, Desk

CONTENT = PNG + bytes(range(256)) * 100


@pytest.fixture(scope="module")
def picture(desk: Desk) -> Any:
    return desk.added(desk.shown, CONTENT, "Ansicht „vorn“ 正面.png", v="PUBLIC", k="PICTURE")


def test_headers_keep_it_from_being_a_page(desk: Desk, picture: Any) -> None:
    answer = desk.get(picture["url"], None)
    assert answer.content == CONTENT
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["content-disposition"].startswith("inline; filename*=UTF-8''Ansicht%20%E2%80%9Evorn")
    assert answer.headers["cache-control"] == "private, no-cache"
    assert "content-encoding" not in answer.headers
    plan = desk.added(desk.shown, PDF, v="PUBLIC")
    assert desk.get(plan["url"], None).headers["content-disposition"] == "attachment; filename*=UTF-8''plan.pdf"


@pytest.mark.parametrize(("asked", "start", "end"), [
    ("bytes=0-0", 0, 1), ("bytes=10-19", 10, 20), ("bytes=100-", 100, None), ("bytes=-7", -7, None),
    ("bytes=5-999999999", 5, None),
])  # fmt: skip
def test_a_part_is_given_where_one_is_asked_for(
    desk: Desk, picture: Any, asked: str, start: int, end: int | None
) -> None:
    answer = desk.get(picture["url"], None, range=asked)
    assert answer.status_code == 206
    assert answer.content == CONTENT[start:end]
    first = start % len(CONTENT)
    assert answer.headers["content-range"] == f"bytes {first}-{(end or len(CONTENT)) - 1}/{len(CONTENT)}"
    assert answer.headers["content-length"] == str(len(answer.content))


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "lines=1-2", "bytes=b-c", "bytes=-99999999", "bytes=9-3"])
def test_what_is_no_single_part_is_answered_whole(desk: Desk, picture: Any, asked: str) -> None:
    answer = desk.get(picture["url"], None, range=asked)
    assert (answer.status_code, answer.content) == (200, CONTENT)


def test_a_part_beyond_the_end_is_refused_with_the_size(desk: Desk, picture: Any) -> None:
    answer = desk.get(picture["url"], None, range=f"bytes={len(CONTENT)}-")
    assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{len(CONTENT)}")


def test_a_broken_download_goes_on_unless_the_file_is_another(desk: Desk, picture: Any) -> None:
    first = desk.get(picture["url"], None, range="bytes=0-999")
    rest = desk.get(picture["url"], None, range="bytes=1000-", **{"if-range": first.headers["etag"]})
    assert first.content + rest.content == CONTENT
    rest = desk.get(picture["url"], None, range="bytes=1000-", **{"if-range": first.headers["last-modified"]})
    assert rest.status_code == 206
    for other in ('"another"', "Mon, 01 Jan 2001 00:00:00 GMT"):
        assert desk.get(picture["url"], None, range="bytes=1000-", **{"if-range": other}).content == CONTENT


def test_it_is_sent_again_only_if_it_is_another(desk: Desk, picture: Any) -> None:
    whole = desk.get(picture["url"], None)
    assert whole.headers["etag"] == f'"{picture["sha256"]}"'
    for name, value in (("if-none-match", whole.headers["etag"]), ("if-none-match", f'"x", W/{whole.headers["etag"]}'),
                        ("if-modified-since", whole.headers["last-modified"])):  # fmt: skip
        again = desk.get(picture["url"], None, **{name: value})
        assert (again.status_code, again.content) == (304, b""), name
        assert again.headers["etag"] == whole.headers["etag"]
    assert desk.get(picture["url"], None, **{"if-none-match": '"x"'}).status_code == 200


def test_its_head_is_like_it_without_bytes(desk: Desk, picture: Any) -> None:
    head = desk.get(picture["url"], None, method="HEAD")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(CONTENT))


def test_an_unknown_key_is_refused_and_an_unknown_document_not_found(desk: Desk, picture: Any) -> None:
    assert desk.client.get(picture["url"], headers={"Authorization": "Bearer nonsense"}).status_code == 401
    assert desk.get("/documents/doc_0/file", None).status_code == 404


def test_bytes_that_are_lost_are_said_to_be(desk: Desk) -> None:
    lost = desk.added(desk.shown, PDF, v="PUBLIC")
    (path,) = (desk.folder / "documents").rglob(lost["id"])
    content = path.read_bytes()
    path.unlink()
    assert desk.get(lost["url"], None).status_code == 503
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    assert desk.get(lost["url"], None).content == PDF
