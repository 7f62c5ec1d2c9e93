"""`roadshow rank --keep` keeps what `keepRanking` keeps."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from api.cli.main import app
from recommender.serving.service import Recommender
from schema.request.context import Services
from schema.types.build import RoadshowSchema
from store import models
from store.database import Database
from store.enums import Role
from store.settings import Settings
from tests.schema.samples import SampleRecords

KEEP = """mutation ($options: RankingOptions) { keepRanking(first: 3, label: "fair", options: $options) {
    snapshot { id } userErrors { message } } }"""


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    return sqlite_database


@pytest.fixture
def services(database: Database, schema: RoadshowSchema) -> Services:
    settings = Settings()
    return Services(database, settings, schema.registry, recommender=Recommender(database, settings=settings))


@pytest.fixture
def installed(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROADSHOW_DATABASE_URL", database.url.render_as_string(hide_password=False))


@pytest.mark.usefixtures("installed")
def test_the_command_keeps_what_the_mutation_keeps(run: Any, database: Database, samples: SampleRecords) -> None:
    options = ["--keep", "--label", "fair", "--first", "3", "--weight", "text=2", "--not-personalised", "--json"]
    done = CliRunner().invoke(app, ["rank", samples["investor"], *options])
    assert done.exit_code == 0, done.output
    asked = {"weights": [{"block": "text", "weight": 2.0}], "personalised": False}
    wanted = run(KEEP, {"options": asked}, samples.as_(Role.INVESTOR)).data["keepRanking"]["snapshot"]
    with database.read() as session:
        kept = session.get_one(models.RankingSnapshot, json.loads(done.stdout)["kept"])
        same = session.get_one(models.RankingSnapshot, wanted["id"])
        assert kept.items
        assert (kept.items, kept.label, kept.weights) == (same.items, same.label, same.weights)
    for wrong in (["--label", "x"], ["--keep", "--label", " "]):
        assert CliRunner().invoke(app, ["rank", samples["investor"], *wrong]).exit_code == 2
