"""External ids: read, filtered by and written through the API, on both databases and by both executors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from schema.compiled import Planner
from schema.request.context import Services
from schema.types.build import RoadshowSchema
from store import models
from store.access.actors import Actor
from store.database import Database
from store.enums import Role
from store.erased_keys import key_hash
from tests.schema.compiled.changes import execute_by_both
from tests.schema.domain.test_mutations import Run, answer
from tests.schema.samples import SampleRecords

CREATE = """mutation ($input: ProjectCreateInput!) { createProject(input: $input) {
    project { id externalIds } userErrors { code field message } } }"""
UPDATE = """mutation ($id: ID!, $input: ProjectInput!, $dry: Boolean! = false) {
    updateProject(id: $id, input: $input, dryRun: $dry) {
        project { externalIds version } userErrors { code field message } } }"""
NAME = [{"language": "en", "text": "New"}]


def update(
    run: Run, samples: SampleRecords, ids: list[str] | None, name: str = "lidar", role: Role = Role.ORGANISER
) -> Any:
    return answer(run(UPDATE, {"id": samples[name], "input": {"externalIds": ids}}, samples.as_(role)))


def test_a_record_gets_external_ids_and_loses_them(run: Run, samples: SampleRecords) -> None:
    made = answer(run(CREATE, {"input": {"name": NAME, "externalIds": ["crm:7", "our:a:b"]}}, samples.as_(Role.ADMIN)))
    assert made["project"]["externalIds"] == ["crm:7", "our:a:b"]
    first = update(run, samples, ["crm:1", "old:1"])["project"]
    assert first["externalIds"] == ["crm:1", "old:1"]
    second = update(run, samples, ["crm:1", "new:1"])["project"]
    assert second["externalIds"] == ["crm:1", "new:1"]
    assert second["version"] == first["version"] + 1
    assert update(run, samples, ["new:1", "crm:1"])["project"]["version"] == second["version"], "nothing changed"
    assert update(run, samples, None)["project"]["externalIds"] == []
    assert update(run, samples, ["old:1"], name="bank")["project"]["externalIds"] == ["old:1"], "it is free again"


def test_a_dry_run_writes_none(run: Run, samples: SampleRecords) -> None:
    variables = {"id": samples["lidar"], "input": {"externalIds": ["crm:1"]}, "dry": True}
    assert answer(run(UPDATE, variables, samples.as_(Role.ADMIN)))["userErrors"] == []
    assert update(run, samples, ["crm:1"], name="bank")["userErrors"] == []


def test_an_external_id_names_one_record(run: Run, samples: SampleRecords, database: Database) -> None:
    update(run, samples, ["crm:1"])
    with database.write(Actor.system("tests")) as session:
        session.add(models.ErasedKey(key_hash=key_hash("project", "crm", "gone")))
    given = ["crm:2", "crm:1", "crm", ":3", "crm:gone", "n" * 81 + ":1"]
    errors = update(run, samples, given, name="bank")["userErrors"]
    assert [(each["code"], each["field"][-1]) for each in errors] == [
        ("CONFLICT", "1"), ("BAD_USER_INPUT", "2"), ("BAD_USER_INPUT", "3"), ("CONFLICT", "4"), ("BAD_USER_INPUT", "5")
    ]  # fmt: skip
    assert errors[0]["message"] == (
        f"'crm:1' is the external id of {samples['lidar']}; take it from that record first."
    )
    assert all(each["field"][:2] == ["input", "externalIds"] for each in errors)
    assert update(run, samples, [f"crm:{each}" for each in range(21)])["userErrors"][0]["field"] == [
        "input", "externalIds"
    ]  # fmt: skip
    with database.read() as session:
        assert session.query(models.ExternalId).filter_by(entity_id=samples["bank"]).count() == 0


def test_organisers_alone_write_them(run: Run, samples: SampleRecords) -> None:
    for role in (Role.TALENT, Role.SCOPED_ORGANISER):
        errors = update(run, samples, ["crm:1"], role=role)["userErrors"]
        assert [(each["code"], each["field"]) for each in errors] == [("FORBIDDEN", ["input", "externalIds"])]


@pytest.fixture
def planner(schema: RoadshowSchema, services: Services, database: Database, samples: SampleRecords) -> Planner:
    with database.write(Actor.system("tests")) as session:
        for kind, name in (("project", "lidar"), ("project", "draft"), ("talent", "owner"), ("place", "kunshan")):
            session.add(
                models.ExternalId(entity_type=kind, namespace="our", value=f"a:{name}", entity_id=samples[name])
            )
    return Planner(schema, services)


def test_both_executors_filter_by_them(planner: Planner, samples: SampleRecords) -> None:
    def found(query: str, variables: Mapping[str, Any] | None = None, actor: Actor | None = None) -> Any:
        actor = actor or Actor.public()
        result = execute_by_both(planner, actor, query, variables=variables, queries=True)
        return result.errors[0].formatted if result.errors else next(iter((result.data or {}).values()))["nodes"]

    query = "query ($ids: [String!]) { projects(filter: { externalIds: $ids }) { nodes { id externalIds } } }"
    ids = ["our:a:lidar", "our:a:draft", "our:a:owner", "other:1"]
    lidar = {"id": samples["lidar"], "externalIds": ["our:a:lidar"]}
    assert found(query, {"ids": ids}) == [lidar]
    assert len(found(query, {"ids": ids}, samples.as_(Role.ORGANISER))) == 2
    assert found(query, {"ids": []}) == []
    error = found(query, {"ids": ["lidar"]})
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "field": "externalIds"}
    persons = '{ talents(filter: { externalIds: ["our:a:owner"] }) { nodes { id } } }'
    assert found(persons, actor=samples.as_(Role.ORGANISER)) == [{"id": samples["owner"]}]
    assert found(persons)["extensions"]["code"] == "FORBIDDEN", "they may be addresses"
    read = "{ talents { nodes { externalIds } } }"
    assert execute_by_both(planner, Actor.public(), read, queries=True).errors
