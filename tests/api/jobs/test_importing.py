"""Imports over the API: a place for a file, the file, the job; broken off, too large, wrong, not theirs."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from store.access.actors import Actor
from store.enums import Role
from store.models import Change, Project
from tests.api.jobs.office import JOB, Office, opened
from tests.support import databases

UPLOAD = (
    "mutation ($n: String!) { createUpload(name: $n) { upload { token url expiresAt } userErrors { code message } } }"
)
IMPORT = """mutation (
  $u: String!, $kind: String = "projects", $check: Boolean! = false, $bad: Boolean! = false, $m: String,
  $c: [ImportCorrection!], $file: ImportFile! = PROBLEMS
) {
  startImport(
    upload: $u, namespace: "test", kind: $kind, checkOnly: $check, skipBadRows: $bad, mapping: $m, corrections: $c,
    file: $file
  ) { job { id } userErrors { code message field } } }"""
TAKE_BACK = """mutation ($id: ID!, $check: Boolean!) {
  takeBackImport(job: $id, checkOnly: $check) { job { id } userErrors { code message field } } }"""
GOOD = "id,name,founded\n1,Imported lamp,2021\n2,Imported kite,2022-03\n"
BAD = "id,name,founded\n3,Imported bell,2021\n4,Imported drum,long ago\n"
LIMIT = 10_000


@pytest.fixture(scope="module")
def office(shared_directory: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with databases.fresh("sqlite", shared_directory) as url:
        yield from opened(url, tmp_path_factory.mktemp("data"), upload_bytes=LIMIT)


def place(office: Office, name: str = "projects.csv", role: Role = Role.ORGANISER) -> Any:
    return office.ask(UPLOAD, role, n=name)["createUpload"]


def sent(office: Office, content: str, name: str = "projects.csv") -> str:
    upload = place(office, name)["upload"]
    answer = office.client.put(upload["url"], content=content.encode())
    assert answer.status_code == 201, answer.text
    told = {"name": name, "bytes": len(content), "sha256": hashlib.sha256(content.encode()).hexdigest()}
    assert answer.json() == told
    return str(upload["token"])


def imported(office: Office, token: str, role: Role = Role.ORGANISER, **options: Any) -> Any:
    started = office.ask(IMPORT, role, u=token, **options)["startImport"]
    assert started["userErrors"] == []
    office.work()
    return office.ask(JOB, role, id=started["job"]["id"])["job"]


def refused(office: Office, token: str, role: Role = Role.ORGANISER, **options: Any) -> str:
    (problem,) = office.ask(IMPORT, role, u=token, **options)["startImport"]["userErrors"]
    return str(problem["message"])


def names(office: Office) -> set[str]:
    with office.database.read() as session:
        return {each.name["en"] for each in session.query(Project).where(Project.archived_at.is_(None))}


def test_a_file_is_imported_in_the_name_of_who_asked_and_again_changes_nothing(office: Office) -> None:
    token = sent(office, GOOD)
    checked = imported(office, token, check=True)
    assert checked["result"]["written"] is False
    assert "Imported lamp" not in names(office)
    job = imported(office, token)
    assert (job["state"], job["error"]) == ("SUCCEEDED", None)
    assert job["result"]["counts"] == {"projects": {"rows": 2, "new": 2, "changed": 0, "unchanged": 0}}
    assert {"Imported lamp", "Imported kite"} <= names(office)
    again = imported(office, token)
    assert again["result"]["counts"] == {"projects": {"rows": 2, "new": 0, "changed": 0, "unchanged": 2}}
    with office.database.read() as session:
        (lamp,) = (each for each in session.query(Project) if each.name["en"] == "Imported lamp")
        assert session.query(Change).filter_by(entity_id=lamp.id).one().actor_name == "A ORGANISER"


def test_bad_rows_stop_an_import_with_their_places_or_are_told_in_a_file(office: Office) -> None:
    token = sent(office, BAD, "some projects.csv")
    job = imported(office, token)
    assert job["state"] == "FAILED"
    assert job["error"].startswith("1 problem; nothing was imported.\nsome projects.csv, row 3, column founded")
    assert "Imported bell" not in names(office)
    job = imported(office, token, bad=True)
    assert (job["state"], job["result"]["badRows"], job["result"]["problemCount"]) == ("SUCCEEDED", 1, 1)
    assert "Imported bell" in names(office)
    assert job["file"]["name"] == "some projects-problems.csv"
    assert "long ago" in office.get(job["file"]["url"], Role.ORGANISER).text


def test_a_preview_is_mended_imported_and_taken_back_in_one_step(office: Office) -> None:
    token = sent(office, "Nmae,founded\nMended bell,2021\nMended drum,long ago\nMended fife,never\n", "x.csv")
    before = names(office)
    mended = {"m": '{"columns": {"Nmae": "name"}}', "c": [{"row": 3, "column": "founded", "value": "2020"}]}

    def preview(**options: Any) -> Any:
        job = imported(office, token, check=True, file="PREVIEW", **options)
        assert job["state"] == "SUCCEEDED", job
        return office.get(job["file"]["url"], Role.ORGANISER).json()

    shown = preview(kind="projects")
    assert (shown["columns"][0]["suggestion"], shown["missing"]) == ("name", ["name"])
    shown = preview(kind="projects", **mended)
    assert (shown["counts"]["projects"]["new"], shown["badRows"]) == (2, 1)
    assert [each["problems"] for each in shown["rows"]][:2] == [[], []]
    assert shown["mapping"] == {"columns": {"Nmae": "name"}}
    job = imported(office, token, kind="projects", bad=True, file="ROWS", **mended)
    assert names(office) - before == {"Mended bell", "Mended drum"}
    rows = office.get(job["file"]["url"], Role.ORGANISER).text
    assert "Mended fife" in rows
    assert "Mended bell" not in rows

    def taken_back(check: bool, role: Role = Role.ORGANISER) -> Any:
        started = office.ask(TAKE_BACK, role, id=job["id"], check=check)["takeBackImport"]
        if started["userErrors"]:
            return started["userErrors"][0]["code"]
        office.work()
        return office.ask(JOB, role, id=started["job"]["id"])["job"]["result"]

    assert taken_back(True)["archived"] == {"project": 2}
    assert names(office) - before == {"Mended bell", "Mended drum"}
    assert taken_back(False) == {
        "written": True, "archived": {"project": 2}, "restored": {}, "shared": {}, "keptCount": 0, "kept": []
    }  # fmt: skip
    assert names(office) == before
    assert taken_back(False)["archived"] == {}
    assert taken_back(False, Role.REVIEWER) == "FORBIDDEN"
    for wrong in ({"m": "- a list"}, {"m": "colums: {}"}, {"file": "PREVIEW"}):
        assert refused(office, token, **wrong)


def test_what_isn_t_what_its_name_says_fails_with_the_reason(office: Office) -> None:
    job = imported(office, sent(office, GOOD, "projects.xlsx"))
    assert job["state"] == "FAILED"
    assert job["error"].partition("\n")[2].startswith("projects.xlsx")
    job = imported(office, sent(office, GOOD, "projects.docx"))
    assert job["state"] == "FAILED"
    assert "projects.docx" in job["error"]


def test_an_upload_takes_one_file_that_is_not_too_large(office: Office) -> None:
    url = place(office)["upload"]["url"]
    assert office.client.put(url, content=b"x" * (LIMIT + 1)).status_code == 413

    def chunks() -> Iterator[bytes]:
        for _ in range(LIMIT):
            yield b"xx"

    assert office.client.put(url, content=chunks()).status_code == 413
    assert office.client.put(url, content=b"").status_code == 400
    assert office.client.put(url, content=GOOD.encode()).status_code == 201
    assert office.client.put(url, content=BAD.encode()).status_code == 409
    assert office.client.put("/uploads/made-up", content=b"x").status_code == 404


def test_a_file_that_is_broken_off_is_not_there_and_can_be_sent_again(office: Office) -> None:
    upload = place(office)["upload"]
    address = httpx.URL(str(office.client.base_url))
    with socket.create_connection((address.host, address.port or 80)) as wire:
        wire.sendall(f"PUT {upload['url']} HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{GOOD}".encode())
    assert "hasn't been sent yet" in refused(office, upload["token"])
    assert office.client.put(upload["url"], content=GOOD.encode()).status_code == 201
    folder = office.assembly.settings.data_directory / "uploads"
    assert not list(folder.glob("*/.*"))


def test_only_organisers_import_and_only_what_they_uploaded_themselves(office: Office) -> None:
    assert place(office, role=Role.REVIEWER)["userErrors"][0]["code"] == "FORBIDDEN"
    assert "may not import" in refused(office, "anything", Role.REVIEWER)
    token = sent(office, GOOD)
    assert "no such upload" in refused(office, token, Role.ADMIN)
    assert "no such upload" in refused(office, f"{token}x")
    assert "can't be imported; give one of" in refused(office, token, kind="lamps")
    for name in ("", "../passwords.csv", ".hidden", "a" * 200):
        assert "can't be a file's name" in place(office, name)["userErrors"][0]["message"]


def test_an_import_is_cancelled_while_it_checks(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from api.jobs.importing import _Teller
    from store.jobs.queue import cancel
    from store.models import Job

    token = sent(office, "id,name\n9,Imported never\n")
    before = _Teller.advance

    def advance(teller: _Teller, *arguments: Any) -> None:
        with office.database.write(Actor.system("test")) as session:
            cancel(session.get_one(Job, teller._job.job_id))
        while not teller._job.cancelled:
            pass
        before(teller, *arguments)

    monkeypatch.setattr(_Teller, "advance", advance)
    assert imported(office, token)["state"] == "CANCELLED"
    assert "Imported never" not in names(office)
