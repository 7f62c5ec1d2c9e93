"""One record by id, code or external id, alike by both executors and on both databases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from graphql import ExecutionResult

from schema.compiled import Planner
from schema.request.context import Services
from schema.types.build import RoadshowSchema
from store import models
from store.access.actors import Actor
from store.database import Database
from store.enums import PlaceType, Role
from store.models.base import now
from tests.schema.compiled.changes import execute_by_both
from tests.schema.samples import SampleRecords


class Asked:
    """Puts one question to both executors."""

    def __init__(self, schema: RoadshowSchema, services: Services) -> None:
        self.planner = Planner(schema, services)

    def __call__(self, query: str, variables: Mapping[str, Any] | None = None, actor: Actor | None = None) -> Any:
        result: ExecutionResult = execute_by_both(
            self.planner, actor or Actor.public(), query, variables=variables, queries=True
        )
        return result.errors[0].formatted if result.errors else next(iter((result.data or {}).values()))


@pytest.fixture
def both(schema: RoadshowSchema, services: Services, database: Database, samples: SampleRecords) -> Asked:
    with database.write(Actor.system("tests")) as session:
        for kind, name in (("project", "lidar"), ("project", "draft"), ("talent", "owner"), ("place", "kunshan")):
            session.add(
                models.ExternalId(entity_type=kind, namespace="our", value=f"a:{name}", entity_id=samples[name])
            )
    return Asked(schema, services)


def test_a_record_is_found_by_each_of_its_keys(both: Asked, samples: SampleRecords, database: Database) -> None:
    with database.write(Actor.system("tests")) as session:
        session.get_one(models.Place, samples["kunshan"]).code = "320583"
    found = {"id": samples["kunshan"], "name": "Kunshan"}
    for given in (f'id: "{samples["kunshan"]}"', 'code: "320583"', 'externalId: "our:a:kunshan"'):
        assert both(f"{{ place({given}) {{ id name }} }}") == found
    query = "query ($id: ID, $key: String) { project(id: $id, externalId: $key) { id } }"
    assert both(query, {"key": "our:a:lidar"}) == {"id": samples["lidar"]}
    assert both(query, {"id": samples["lidar"]}) == {"id": samples["lidar"]}
    assert both(query, {"key": "our:a:nothing"}) is None
    assert both(query, {"id": samples["kunshan"]}) is None
    assert both(query, {"key": "our:a:draft"}) is None, "hidden from the public"
    assert both(query, {"key": "our:a:draft"}, samples.as_(Role.ORGANISER)) == {"id": samples["draft"]}


def test_exactly_one_key_is_given(both: Asked, samples: SampleRecords, database: Database) -> None:
    for given, message in (
        ("", "Give exactly one of id, code, externalId; none is given."),
        (f'(id: "{samples["china"]}", code: "CN")', "Give exactly one of id, code, externalId; 2 are given."),
        ('(externalId: "320583")', "'320583' is not an external id; write namespace and value, such as gb:320583."),
    ):
        error = both(f"{{ place{given} {{ id }} }}")
        assert (error["message"], error["extensions"]["code"]) == (message, "BAD_USER_INPUT")
    with database.write(Actor.system("tests")) as session:
        for name in ("kunshan", "suzhou"):
            session.get_one(models.Place, samples[name]).code = "same"
    assert both('{ place(code: "same") { id } }')["message"] == "2 records have the code 'same'; give an id."


def test_records_out_of_sight_hide_none_with_the_same_key(
    both: Asked, samples: SampleRecords, database: Database
) -> None:
    with database.write(Actor.system("tests")) as session:
        for number in range(12):
            place = models.Place(type=PlaceType.PREFECTURE_CITY, name={"en": f"Former {number}"}, code="same")
            place.id, place.archived_at = f"plc_{'0' * 24}{number:02}", now()  # ids before all others
            session.add(place)
        session.get_one(models.Place, samples["kunshan"]).code = "same"
    assert both('{ place(code: "same") { id } }') == {"id": samples["kunshan"]}


def test_persons_are_looked_up_by_organisers_alone(both: Asked, samples: SampleRecords) -> None:
    query = '{ talent(externalId: "our:a:owner") { id } }'
    assert both(query)["extensions"]["code"] == "FORBIDDEN"
    assert both(query, None, samples.as_(Role.ORGANISER)) == {"id": samples["owner"]}
