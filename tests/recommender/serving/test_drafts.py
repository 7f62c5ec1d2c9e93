"""An unsaved mandate: ranked as if it were saved, its text encoded in a process beside this one."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.interface.answers import Ranking
from recommender.interface.errors import RecommenderError
from recommender.interface.mandate_drafts import MOST_CHARACTERS, Cheque, Draft
from recommender.interface.requests import RankingRequest, Target
from recommender.pool.profiles import WeightedText
from recommender.serving.live_encoding import LiveEncoding
from recommender.serving.service import Recommender
from recommender.training.encode import encode
from store.access.actors import Actor
from store.models import Investor, InvestorConcept, InvestorPlace, InvestorTrack
from tests.recommender.conftest import Store
from tests.recommender.sample_data import WORDS, WordEncoder
from tests.support.strangers import strange_packages

pytestmark = pytest.mark.nightly_on_postgresql

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module", autouse=True)
def tests_are_found() -> Iterator[None]:
    """The encoding process looks at no folder but installed packages; what it runs here is one of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        yield


@pytest.fixture(scope="module")
def live() -> Iterator[LiveEncoding]:
    made = LiveEncoding("words", [WordEncoder()], module="tests.recommender.live_words")
    yield made
    made.close()


def recommender(store: Store, live: LiveEncoding | None) -> Recommender:
    return Recommender(store.database, encoders=[store.encoder], live=live)


@pytest.fixture
def encoded(sqlite_store: Store) -> Store:
    encode(sqlite_store.database, [sqlite_store.encoder])
    return sqlite_store


def lines(ranking: Ranking) -> list[tuple[str, float]]:
    return [(each.object_id, each.score) for each in ranking.items]


def test_a_draft_is_ranked_as_the_same_mandate_when_it_is_saved(store: Store, live: LiveEncoding) -> None:
    own = store.investors[0]
    draft = Draft(
        texts=(WeightedText(f"{WORDS[3]} {WORDS[9]}", "en"),),
        concepts={store.concepts[3]: 2.0},
        excluded_concepts=frozenset({store.concepts[0]}),
        tracks={store.tracks[1]: 1.0},
        places=frozenset({store.places[2]}),
        excluded_places=frozenset(),
        stages=frozenset({"SERIES_C"}),
        project_kinds=frozenset({"STARTUP", "FUND"}),
        cheque=Cheque(Decimal(100_000), Decimal(2_000_000), "CNY"),
    )
    service = recommender(store, live)
    before = service.rank(RankingRequest(own))
    tried = service.rank(RankingRequest(own, draft=draft))
    assert lines(tried) != lines(before)
    assert tried.snapshot.id != before.snapshot.id
    for item in tried.items:
        assert sum(each.points for each in item.contributions) == pytest.approx(item.score, abs=1e-6)
    assert lines(service.rank(RankingRequest(own))) == lines(before), "a draft leaves nothing behind"

    with store.database.write(Actor.system("test")) as session:
        row = session.get(Investor, own)
        assert row is not None
        row.thesis, row.stages = {"en": f"{WORDS[3]} {WORDS[9]}"}, ["SERIES_C"]
        row.project_kinds = ["STARTUP", "FUND"]
        row.cheque_min, row.cheque_max = Decimal(100_000), Decimal(2_000_000)
        for link in (InvestorConcept, InvestorPlace, InvestorTrack):
            for each in session.query(link).filter_by(investor_id=own):
                session.delete(each)
        session.flush()
        session.add_all(
            [
                InvestorConcept(investor_id=own, concept_id=store.concepts[3], weight=2.0),
                InvestorConcept(investor_id=own, concept_id=store.concepts[0], excluded=True),
                InvestorTrack(investor_id=own, track_id=store.tracks[1]),
                InvestorPlace(investor_id=own, place_id=store.places[2]),
            ]
        )
    encode(store.database, [store.encoder])
    saved = recommender(store, None).rank(RankingRequest(own))
    assert [each for each, _ in lines(saved)] == [each for each, _ in lines(tried)]
    assert [score for _, score in lines(saved)] == pytest.approx([score for _, score in lines(tried)], abs=1e-4)
    assert saved.total == tried.total


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_it_states_already_changes_nothing(encoded: Store, data: st.DataObject) -> None:
    service = recommender(encoded, None)
    profile = service.snapshot().profile(encoded.investors[0])
    stated = Draft(
        concepts=profile.concepts, tracks=profile.tracks, places=profile.places, stages=profile.stages,
        excluded_concepts=profile.excluded_concepts, excluded_places=profile.excluded_places,
        project_kinds=profile.project_kinds, cheque=Cheque(Decimal(1_000_000), Decimal(5_000_000), "CNY"),
    )  # fmt: skip
    names = data.draw(st.sets(st.sampled_from(["concepts", "tracks", "places", "stages", "cheque"])))
    draft = Draft(**{name: getattr(stated, name) for name in names})
    assert lines(service.rank(RankingRequest(encoded.investors[0], draft=draft))) == lines(
        service.rank(RankingRequest(encoded.investors[0]))
    )


def test_what_is_excluded_in_a_draft_is_not_wanted_any_more(encoded: Store) -> None:
    service = recommender(encoded, None)
    snapshot = service.snapshot()
    profile = snapshot.profile(encoded.investors[0])
    draft = Draft(excluded_concepts=frozenset(profile.concepts))
    assert draft.applied(profile, snapshot.taxonomies).concepts == {}
    back = Draft(concepts=profile.concepts).applied(draft.applied(profile, snapshot.taxonomies), snapshot.taxonomies)
    assert back.excluded_concepts == frozenset()


def test_only_investors_have_a_mandate_and_a_thesis_has_an_end(encoded: Store, live: LiveEncoding) -> None:
    service = recommender(encoded, live)
    with pytest.raises(RecommenderError, match="only investors"):
        service.rank(RankingRequest(encoded.places[1], draft=Draft(stages=frozenset())))
    long = Draft(texts=(WeightedText("word " * MOST_CHARACTERS, "en"),))
    with pytest.raises(RecommenderError, match="shorten it"):
        service.rank(RankingRequest(encoded.investors[0], draft=long))


def test_without_an_encoder_the_thesis_is_refused_and_the_rest_is_not(encoded: Store) -> None:
    service = recommender(encoded, None)
    draft = Draft(texts=(WeightedText("anything else", "en"),))
    with pytest.raises(RecommenderError) as refused:
        service.rank(RankingRequest(encoded.investors[0], draft=draft))
    assert refused.value.code == "UNAVAILABLE"
    assert service.rank(RankingRequest(encoded.investors[0], draft=Draft(stages=frozenset({"SERIES_C"})))).items


def test_a_thesis_that_is_tried_as_it_is_starts_the_process_behind_the_answer(
    encoded: Store, live: LiveEncoding
) -> None:
    live.close()
    service = recommender(encoded, live)
    own = encoded.investors[0]
    texts = tuple(service.snapshot().investors[own].texts)
    assert texts
    assert service.rank(RankingRequest(own, draft=Draft(stages=frozenset({"SEED"})))).items
    assert live._warming is None, "nobody writes a thesis"
    assert service.rank(RankingRequest(own, draft=Draft(texts=texts))).items
    assert live._warming is not None
    live._warming.join(30)
    assert live.running


def test_a_process_that_was_killed_is_started_again(live: LiveEncoding) -> None:
    texts = {WordEncoder.name: {"one": "some words"}}
    live.encoded(texts)
    assert live._process is not None
    os.kill(live._process.pid, signal.SIGKILL)
    found = live.encoded(texts)[WordEncoder.name]["one"]
    assert found == pytest.approx(WordEncoder().encode(["some words"])[0])


def test_packages_in_the_folder_of_the_server_are_not_taken_for_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strange_packages(tmp_path)
    monkeypatch.chdir(tmp_path)
    live = LiveEncoding("words", [WordEncoder()], module="tests.recommender.live_words")
    try:
        found = live.encoded({WordEncoder().name: {"": WORDS[3]}})
    finally:
        live.close()
    assert len(found[WordEncoder().name][""]) == WordEncoder().dimension


def test_an_idle_process_ends_and_an_encoder_that_fails_is_told() -> None:
    live = LiveEncoding("words", [WordEncoder()], idle_seconds=0.05, module="tests.recommender.live_words")
    with pytest.raises(RecommenderError, match="KeyError"):
        live.encoded({"no such encoder": {"one": "text"}})
    deadline = time.monotonic() + 20
    while live.running and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not live.running
    live.close()


def test_where_an_investor_stands_is_its_rank_for_the_project(encoded: Store) -> None:
    service = recommender(encoded, None)
    project = encoded.projects[1]
    listed = service.rank(RankingRequest(project, Target.INVESTOR, personalised=False))
    for item in listed.items:  # the inactive one is held back, and comes last by chance or not
        standing = service.standing(item.object_id, project)
        assert standing is not None
        assert standing.total == len(encoded.investors)
        assert standing.rank >= item.rank
    alone = service.standing(encoded.investors[1], project, allowed=[])
    assert alone is not None
    assert (alone.rank, alone.total) == (1, 1)
