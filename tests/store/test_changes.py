"""The change log: every write, in its own transaction, never rewritten, and read without a gap."""

from __future__ import annotations

import threading
import time
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError

from store import changes
from store.access.actors import Actor
from store.database import Database
from store.enums import Operation, PlaceType, ProjectKind, Role
from store.models import ApiKey, Change, Concept, ConceptScheme, Place, Project, ProjectConcept
from store.models.base import now
from store.values.ids import new_id

ACTOR = Actor.system("test")


def log(database: Database, entity_id: str | None = None) -> list[Change]:
    with database.read() as session:
        found = changes.read_changes(session, 0)
    return [change for change in found if entity_id in (None, change.entity_id)]


def add_project(database: Database, **values: object) -> str:
    with database.write(ACTOR) as session:
        project = Project(**{"name": {"en": "P"}, **values})
        session.add(project)
    return project.id


def test_a_creation_is_logged_with_its_actor_and_values(database: Database) -> None:
    actor = Actor(Role.PLANNER, new_id("key"), new_id("plc"), "The planner")
    with database.write(actor) as session:
        project = Project(
            name={"en": "P", "zh": "项目"}, kind=ProjectKind.FUND, ask_min=Decimal("10.5"), founded="2020-H1"
        )
        session.add(project)
    (change,) = log(database)
    assert (change.actor_role, change.actor_id, change.actor_name) == (Role.PLANNER, actor.id, "The planner")
    assert (change.entity_type, change.entity_id, change.owner_id) == ("project", project.id, project.id)
    assert change.operation is Operation.CREATE
    assert change.before is None
    assert change.after is not None
    assert change.after["name"] == {"en": "P", "zh": "项目"}
    assert change.after["kind"] == "FUND"
    assert Decimal(change.after["ask_min"]) == Decimal("10.5")
    assert change.after["founded"] == "2020-H1"
    assert change.after["founded_latest"] == "2020-06-30"


def test_an_update_is_logged_with_what_differs(database: Database) -> None:
    project = add_project(database, website="https://one.example")
    with database.write(ACTOR) as session:
        session.get_one(Project, project).website = "https://two.example"
    change = log(database, project)[-1]
    assert change.operation is Operation.UPDATE
    assert change.before == {"website": "https://one.example", "version": 1}
    assert change.after == {"website": "https://two.example", "version": 2}


def test_before_is_known_even_of_an_attribute_that_was_not_loaded(database: Database) -> None:
    project = add_project(database, website="https://one.example")
    with database.write(ACTOR) as session:
        found = session.get_one(Project, project)
        session.expire(found)
        found.website = "https://two.example"
    before = log(database, project)[-1].before
    assert before is not None
    assert before["website"] == "https://one.example"


def test_a_write_that_changes_nothing_is_not_logged(database: Database) -> None:
    project = add_project(database, website="https://one.example")
    with database.write(ACTOR) as session:
        session.get_one(Project, project).website = "https://one.example"
    assert len(log(database, project)) == 1


def test_archiving_restoring_and_deleting_are_told_apart(database: Database) -> None:
    project = add_project(database)
    with database.write(ACTOR) as session:
        session.get_one(Project, project).archived_at = now()
    with database.write(ACTOR) as session:
        session.get_one(Project, project).archived_at = None
    with database.write(ACTOR) as session:
        session.delete(session.get_one(Project, project))
    kinds = [change.operation for change in log(database, project)]
    assert kinds == [Operation.CREATE, Operation.ARCHIVE, Operation.RESTORE, Operation.DELETE]
    last = log(database, project)[-1]
    assert last.after is None
    assert last.before is not None
    assert last.before["name"] == {"en": "P"}


def test_a_link_is_logged_with_the_entity_that_it_belongs_to(database: Database) -> None:
    project = add_project(database)
    with database.write(ACTOR) as session:
        scheme = ConceptScheme(name={"en": "S"})
        session.add(scheme)
        session.flush()
        concept = Concept(name={"en": "C"}, scheme_id=scheme.id, notation="c")
        session.add(concept)
        session.flush()
        link = ProjectConcept(project_id=project, concept_id=concept.id)
        session.add(link)
    (change,) = log(database, link.id)
    assert (change.entity_type, change.owner_id) == ("project_concept", project)


def test_a_secret_is_not_logged(database: Database) -> None:
    with database.write(ACTOR) as session:
        key = ApiKey(role=Role.ADMIN, name="Keeper", key_hash="f" * 64)
        session.add(key)
    (change,) = log(database, key.id)
    assert change.after is not None
    assert "key_hash" not in change.after


def test_a_rolled_back_write_leaves_no_row(database: Database) -> None:
    with pytest.raises(RuntimeError), database.write(ACTOR) as session:  # noqa: PT012
        session.add(Project(name={"en": "P"}))
        session.flush()
        assert changes.latest_position(session) > 0
        raise RuntimeError
    assert log(database) == []


def test_entity_and_row_are_seen_together_or_not_at_all(database: Database) -> None:
    with database.write(ACTOR) as session:
        project = Project(name={"en": "P"})
        session.add(project)
        session.flush()
        with database.read() as other:
            assert other.get(Project, project.id) is None
            assert changes.latest_position(other) == 0
    with database.read() as other:
        assert other.get(Project, project.id) is not None
        assert changes.latest_position(other) > 0


def test_the_log_can_not_be_rewritten(database: Database) -> None:
    project = add_project(database)
    rewritings = [
        delete(Change),
        update(Change).values(entity_id=project),
        update(Change).values(after={"name": {"en": "Another"}}, entity_id="x"),
        update(Change).values(after={"name": {"en": "Another"}}),
        update(Change).values(before=None, after=None),
        update(Change).values(operation=Operation.ERASE),
    ]
    if not database.is_sqlite:
        rewritings.append(text("TRUNCATE change"))  # type: ignore[arg-type]
    for rewriting in rewritings[:1] + rewritings[2:]:
        with pytest.raises(DBAPIError, match="append-only"), database.write(ACTOR) as session:
            session.execute(rewriting)
    (change,) = log(database)
    assert change.after is not None
    assert change.after["name"] == {"en": "P"}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8), max_size=6)
)
def test_the_log_replays_to_the_present_state(database: Database, names: list[str]) -> None:
    project = add_project(database)
    for name in names:
        with database.write(ACTOR) as session:
            found = session.get_one(Project, project)
            found.name = {"en": name}
            found.keywords = [*found.keywords, name][-2:]
    state: dict[str, object] = {}
    for change in log(database, project):
        assert {key: state.get(key) for key in change.before or {}} == (change.before or {})
        state |= change.after or {}
    with database.read() as session:
        current = session.get_one(Project, project)
        for attribute, value in state.items():
            assert changes.plain(getattr(current, attribute)) == value


# Readers


def test_a_reader_goes_on_where_it_stopped(database: Database) -> None:
    for number in range(5):
        add_project(database, name={"en": str(number)})
    with database.write(ACTOR) as session:
        assert changes.position_of(session, "reader") == 0
        first = changes.read_changes(session, 0, limit=2)
        changes.advance(session, "reader", first[-1].sequence)
    with database.write(ACTOR) as session:
        rest = changes.read_changes(session, changes.position_of(session, "reader"))
        changes.advance(session, "reader", rest[-1].sequence)
        changes.advance(session, "reader", 1)  # a cursor never goes back
    assert [change.sequence for change in first + rest] == sorted({change.sequence for change in log(database)})
    with database.read() as session:
        assert changes.read_changes(session, changes.position_of(session, "reader")) == []
        assert changes.position_of(session, "other") == 0
        assert changes.latest_position(session) == rest[-1].sequence


def test_a_reader_that_fails_does_its_work_again(database: Database) -> None:
    add_project(database)
    with pytest.raises(RuntimeError), database.write(ACTOR) as session:  # noqa: PT012
        (change,) = changes.read_changes(session, changes.position_of(session, "reader"))
        changes.advance(session, "reader", change.sequence)
        raise RuntimeError
    with database.read() as session:
        assert changes.position_of(session, "reader") == 0


def test_a_reader_may_ask_for_some_types(database: Database) -> None:
    add_project(database)
    with database.write(ACTOR) as session:
        session.add(Place(name={"en": "City"}, type=PlaceType.PREFECTURE_CITY))
    with database.read() as session:
        found = changes.read_changes(session, 0, entity_types=["place"])
        assert [change.entity_type for change in found] == ["place"]


def test_readers_miss_nothing_under_concurrent_writers(database: Database) -> None:
    """Each writer holds its transaction open after its write, so that numbers and commits could cross."""
    writers, each = 6, 8
    done = threading.Event()
    failures: list[BaseException] = []

    def write(seed: int) -> None:
        try:
            for number in range(each):
                with database.write(ACTOR) as session:
                    session.add(Project(name={"en": f"{seed}-{number}"}))
                    session.flush()
                    time.sleep(((seed * 7 + number * 3) % 5) / 1000)
        except BaseException as failure:
            failures.append(failure)

    seen: list[int] = []

    def read() -> None:
        position = 0
        while True:
            last_round = done.is_set()
            with database.read() as session:
                for change in changes.read_changes(session, position, limit=3):
                    seen.append(change.sequence)
                    position = change.sequence
                    last_round = False
            if last_round:
                return

    threads = [threading.Thread(target=write, args=(seed,)) for seed in range(writers)]
    reader = threading.Thread(target=read)
    for thread in [*threads, reader]:
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    reader.join()
    assert failures == []
    assert len(seen) == writers * each
    assert seen == [change.sequence for change in log(database)]


def test_two_writers_of_each_other_s_rows_take_turns_instead_of_blocking_each_other(database: Database) -> None:
    one, other = add_project(database), add_project(database)
    both_loaded, first_holds_a_row = threading.Barrier(2), threading.Event()
    failures: dict[str, BaseException] = {}

    def write(name: str, ids: tuple[str, str]) -> None:
        try:
            with database.read() as session:
                loaded = [session.get_one(Project, project) for project in ids]
            both_loaded.wait()
            if name == "second":
                first_holds_a_row.wait()
            with database.write(ACTOR) as session:
                for project in loaded:
                    session.add(project)
                    project.website = f"https://{name}.example"
                    session.flush()
                    first_holds_a_row.set()
                    time.sleep(0.2 if name == "first" else 0)  # so that the second gets as far as it can
        except BaseException as failure:
            failures[name] = failure

    threads = [
        threading.Thread(target=write, args=("first", (one, other))),
        threading.Thread(target=write, args=("second", (other, one))),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(failures) == ["second"]
    assert isinstance(failures["second"], StaleDataError)
    with database.read() as session:
        assert {session.get_one(Project, project).website for project in (one, other)} == {"https://first.example"}


def test_a_writer_keeps_its_turn_after_going_back_to_a_savepoint(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    held = text(
        "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database "
        "WHERE locktype = 'advisory' AND datname = current_database()"
    )
    with database.write(ACTOR) as session:
        with pytest.raises(RuntimeError), session.begin_nested():  # noqa: PT012
            session.add(Project(name={"en": "Given up"}))
            session.flush()
            raise RuntimeError
        session.add(Project(name={"en": "Kept"}))
        session.flush()
        with database.read() as other:
            assert other.scalar(held) == 1
    with database.read() as session:
        assert session.scalar(held) == 0
    assert [change.after["name"] for change in log(database) if change.after] == [{"en": "Kept"}]
    database.dispose()


def test_plain_inserts_are_recorded_by_record_many(database: Database) -> None:
    place = new_id("plc")
    values = {"name": {"en": "City"}, "type": PlaceType.DISTRICT, "version": 1, "aliases": [], "fictional": False}
    with database.write(ACTOR) as session:
        session.execute(insert(Place).values(id=place, created_at=now(), updated_at=now(), **values))
        changes.record_many(
            session, [changes.ChangeRecord("place", place, place, Operation.CREATE, None, {"name": {"en": "City"}})]
        )
    (change,) = log(database, place)
    assert change.after == {"name": {"en": "City"}}
    assert change.actor_name == "test"
