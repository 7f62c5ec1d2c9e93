"""Many threads get the answers that each question gets alone: nothing that they share is found half made."""

from __future__ import annotations

import random
import threading
from typing import Any

import orjson
import pytest
from graphql import OperationDefinitionNode

from recommender.serving.service import Recommender
from schema.compiled import Planner
from schema.execution.calls import Call
from schema.execution.errors import NotCompilable
from schema.execution.execute import execute, prepare
from schema.request.context import Services, open_context
from schema.types.build import RoadshowSchema
from store.access.actors import Actor
from store.database import Database
from store.enums import Role
from store.settings import Settings
from tests.schema.samples import SampleRecords

THREADS, ROUNDS = 8, 4
LINES = "totalCount edges { rank score node { id name } contributions { block points } reasons }"

MAP = """query ($place: ID, $w: [BlockWeightInput!]) {
  projectMap(place: $place, weights: $w) { method totalCount projectIds x y tracks { name } track score } }"""
GAPS = """query ($places: [ID!], $below: Float! = 30) { poolGaps(places: $places) {
  priorities { priority { id } projectCount byIndustry byTrack stated } needs { need { id } projectCount stated }
  unplaced(below: $below) { totalCount consideredCount projects { project { id } place { id } score } }
  bringers(by: EVENT) { node { id } projectCount landedCount tracks { track { id } count } } } }"""


def questions(samples: SampleRecords) -> list[tuple[str, dict[str, Any], Role]]:
    """(operation, variables, role): what shares plans, statements, queries and layouts among threads."""
    place, investor, project = samples["kunshan"], samples["investor"], samples["lidar"]
    found: list[tuple[str, dict[str, Any], Role]] = []
    for number in range(6):
        weights = [{"block": "industry", "weight": 1 + number / 2}]
        options = {"weights": weights}
        ranked = f"rankedProjects(options: $o) {{ {LINES} }}"
        listed = (
            "query ($id: ID!, $o: RankingOptions) { node(id: $id) { "
            f"... on Place {{ {ranked} }} ... on Investor {{ {ranked} }} }} }}"
        )
        found += [
            (listed, {"id": place, "o": options}, Role.PUBLIC),
            (listed, {"id": investor, "o": options}, Role.ORGANISER),
            (
                "query ($p: ID!, $c: ID!, $o: FitOptions) { fit(project: $p, counterpart: $c, options: $o) { score "
                "contributions { block points } } }",
                {"p": project, "c": place, "o": options},
                Role.PUBLIC,
            ),
            (
                "query ($i: [ID!]!, $w: [BlockWeightInput!]) "
                "{ fitMatrix(places: $i, weights: $w) { rows { scores } } }",
                {"i": [place], "w": weights},
                Role.PLANNER,
            ),
            (
                "query ($f: ProjectFilter) { projects(filter: $f) { totalCount nodes { id name tracks { name } } } }",
                {"f": {"technologyReadiness": {"atLeast": number}}},
                Role.INVESTOR,
            ),
            (MAP, {"place": place, "w": weights}, Role.PUBLIC),
            (GAPS, {"places": [place], "below": 20.0 * number}, (Role.PUBLIC, Role.ORGANISER)[number % 2]),
        ]
    draft = {"tracks": [{"id": samples["digital_track"], "weight": 2}]}
    found += [
        (f"query ($id: ID!, $m: MandateInput!) {{ investor(id: $id) {{ rankedProjects(options: {{mandate: $m}}) "
         f"{{ {LINES} }} }} }}", {"id": investor, "m": draft}, Role.ORGANISER),
        ("query ($id: ID!) { project(id: $id) { similar { edges { score node { id } } } } }", {"id": project},
         Role.PUBLIC),
        (MAP, {}, Role.PUBLIC),
        (GAPS, {}, Role.PUBLIC),
    ]  # fmt: skip
    return found


@pytest.fixture
def services(sqlite_database: Database, schema: RoadshowSchema) -> Services:
    recommender = Recommender(sqlite_database, settings=Settings())
    return Services(sqlite_database, Settings(), schema.registry, recommender=recommender)


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    return sqlite_database


def test_threads_get_what_each_question_gets_alone(
    schema: RoadshowSchema, services: Services, samples: SampleRecords
) -> None:
    planner = Planner(schema, services)
    documents = {}
    asked = questions(samples)
    for text, _, _ in asked:
        documents[text] = prepare(schema, text)

    def answer(text: str, variables: dict[str, Any], actor: Actor) -> bytes:
        document: Any = documents[text]
        [operation] = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        try:
            call = Call(actor, ("en",), variables, lambda: open_context(services, actor, ("en",)))
            found = planner.execute(text, document, operation, call)
            assert not found.errors, found.errors
            return orjson.dumps(found.data)
        except NotCompilable:
            return orjson.dumps(execute(schema, services, actor, document, variables=variables).data)

    fresh = Services(services.database, Settings(), schema.registry, recommender=services.recommender)
    alone = [
        orjson.dumps(execute(schema, fresh, samples.as_(role), text, variables=variables, languages=("en",)).data)
        for text, variables, role in asked
    ]
    services.recommender.refresh()  # type: ignore[union-attr]
    wrong: list[object] = []
    start = threading.Barrier(THREADS)

    def work(seed: int) -> None:
        source = random.Random(seed)
        start.wait()
        for _ in range(ROUNDS):
            for number in source.sample(range(len(asked)), len(asked)):
                text, variables, role = asked[number]
                try:
                    if answer(text, variables, samples.as_(role)) != alone[number]:
                        wrong.append((text, variables))
                except Exception as problem:
                    wrong.append((text, problem))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    planner.close()
    assert not wrong, f"{len(wrong)} of {THREADS * ROUNDS * len(asked)}: {wrong[0]}"
