"""Rerankers move what stands at the head of a ranking, and change nothing else."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.host.host import Host
from recommender.interface.answers import Ranking
from recommender.interface.requests import RankingRequest, Target
from recommender.serving import ranking as ranking_module
from recommender.serving import rerankers
from recommender.serving.isolation import rerankers_of
from recommender.serving.rerankers import Candidate, RerankRequest, completed, reranked
from recommender.serving.service import Recommender
from roadshow import SubjectKind
from tests.plugins.support import plugin
from tests.recommender.conftest import Store

pytestmark = pytest.mark.nightly_on_postgresql

REQUEST = RerankRequest("inv_1", SubjectKind.INVESTOR, Target.PROJECT)
Order = Callable[[Sequence[Candidate], RerankRequest], Any]


class By:
    """A reranker by a function, that keeps what it was handed."""

    def __init__(self, order: Order, name: str = "turned") -> None:
        self.name = name
        self.order = order
        self.asked: list[tuple[Sequence[Candidate], RerankRequest]] = []

    def rerank(self, items: Sequence[Candidate], request: RerankRequest) -> Any:
        self.asked.append((items, request))
        return self.order(items, request)


def turned(items: Sequence[Candidate], request: RerankRequest) -> list[str]:
    return [item.id for item in reversed(items)]


def last_first(items: Sequence[Candidate], request: RerankRequest) -> list[str]:
    return [items[-1].id]


def throws(items: Sequence[Candidate], request: RerankRequest) -> list[str]:
    raise RuntimeError("out of ink")


def candidates(count: int) -> list[Candidate]:
    return [Candidate(f"prj_{number}", 100.0 - number) for number in range(count)]


def host_of(*parts: Any, **limits: Any) -> Host:
    settings = {"host": {"failure_threshold": 100, **limits}}
    return Host.load(settings, plugins=[plugin("alpha", {"register_rerankers": list(parts)})])


def served(store: Store, host: Host) -> Recommender:
    return Recommender(store.database, encoders=[store.encoder], rerankers=rerankers_of(host))


def ids(ranking: Ranking) -> list[str]:
    return [item.object_id for item in ranking.items]


@given(st.integers(0, 12), st.randoms(use_true_random=False))
def test_what_an_order_leaves_out_follows_as_it_stood(count: int, chance: random.Random) -> None:
    items = candidates(count)
    order = chance.sample([item.id for item in items], chance.randint(0, count))
    whole = completed(order, items)
    assert whole[: len(order)] == order
    assert sorted(whole) == sorted(item.id for item in items)
    assert whole[len(order) :] == [item.id for item in items if item.id not in order]


@pytest.mark.parametrize("order", [None, "prj_1", 7, ["prj_1", "prj_1"], ["prj_99"], [1], {"prj_1"}, iter(["prj_1"])])
def test_nonsense_is_refused(order: object) -> None:
    with pytest.raises(ValueError, match=r"reranker must return|isn't among|more than once"):
        completed(order, candidates(3))


def test_rerankers_act_one_after_the_other_and_only_those_that_changed_something_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rerankers, "HEAD", 3)
    first, idle, second = By(turned), By(lambda items, request: [], "idle"), By(last_first, "second")
    places, acted = reranked([first, idle, second], candidates(5), REQUEST)
    assert places == [0, 2, 1, 3, 4]
    assert acted == ("turned", "second")
    assert [item.id for item in second.asked[0][0]] == ["prj_2", "prj_1", "prj_0"]


def test_a_reranker_moves_projects_and_leaves_scores_reasons_and_gates_as_they_are(store: Store) -> None:
    request = RankingRequest(store.investors[0], first=100)
    plain = store.recommender().rank(request)
    part = By(turned)
    ranking = served(store, host_of(part)).rank(request)
    assert ids(ranking) == ids(plain)[::-1]
    assert [item.rank for item in ranking.items] == [item.rank for item in plain.items]
    before = {item.object_id: item for item in plain.items}
    for item in ranking.items:
        assert item == replace(before[item.object_id], rank=item.rank)
    assert (ranking.total, ranking.gated, ranking.has_more) == (plain.total, plain.gated, plain.has_more)
    ((items, asked),) = part.asked
    assert [(item.id, item.score) for item in items] == [(item.object_id, item.score) for item in plain.items]
    assert asked == RerankRequest(store.investors[0], SubjectKind.INVESTOR, Target.PROJECT)


def test_the_answer_names_who_acted_and_is_another_snapshot(store: Store) -> None:
    request = RankingRequest(store.investors[0], first=3)
    plain = store.recommender().rank(request).snapshot
    recommender = served(store, host_of(By(turned)))
    snapshot = recommender.rank(request).snapshot
    assert plain.rerankers == ()
    assert snapshot.rerankers == ("turned@1.2.0",)
    assert snapshot.id != plain.id
    assert recommender.rank(request).snapshot.id == snapshot.id
    idle = served(store, host_of(By(lambda items, request: [])))
    assert idle.rank(request).snapshot.id == plain.id


@pytest.mark.parametrize("diversity", [0.0, 0.5])
def test_pages_of_a_reranked_list_fit_together(store: Store, monkeypatch: pytest.MonkeyPatch, diversity: float) -> None:
    monkeypatch.setattr(rerankers, "HEAD", 8)
    monkeypatch.setattr(ranking_module, "HEAD", 8)
    recommender = served(store, host_of(By(turned)))
    request = RankingRequest(store.investors[0], diversity=diversity, exclude_portfolio=False)
    whole = ids(recommender.rank(replace(request, first=8)))
    pages = [ids(recommender.rank(replace(request, first=3, offset=offset))) for offset in (0, 3, 6)]
    assert [each for page in pages for each in page][:8] == whole
    if not diversity:
        plain = ids(store.recommender().rank(replace(request, first=100)))
        assert ids(recommender.rank(replace(request, first=100))) == plain[7::-1] + plain[8:]


def test_the_cap_on_one_industry_holds_after_a_reranker(store: Store) -> None:
    request = RankingRequest(store.investors[0], first=8, exposure_cap=0.25)
    listed = ids(served(store, host_of(By(turned))).rank(request))
    industries = [store.projects.index(each) % 4 for each in listed]
    assert listed
    assert max(industries.count(each) for each in industries) <= 2


def test_investors_for_a_project_are_reranked_too(store: Store) -> None:
    request = RankingRequest(store.projects[4], Target.INVESTOR, first=2)
    plain = store.recommender().rank(replace(request, first=100))
    part = By(turned)
    ranking = served(store, host_of(part)).rank(request)
    assert len(plain.items) > 1
    assert ids(ranking) == ids(plain)[::-1][:2]
    assert [(item.id, item.score) for item in part.asked[0][0]] == [(i.object_id, i.score) for i in plain.items]
    assert part.asked[0][1].subject_kind is SubjectKind.PROJECT
    assert ranking.snapshot.rerankers == ("turned@1.2.0",)


@pytest.mark.parametrize(
    "order",
    [
        throws,
        lambda items, request: None,
        lambda items, request: ["prj_of_nobody"],
        lambda items, request: [items[0].id] * 2,
        lambda items, request: 7,
    ],
)
def test_a_reranker_that_fails_or_gives_nonsense_is_skipped_and_counted(store: Store, order: Order) -> None:
    request = RankingRequest(store.investors[0], first=5)
    host = host_of(By(order), By(turned, "good"))
    ranking = served(store, host).rank(request)
    alone = served(store, host_of(By(turned, "good"))).rank(request)
    assert ranking == alone
    assert ranking.snapshot.rerankers == ("good@1.2.0",)
    state = host.state("alpha")
    assert state.failures == 1
    assert state.last_failure is not None
    assert state.last_failure.point == "reranker turned"


def test_a_slow_reranker_is_left_behind_and_rests_if_it_stays_slow(store: Store) -> None:
    released = threading.Event()
    part = By(lambda items, request: released.wait(60))
    host = host_of(part, call_time_limit=0.5, failure_threshold=2)
    recommender = served(store, host)
    request = RankingRequest(store.investors[0], first=5)
    plain = store.recommender().rank(request)
    try:
        for _ in range(3):
            assert ids(recommender.rank(request)) == ids(plain)
        assert host.state("alpha").resting == ("reranker turned",)
        assert len(part.asked) == 2
    finally:
        released.set()
