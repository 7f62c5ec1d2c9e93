"""The demo with its vectors, and the judged subjects as investors beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from recommender.cli.shared import recommender_of
from recommender.serving.service import Recommender
from store import models
from store.access.actors import Actor
from store.database import Database
from store.models.system import ExternalId
from tests.api.operations.test_processes import run
from tests.recommender.judged import read
from tests.support.databases import copy_demo


@dataclass(frozen=True)
class Demo:
    """The recommender over the demo, and ids by key: ``demo:project/…``, ``absurd/0``, ``described/0``."""

    recommender: Recommender
    ids: dict[str, str]
    keys: dict[str, str]

    def project(self, object_id: str) -> str:
        """The short key of a project of the demo."""
        return self.keys[object_id].rsplit("/", 1)[1]


@pytest.fixture(scope="session")
def demo(shared_directory: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    path: Path = tmp_path_factory.mktemp("judged") / "roadshow.sqlite"
    copy_demo(shared_directory, path)
    database = Database(f"sqlite:///{path}")
    ids: dict[str, str] = {}
    with database.write(Actor.system("test")) as session:
        for kind, subjects in read("subjects.yaml").items():
            for number, each in enumerate(subjects):
                text = f"{each['name']}. {each['text']}" if "name" in each else each["text"]
                name = {each["language"]: f"{kind} {number}"}
                investor = models.Investor(name=name, thesis={each["language"]: text}, fictional=True)
                session.add(investor)
                ids[f"{kind}/{number}"] = investor.id
    done = run("encode", f"sqlite:///{path}")
    assert done.returncode == 0, done.stderr
    with database.read() as session:
        for own, namespace, value in session.execute(
            select(ExternalId.entity_id, ExternalId.namespace, ExternalId.value)
        ):
            ids[f"{namespace}:{value}"] = own
    yield Demo(recommender_of(database), ids, {own: key for key, own in ids.items()})
    database.dispose()
