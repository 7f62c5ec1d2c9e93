"""The cache of rankings: one snapshot's at a time, so that no earlier one stays in memory."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace

import pytest

from recommender.interface.requests import RankingRequest, Target
from recommender.serving.ranking_cache import RankingCache
from store.access.actors import Actor
from store.models.planning import IndustryPriority
from tests.recommender.conftest import Store


@pytest.mark.usefixtures("young_heap")
def test_rankings_of_an_earlier_snapshot_keep_it_in_memory_no_longer(sqlite_store: Store) -> None:
    recommender = sqlite_store.recommender()
    requests = [RankingRequest(each) for each in (*sqlite_store.investors, sqlite_store.places[1])]
    for each in requests:
        recommender.rank(each)
    earlier = weakref.ref(recommender.snapshot())
    with sqlite_store.database.write(Actor.system("test")) as session:
        session.add(IndustryPriority(place_id=sqlite_store.places[1], name={"en": "Robots"}, weight=1))
    recommender.rank(requests[0])
    gc.collect()
    assert earlier() is None


def test_a_ranking_is_given_again_for_the_same_snapshot_and_the_same_ids(sqlite_store: Store) -> None:
    recommender = sqlite_store.recommender()
    snapshot, request = recommender.snapshot(), RankingRequest(sqlite_store.investors[0], allowed=sqlite_store.projects)
    ranking = recommender.rank(request)
    assert recommender.rank(request) is ranking
    assert recommender.rank(replace(request, allowed=list(sqlite_store.projects))) is not ranking
    cache = RankingCache()
    cache.put(snapshot, request, ranking)
    assert cache.get(snapshot, request) is ranking
    other = sqlite_store.recommender().snapshot()
    assert cache.get(other, request) is None
    cache.put(other, request, ranking)
    assert cache.get(snapshot, request) is None


def test_a_list_of_subjects_takes_each_fit_apart_once(sqlite_store: Store) -> None:
    recommender = sqlite_store.recommender()
    model, calls = recommender.snapshot().model, []
    parts = model.parts
    model.parts = lambda *given: (calls.append(1), parts(*given))[1]  # type: ignore[method-assign]
    listed = recommender.rank(RankingRequest(sqlite_store.projects[4], target=Target.INVESTOR)).items
    assert [list(item.aspects) for item in listed]
    assert len(calls) == len(listed)
