"""A creating mutation with an idempotency key makes its record once; sets are changed as they were seen."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from graphql import ExecutionResult
from sqlalchemy import delete, update

from schema.execution.execute import execute
from schema.request.context import Services
from schema.types.build import RoadshowSchema
from store import models
from store.access.actors import Actor
from store.database import Database
from store.enums import Role
from store.models.base import now
from tests.schema.domain.test_mutations import ERRORS, answer, count, problems
from tests.schema.samples import SampleRecords

Run = Callable[..., ExecutionResult]
CREATE = f"""mutation ($name: String!, $key: String, $dry: Boolean! = false) {{
    createOrganisation(input: {{name: [{{language: EN, text: $name}}], type: ENTERPRISE}}, idempotencyKey: $key,
        dryRun: $dry) {{ organisation {{ id name }} {ERRORS} }} }}"""


def made(result: ExecutionResult) -> str:
    payload = answer(result)
    assert payload["userErrors"] == [], payload
    return str(payload["organisation"]["id"])


def once(schema: RoadshowSchema, services: Services, samples: SampleRecords, key: str | None, name: str = "Lab") -> Any:
    """Run it by the reference executor alone: `run` runs each mutation in two databases."""
    return execute(schema, services, samples.as_(Role.ORGANISER), CREATE, variables={"name": name, "key": key})


def test_a_retry_makes_no_duplicate(
    schema: RoadshowSchema, services: Services, samples: SampleRecords, database: Database
) -> None:
    first = made(once(schema, services, samples, "call 1"))
    before = count(database, models.Organisation), count(database, models.Change)
    assert made(once(schema, services, samples, "call 1")) == first
    assert (count(database, models.Organisation), count(database, models.Change)) == before
    assert made(once(schema, services, samples, "call 2")) != first
    assert made(once(schema, services, samples, None)) != made(once(schema, services, samples, None))


def test_a_key_belongs_to_its_arguments_and_to_who_used_it(
    schema: RoadshowSchema, services: Services, samples: SampleRecords
) -> None:
    first = made(once(schema, services, samples, "call"))
    assert problems(once(schema, services, samples, "call", "Other")) == [("CONFLICT", "idempotencyKey")]
    other = execute(schema, services, samples.as_(Role.ADMIN), CREATE, variables={"name": "Lab", "key": "call"})
    assert made(other) != first
    for key in ("", " ", "x" * 201):
        assert problems(once(schema, services, samples, key)) == [("BAD_USER_INPUT", "idempotencyKey")]


def test_a_key_is_created_and_people_are_invited_once(
    schema: RoadshowSchema, services: Services, samples: SampleRecords, database: Database
) -> None:
    keyed = """mutation { createKey(name: "Sync", role: REVIEWER, idempotencyKey: "call") { key { id } secret
        userErrors { message } } }"""
    invited = """mutation { invite(people: [{email: "a@example.org"}, {email: "b@example.org"}], role: REVIEWER,
        scopeKind: INSTALLATION, idempotencyKey: "call") { invitations { id email } userErrors { message } } }"""
    first, again = (answer(execute(schema, services, samples.as_(Role.ADMIN), keyed)) for _ in range(2))
    assert first["secret"]
    assert again == {**first, "secret": None}
    first, again = (answer(execute(schema, services, samples.as_(Role.ADMIN), invited)) for _ in range(2))
    assert [each["email"] for each in first["invitations"]] == ["a@example.org", "b@example.org"]
    assert again == first
    assert count(database, models.Invitation) == 2
    with database.write(Actor.system("tests")) as session:
        session.execute(delete(models.Invitation))
    assert [
        each["message"] for each in answer(execute(schema, services, samples.as_(Role.ADMIN), invited))["userErrors"]
    ]


def test_a_dry_run_and_a_refusal_use_no_key_up(
    run: Run, schema: RoadshowSchema, services: Services, samples: SampleRecords, database: Database
) -> None:
    organiser = samples.as_(Role.ORGANISER)
    dry = execute(schema, services, organiser, CREATE, variables={"name": "Lab", "key": "k", "dry": True})
    assert answer(dry)["dryRun"]
    assert problems(once(schema, services, samples, "k", "")) == [("BAD_USER_INPUT", "input.name")]
    assert count(database, models.IdempotentCall) == 0
    made(once(schema, services, samples, "k"))


def test_a_key_is_forgotten_after_a_day(
    schema: RoadshowSchema, services: Services, samples: SampleRecords, database: Database
) -> None:
    first = made(once(schema, services, samples, "old"))
    with database.write(samples.as_(Role.ADMIN)) as session:
        session.connection().execute(update(models.IdempotentCall).values(called_at=now() - timedelta(hours=25)))
    assert made(once(schema, services, samples, "old")) != first
    assert count(database, models.IdempotentCall) == 1, "what is over is removed"


def test_calls_at_the_same_moment_make_one_record(
    schema: RoadshowSchema, services: Services, samples: SampleRecords, database: Database
) -> None:
    before = count(database, models.Organisation)
    start = threading.Barrier(6)
    found: list[str] = []

    def call() -> None:
        start.wait()
        found.append(made(once(schema, services, samples, "together")))

    threads = [threading.Thread(target=call) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len(set(found)) == 1
    assert count(database, models.Organisation) == before + 1


PRIORITIES = f"""mutation ($place: ID!, $all: [PriorityInput!]!, $v: Int) {{
    setIndustryPriorities(place: $place, priorities: $all, ifVersion: $v) {{ priorities {{ id }} {ERRORS} }} }}"""
VERSION = "query ($id: ID!) { place(id: $id) { prioritiesVersion } }"


def test_priorities_are_set_only_as_they_were_seen(run: Run, samples: SampleRecords) -> None:
    planner, place = samples.as_(Role.PLANNER), samples["kunshan"]

    def version() -> int:
        found = run(VERSION, {"id": place}, planner)
        assert found.data is not None, found.errors
        return int(found.data["place"]["prioritiesVersion"])

    seen = version()
    given = {"place": place, "all": [{"id": samples["priority"], "weight": 0.25}]}
    assert problems(run(PRIORITIES, {**given, "v": seen - 1}, planner)) == [("CONFLICT", "ifVersion")]
    assert problems(run(PRIORITIES, {**given, "v": seen}, planner)) == []
    assert version() > seen
    assert problems(run(PRIORITIES, {**given, "v": seen}, planner)) == [("CONFLICT", "ifVersion")]
    one = "mutation ($id: ID!) { updateIndustryPriority(id: $id, input: {weight: 2}) { userErrors { code } dryRun } }"
    seen = version()
    answer(run(one, {"id": samples["priority"]}, planner))
    assert problems(run(PRIORITIES, {**given, "v": seen}, planner)) == [("CONFLICT", "ifVersion")], "a single one, too"


@pytest.mark.parametrize("role", [Role.PUBLIC, Role.INVESTOR])
def test_others_do_not_see_how_often_priorities_were_written(run: Run, samples: SampleRecords, role: Role) -> None:
    found = run(VERSION, {"id": samples["kunshan"]}, samples.as_(role))
    assert found.data == {"place": {"prioritiesVersion": None}}
    assert found.errors is not None
    assert found.errors[0].extensions is not None
    assert found.errors[0].extensions["code"] == "FORBIDDEN"


def test_every_mutation_that_creates_takes_a_key(schema: RoadshowSchema) -> None:
    mutations = schema._schema.mutation_type
    assert mutations
    creating = {name for name in mutations.fields if name.startswith(("create", "invite", "keep", "start", "upsert"))}
    assert len(creating) > 40
    without = {name for name in creating if "idempotencyKey" not in mutations.fields[name].args}
    assert without == {"createUpload"}, "an address to send a file to is no record"
