"""Documents are added by those who may write the record: whole, of a known type, not too large, and once."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.operations.settings import ServerSettings
from store.files.storage import storage_of
from store.files.sweeping import delete_archived, sweep
from store.models import Change, Document
from store.models.base import now
from tests.api.files.conftest import LIMIT
from tests.api.files.desk import PDF, PNG, Desk, opened
from tests.support import databases


def stored(desk: Desk) -> set[str]:
    """Ids of the documents whose bytes are in the storage."""
    return {key.rpartition("/")[2] for key, _ in storage_of(desk.assembly.settings).listed()}


def rows(desk: Desk) -> set[str]:
    with desk.assembly.database.read() as session:
        return {each.id for each in session.query(Document) if each.sha256}


def test_a_file_becomes_a_document_with_its_hash_and_type_and_can_be_read(desk: Desk) -> None:
    document = desk.added(desk.draft)
    assert document == {
        "id": document["id"], "url": f"/documents/{document['id']}/file", "fileName": "plan.pdf",
        "mediaType": "application/pdf", "size": len(PDF), "sha256": hashlib.sha256(PDF).hexdigest(), "uploadedBy": None,
    }  # fmt: skip
    assert desk.get(document["url"]).content == PDF
    with desk.assembly.database.read() as session:
        (change,) = session.query(Change).filter_by(entity_id=document["id"])
        assert (change.actor_name, change.after["kind"]) == ("Ada", "DECK")


def test_a_draft_s_documents_are_its_owner_s_and_the_organisers_(desk: Desk) -> None:
    document = desk.added(desk.draft, v="PUBLIC")
    seen = "query ($id: ID!, $p: ID!) { document(id: $id) { id } documents { nodes { id } } project(id: $p) { id } }"
    for who, sees in (("owner", True), ("organiser", True), ("other", False), ("reviewer", False), (None, False)):
        assert desk.get(document["url"], who).status_code == (200 if sees else 404), who
        told = desk.ask(seen, who, id=document["id"], p=desk.draft)
        assert (told["document"] is not None) is sees, who
        assert ({"id": document["id"]} in told["documents"]["nodes"]) is sees, who


@pytest.mark.parametrize(("visibility", "readers"), [
    ("PUBLIC", {"owner", "other", "reviewer", "organiser", None}),
    ("PARTICIPANTS", {"owner", "other", "reviewer", "organiser"}),
    ("INVESTORS", {"owner", "reviewer", "organiser"}),
    ("OWNER", {"owner", "organiser"}),
    ("ORGANISERS", {"organiser"}),
])  # fmt: skip
def test_a_published_project_s_documents_are_for_whom_they_say(
    desk: Desk, visibility: str, readers: set[str | None]
) -> None:
    document = desk.added(desk.shown, v=visibility)
    listed = "query ($p: ID!) { project(id: $p) { documents { totalCount nodes { id } } } }"
    for who in ("owner", "other", "reviewer", "organiser", None):
        assert (desk.get(document["url"], who).status_code == 200) is (who in readers), who
        of_project = desk.ask(listed, who, p=desk.shown)["project"]["documents"]
        assert ({"id": document["id"]} in of_project["nodes"]) is (who in readers), who
        assert of_project["totalCount"] == len(of_project["nodes"])


def test_only_those_who_may_write_the_record_add_change_and_archive(desk: Desk) -> None:
    before = stored(desk)
    token = desk.sent(who="other")
    assert desk.refused(desk.shown, "other", u=token)[0] == "FORBIDDEN"
    assert desk.refused(desk.draft, "other", u=token)[0] == "NOT_FOUND"
    assert desk.refused(desk.shown, "owner", u=token)[1].startswith("There is no such upload")
    assert stored(desk) == before, "nothing was kept of what was refused"
    document = desk.added(desk.shown, v="PUBLIC")
    change = """mutation ($id: ID!) {
        updateDocument(id: $id, input: {visibility: OWNER, credit: "A. Example"}) { userErrors { code } }
        archiveDocument(id: $id) { userErrors { code } } restoreDocument(id: $id) { userErrors { code } } }"""
    (*_,) = told = desk.ask(change, "other", id=document["id"]).values()
    assert [each["userErrors"] for each in told] == [[{"code": "FORBIDDEN"}]] * 3
    assert [each["userErrors"] for each in desk.ask(change, id=document["id"]).values()] == [[]] * 3
    assert desk.get(document["url"], "other").status_code == 404, "it is the owner's now"
    assert desk.get(document["url"]).status_code == 200


def test_an_archived_document_is_gone_and_deleted_later_with_its_bytes(desk: Desk) -> None:
    document = desk.added(desk.shown, v="PUBLIC")
    archive = "mutation ($id: ID!) { archiveDocument(id: $id) { document { archivedAt } userErrors { code } } }"
    assert desk.ask(archive, id=document["id"])["archiveDocument"]["document"]["archivedAt"]
    assert desk.get(document["url"]).status_code == 404
    assert document["id"] in stored(desk), "it can be restored for a while"
    database, storage = desk.assembly.database, storage_of(desk.assembly.settings)
    assert delete_archived(database, kept=now() - now()) >= 1
    assert sweep(database, storage) == 0, "young bytes may belong to a row that isn't there yet"
    assert sweep(database, storage, at_once=True) >= 1
    assert stored(desk) == rows(desk)


def test_what_is_too_large_of_another_type_or_not_sent_is_refused_and_nothing_is_kept(desk: Desk) -> None:
    before = stored(desk)
    assert desk.client.put(desk.place("big.pdf")["url"], content=b"x" * (LIMIT + 1)).status_code == 413
    for content, name, says in (
        (PNG, "slides.pdf", "seems to be png"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "page.pdf", "html"),
        (b"MZ" + bytes(200), "tool.png", "not what its ending says"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "logo.svg", "ends in .pdf"),
        (b"words", "notes", "ends in .pdf"),
        (b"\0", "empty.mp4", "is none that is known"),
    ):
        code, message, field = desk.refused(desk.draft, u=desk.sent(content, name))
        assert (code, field) == ("BAD_USER_INPUT", ["upload"]), name
        assert says in message, (name, message)
    assert "hasn't been sent yet" in desk.refused(desk.draft, u=desk.place("plan.pdf")["token"])[1]
    assert "either an upload or a link" in desk.refused(desk.draft)[1]
    assert stored(desk) == before


def test_staff_may_send_more_for_imports_but_no_larger_document(desk: Desk) -> None:
    token = desk.sent(PDF + b"x" * LIMIT, who="organiser")
    assert f"at most {LIMIT}" in desk.refused(desk.draft, "organiser", u=token)[1]


def test_a_file_that_is_broken_off_is_not_there_and_can_be_sent_again(desk: Desk) -> None:
    upload = desk.place("plan.pdf")
    address = httpx.URL(str(desk.client.base_url))
    with socket.create_connection((address.host, address.port or 80)) as wire:
        wire.sendall(f"PUT {upload['url']} HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n%PDF-1.7".encode())
    assert "hasn't been sent yet" in desk.refused(desk.draft, u=upload["token"])[1]
    assert desk.client.put(upload["url"], content=PDF).status_code == 201
    assert desk.add(desk.draft, u=upload["token"])["userErrors"] == []
    assert not list((desk.folder / "uploads").rglob(".*"))


def test_a_call_with_a_key_adds_once_and_a_dry_run_nothing(desk: Desk) -> None:
    token = desk.sent()
    dry = desk.add(desk.draft, u=token, dry=True)
    assert (dry["preview"]["mediaType"], dry["userErrors"]) == ("application/pdf", [])
    before = rows(desk)
    first = desk.add(desk.draft, u=token, key="once")["document"]["id"]
    assert desk.add(desk.draft, u=token, key="once")["document"]["id"] == first
    assert rows(desk) == before | {first}
    assert stored(desk) >= rows(desk)
    assert "hasn't been sent yet" in desk.refused(desk.draft, u=token)[1], "a file is used once"


def test_a_link_is_a_document_without_a_file(desk: Desk) -> None:
    document = desk.add(desk.draft, link="https://video.example.org/film", k="VIDEO")["document"]
    assert document["url"] == "https://video.example.org/film"
    assert (document["size"], document["mediaType"]) == (None, None)
    assert desk.get(f"/documents/{document['id']}/file").status_code == 404
    for wrong in ("javascript:alert(1)", "film", "https://", "https://a.example/" + "x" * 1000):
        code, _, field = desk.refused(desk.draft, link=wrong)
        assert (code, field) == ("BAD_USER_INPUT", ["link"])


def test_a_record_holds_so_many_bytes_and_an_asker_so_many_unused_files(desk: Desk) -> None:
    subject = desk.ask('mutation { createProject(input: {name: [{language: EN, text: "Full"}]}) { project { id } } }')
    full = subject["createProject"]["project"]["id"]
    large = PNG + bytes(LIMIT - len(PNG))
    for _ in range(3):
        desk.added(full, large, "photo.png")
    code, message, field = desk.refused(full, u=desk.sent())
    assert (code, field) == ("CONFLICT", ["upload"])
    assert "Archived ones count" in message
    statuses = [desk.client.put(desk.place("x.pdf", "other")["url"], content=PDF).status_code for _ in range(22)]
    assert statuses[-1] == 429
    assert set(statuses) == {201, 429}


def test_the_count_of_a_record_s_documents_has_a_limit(shared_directory: Path, tmp_path: Path) -> None:
    with databases.fresh("sqlite", shared_directory) as url, opened(url, tmp_path, record_count=1) as desk:
        assert desk.add(desk.draft, link="https://a.example/1")["userErrors"] == []
        assert desk.refused(desk.draft, link="https://a.example/2")[0] == "CONFLICT"


def test_the_storage_of_the_settings_must_be_one() -> None:
    from store.files.storage import StorageError
    from store.settings import FileSettings

    with pytest.raises(StorageError, match=r"files.storage = 'nonsense://x' can't be used"):
        storage_of(ServerSettings(files=FileSettings(storage="nonsense://x")))


@pytest.fixture(autouse=True)
def _no_orphans(desk: Desk) -> Iterator[None]:
    yield
    assert stored(desk) >= rows(desk), "no row is without its bytes"
