"""The queries in docs/graphql.md run as the page says, and give data."""

from __future__ import annotations

import json
import re
from pathlib import Path

import graphql
import pytest

from api.assembly.core_contributions import CORE_PARTS
from plugins.host.host import Host
from recommender.serving.service import Recommender
from schema.compiled import Planner
from schema.execution.in_process_client import InProcessClient
from schema.request.context import Services
from schema.types.build import RoadshowSchema
from store.access.actors import Actor
from store.database import Database
from store.enums import Role
from store.settings import Settings
from tests.schema.compiled.changes import execute_by_both
from tests.schema.samples import make_samples

PAGE = (Path(__file__).parents[3] / "docs" / "graphql.md").read_text("utf-8")
EXAMPLES = re.findall(r"<!-- example(?:: (?:as (\w+))? ?(\{.*?\})?)? -->\n```graphql\n(.*?)```", PAGE, re.DOTALL)
BLOCKS = re.findall(r"```graphql\n(.*?)```", PAGE, re.DOTALL)


def test_the_page_has_examples_for_each_kind_of_user() -> None:
    assert {role for role, _, _ in EXAMPLES} == {"", "INVESTOR", "PLANNER", "TALENT", "ORGANISER"}
    watched = [each for each in BLOCKS if each.startswith("subscription")]
    assert len(EXAMPLES) == len(BLOCKS) - len(watched), "every block but subscriptions is run"


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_every_block_is_valid(schema: RoadshowSchema, block: str) -> None:
    assert graphql.validate(schema._schema, graphql.parse(block)) == []


@pytest.mark.parametrize(("role", "names", "query"), EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_gives_data(
    sqlite_database: Database, schema: RoadshowSchema, role: str, names: str, query: str
) -> None:
    samples = make_samples(sqlite_database)
    settings = Settings()
    services = Services(
        sqlite_database,
        settings,
        schema.registry,
        host=Host.load(core=CORE_PARTS, plugins=[]),
        recommender=Recommender(sqlite_database, settings=settings),
        client=InProcessClient(schema),
    )
    actor = samples.as_(Role[role]) if role else Actor.public()
    variables = {name: samples[short] for name, short in json.loads(names or "{}").items()}
    planner = Planner(schema, services)
    result = execute_by_both(planner, actor, query, variables=variables, queries=True)
    planner.close()
    assert result.errors is None, result.errors
    assert result.data
    assert all(value is not None for value in result.data.values())
    for value in result.data.values():
        assert not isinstance(value, dict) or not value.get("userErrors"), value
