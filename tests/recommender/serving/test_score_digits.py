"""How many digits of a score hold: all of them within a snapshot, two after the point between two fits."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from recommender.interface.answers import Ranking
from recommender.interface.requests import RankingRequest
from tests.recommender.conftest import Store

pytestmark = pytest.mark.nightly_on_postgresql


def figures(ranking: Ranking) -> list[tuple[str, float, tuple[float, ...]]]:
    return [
        (item.object_id, item.score, tuple(part.points for part in item.contributions)) for item in ranking.items
    ]  # fmt: skip


def test_one_snapshot_gives_the_same_figures_however_often_it_is_asked(store: Store) -> None:
    recommender = store.recommender()
    subjects = [*store.investors, store.places[-1]]
    alone = {subject: figures(recommender.rank(RankingRequest(subject, first=24))) for subject in subjects}
    assert any(alone.values())
    with ThreadPoolExecutor(8) as pool:
        asked = subjects * 8
        together = pool.map(lambda subject: figures(recommender.rank(RankingRequest(subject, first=24))), asked)
        for subject, found in zip(asked, together, strict=True):
            assert found == alone[subject]


def test_two_digits_hold_between_two_fits_and_contributions_add_up(store: Store) -> None:
    first, second = store.recommender(), store.recommender()
    for subject in (*store.investors, store.places[-1]):
        request = RankingRequest(subject, first=24)
        one = {item.object_id: item for item in first.rank(request).items}
        other = {item.object_id: item for item in second.rank(request).items}
        assert one.keys() == other.keys()
        for identifier, item in one.items():
            assert abs(item.score - other[identifier].score) < 0.005
            assert abs(sum(part.points for part in item.contributions) - item.score) < 1e-6
