"""Subscriptions: events of what the reader may see, and of lists that change."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from graphql import ExecutionResult

from api.operations.follower import ChangeFollower
from recommender.pool import clock as days
from recommender.serving.service import Recommender
from schema.domain.rankings import changes as subscriptions
from schema.domain.rankings.changes import ranked_ids
from schema.execution.execute import subscribe
from schema.request.context import Services
from schema.types.build import RoadshowSchema
from store import models
from store.access.actors import Actor
from store.database import Database
from store.enums import Role
from store.models.base import now
from store.settings import Settings
from tests.schema.samples import SampleRecords

PROJECTS = """subscription ($ids: [ID!]) {
    projectChanged(ids: $ids) { projectId operation position project { name } } }"""
RANKING = """subscription ($s: ID!) { rankingChanged(subject: $s, first: 5) {
    subject { ... on Place { name } } entered { id } left ranking { totalCount edges { node { id } } }
    best: ranking(first: 1) { nodes { id } pageInfo { hasNextPage endCursor } } } }"""


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    return sqlite_database


Watch = Callable[..., Awaitable[list[ExecutionResult]]]


@pytest.fixture
def watch(schema: RoadshowSchema, database: Database, monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Subscribes, does something, and gives the first events."""
    monkeypatch.setattr(subscriptions, "SETTLE", 0.6)

    async def watched(
        document: str, variables: dict[str, Any], actor: Actor, act: Callable[[], None], events: int
    ) -> list[ExecutionResult]:
        follower = ChangeFollower(database, poll_seconds=0.02)
        recommender = Recommender(database, settings=Settings())
        services = Services(database, Settings(), schema.registry, recommender=recommender, follower=follower)
        stream = await subscribe(schema, services, actor, document, variables=variables)
        if isinstance(stream, ExecutionResult):
            return [stream]
        found: list[ExecutionResult] = []

        async def read(stream: AsyncIterator[ExecutionResult]) -> None:
            async for event in stream:
                found.append(event)
                if len(found) == events or event.errors:
                    return

        reading = asyncio.create_task(read(stream))
        while not follower.watchers and not reading.done():
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        await asyncio.to_thread(act)
        with pytest.MonkeyPatch.context():
            await asyncio.wait_for(reading, 20)
        await follower.close()
        return found

    return watched


def rename(database: Database, identifier: str, **values: Any) -> None:
    with database.write(Actor.system("tests")) as session:
        row = session.get_one(models.Project, identifier)
        for name, value in values.items():
            setattr(row, name, value)


@pytest.mark.parametrize("role", [Role.PUBLIC, Role.TALENT, Role.PLANNER])
def test_a_write_of_what_one_may_not_read_is_not_told(
    database: Database, samples: SampleRecords, watch: Watch, role: Role
) -> None:
    def act() -> None:
        for member, share in (("other_member", 30), ("member", 31)):  # the second one's project is the talent's own
            with database.write(Actor.system("tests")) as session:
                session.get_one(models.TeamMember, samples[member]).equity_percent = Decimal(share)
        rename(database, samples["fund"], name={"en": "Renamed"})

    (first,) = asyncio.run(watch(PROJECTS, {}, samples.as_(role), act, 1))  # type: ignore[arg-type]
    assert first.data
    expected = {Role.PUBLIC: "fund", Role.TALENT: "lidar", Role.PLANNER: "bank"}[role]
    assert first.data["projectChanged"]["projectId"] == samples[expected]


def test_the_deletion_of_a_member_whom_one_does_not_see_is_not_told(
    database: Database, samples: SampleRecords, watch: Watch
) -> None:
    with database.write(Actor.system("tests")) as session:
        hidden = models.Talent(name={"en": "Named by a draft alone"})
        session.add(hidden)
        session.flush()
        session.add(models.TeamMember(project_id=samples["draft"], talent_id=hidden.id))
        member = models.TeamMember(project_id=samples["lidar"], talent_id=hidden.id)
        session.add(member)
        session.flush()
        identifier = member.id

    def act() -> None:
        with database.write(Actor.system("tests")) as session:
            session.get_one(models.Project, samples["lidar"]).name = {"en": "Renamed"}
            session.get_one(models.Talent, hidden.id).archived_at = now()
        with database.write(Actor.system("tests")) as session:
            session.delete(session.get_one(models.TeamMember, identifier))
        rename(database, samples["fund"], name={"en": "Renamed"})

    found = asyncio.run(watch(PROJECTS, {}, Actor.public(), act, 2))  # type: ignore[arg-type]
    assert [each.data and each.data["projectChanged"]["projectId"] for each in found] == [
        samples["lidar"],
        samples["fund"],
    ]


def test_changes_of_visible_projects_alone_are_told(database: Database, samples: SampleRecords, watch: Watch) -> None:
    def act() -> None:
        rename(database, samples["draft"], name={"en": "Hidden"})
        rename(database, samples["bank"], name={"en": "Renamed"})
        with database.write(Actor.system("tests")) as session:
            session.add(models.ProjectTrack(project_id=samples["fund"], track_id=samples["digital_track"]))

    events = asyncio.run(watch(PROJECTS, {}, Actor.public(), act, 2))  # type: ignore[arg-type]
    assert [event.errors for event in events] == [None, None]
    told = [event.data["projectChanged"] for event in events if event.data]
    written = [(each["projectId"], each["operation"]) for each in told]
    assert written == [(samples["bank"], "UPDATE"), (samples["fund"], "UPDATE")]
    assert told[0]["project"] == {"name": "Renamed"}


def test_a_project_that_goes_out_of_sight_is_told_once(
    database: Database, samples: SampleRecords, watch: Watch
) -> None:
    def act() -> None:
        rename(database, samples["lidar"], archived_at=models.base.now())
        rename(database, samples["lidar"], name={"en": "Later"})
        rename(database, samples["bank"], name={"en": "Renamed"})

    ids = [samples["lidar"], samples["bank"]]
    events = asyncio.run(watch(PROJECTS, {"ids": ids}, Actor.public(), act, 2))  # type: ignore[arg-type]
    told = [event.data["projectChanged"] for event in events if event.data]
    assert [(each["projectId"], each["operation"], each["project"]) for each in told] == [
        (samples["lidar"], "ARCHIVE", None),
        (samples["bank"], "UPDATE", {"name": "Renamed"}),
    ]


def test_a_list_that_changes_is_told_with_what_came_and_went(
    database: Database, samples: SampleRecords, watch: Watch
) -> None:
    def act() -> None:
        rename(database, samples["bank"], status="WITHDRAWN")

    events = asyncio.run(watch(RANKING, {"s": samples["kunshan"]}, Actor.public(), act, 1))  # type: ignore[arg-type]
    assert events[0].errors is None
    assert events[0].data
    told = events[0].data["rankingChanged"]
    assert told["subject"] == {"name": "Kunshan"}
    assert told["left"] == [samples["bank"]]
    listed = [edge["node"] for edge in told["ranking"]["edges"]]
    assert samples["bank"] not in [each["id"] for each in listed]
    assert told["best"]["nodes"] == listed[:1]
    assert told["best"]["pageInfo"]["hasNextPage"] is True


def test_a_list_that_changes_over_midnight_is_told_though_nothing_is_written(
    database: Database, samples: SampleRecords, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscriptions, "LOOK", 0.05)
    monkeypatch.setattr(days, "this_day", lambda: np.datetime64("2030-01-01"))
    with database.write(Actor.system("tests")) as session:
        for track, since in (("health_track", None), ("digital_track", "2030-01-02")):
            priority = models.IndustryPriority(
                place_id=samples["kunshan"], name={"en": track}, weight=90.0 if since else 1.0, valid_from=since
            )
            session.add(priority)
            session.flush()
            session.add(models.PriorityTrack(priority_id=priority.id, track_id=samples[track]))

    asked: list[str] = []

    def noted(*arguments: Any) -> list[str]:
        found = ranked_ids(*arguments)
        asked.append("again")
        return found

    monkeypatch.setattr(subscriptions, "ranked_ids", noted)

    def midnight() -> None:
        for _ in range(2_000):  # it is asked for once more when the watching has begun
            if len(asked) >= 2:
                break
            time.sleep(0.01)
        monkeypatch.setattr(days, "this_day", lambda: np.datetime64("2030-01-02"))

    events = asyncio.run(watch(RANKING, {"s": samples["kunshan"]}, Actor.public(), midnight, 1))  # type: ignore[arg-type]
    assert events[0].errors is None
    assert events[0].data
    assert events[0].data["rankingChanged"]["subject"] == {"name": "Kunshan"}


@pytest.mark.parametrize(("subject", "code"), [("investor", "FORBIDDEN"), ("lidar", "BAD_USER_INPUT")])
def test_who_may_not_ask_for_a_list_may_not_watch_it(
    samples: SampleRecords, watch: Watch, subject: str, code: str
) -> None:
    refused = watch(RANKING, {"s": samples[subject]}, samples.as_(Role.REVIEWER), lambda: None, 1)
    [event] = asyncio.run(refused)  # type: ignore[arg-type]
    assert [error.extensions["code"] for error in event.errors or ()] == [code]
