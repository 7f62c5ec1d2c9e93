"""A ranking follows answers and priorities as they change, without reading everything again."""

from __future__ import annotations

import pytest

from recommender.interface.requests import RankingRequest
from recommender.serving.service import Recommender
from store import models
from store.access.actors import Actor
from store.database import Database
from store.enums import InterestKind
from tests.schema.samples import SampleRecords


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    return sqlite_database


def test_an_answer_that_is_changed_or_withdrawn_is_followed(database: Database, samples: SampleRecords) -> None:
    recommender = Recommender(database)
    asked = RankingRequest(samples["investor"], first=100)
    listed = {item.object_id for item in recommender.rank(asked).items}
    with database.write(Actor.system("test")) as session:
        answered = {row.project_id for row in session.query(models.Interest).filter_by(subject_id=samples["investor"])}
        project = min(listed - answered)
        answer = models.Interest(subject_id=samples["investor"], project_id=project, kind=InterestKind.LIKE)
        session.add(answer)
        session.flush()
        identifier = answer.id
    model = recommender.refresh().model
    assert project in {item.object_id for item in recommender.rank(asked).items}
    with database.write(Actor.system("test")) as session:
        session.get_one(models.Interest, identifier).kind = InterestKind.PASS
    recommender.refresh()
    assert project not in {item.object_id for item in recommender.rank(asked).items}
    with database.write(Actor.system("test")) as session:
        row = session.get_one(models.Interest, identifier)
        row.archived_at = models.base.now()
    assert recommender.refresh().model is model, "everything was read again"
    assert {item.object_id for item in recommender.rank(asked).items} == listed


def test_the_fields_of_a_priority_are_followed(database: Database, samples: SampleRecords) -> None:
    recommender = Recommender(database)
    assert recommender.snapshot().profile(samples["kunshan"]).concepts
    with database.write(Actor.system("test")) as session:
        for link in session.query(models.PriorityConcept).filter_by(priority_id=samples["priority"]):
            session.delete(link)
    recommender.refresh()
    assert not recommender.snapshot().profile(samples["kunshan"]).concepts
