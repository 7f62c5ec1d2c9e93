"""A plugin declares a kind of job and starts one in its mutation."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from pydantic import BaseModel, PositiveInt

from api.jobs.worker import Worker
from plugins.host.contributions.contributions import Argument, JobKind, Mutation
from plugins.host.host import Host
from plugins.host.manifest import Permission
from schema.execution.execute import execute
from schema.request.context import Services, open_plugin_context
from schema.types.build import build_schema
from store.access import keys
from store.access.actors import Actor
from store.database import Database
from store.enums import JobState, Role
from store.models import Job
from store.settings import Settings
from tests.api.jobs.working import SOON, kind, run_all
from tests.plugins.support import core_types, plugin

COUNT = "mutation ($to: Int!) { alphaCount(to: $to) }"


class UpTo(BaseModel):
    to: PositiveInt


def count(job: Any, arguments: UpTo) -> dict[str, Any]:
    return {"counted": list(range(arguments.to)), "role": job.actor.role.value}


def start(context: Any, to: int) -> str:
    with context.write() as session:
        return str(context.start_job(session, "alpha_count", {"to": to}))


def start_unknown(context: Any) -> str:
    with context.write() as session:
        return str(context.start_job(session, "alpha_cuont", {}))


def host() -> Host:
    counting = kind(count, name="alpha_count", arguments=UpTo)
    number = Argument(name="to", type="Int!", description="How far.")
    mutations = [
        Mutation(name="alphaCount", type="String", description="Counts.", resolve=start, arguments=[number]),
        Mutation(name="alphaOther", type="String", description="Does nothing.", resolve=start_unknown),
    ]
    hooks = {"register_job_kinds": [counting], "register_mutations": mutations}
    made = plugin("alpha", hooks, permissions=[Permission.TASKS, Permission.MUTATIONS])
    return Host.load({}, core=[core_types()], plugins=[made])


def test_a_job_of_a_plugin_runs_as_whoever_started_it(sqlite_database: Database) -> None:
    loaded = host()
    schema = build_schema(loaded)
    services = Services(sqlite_database, Settings(), schema.registry, host=loaded)
    with sqlite_database.write(Actor.system("test")) as session:
        key, _ = keys.create(session, Role.REVIEWER, "Program")
    asking = Actor(Role.REVIEWER, key.id)
    refused = execute(schema, services, asking, COUNT, variables={"to": 0})
    assert refused.errors is not None
    assert "to: Input should be greater than 0" in refused.errors[0].message
    found = execute(schema, services, asking, COUNT, variables={"to": 2})
    assert found.errors is None, found.errors
    assert found.data is not None
    run_all(Worker(sqlite_database, loaded, partial(open_plugin_context, services), SOON))
    with sqlite_database.read() as session:
        (job,) = session.query(Job)
    assert job.id == found.data["alphaCount"]
    assert (job.state, job.result) == (JobState.SUCCEEDED, {"counted": [0, 1], "role": "REVIEWER"})


def test_an_unknown_kind_is_the_plugins_mistake(sqlite_database: Database) -> None:
    loaded = host()
    services = Services(sqlite_database, Settings(), build_schema().registry, host=loaded)
    with (
        open_plugin_context(services, "alpha") as context,
        context.write() as session,
        pytest.raises(LookupError, match="did you mean 'alpha_count'"),
    ):
        context.start_job(session, "alpha_cuont", {})


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"name": "Alpha"}, "no name for a kind of job"),
        ({"name": "a" * 81}, "more than 80 characters"),
        ({"description": " "}, "has no description"),
        ({"attempts": 0}, "at least 1"),
    ],
)
def test_a_kind_that_can_not_be_is_refused(options: dict[str, Any], said: str) -> None:
    given = {"name": "alpha", "description": "What a test has done.", "run": count, **options}
    with pytest.raises(ValueError, match=said):
        JobKind(**given)


def test_a_kind_of_job_needs_the_permission_of_tasks() -> None:
    made = plugin("alpha", {"register_job_kinds": [kind(count)]})
    (state,) = Host.load({}, plugins=[made]).states()
    assert "permission 'tasks'" in str(state.reason)
