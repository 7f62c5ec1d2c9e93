"""Bulk writes: a row creates or changes, is refused by itself or with all others, and is written once by its key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from graphql import ExecutionResult

from schema.execution.execute import execute
from schema.request.context import Services
from schema.types.build import RoadshowSchema
from store import models
from store.access.actors import Actor
from store.database import Database
from store.enums import Role
from tests.schema.domain.test_mutations import answer, count
from tests.schema.samples import SampleRecords

Run = Callable[..., ExecutionResult]
UPSERT = """mutation ($rows: [OrganisationUpsert!]!, $all: Boolean! = true, $key: String, $dry: Boolean! = false) {
    upsertOrganisations(rows: $rows, allOrNothing: $all, idempotencyKey: $key, dryRun: $dry) {
        writtenCount dryRun userErrors { code field message }
        results { outcome organisation { id name(lang: EN) externalIds version } userErrors { code field } } } }"""


def row(name: str | None, key: str | None = None, **given: Any) -> dict[str, Any]:
    texts = [{"language": "EN", "text": name}] if name else []
    return {"externalId": key, "input": {"name": texts, "type": "ENTERPRISE"}, **given}


def upsert(run: Run, actor: Actor, rows: list[dict[str, Any]], **given: Any) -> Any:
    return answer(run(UPSERT, {"rows": rows, **given}, actor))


def outcomes(payload: Any) -> list[str]:
    return [each["outcome"] for each in payload["results"]]


def test_rows_create_and_change(run: Run, samples: SampleRecords) -> None:
    organiser = samples.as_(Role.ORGANISER)
    first = upsert(run, organiser, [row("One", "crm:1"), row("Two", "crm:2"), row("Three")])
    assert outcomes(first) == ["CREATED"] * 3
    assert first["writtenCount"] == 3
    one, two, _ = (each["organisation"] for each in first["results"])
    assert (one["name"], one["externalIds"]) == ("One", ["crm:1"])
    changed = row("Uno", "crm:1")
    changed["input"]["externalIds"] = ["old:1"]
    second = upsert(run, organiser, [changed, row("Dos", id=two["id"], ifVersion=two["version"]), row("Four", "crm:4")])
    assert outcomes(second) == ["UPDATED", "UPDATED", "CREATED"]
    assert [each["organisation"]["name"] for each in second["results"]] == ["Uno", "Dos", "Four"]
    assert second["results"][0]["organisation"] == {
        "id": one["id"], "name": "Uno", "externalIds": ["crm:1", "old:1"], "version": one["version"] + 1
    }  # fmt: skip


FAULTY = [
    ({"input": {"type": "ENTERPRISE"}}, [("BAD_USER_INPUT", "input.name")]),
    (row("No", "nonsense"), [("BAD_USER_INPUT", "externalId")]),
    (row("No", "crm:9", id="org_" + "0" * 26), [("BAD_USER_INPUT", "externalId")]),
    (row("No", id="org_" + "0" * 26), [("NOT_FOUND", "id")]),
    (
        {"input": {"name": [{"language": "EN", "text": "No"}], "type": "ENTERPRISE", "founded": "soon", "place": "x"}},
        [("BAD_USER_INPUT", "input.founded"), ("NOT_FOUND", "input.place")],
    ),
]


def test_a_row_is_refused_by_itself(run: Run, samples: SampleRecords, database: Database) -> None:
    before = count(database, models.Organisation)
    rows = [each for each, _ in FAULTY]
    payload = upsert(run, samples.as_(Role.ADMIN), [row("First", "crm:1"), *rows, row("Last", "crm:2")], all=False)
    assert outcomes(payload) == ["CREATED", *["REFUSED"] * len(rows), "CREATED"]
    assert payload["writtenCount"] == 2
    for number, (_, wanted) in enumerate(FAULTY, start=1):
        errors = payload["results"][number]["userErrors"]
        found = {(each["code"], ".".join(each["field"])) for each in errors}
        assert found == {(code, f"rows.{number}.{field}") for code, field in wanted}
        assert payload["results"][number]["organisation"] is None
    assert count(database, models.Organisation) == before + 2


def test_all_or_nothing(run: Run, samples: SampleRecords, database: Database) -> None:
    before = count(database, models.Organisation), count(database, models.Change)
    rows = [row("First", "crm:1"), row(None), row("Same", "crm:1")]
    payload = upsert(run, samples.as_(Role.ORGANISER), rows)
    assert outcomes(payload) == ["NOT_WRITTEN", "REFUSED", "NOT_WRITTEN"]
    assert payload["writtenCount"] == 0
    dry = upsert(run, samples.as_(Role.ORGANISER), [rows[0], rows[2]], dry=True)
    assert outcomes(dry) == ["CREATED", "UPDATED"]
    assert [each["organisation"] for each in dry["results"]] == [None, None]
    assert (count(database, models.Organisation), count(database, models.Change)) == before


def test_whoever_may_write_no_row_is_told_once(run: Run, samples: SampleRecords) -> None:
    for role in (Role.PUBLIC, Role.PLANNER):
        payload = upsert(run, samples.as_(role), [row("One")])
        assert [each["code"] for each in payload["userErrors"]] == ["FORBIDDEN"]
        assert payload["results"] == []
    for size in (0, 1001):
        payload = upsert(run, samples.as_(Role.ADMIN), [row("One")] * size)
        assert [each["field"] for each in payload["userErrors"]] == [["rows"]]


def test_owners_write_their_own_and_no_external_ids(run: Run, samples: SampleRecords) -> None:
    query = """mutation ($rows: [ProjectUpsert!]!) { upsertProjects(rows: $rows, allOrNothing: false) {
        results { outcome userErrors { code field } } } }"""
    given = {"input": {"name": [{"language": "EN", "text": "Mine"}]}}
    rows = [
        given,
        {**given, "id": samples["lidar"]},
        {**given, "id": samples["bank"]},
        {**given, "externalId": "crm:1"},
    ]
    payload = answer(run(query, {"rows": rows}, samples.as_(Role.TALENT)))
    assert outcomes(payload) == ["CREATED", "UPDATED", "REFUSED", "REFUSED"]
    assert [each["userErrors"][0]["code"] for each in payload["results"][2:]] == ["FORBIDDEN"] * 2


def test_a_retry_writes_nothing_again(
    schema: RoadshowSchema, services: Services, samples: SampleRecords, database: Database
) -> None:
    def once(rows: list[dict[str, Any]], key: str = "call") -> Any:
        variables = {"rows": rows, "key": key, "all": False}
        return answer(execute(schema, services, samples.as_(Role.ORGANISER), UPSERT, variables=variables))

    rows = [row("One"), row("Two", "crm:2"), row(None)]
    first = once(rows)
    before = count(database, models.Organisation), count(database, models.Change)
    again = once(rows)
    assert [each["organisation"] for each in again["results"]] == [each["organisation"] for each in first["results"]]
    assert (count(database, models.Organisation), count(database, models.Change)) == before
    other = once([row("Other"), *rows[1:]])
    assert [each["code"] for each in other["results"][0]["userErrors"]] == ["CONFLICT"]
    assert once(rows, "x" * 201)["userErrors"][0]["field"] == ["idempotencyKey"]


def test_rows_cost_by_what_is_written(schema: RoadshowSchema) -> None:
    from graphql import OperationDefinitionNode, parse

    from schema.cost.costs import Costs
    from schema.cost.prices import WRITTEN_ROW

    document = parse(UPSERT)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    costs = Costs(schema._schema, document, operation)
    few, many = (costs.parts_of({"rows": [row("One")] * size}) for size in (10, 1000))
    assert many[1] == 1000 * WRITTEN_ROW
    assert many[0] - few[0] >= 990 * WRITTEN_ROW
    assert many[0] - many[1] < 30_000, "what is read of a thousand rows is within the limit of an operation"


@pytest.mark.parametrize("backwards", [False, True])
def test_the_same_external_id_twice_in_one_call(run: Run, samples: SampleRecords, backwards: bool) -> None:
    rows = [row("One", "crm:1"), row("Two", "crm:1")]
    payload = upsert(run, samples.as_(Role.ADMIN), rows[::-1] if backwards else rows)
    assert outcomes(payload) == ["CREATED", "UPDATED"]
    assert payload["results"][0]["organisation"]["id"] == payload["results"][1]["organisation"]["id"]
