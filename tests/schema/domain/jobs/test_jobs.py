"""Jobs over GraphQL: who sees which, cancelling and trying again, files, and watching them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from graphql import ExecutionResult

from api.operations.follower import ChangeFollower
from schema.execution.execute import subscribe
from schema.request.context import Services
from schema.types.build import RoadshowSchema
from store.access.actors import Actor
from store.database import Database
from store.enums import JobState, Role
from store.jobs.leases import WORKER, claim, succeed
from store.jobs.queue import enqueue
from store.models import Job
from store.models.base import now
from store.settings import Settings
from tests.schema.conftest import Ask
from tests.schema.domain.jobs.office import LIST, ONE, Office
from tests.schema.samples import SampleRecords, make_samples

CANCEL = "mutation ($id: ID!) { cancelJob(id: $id) { job { id state } userErrors { code message field } } }"
RETRY = "mutation ($id: ID!) { retryJob(id: $id) { job { id state attempts } userErrors { code message field } } }"
FILE = {
    "name": "projects.csv",
    "media_type": "text/csv",
    "bytes": 12,
    "stored_as": "x",
    "expires_at": (now() + timedelta(1)).isoformat(),
}


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    return sqlite_database


@pytest.fixture
def office(database: Database, samples: SampleRecords) -> Office:
    return Office(database, samples)


def test_a_job_of_the_system_is_nobodys_own(
    database: Database, office: Office, samples: SampleRecords, ask: Ask
) -> None:
    with database.write(Actor.system("test")) as session:
        enqueue(session, "count", {}, attempts=1)
    assert ask(LIST, {}, samples.as_(Role.ADMIN))["jobs"]["nodes"][0]["askedBy"] is None
    for actor in (Actor.public(), office.actor("ada"), office.actor("chief"), Actor(Role.REVIEWER)):
        assert ask(LIST, {}, actor)["jobs"]["totalCount"] == 0


def test_jobs_are_filtered_and_ordered(database: Database, office: Office, ask: Ask) -> None:
    first, second = office.asks("ada"), office.asks("ada")
    with database.write(WORKER) as session:
        session.get_one(Job, first).state = JobState.FAILED
    query = (
        "query ($f: JobFilter) { jobs(filter: $f, orderBy: [{field: CREATED_AT, direction: DESC}]) { nodes { id } } }"
    )
    assert [each["id"] for each in ask(query, {}, office.actor("ada"))["jobs"]["nodes"]] == [second, first]
    only = {"state": ["FAILED"]}
    assert ask(query, {"f": only}, office.actor("ada"))["jobs"]["nodes"] == [{"id": first}]


def test_a_job_is_cancelled_and_tried_again(office: Office, ask: Ask) -> None:
    identifier, actor = office.asks("ada"), office.actor("ada")
    for _ in range(2):
        done = ask(CANCEL, {"id": identifier}, actor)["cancelJob"]
        assert done == {"job": {"id": identifier, "state": "CANCELLED"}, "userErrors": []}
    done = ask(RETRY, {"id": identifier}, actor)["retryJob"]
    assert done == {"job": {"id": identifier, "state": "QUEUED", "attempts": 0}, "userErrors": []}
    (problem,) = ask(RETRY, {"id": identifier}, actor)["retryJob"]["userErrors"]
    assert (problem["code"], problem["field"]) == ("CONFLICT", ["id"])
    assert "Only failed and cancelled" in problem["message"]


def test_nobody_cancels_what_they_do_not_see(
    database: Database, office: Office, samples: SampleRecords, ask: Ask
) -> None:
    identifier = office.asks("ada")
    for document, name in ((CANCEL, "cancelJob"), (RETRY, "retryJob")):
        (problem,) = ask(document, {"id": identifier}, office.actor("ben"))[name]["userErrors"]
        assert problem["code"] == "NOT_FOUND"
    with database.read() as session:
        assert session.get_one(Job, identifier).state is JobState.QUEUED
    assert ask(CANCEL, {"id": identifier}, samples.as_(Role.ORGANISER))["cancelJob"]["job"]["state"] == "CANCELLED"


def test_a_file_is_for_who_asked_until_it_expires(
    database: Database, office: Office, samples: SampleRecords, ask: Ask
) -> None:
    identifier = office.asks("helper")
    mine = claim(database, "one", ["count"], timedelta(minutes=1))
    assert mine is not None
    with database.write(WORKER) as session:
        succeed(session, mine, {"rows": 1, "file": FILE})
    shown = ask(ONE, {"id": identifier}, office.actor("helper"))["job"]["file"]
    assert shown == {"name": "projects.csv", "bytes": 12, "url": f"/jobs/{identifier}/file"}
    for other in (office.actor("chief"), samples.as_(Role.ADMIN)):
        assert ask(ONE, {"id": identifier}, other)["job"]["file"] is None
    with database.write(WORKER) as session:
        past = {**FILE, "expires_at": (now() - timedelta(1)).isoformat()}
        session.get_one(Job, identifier).result = {"rows": 1, "file": past}
    assert ask(ONE, {"id": identifier}, office.actor("helper"))["job"]["file"] is None


def test_watching_a_job_begins_with_how_it_stands_and_tells_its_end(
    sqlite_database: Database, schema: RoadshowSchema
) -> None:
    office = Office(sqlite_database, make_samples(sqlite_database))
    mine, others = office.asks("ada"), office.asks("ben")
    document = "subscription ($ids: [ID!]) { jobChanged(ids: $ids) { jobId job { state } } }"

    async def watch(ids: list[str] | None, then: Callable[[], object]) -> list[Any]:
        follower = ChangeFollower(sqlite_database, poll_seconds=0.02)
        services = Services(sqlite_database, Settings(), schema.registry, follower=follower)
        stream = await subscribe(schema, services, office.actor("ada"), document, variables={"ids": ids})
        assert not isinstance(stream, ExecutionResult)
        found: list[Any] = []
        if ids is None:
            reading = asyncio.ensure_future(anext(stream))
            while not follower.watchers:
                await asyncio.sleep(0.01)
            await follower.followed()
            await asyncio.to_thread(then)
            found.append((await asyncio.wait_for(reading, 20)).data)
        else:
            async for event in stream:
                found.append(event.data)
                if len(found) == 1:
                    await asyncio.to_thread(then)
                if event.data["jobChanged"]["job"]["state"] == "SUCCEEDED":
                    break
        await stream.aclose()
        await follower.close()
        return [each["jobChanged"] for each in found]

    def run_both() -> None:
        while (taken := claim(sqlite_database, "one", ["count"], timedelta(minutes=1))) is not None:
            with sqlite_database.write(WORKER) as session:
                succeed(session, taken, {})

    told = asyncio.run(watch([mine, others], run_both))
    assert {each["jobId"] for each in told} == {mine}
    assert [each["job"]["state"] for each in told][:1] == ["QUEUED"]
    assert told[-1]["job"]["state"] == "SUCCEEDED"
    again: list[str] = []
    (event,) = asyncio.run(watch(None, lambda: again.append(office.asks("ada"))))
    assert event == {"jobId": again[0], "job": {"state": "QUEUED"}}
