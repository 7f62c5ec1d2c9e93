"""Exports: asked for over GraphQL, run by the server's own worker, downloaded by whoever asked and nobody else."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.jobs.tidying import tidy
from api.operations.settings import JobSettings
from store.access.actors import Actor
from store.enums import JobState, Role
from store.jobs.files import StoredFile, path_of
from store.jobs.queue import cancel
from store.models import Job
from store.models.base import now
from tests.api.jobs.office import COUNT, JOB, Office, opened
from tests.support import databases

EXPORT = """mutation ($c: String!, $filter: JSON, $fields: [String!], $format: String! = "csv", $dry: Boolean! = false,
                      $key: String) {
  startExport(connection: $c, filter: $filter, fields: $fields, format: $format, dryRun: $dry, idempotencyKey: $key) {
    job { id state } userErrors { code message field } } }"""


@pytest.fixture(scope="module")
def office(shared_directory: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with databases.fresh("sqlite", shared_directory) as url:
        yield from opened(url, tmp_path_factory.mktemp("data"))


def export(office: Office, role: Role | None = Role.REVIEWER, **variables: Any) -> Any:
    return office.ask(EXPORT, role, **{"c": "projects", **variables})["startExport"]


def rows(response: httpx.Response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_an_export_holds_what_the_asker_may_see_and_is_theirs_alone(office: Office) -> None:
    fields = ["id", "name", "founded.text", "origin.id"]
    asked = export(office, fields=fields)
    assert asked["userErrors"] == []
    assert asked["job"]["state"] == "QUEUED"
    assert office.get(f"/jobs/{asked['job']['id']}/file").status_code == 410
    office.work()
    job = office.ask(JOB, id=asked["job"]["id"])["job"]
    assert (job["state"], job["progress"], job["result"]["rows"]) == ("SUCCEEDED", 1.0, COUNT)
    file = job["file"]
    assert (file["name"], file["mediaType"]) == ("projects.csv", "text/csv; charset=utf-8")
    given = office.get(file["url"])
    assert len(given.content) == file["bytes"]
    assert given.headers["content-disposition"] == 'attachment; filename="projects.csv"'
    assert given.headers["cache-control"] == "private, no-store"
    found = rows(given)
    assert {each["name"] for each in found} == {f"Project {number:03}" for number in range(COUNT)}
    assert (list(found[0]), found[0]["founded.text"]) == (fields, "2021-03")
    part = office.get(file["url"], Range="bytes=3-12")
    assert (part.status_code, part.content) == (206, given.content[3:13])
    for other in (Role.ADMIN, Role.ORGANISER, None):
        assert office.get(file["url"], other).status_code == 404
    assert office.ask(JOB, Role.ADMIN, id=asked["job"]["id"])["job"]["file"] is None


def test_an_organiser_gets_hidden_rows_and_all_stored_fields_in_any_format(office: Office) -> None:
    identifier = export(office, Role.ORGANISER, format="jsonl", filter={"visibility": ["ORGANISERS"]})["job"]["id"]
    office.work()
    job = office.ask(JOB, Role.ORGANISER, id=identifier)["job"]
    (row,) = map(json.loads, office.get(job["file"]["url"], Role.ORGANISER).text.splitlines())
    assert row["name"] == "=SUM(1)"
    assert {"id", "summary", "status", "founded.text", "owner.id"} <= row.keys()


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"c": "projcts"}, ["connection"], "did you mean 'projects'?"),
        ({"format": "docx"}, ["format"], "give one of csv, jsonl"),
        ({"fields": ["name", "no name"]}, ["fields", "1"], "'no name' can't be a field"),
        ({"fields": ["nmae"]}, ["fields"], "Cannot query field 'nmae'"),
        ({"fields": []}, ["fields"], "Name 1 to 200 fields"),
        ({"filter": {"stat": 1}}, ["filter"], "stat"),
        ({"c": "interests", "fields": ["note"]}, ["fields", "0"], "may not read"),
    ],
)
def test_what_can_t_be_exported_is_told_before_a_job_is_asked_for(
    office: Office, given: dict[str, Any], field: list[str], said: str
) -> None:
    answer = export(office, **given)
    (problem,) = answer["userErrors"]
    assert answer["job"] is None
    assert said in problem["message"]
    assert problem["field"] == field


def test_the_public_exports_nothing_and_a_dry_run_asks_for_nothing(office: Office) -> None:
    (problem,) = export(office, None)["userErrors"]
    assert problem["code"] == "FORBIDDEN"
    with office.database.read() as session:
        before = session.query(Job).count()
    assert export(office, dry=True)["userErrors"] == []
    with office.database.read() as session:
        assert session.query(Job).count() == before
    first, again = (export(office, key="once")["job"]["id"] for _ in range(2))
    assert first == again


def test_nobody_fills_the_queue(office: Office) -> None:
    asking = export(office, Role.ADMIN, fields=["id"])
    with office.database.write(Actor.system("test")) as session:
        one = session.get_one(Job, asking["job"]["id"])
        session.add_all(Job(kind="export", key_id=one.key_id, state=one.state) for _ in range(19))
    (problem,) = export(office, Role.ADMIN, fields=["id"])["userErrors"]
    assert (problem["code"], "20 jobs under way" in problem["message"]) == ("CONFLICT", True)
    assert export(office, Role.ORGANISER, fields=["id"])["userErrors"] == []
    with office.database.write(Actor.system("test")) as session:
        for job in session.query(Job).filter_by(state=JobState.QUEUED):
            cancel(job)


def test_a_file_expires_and_is_deleted(office: Office) -> None:
    identifier = export(office)["job"]["id"]
    office.work()
    settings = office.assembly.settings
    with office.database.write(Actor.system("test")) as session:
        job = session.get_one(Job, identifier)
        assert job.result is not None
        stored = StoredFile.model_validate(job.result["file"])
        path = path_of(settings.data_directory, stored)
        past = stored.model_copy(update={"expires_at": now() - timedelta(minutes=1)})
        job.result = {**job.result, "file": past.model_dump(mode="json")}
    assert office.get(f"/jobs/{identifier}/file").status_code == 410
    tidy(office.database, settings)
    assert path.exists()
    tidy(office.database, settings.model_copy(update={"jobs": JobSettings(file_hours=1e-9)}))
    assert not path.exists()


@pytest.mark.nightly
def test_the_servers_own_worker_runs_what_is_asked_for(sqlite_url: str, tmp_path: Path) -> None:
    for office in opened(sqlite_url, tmp_path, own_worker=True):
        identifier = export(office, fields=["name"])["job"]["id"]
        end = time.monotonic() + 120
        while (job := office.ask(JOB, id=identifier)["job"])["state"] in ("QUEUED", "RUNNING"):
            assert time.monotonic() < end
            time.sleep(0.1)
        assert job["state"] == "SUCCEEDED"
        assert len(rows(office.get(job["file"]["url"]))) == COUNT
