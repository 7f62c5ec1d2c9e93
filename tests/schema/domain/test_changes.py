"""The feed of changes: everything once, what vanished, and nothing of what one may not see; on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.domain.changes import feed
from store import models
from store.access.actors import Actor
from store.database import Database
from store.enums import OrganisationType, ProjectStatus, Role
from tests.schema.conftest import Ask
from tests.schema.samples import SampleRecords

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


@pytest.mark.nightly_on_postgresql
def test_the_first_pages_give_every_record_once(ask: Ask, sync: Any, samples: SampleRecords) -> None:
    whole = sync(types=None, first=100)
    ids = [each["objectId"] for each in whole["entries"]]
    assert not whole["hasMore"]
    assert len(set(ids)) == len(ids)
    listed = ask("{ projects { nodes { id } } places { nodes { id } } tracks { nodes { id } } }")
    assert {node["id"] for each in listed.values() for node in each["nodes"]} <= set(ids)
    assert samples["draft"] not in ids
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


def test_writes_are_told_and_what_vanishes_is_removed(sync: Any, samples: SampleRecords, database: Database) -> None:
    organiser = samples.as_(Role.ORGANISER)
    cursor, staff = sync()["cursor"], sync(actor=organiser)["cursor"]
    write(database, samples["lidar"], keywords=["changed"])
    page = sync(cursor)
    assert told(page) == [(samples["lidar"], False)]
    write(database, samples["lidar"], status=ProjectStatus.DRAFT)
    gone = sync(page["cursor"])
    assert told(gone) == [(samples["lidar"], True)]
    assert told(sync(staff, organiser)) == [(samples["lidar"], False)]
    write(database, samples["lidar"], keywords=["of a draft"])
    assert sync(page["cursor"]) == gone, "what happens to a draft moves nothing"
    assert told(sync(gone["cursor"])) == []
    write(database, samples["lidar"], status=ProjectStatus.PUBLISHED)
    assert told(sync(gone["cursor"])) == [(samples["lidar"], False)]
    with database.write(Actor.system("tests")) as session:
        session.get_one(models.Project, samples["bank"]).archived_at = models.base.now()
    assert (samples["bank"], True) in told(sync(gone["cursor"]))


def test_an_organisation_comes_and_goes_with_the_project_that_names_it(
    sync: Any, samples: SampleRecords, database: Database
) -> None:
    with database.write(Actor.system("tests")) as session:
        maker = models.Organisation(name={"en": "Maker"}, type=OrganisationType.ENTERPRISE)
        session.add(maker)
        session.flush()
        project = models.Project(name={"en": "Made"}, organisation_id=maker.id, status=ProjectStatus.DRAFT)
        session.add(project)
        session.flush()
        maker_id, project_id = maker.id, project.id

    def page(after: str) -> dict[str, Any]:
        found: dict[str, Any] = sync(after, types=["ORGANISATION"])
        return found

    cursor = sync(types=["ORGANISATION"])["cursor"]
    assert maker_id not in dict(told(sync(types=["ORGANISATION"])))
    write(database, project_id, status=ProjectStatus.PUBLISHED)
    shown = page(cursor)
    assert told(shown) == [(maker_id, False)]
    write(database, project_id, keywords=["of no matter"])
    assert told(page(shown["cursor"])) == []
    write(database, project_id, status=ProjectStatus.DRAFT)
    hidden = page(shown["cursor"])
    assert told(hidden) == [(maker_id, True)]
    write(database, project_id, organisation_id=None)
    assert told(page(hidden["cursor"])) == [(maker_id, False)], "nothing hidden names it any more"
    assert told(page(cursor)) == [(maker_id, False)], "for who missed what was between"


def follow(
    sync: Callable[..., dict[str, Any]], copy: set[str], cursor: str | None, pages: int | None = None, **given: Any
) -> str | None:
    """Keep a copy up to date, or for some pages only; return the cursor to go on from."""
    while pages != 0:
        page = sync(cursor, **given)
        for identifier, removed in told(page):
            (copy.discard if removed else copy.add)(identifier)
        cursor = page["cursor"]
        pages = 0 if not page["hasMore"] else None if pages is None else pages - 1
    return cursor


def test_a_page_that_ends_between_two_turns_of_a_record_hides_neither(
    sync: Any, samples: SampleRecords, database: Database
) -> None:
    cursor, copy = sync()["cursor"], {samples["lidar"], samples["bank"]}
    write(database, samples["lidar"], status=ProjectStatus.DRAFT)
    write(database, samples["bank"], keywords=["ends the first page"])
    write(database, samples["lidar"], status=ProjectStatus.PUBLISHED)
    write(database, samples["lidar"], status=ProjectStatus.DRAFT)
    write(database, samples["draft"], status=ProjectStatus.PUBLISHED)
    follow(sync, copy, cursor, first=1)
    assert copy == {samples["bank"], samples["draft"]}


def test_a_record_that_comes_back_while_one_reads_and_goes_again_is_removed(
    sync: Any, samples: SampleRecords, database: Database
) -> None:
    cursor, copy = sync()["cursor"], {samples["lidar"], samples["bank"]}
    write(database, samples["lidar"], status=ProjectStatus.DRAFT)
    write(database, samples["bank"], keywords=["ends the first page"])
    write(database, samples["lidar"], status=ProjectStatus.PUBLISHED)
    page = sync(cursor, first=1)
    assert told(page) == [(samples["bank"], False)]
    write(database, samples["lidar"], status=ProjectStatus.DRAFT)
    follow(sync, copy, page["cursor"], first=1)
    assert copy == {samples["bank"]}


KINDS = {"PROJECT": "projects", "ORGANISATION": "organisations", "TALENT": "talents"}
STEPS = st.lists(
    st.tuples(st.sampled_from(["status", "archive", "organisation", "owner", "team", "investor"]), st.integers(0, 5)),
    min_size=1, max_size=6,
)  # fmt: skip


def step(session: Session, what: str, number: int, ids: dict[str, list[str]]) -> None:
    """Write something by which others may come into sight or out of it."""
    project = session.get_one(models.Project, ids["projects"][number % 2])
    organisation, talent = ids["organisations"][number // 2 % 2], ids["talents"][number // 2 % 2]
    if what == "status":
        draft = project.status is ProjectStatus.DRAFT
        project.status = ProjectStatus.PUBLISHED if draft else ProjectStatus.DRAFT
    elif what == "archive":
        project.archived_at = None if project.archived_at else models.base.now()
    elif what == "organisation":
        project.organisation_id = None if number > 3 else organisation
    elif what == "owner":
        project.owner_id = None if number > 3 else talent
    elif what == "team":
        known = session.scalar(select(models.TeamMember).where(models.TeamMember.project_id == project.id))
        if known is None:
            session.add(models.TeamMember(project_id=project.id, talent_id=talent))
        else:
            session.delete(known)
    else:
        investor = session.scalars(select(models.Investor).order_by(models.Investor.id)).first()
        assert investor is not None
        investor.organisation_id = None if number > 3 else organisation


@pytest.mark.nightly_on_postgresql
@settings(max_examples=4, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(steps=STEPS, size=st.sampled_from([1, 2, 100]), quiet=st.integers(0, 3), pages=st.sampled_from([None, 1]))
def test_a_copy_kept_by_changes_is_what_one_sees(
    ask: Ask,
    sync: Any,
    samples: SampleRecords,
    database: Database,
    steps: list[tuple[str, int]],
    size: int,
    quiet: int,
    pages: int | None,
) -> None:
    with database.write(Actor.system("tests")) as session:
        makers = [models.Organisation(name={"en": "Maker"}, type=OrganisationType.ENTERPRISE) for _ in range(2)]
        people = [models.Talent(name={"en": "Somebody"}) for _ in range(2)]
        session.add_all([*makers, *people])
        session.flush()
        projects = [
            models.Project(name={"en": "Made"}, organisation_id=makers[at].id, owner_id=people[at].id, status=status)
            for at, status in enumerate((ProjectStatus.DRAFT, ProjectStatus.PUBLISHED))
        ]
        session.add_all(projects)
        session.flush()
        ids = {
            "projects": [each.id for each in projects], "organisations": [each.id for each in makers],
            "talents": [each.id for each in people],
        }  # fmt: skip
    copy: set[str] = set()
    cursor = follow(sync, copy, None, types=[*KINDS])
    for number, (what, which) in enumerate(steps):
        with database.write(Actor.system("tests")) as session:
            step(session, what, which, ids)
        if number % (quiet + 1) == quiet:
            cursor = follow(sync, copy, cursor, pages, types=[*KINDS], first=size)
    follow(sync, copy, cursor, types=[*KINDS], first=size)
    listed = ask(" ".join(["{", *(f"{each}(first: 100) {{ nodes {{ id }} }}" for each in KINDS.values()), "}"]))
    assert copy == {node["id"] for each in listed.values() for node in each["nodes"]}


def test_hidden_records_leave_no_trace(sync: Any, samples: SampleRecords, database: Database) -> None:
    before = sync(first=2)
    after = sync(before["cursor"])
    with database.write(Actor.system("tests")) as session:
        session.add(models.Project(id="prj_" + "0" * 26, name={"en": "Hidden"}, status=ProjectStatus.DRAFT))
    write(database, samples["draft"], keywords=["hidden"])
    write(database, "prj_" + "0" * 26, archived_at=models.base.now())
    assert told(sync(first=2)) == told(before)
    assert sync(before["cursor"]) == after
    assert "prj_" + "0" * 26 not in dict(told(sync()))


def test_recent_writes_wait(
    sync: Any, samples: SampleRecords, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    cursor = sync()["cursor"]
    write(database, samples["lidar"], keywords=["changed"])
    monkeypatch.setattr(feed, "SETTLE", timedelta(minutes=5))
    assert told(sync(cursor)) == []


def test_what_is_no_cursor_is_refused(run: Any) -> None:
    (error,) = run(CHANGES, {"after": "x"}).errors
    assert error.extensions == {"code": "BAD_USER_INPUT", "field": "after"}
