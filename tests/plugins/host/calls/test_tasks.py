"""Tasks: work in the background, in one process at a time; and what a plugin may ask, and in whose name."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from api.assembly.extensions import plugin_routes
from api.background.listeners import only_one
from api.background.tasks import Tasks
from api.operations.settings import ServerSettings
from plugins.host.context import command_context
from plugins.host.contributions.contributions import Query, Route, Task
from plugins.host.host import Host
from plugins.host.manifest import Permission
from schema.compiled import Planner
from schema.declarations.errors import SchemaError
from schema.execution.execute import execute
from schema.execution.in_process_client import InProcessClient
from schema.request.context import Services, open_plugin_context
from schema.types.build import RoadshowSchema, build_schema
from store.access.actors import Actor
from store.database import Database
from store.enums import Role
from store.models import Change, Project
from store.settings import Settings
from tests.api import small
from tests.plugins.support import plugin

VIEWER = "{ viewer { role } }"
ARCHIVE = "mutation($id: ID!) { archiveProject(id: $id) { userErrors { message } } }"
ALL = (Permission.TASKS, Permission.ACT_AS, Permission.ROUTES)


SCHEMA = cache(build_schema)
"""Of core alone, made once: the tests look at who may ask what, not at what a plugin adds."""


def with_client(services: Services, schema: RoadshowSchema) -> Services:
    """As a server has them."""
    return replace(services, client=InProcessClient(schema, Planner(schema, services)))


class Running:
    """A plugin with one task, on a database."""

    def __init__(self, database: Database, run: Callable[[Any], None], permissions: Any = ALL) -> None:
        hooks = {"register_tasks": [Task(name="chore", run=run, every=0.01)]}
        self.host = Host.load({}, plugins=[plugin("alpha", hooks, permissions=permissions)], expected=(SchemaError,))
        self.services = with_client(Services(database, Settings(), SCHEMA().registry, host=self.host), SCHEMA())
        self.tasks = Tasks(database, self.host, lambda name: open_plugin_context(self.services, name))

    def once(self) -> bool:
        (entry,) = self.host.contributions.tasks
        return self.tasks.run(entry)


def test_a_task_runs_again_and_again_until_the_end(sqlite_database: Database) -> None:
    thrice = threading.Semaphore(0)
    running = Running(sqlite_database, lambda context: thrice.release())
    running.tasks.start()
    for _ in range(3):
        assert thrice.acquire(timeout=20)
    running.tasks.stop(20)
    while thrice.acquire(blocking=False):
        pass
    time.sleep(0.05)
    assert not thrice.acquire(blocking=False)


def test_a_task_that_fails_is_counted_and_comes_again(sqlite_database: Database) -> None:
    def run(context: Any) -> None:
        raise RuntimeError("out of ink")

    running = Running(sqlite_database, run)
    assert [running.once(), running.once()] == [False, False]
    assert running.host.state("alpha").failures == 2


def test_of_several_processes_one_runs_it(database: Database) -> None:
    ran: list[bool] = []
    running = Running(database, lambda context: ran.append(True))
    with only_one(database, "alpha:task:chore") as ours:
        assert ours
        assert not running.once()
    assert running.once()
    assert ran == [True]


def test_it_writes_as_the_plugin(sqlite_database: Database) -> None:
    def run(context: Any) -> None:
        with context.write() as session:
            session.add(Project(name={"en": "Lamp"}))

    assert Running(sqlite_database, run).once()
    with sqlite_database.read() as session:
        assert [change.actor_name for change in session.query(Change)] == ["plugin alpha"]


def test_it_asks_as_whom_it_acts_for_with_their_rules(sqlite_database: Database) -> None:
    with sqlite_database.write(Actor.system("test")) as session:
        lamp = Project(name={"en": "Lamp"})
        session.add(lamp)
    answers: list[Any] = []

    def run(context: Any) -> None:
        answers.append(context.ask(VIEWER)["data"]["viewer"]["role"])
        with context.acting_as(Actor(Role.INVESTOR, subject_id="inv_1")) as own:
            answers.append(own.ask(VIEWER)["data"]["viewer"]["role"])
            answers.append(own.ask(ARCHIVE, {"id": lamp.id})["data"]["archiveProject"]["userErrors"])
        answers.append(context.ask(ARCHIVE, {"id": lamp.id})["data"]["archiveProject"]["userErrors"])
        answers.append(context.session.get(Project, lamp.id).archived_at is not None)
        answers.append(context.ask("{ nonsense }")["errors"][0]["extensions"]["code"])

    assert Running(sqlite_database, run).once()
    asked, acted, refused, *rest = answers
    assert (asked, acted) == ("ADMIN", "INVESTOR")
    assert refused
    assert rest == [[], True, "GRAPHQL_VALIDATION_FAILED"]


def test_without_the_permission_it_acts_for_nobody(sqlite_database: Database) -> None:
    caught: list[str] = []

    def run(context: Any) -> None:
        with pytest.raises(SchemaError) as refusal, context.acting_as(Actor(Role.INVESTOR)):
            pass
        caught.append(str(refusal.value))

    assert Running(sqlite_database, run, permissions=(Permission.TASKS,)).once()
    assert caught == ["The plugin 'alpha' doesn't request the permission 'act_as'."]


def test_a_query_may_ask_too_and_doesnt_write(sqlite_database: Database) -> None:
    def ask(context: Any) -> str:
        with pytest.raises(SchemaError):
            context.write()
        return f"{context.ask(VIEWER)} {context.ask(ARCHIVE, {'id': 'prj_1'})['errors'][0]['message']}"

    ping = Query(name="ping", type="String", description="Asks.", resolve=ask)
    host = Host.load({}, plugins=[plugin("alpha", {"register_queries": [ping]})], expected=(SchemaError,))
    schema = build_schema(host)
    services = with_client(Services(sqlite_database, Settings(), schema.registry, host=host), schema)
    result = execute(schema, services, Actor.public(), "{ ping }")
    assert result.data is not None, result.errors
    assert "PUBLIC" in result.data["ping"]
    assert "Only a mutation may write." in result.data["ping"]
    assert isinstance(services.client, InProcessClient)
    assert services.client.compiled is not None
    assert services.client.compiled.counts == {"planned": 1}


@pytest.mark.parametrize("kind", ["plain", "async"])
def test_a_route_has_a_context_that_acts_as_the_plugin(kind: str, sqlite_database: Database) -> None:
    def plain(request: Request) -> PlainTextResponse:
        with request.state.context.write() as session:
            session.add(Project(name={"en": "Lamp"}))
        return PlainTextResponse(str(request.state.context.actor.name))

    async def asynchronous(request: Request) -> PlainTextResponse:
        return PlainTextResponse(str(request.state.context.actor.name))

    route = Route(path="/alpha", endpoint=plain if kind == "plain" else asynchronous, methods=["POST"])
    host = Host.load({}, plugins=[plugin("alpha", {"register_routes": [route]}, permissions=ALL)])
    services = Services(sqlite_database, Settings(), registry=None, host=host)  # type: ignore[arg-type]
    made = small.assembly(ServerSettings(database_url=str(sqlite_database.url)))
    assembly = replace(made, host=host, open_plugin_context=lambda name: open_plugin_context(services, name))
    client = TestClient(Starlette(routes=plugin_routes(assembly, None, None)))  # type: ignore[arg-type]
    assert client.post("/alpha").text == "plugin alpha"


def test_a_command_has_its_context_from_whoever_runs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def opened() -> Iterator[str]:
        yield "a context"

    monkeypatch.setattr("plugins.host.context._open_for_command", None)
    with pytest.raises(RuntimeError, match="only in commands run by `roadshow`"):
        command_context()
    monkeypatch.setattr("plugins.host.context._open_for_command", opened)
    with command_context() as context:
        assert context == "a context"
