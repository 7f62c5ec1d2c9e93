"""The feed of changes: everything once, what vanished, and nothing of what one may not see; on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from schema.domain.changes import feed
from store import models
from store.access.actors import Actor
from store.database import Database
from store.enums import ProjectStatus, Role
from tests.schema.conftest import Ask
from tests.schema.world import World

CHANGES = """query ($after: String, $types: [RecordType!], $first: Int) {
    changes(after: $after, types: $types, first: $first) {
        cursor hasMore entries { objectId removed at node { id __typename } } } }"""


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "SETTLE", timedelta(0))


def told(page: dict[str, Any]) -> list[tuple[str, bool]]:
    assert all((each["node"] is None) == each["removed"] for each in page["entries"])
    return [(each["objectId"], each["removed"]) for each in page["entries"]]


@pytest.fixture
def sync(ask: Ask) -> Callable[..., dict[str, Any]]:
    def page(after: str | None = None, actor: Actor | None = None, **given: Any) -> dict[str, Any]:
        variables = {"after": after, "types": ["PROJECT"], **given}
        found: dict[str, Any] = ask(CHANGES, variables, actor or Actor.public())["changes"]
        return found

    return page


def write(database: Database, identifier: str, **values: Any) -> None:
    with database.write(Actor.system("tests")) as session:
        row = session.get_one(models.Project, identifier)
        for name, value in values.items():
            setattr(row, name, value)


def test_the_first_pages_give_every_record_once(ask: Ask, sync: Any, world: World) -> None:
    whole = sync(types=None, first=100)
    ids = [each["objectId"] for each in whole["entries"]]
    assert not whole["hasMore"]
    assert len(set(ids)) == len(ids)
    listed = ask("{ projects { nodes { id } } places { nodes { id } } tracks { nodes { id } } }")
    assert {node["id"] for each in listed.values() for node in each["nodes"]} <= set(ids)
    assert world["draft"] not in ids
    seen: list[str] = []
    cursor = None
    while True:
        page = sync(cursor, types=None, first=7)
        seen += [each["objectId"] for each in page["entries"]]
        cursor = page["cursor"]
        if not page["hasMore"]:
            break
    assert seen == ids
    assert sync(cursor, types=None) == {"cursor": cursor, "hasMore": False, "entries": []}


def test_writes_are_told_and_what_vanishes_is_removed(sync: Any, world: World, database: Database) -> None:
    organiser = world.as_(Role.ORGANISER)
    cursor, staff = sync()["cursor"], sync(actor=organiser)["cursor"]
    write(database, world["lidar"], keywords=["changed"])
    page = sync(cursor)
    assert told(page) == [(world["lidar"], False)]
    write(database, world["lidar"], status=ProjectStatus.DRAFT)
    gone = sync(page["cursor"])
    assert told(gone) == [(world["lidar"], True)]
    assert told(sync(staff, organiser)) == [(world["lidar"], False)]
    write(database, world["lidar"], keywords=["of a draft"])
    assert sync(page["cursor"]) == gone, "what happens to a draft moves nothing"
    assert told(sync(gone["cursor"])) == []
    write(database, world["lidar"], status=ProjectStatus.PUBLISHED)
    assert told(sync(gone["cursor"])) == [(world["lidar"], False)]
    with database.write(Actor.system("tests")) as session:
        session.get_one(models.Project, world["bank"]).archived_at = models.base.now()
    assert (world["bank"], True) in told(sync(gone["cursor"]))


def test_hidden_records_leave_no_trace(sync: Any, world: World, database: Database) -> None:
    before = sync(first=2)
    after = sync(before["cursor"])
    with database.write(Actor.system("tests")) as session:
        session.add(models.Project(id="prj_" + "0" * 26, name={"en": "Hidden"}, status=ProjectStatus.DRAFT))
    write(database, world["draft"], keywords=["hidden"])
    write(database, "prj_" + "0" * 26, archived_at=models.base.now())
    assert told(sync(first=2)) == told(before)
    assert sync(before["cursor"]) == after
    assert "prj_" + "0" * 26 not in dict(told(sync()))


def test_recent_writes_wait(sync: Any, world: World, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    cursor = sync()["cursor"]
    write(database, world["lidar"], keywords=["changed"])
    monkeypatch.setattr(feed, "SETTLE", timedelta(minutes=5))
    assert told(sync(cursor)) == []


def test_what_is_no_cursor_is_refused(run: Any) -> None:
    (error,) = run(CHANGES, {"after": "x"}).errors
    assert error.extensions == {"code": "BAD_USER_INPUT", "field": "after"}
