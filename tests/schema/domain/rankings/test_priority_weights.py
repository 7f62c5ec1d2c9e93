"""What if a place weighed its priorities otherwise: a ranking for this call alone, by the laws of every other."""

from __future__ import annotations

import pytest

from recommender.interface.errors import RecommenderError
from recommender.interface.requests import RankingRequest
from recommender.pool.profiles import Profile, StatedPriority, SubjectKind
from recommender.serving.service import Recommender
from schema.request.context import Services
from schema.types.build import RoadshowSchema
from store import models
from store.access.actors import Actor
from store.database import Database
from store.settings import Settings
from tests.schema.domain.rankings.test_rankings import Run, ranked
from tests.schema.samples import SampleRecords


@pytest.fixture
def services(sqlite_database: Database, schema: RoadshowSchema) -> Services:
    settings = Settings()
    recommender = Recommender(sqlite_database, settings=settings)
    return Services(sqlite_database, settings, schema.registry, recommender=recommender)


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    return sqlite_database


def options(priority: str, weight: float) -> str:
    return f'(options: {{priorityWeights: [{{priority: "{priority}", weight: {weight}}}]}})'


def points(answer: dict, block: str) -> list[float]:  # type: ignore[type-arg]
    return [each["points"] for edge in answer["edges"] for each in edge["contributions"] if each["block"] == block]


def test_a_priority_of_no_weight_counts_nothing_in_this_call_alone(run: Run, samples: SampleRecords) -> None:
    plain = ranked(run, samples, Actor.public(), subject="place")
    without = ranked(run, samples, Actor.public(), options(samples["priority"], 0), subject="place")
    assert any(points(plain, "track"))
    assert not any(points(without, "track"))
    assert without["snapshot"]["id"] != plain["snapshot"]["id"]
    for edge in without["edges"]:
        assert sum(each["points"] for each in edge["contributions"]) == pytest.approx(edge["score"], abs=1e-6)
    assert ranked(run, samples, Actor.public(), subject="place") == plain


def test_the_weight_that_it_has_changes_nothing(run: Run, samples: SampleRecords) -> None:
    plain = ranked(run, samples, Actor.public(), subject="place")
    same = ranked(run, samples, Actor.public(), options(samples["priority"], 2.0), subject="place")
    assert [edge["score"] for edge in same["edges"]] == [edge["score"] for edge in plain["edges"]]


@pytest.mark.parametrize(
    ("priority", "weight", "said"), [("prio_unknown", 1.0, "no priority"), (None, -1.0, "at least 0")]
)
def test_what_cant_be_weighed_is_told_so(
    run: Run, samples: SampleRecords, priority: str | None, weight: float, said: str
) -> None:
    arguments = options(priority or samples["priority"], weight)
    query = f"query ($id: ID!) {{ place(id: $id) {{ rankedProjects{arguments} {{ totalCount }} }} }}"
    result = run(query, {"id": samples["kunshan"]})
    assert [error.extensions["code"] for error in result.errors or ()] == ["BAD_USER_INPUT"]
    assert said in result.errors[0].message  # type: ignore[index]


def test_an_answer_at_other_weights_is_the_answer_of_a_place_that_has_them(
    services: Services, samples: SampleRecords, sqlite_database: Database
) -> None:
    recommender = services.recommender
    assert isinstance(recommender, Recommender)
    asked = recommender.rank(RankingRequest(samples["kunshan"], priority_weights={samples["priority"]: 0.0}))
    with sqlite_database.write(Actor.system("test")) as session:
        row = session.get(models.IndustryPriority, samples["priority"])
        assert row is not None
        row.weight = 0.0
    recommender.refresh()
    stated = recommender.rank(RankingRequest(samples["kunshan"]))
    assert [(each.object_id, each.score) for each in asked.items] == [
        (each.object_id, each.score) for each in stated.items
    ]


def test_only_places_have_priorities(services: Services, samples: SampleRecords) -> None:
    assert services.recommender is not None
    with pytest.raises(RecommenderError, match="only places"):
        services.recommender.rank(RankingRequest(samples["investor"], priority_weights={"pri_x": 1.0}))


def test_tiers_weigh_and_shares_are_kept() -> None:
    stated = [
        StatedPriority("a", 2.0, "FUTURE", ("c1", "c2"), (), {"en": "A"}),
        StatedPriority("b", 1.0, None, ("c1",), ("t1",), {"en": "B"}, {"en": "About B"}),
    ]
    place = Profile("plc_1", SubjectKind.PLACE, priorities=stated).with_priorities()
    assert place.concepts == pytest.approx({"c1": 1.8, "c2": 0.8})
    assert place.tracks == {"t1": 1.0}
    assert [(each.text, each.weight) for each in place.texts] == [("A", 1.6), ("B", 1.0), ("About B", 0.5)]
    changed = place.with_priorities({"a": 0.0, "b": 3.0})
    assert changed.concepts == {"c1": 3.0}
    assert changed.with_priorities() == place
