"""What plugins read by can't write: the database itself refuses, whatever way the statement takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from api.background.listeners import ListenerContext
from schema.declarations.registry import Registry
from schema.request.context import Services, open_context, open_plugin_context
from store.access.actors import Actor
from store.database import Database, ReadOnlyError
from store.models import Project
from store.settings import load_settings

Opened = Callable[[Database], AbstractContextManager[Any]]


def services(database: Database) -> Services:
    return Services(database, load_settings(), Registry(entities={}, groups={}, root={}))


@contextmanager
def of_a_resolver(database: Database) -> Iterator[Any]:
    with open_context(services(database), Actor.public()) as operation, operation.own() as context:
        yield context


@contextmanager
def of_a_task(database: Database) -> Iterator[Any]:
    with open_plugin_context(services(database), "alpha") as context:
        yield context


@contextmanager
def of_a_listener(database: Database) -> Iterator[Any]:
    context = ListenerContext(database, "alpha", ["en"])
    yield context
    context.close()


STATEMENTS: dict[str, Any] = {
    "raw": text("DELETE FROM project"),
    "core": insert(Project).values(id="prj_1", name={"en": "Kite"}),
    "with": text("WITH kept AS (SELECT 1) UPDATE project SET version = 7"),
    "ddl": text("CREATE TABLE alpha_sheet (id INTEGER)"),
}


@pytest.mark.parametrize("opened", [of_a_resolver, of_a_task, of_a_listener])
@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_session_that_reads_refuses_to_write(opened: Opened, statement: str, database: Database) -> None:
    with opened(database) as context, pytest.raises(DBAPIError, match=r"(?i)read-?only"):
        context.session.execute(STATEMENTS[statement])


@pytest.mark.parametrize("opened", [of_a_resolver, of_a_task, of_a_listener])
def test_also_after_a_commit_of_its_own(opened: Opened, database: Database) -> None:
    with opened(database) as context:
        context.session.commit()
        with pytest.raises(DBAPIError, match=r"(?i)read-?only"):
            context.session.execute(text("DELETE FROM project"))
        context.session.rollback()
        context.session.add(Project(name={"en": "Kite"}))
        with pytest.raises(ReadOnlyError):
            context.session.flush()


def test_a_connection_that_read_may_write_for_the_next_who_takes_it(database: Database) -> None:
    """Many threads share a pool of connections, some to read and some to write."""

    def read(number: int) -> str:
        with of_a_task(database) as context:
            context.session.execute(text("SELECT count(*) FROM project"))
            try:
                context.session.execute(text("DELETE FROM project"))
            except DBAPIError:
                return "refused"
        return "deleted"

    def write(number: int) -> str:
        with database.write(Actor.system("test")) as session:
            session.add(Project(name={"en": f"Kite {number}"}))
        return "written"

    with ThreadPoolExecutor(8) as threads:
        said = list(threads.map(lambda number: (write if number % 3 == 0 else read)(number), range(60)))
    assert said == ["written", "refused", "refused"] * 20
    with database.read() as session:
        assert session.query(Project).count() == 20
