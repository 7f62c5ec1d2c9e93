"""Change listeners: every change at least once, in order, whatever fails in between."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from api.background.listeners import ListenerContext, Listeners, only_one
from plugins.host.contributions.contributions import ChangeListener
from plugins.host.host import Host
from store.access.actors import Actor
from store.database import Database
from store.dead_letters import changes_of, dead_letters
from store.models import Organisation, Project
from tests.plugins.support import plugin

pytestmark = pytest.mark.nightly_on_postgresql


class Heard:
    """A listener that can be told to fail."""

    def __init__(self, fails: int = 0) -> None:
        self.fails = fails
        self.ids: list[str] = []

    def __call__(self, changes: Sequence[Any], context: ListenerContext) -> None:
        if self.fails:
            self.fails -= 1
            raise RuntimeError("out of ink")
        self.ids += [change.entity_id for change in changes]


def listening(database: Database, heard: Any, settings: Any = None, **options: Any) -> Listeners:
    listener = ChangeListener(name="ears", on_change=heard, **options)
    hears = plugin("alpha", {"register_change_listeners": [listener]}, permissions=("changes",))
    host = Host.load(settings, plugins=[hears])
    made = Listeners(database, host, ("en",), poll_seconds=0.01)
    made.deliver()  # its cursor begins here
    return made


def write(database: Database, *names: str) -> list[str]:
    with database.write(Actor.system("test")) as session:
        made = [Project(name={"en": name}) for name in names]
        session.add_all(made)
        session.flush()
        return [project.id for project in made]


def test_a_new_listener_hears_of_what_comes_after_its_first_start(database: Database) -> None:
    write(database, "before")
    heard = Heard()
    listeners = listening(database, heard)
    after = write(database, "after")
    while listeners.deliver():
        pass
    assert heard.ids == after


def test_or_of_everything_if_it_says_so(database: Database) -> None:
    before = write(database, "before")
    heard = Heard()
    listeners = listening(database, heard, from_the_beginning=True)
    while listeners.deliver():
        pass
    assert heard.ids == before


def test_batches_come_in_order_without_gap_or_repetition(database: Database) -> None:
    heard = Heard()
    listeners = listening(database, heard, batch=2)
    ids = write(database, *"abcde")
    while listeners.deliver():
        pass
    assert heard.ids == ids


def test_a_batch_that_failed_comes_again(database: Database) -> None:
    heard = Heard(fails=2)
    listeners = listening(database, heard)
    ids = write(database, "a")
    assert [listeners.deliver(), listeners.deliver()] == [0, 0]
    assert heard.ids == []
    while listeners.deliver():
        pass
    assert heard.ids == ids


def test_the_cursor_outlives_the_process(database: Database) -> None:
    first = Heard()
    listeners = listening(database, first)
    ids = write(database, "a")
    while listeners.deliver():
        pass
    later = write(database, "b")
    second = Heard()
    restarted = listening(database, second)
    while restarted.deliver():
        pass
    assert (first.ids, second.ids) == (ids, later)


def test_it_hears_only_of_the_entities_that_it_asks_for(database: Database) -> None:
    heard = Heard()
    listeners = listening(database, heard, entities=["organisation"])
    write(database, "a")
    with database.write(Actor.system("test")) as session:
        organisation = Organisation(name={"en": "Ink"}, type="ENTERPRISE")
        session.add(organisation)
    while listeners.deliver():
        pass
    assert heard.ids == [organisation.id]
    assert listeners.deliver() == 0, "what it doesn't ask for isn't read again and again"


def test_it_may_read_and_write(database: Database) -> None:
    def echo(changes: Sequence[Any], context: ListenerContext) -> None:
        names = [context.session.get(Project, change.entity_id).name["en"] for change in changes]  # type: ignore[union-attr]
        if names == ["a"]:
            with context.write() as session:
                session.add(Project(name={"en": "echo"}))

    listeners = listening(database, echo)
    write(database, "a")
    while listeners.deliver():
        pass
    with database.read() as session:
        assert sorted(project.name["en"] for project in session.query(Project)) == ["a", "echo"]


def test_one_process_at_a_time_serves_a_listener(database: Database) -> None:
    other = Database(database.url)
    with only_one(database, "alpha:ears") as first, only_one(other, "alpha:ears") as second:
        assert (first, second) == (True, False)
    with only_one(other, "alpha:ears") as third:
        assert third
    other.dispose()


def test_a_thread_serves_them_until_it_is_stopped(database: Database) -> None:
    import threading

    arrived = threading.Event()
    listeners = listening(database, lambda changes, context: arrived.set())
    listeners.start()
    write(database, "a")
    assert arrived.wait(30)
    listeners.stop()


class Poisoned:
    """A listener that can't bear changes of some entities, until it is mended."""

    def __init__(self, *poison: str) -> None:
        self.poison = set(poison)
        self.ids: list[str] = []

    def __call__(self, changes: Sequence[Any], context: ListenerContext) -> None:
        for change in changes:
            if change.entity_id in self.poison:
                raise ValueError(f"can't bear {change.entity_id}")
        self.ids += [change.entity_id for change in changes]


def limits(**values: Any) -> dict[str, Any]:
    return {"host": {"failure_threshold": 10_000, **values}}


def test_a_change_that_always_fails_is_set_aside_and_those_around_it_are_heard(database: Database) -> None:
    heard = Poisoned()
    listeners = listening(database, heard, settings=limits(listener_tries=3), batch=3)
    ids = write(database, *"abcdefg")
    heard.poison = {ids[1], ids[4]}
    for _ in range(30):
        listeners.deliver()
    assert heard.ids == [identifier for identifier in ids if identifier not in heard.poison]
    with database.read() as session:
        letters = dead_letters(session)
        assert [changes_of(session, letters)[each.sequence].entity_id for each in letters] == [ids[1], ids[4]]
        assert {(each.reader, each.failure) for each in letters} == {("alpha:ears", "ValueError")}
        assert "bear" not in str([vars(each) for each in letters]), "the error's words may hold data"
    assert [failure for _, _, failure in listeners.replay("alpha")] == ["ValueError", "ValueError"]
    heard.poison = {ids[4]}
    assert [failure for _, _, failure in listeners.replay("alpha")] == [None, "ValueError"]
    heard.poison = set()
    assert [failure for _, _, failure in listeners.replay("alpha")] == [None]
    assert listeners.replay("alpha") == []
    assert sorted(heard.ids) == sorted(ids)


def test_a_listener_that_is_mended_in_time_loses_nothing(database: Database) -> None:
    heard = Heard(fails=3)
    listeners = listening(database, heard, settings=limits(listener_tries=3))
    ids = write(database, "a", "b")
    for _ in range(10):
        listeners.deliver()
    assert heard.ids == ids
    with database.read() as session:
        assert dead_letters(session) == []


def test_while_a_listener_rests_nothing_is_set_aside(database: Database) -> None:
    heard = Heard(fails=10**6)
    listeners = listening(database, heard, settings=limits(listener_tries=2, failure_threshold=2))
    write(database, *"abc")
    for _ in range(20):
        listeners.deliver()
    with database.read() as session:
        assert dead_letters(session) == []
