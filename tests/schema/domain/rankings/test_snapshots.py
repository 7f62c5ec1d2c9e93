"""What an answer depends on tells others than organisers nothing of writes that they can't see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from graphql import ExecutionResult

from recommender.serving.service import Recommender
from schema.request.context import Services
from schema.types.build import RoadshowSchema
from store import models
from store.access.actors import Actor
from store.database import Database
from store.enums import ProjectStatus, Role
from store.settings import Settings
from tests.schema.samples import SampleRecords

Run = Callable[..., ExecutionResult]


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    return sqlite_database


@pytest.fixture
def services(sqlite_database: Database, schema: RoadshowSchema) -> Services:
    recommender = Recommender(sqlite_database, settings=Settings())
    return Services(sqlite_database, Settings(), schema.registry, recommender=recommender)


SNAPSHOT = "snapshot { id dataPosition createdAt modelVersion }"
ASKED = f"""query ($place: ID!, $project: ID!, $places: [ID!]!) {{
    place(id: $place) {{ rankedProjects(first: 5) {{ {SNAPSHOT} edges {{ score }} }} }}
    fit(project: $project, counterpart: $place) {{ {SNAPSHOT} score }}
    fitMatrix(places: $places, projects: [$project]) {{ {SNAPSHOT} rows {{ scores }} }} }}"""


def asked(run: Run, samples: SampleRecords, role: Role) -> dict[str, Any]:
    given = {"place": samples["kunshan"], "project": samples["lidar"], "places": [samples["kunshan"]]}
    result = run(ASKED, given, samples.as_(role))
    assert result.errors is None, result.errors
    assert result.data is not None
    return result.data


def snapshots(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [found["place"]["rankedProjects"]["snapshot"], found["fit"]["snapshot"], found["fitMatrix"]["snapshot"]]


@pytest.mark.parametrize("role", [Role.PUBLIC, Role.INVESTOR, Role.PLANNER])
def test_a_hidden_write_moves_nothing_that_others_see(
    run: Run, samples: SampleRecords, database: Database, services: Services, role: Role
) -> None:
    before = asked(run, samples, role)
    for each in snapshots(before):
        assert each["dataPosition"] == "0"
        assert each["createdAt"].endswith("T00:00:00+00:00")
    with database.write(Actor.system("tests")) as session:
        session.add(models.Project(name={"en": "Secret"}, status=ProjectStatus.DRAFT))
    services.recommender.refresh()  # type: ignore[union-attr]
    assert asked(run, samples, role) == before


def test_a_write_that_changes_the_answer_changes_its_name(
    run: Run, samples: SampleRecords, database: Database, services: Services
) -> None:
    before = asked(run, samples, Role.PUBLIC)
    with database.write(Actor.system("tests")) as session:
        session.get_one(models.Project, samples["lidar"]).funding_stage = "SEED"  # type: ignore[assignment]
        session.get_one(models.Project, samples["lidar"]).summary = {"en": "Medicine for the old, medical devices"}
    services.recommender.refresh()  # type: ignore[union-attr]
    after = asked(run, samples, Role.PUBLIC)
    for old, new, was, is_ in zip(
        snapshots(before), snapshots(after),
        (before["place"]["rankedProjects"]["edges"], before["fit"]["score"], before["fitMatrix"]["rows"]),
        (after["place"]["rankedProjects"]["edges"], after["fit"]["score"], after["fitMatrix"]["rows"]), strict=True,
    ):  # fmt: skip
        assert (old["id"] == new["id"]) == (was == is_)


def test_organisers_see_where_the_data_stands(
    run: Run, samples: SampleRecords, database: Database, services: Services
) -> None:
    [first, *_] = snapshots(asked(run, samples, Role.ORGANISER))
    with database.write(Actor.system("tests")) as session:
        session.add(models.Project(name={"en": "Secret"}, status=ProjectStatus.DRAFT))
    services.recommender.refresh()  # type: ignore[union-attr]
    [second, *_] = snapshots(asked(run, samples, Role.ORGANISER))
    assert int(second["dataPosition"]) > int(first["dataPosition"])
    assert second["id"] != first["id"]
