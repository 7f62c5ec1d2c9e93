"""The law of gates: they decide who stands on a list, and never where or with what score."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.gates import Gate, core_gates
from recommender.interface.lazy import Reason
from recommender.interface.requests import RankingRequest
from recommender.pool.profiles import Profile
from recommender.pool.projects import Projects
from recommender.pool.taxonomies import Taxonomies
from recommender.serving.service import Recommender
from recommender.training.encode import encode
from tests.recommender.conftest import Store


class AnyGate(Gate):
    """Keeps out whatever it is told to."""

    name = "any"
    description = Reason("Any", "任意")

    def __init__(self) -> None:
        self.out: frozenset[str] = frozenset()

    def passes(self, profile: Profile, projects: Projects, taxonomies: Taxonomies) -> np.ndarray:
        return ~np.isin(np.array(projects.ids), sorted(self.out))

    def explain(self, profile: Profile, projects: Projects, taxonomies: Taxonomies, row: int, passed: bool) -> Reason:
        return self.description


@pytest.fixture
def gated(sqlite_store: Store) -> tuple[Store, AnyGate, Recommender]:
    encode(sqlite_store.database, [sqlite_store.encoder])
    gate = AnyGate()
    recommender = Recommender(sqlite_store.database, gates=[*core_gates(), gate], encoders=[sqlite_store.encoder])
    return sqlite_store, gate, recommender


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_gates_never_score(gated: tuple[Store, AnyGate, Recommender], data: st.DataObject) -> None:
    store, gate, recommender = gated
    request = RankingRequest(data.draw(st.sampled_from([*store.investors, store.places[0]])), first=100)
    gate.out = frozenset()
    before = recommender.rank(request)
    gate.out = frozenset(data.draw(st.sets(st.sampled_from(store.projects))))
    after = recommender.rank(request)
    expected = [
        (item.object_id, item.score, item.contributions) for item in before.items if item.object_id not in gate.out
    ]
    assert [(item.object_id, item.score, item.contributions) for item in after.items] == expected
    assert after.total + after.gated == before.total + before.gated
