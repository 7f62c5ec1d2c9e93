"""The caches beside a snapshot: what fails is computed again, never served as it was."""

from __future__ import annotations

import pytest

from store.access.actors import Actor
from store.models.investors import Investor
from tests.recommender.conftest import Store


def test_everybodys_queries_stay_out_of_date_until_they_are_computed(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    recommender, changed = sqlite_store.recommender(), sqlite_store.investors[0]
    recommender.snapshot().caches.everyone("INVESTOR")
    with sqlite_store.database.write(Actor.system("test")) as session:
        investor = session.get_one(Investor, changed)
        investor.stages = ["GROWTH"]
    caches = recommender.snapshot().caches
    with monkeypatch.context() as failing:
        failing.setattr(caches, "_batched", lambda profiles: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            caches.everyone("INVESTOR")
    ids, queries = caches.everyone("INVESTOR")
    assert queries.one(ids.index(changed)).profiles[0].stages == frozenset({"GROWTH"})
    assert ("INVESTOR", True) in caches.current
