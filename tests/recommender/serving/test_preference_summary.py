"""What history taught, as data: which industries a subject gets more and fewer of, and from how many acts."""

from __future__ import annotations

from recommender.interface.answers import Ranking
from recommender.interface.requests import RankingRequest
from store.access.actors import Actor
from store.models.feedback import Interest
from tests.recommender.conftest import Store


def answer(store: Store, kind: str, field: int, count: int) -> None:
    """Investor 1 answers so to the first projects of a field that it has not answered."""
    with store.database.write(Actor.system("test")) as session:
        for number in range(count):
            project = store.projects[field + 4 * number]
            session.add(Interest(subject_id=store.investors[1], project_id=project, kind=kind))


def test_passes_teach_fewer_and_likes_more_with_their_numbers(sqlite_store: Store) -> None:
    recommender = sqlite_store.recommender()
    request = RankingRequest(sqlite_store.investors[1], exclude_passed=False, first=24)
    before = recommender.rank(request)
    answer(sqlite_store, "PASS", 2, 4)
    answer(sqlite_store, "LIKE", 3, 3)
    after = recommender.rank(request)
    learnt = {(each.block, each.code): each for each in after.learnt}
    fewer = learnt["industry", sqlite_store.concepts[2]]
    assert fewer.points < 0
    assert (fewer.chosen, fewer.passed) == (0, 4)
    assert fewer.reason.en == "Fewer of robot: four passed on."
    assert fewer.reason.zh == "“产业2”：您婉拒过 4 个，此类项目略有减分。"
    more = learnt["industry", sqlite_store.concepts[3]]
    assert more.points > 0
    assert (more.chosen, more.passed) == (3, 0)
    assert more.reason.en == "More of cloud: three chosen."
    sizes = [abs(each.points) for each in after.learnt]
    assert sizes == sorted(sizes, reverse=True)

    def scores(ranking: Ranking, field: int) -> float:
        found = [item.score for item in ranking.items if sqlite_store.projects.index(item.object_id) % 4 == field]
        return sum(found) / len(found)

    assert scores(after, 2) < scores(before, 2), "and the list moves so"
    assert scores(after, 3) > scores(before, 3)


def test_without_a_history_or_personalisation_nothing_was_learnt(sqlite_store: Store) -> None:
    recommender = sqlite_store.recommender()
    assert not recommender.rank(RankingRequest(sqlite_store.places[1])).learnt
    plain = RankingRequest(sqlite_store.investors[0], personalised=False)
    assert not recommender.rank(plain).learnt
