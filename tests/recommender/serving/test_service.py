"""The recommender over a real store: rankings, gates, reasons, and following the change log."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from recommender.interface.answers import BASELINE, Fit, RankedItem
from recommender.interface.errors import RecommenderError
from recommender.interface.requests import RankingRequest, Target
from recommender.serving import ranking as ranking_module
from store.access.actors import Actor
from store.models.feedback import Interest
from store.models.planning import IndustryPriority, PriorityConcept
from store.models.projects import Project
from store.models.talents import Talent
from store.values.partial_dates import PartialDate
from tests.recommender.conftest import Store

pytestmark = pytest.mark.nightly_on_postgresql


def adds_up(item: RankedItem | Fit) -> bool:
    return abs(sum(each.points for each in item.contributions) - item.score) < 1e-6


def test_a_ranking_for_an_investor_holds_its_industry_first_and_adds_up(store: Store) -> None:
    recommender = store.recommender()
    ranking = recommender.rank(RankingRequest(store.investors[0], first=5))
    assert [item.rank for item in ranking.items] == [1, 2, 3, 4, 5]
    scores = [item.score for item in ranking.items]
    assert scores == sorted(scores, reverse=True)
    assert all(adds_up(item) for item in ranking.items)
    assert ranking.items[0].contributions[0].block == BASELINE
    assert store.projects.index(ranking.items[0].object_id) % 4 == 0
    assert ranking.items[0].reasons
    assert all(reason.en and reason.zh for reason in ranking.items[0].reasons)
    assert ranking.total + ranking.gated == 24
    assert ranking.has_more


def test_gates_filter_and_answer_why_not(store: Store) -> None:
    recommender = store.recommender()
    subject = store.investors[0]
    listed = {item.object_id for item in recommender.rank(RankingRequest(subject, first=100)).items}
    failing = {
        store.projects[0]: {"portfolio", "stage"},
        store.projects[3]: {"stage"},
        store.projects[22]: {"offered"},
        store.projects[23]: {"kind"},
    }
    for project_id, gates in failing.items():
        assert project_id not in listed
        failed = {gate.gate: gate for gate in recommender.why_not(subject, project_id) if not gate.passed}
        assert set(failed) == gates
        assert all(gate.reason.en and gate.reason.zh for gate in failed.values())
    assert all(gate.passed for gate in recommender.why_not(subject, store.projects[4]))


def test_gates_never_score(store: Store) -> None:
    recommender = store.recommender()
    subject = store.investors[0]
    request = RankingRequest(subject, first=100)
    before = {item.object_id: item.score for item in recommender.rank(request).items}
    everything = recommender.rank(replace(request, exclude_portfolio=False))
    assert {item.object_id: item.score for item in everything.items if item.object_id in before} == before
    allowed = list(before)[::2]
    some = recommender.rank(replace(request, allowed=allowed))
    assert {item.object_id: item.score for item in some.items} == {each: before[each] for each in allowed}
    assert some.total == len(allowed)


def test_what_is_not_allowed_is_neither_listed_nor_counted(store: Store) -> None:
    ranking = store.recommender().rank(RankingRequest(store.investors[0], allowed=store.projects[4:9], first=100))
    assert {item.object_id for item in ranking.items} <= set(store.projects[4:9])
    assert ranking.total + ranking.gated == 5


def test_the_same_snapshot_gives_the_same_answer(store: Store) -> None:
    first, second = store.recommender(), store.recommender()
    request = RankingRequest(store.investors[1], first=24)
    one, two, again = first.rank(request), second.rank(request), first.rank(request)
    assert one == two == again
    pages = [first.rank(replace(request, first=5, offset=offset)).items for offset in (0, 5, 10, 15, 20)]
    assert [item.object_id for page in pages for item in page] == [item.object_id for item in one.items]
    assert [item.rank for page in pages for item in page] == list(range(1, len(one.items) + 1))


def test_weights_for_one_call_move_the_list_and_name_another_snapshot(store: Store) -> None:
    recommender = store.recommender()
    plain = recommender.rank(RankingRequest(store.investors[0], first=5))
    only_stage = {block.name: 0.0 for block in recommender.blocks()} | {"stage": 1.0}
    staged = recommender.rank(RankingRequest(store.investors[0], first=5, weights=only_stage))
    assert staged.snapshot.weights_hash != plain.snapshot.weights_hash
    assert staged.snapshot.id != plain.snapshot.id
    for item in staged.items:
        assert {each.block for each in item.contributions if each.points != 0} <= {BASELINE, "stage"}
        assert adds_up(item)
    with pytest.raises(RecommenderError, match="There is no block 'colour'"):
        recommender.rank(RankingRequest(store.investors[0], weights={"colour": 1.0}))


def test_a_city_is_ranked_for_by_its_priorities_and_a_moved_priority_moves_the_list(store: Store) -> None:
    recommender = store.recommender()
    city = store.places[1]
    before = recommender.rank(RankingRequest(city, first=3))
    assert {store.projects.index(item.object_id) % 4 for item in before.items} == {1}
    assert "industry" in {each.block for each in before.items[0].contributions}
    with store.database.write(Actor.system("test")) as session:
        other = IndustryPriority(place_id=city, name={"en": "robot"}, weight=50.0)
        session.add(other)
        session.flush()
        session.add(PriorityConcept(priority_id=other.id, concept_id=store.concepts[2]))
    after = recommender.rank(RankingRequest(city, first=3))
    assert {store.projects.index(item.object_id) % 4 for item in after.items} == {2}
    assert after.snapshot.id != before.snapshot.id


def test_a_pass_takes_a_project_off_the_list_and_is_followed(store: Store) -> None:
    recommender = store.recommender()
    subject = store.investors[0]
    first = recommender.rank(RankingRequest(subject, first=3)).items[0].object_id
    with store.database.write(Actor.system("test")) as session:
        session.add(Interest(subject_id=subject, project_id=first, kind="PASS"))
    listed = [item.object_id for item in recommender.rank(RankingRequest(subject, first=24)).items]
    assert first not in listed
    kept = recommender.rank(RankingRequest(subject, first=24, exclude_passed=False))
    assert first in [item.object_id for item in kept.items]


def test_a_new_project_is_known_at_once_even_before_it_is_encoded(store: Store) -> None:
    recommender = store.recommender()
    recommender.rank(RankingRequest(store.investors[0]))
    with store.database.write(Actor.system("test")) as session:
        project = Project(name={"en": "New"}, description={"en": "solar words never seen"}, funding_stage="SEED")
        session.add(project)
        session.flush()
        new = project.id
    fit = recommender.fit(store.investors[0], new)
    text = next(each for each in fit.contributions if each.block == "text")
    assert not text.known
    assert text.points == 0
    assert adds_up(fit)
    assert recommender.snapshot().unencoded == 1


def test_what_no_ranking_looks_at_reads_nothing_again(sqlite_store: Store) -> None:
    recommender = sqlite_store.recommender()
    before = recommender.snapshot()
    with sqlite_store.database.write(Actor.system("test")) as session:
        session.add(Talent(name={"en": "Somebody"}))
    after = recommender.snapshot()
    assert after.position > before.position
    assert after.projects is before.projects
    assert after.model is before.model


def test_investors_are_ranked_for_a_project_without_the_inactive_one(store: Store) -> None:
    ranking = store.recommender().rank(RankingRequest(store.projects[4], Target.INVESTOR))
    assert ranking.items[0].object_id == store.investors[0]
    assert store.investors[2] not in [item.object_id for item in ranking.items]
    assert ranking.gated == 1
    assert all(adds_up(item) for item in ranking.items)


def test_places_are_ranked_for_a_project(store: Store) -> None:
    ranking = store.recommender().rank(RankingRequest(store.projects[5], Target.PLACE))
    assert [item.object_id for item in ranking.items] == [store.places[1]]
    blocks = {each.block for each in ranking.items[0].contributions if each.known}
    assert {"industry", "landing", "text"} <= blocks


def test_similar_projects_share_industry_and_never_name_the_project_itself(store: Store) -> None:
    ranking = store.recommender().similar(store.projects[0], first=5)
    assert store.projects[0] not in [item.object_id for item in ranking.items]
    assert store.projects.index(ranking.items[0].object_id) % 4 == 0
    assert all(adds_up(item) for item in ranking.items)


def test_the_matrix_holds_the_scores_of_the_rankings(store: Store) -> None:
    recommender = store.recommender()
    matrix = recommender.fit_matrix([store.places[1], *store.investors], store.projects)
    for row, subject in enumerate(matrix.row_ids):
        for column in (0, 5, 21):
            fit = recommender.fit(subject, matrix.column_ids[column])
            assert matrix.scores[row, column] == pytest.approx(fit.score, abs=1e-2)
    whole = recommender.fit_matrix(matrix.row_ids)
    columns = [whole.column_ids.index(each) for each in matrix.column_ids]
    np.testing.assert_allclose(whole.scores[:, columns], matrix.scores, atol=1e-2)
    tracks = recommender.fit_by_track(store.places[1])
    assert {track.track_id for track in tracks} == set(store.tracks)
    assert sum(track.count for track in tracks) == 23
    assert tracks[0].mean_score >= tracks[1].mean_score


def test_diversity_and_the_cap_only_reorder(store: Store) -> None:
    recommender = store.recommender()
    plain = recommender.rank(RankingRequest(store.investors[0], first=8))
    varied = recommender.rank(RankingRequest(store.investors[0], first=8, diversity=0.9))
    assert varied.items[0] == plain.items[0]
    capped = recommender.rank(RankingRequest(store.investors[0], first=8, exposure_cap=0.25))
    fields = [store.projects.index(item.object_id) % 4 for item in capped.items]
    assert max(np.bincount(fields)) <= 2
    scores = {
        item.object_id: item.score for item in recommender.rank(RankingRequest(store.investors[0], first=24)).items
    }
    assert all(item.score == scores[item.object_id] for item in (*varied.items, *capped.items))


@pytest.mark.parametrize(("diversity", "cap"), [(0.6, 1.0), (0.0, 0.3), (0.6, 0.3)])
def test_pages_of_a_varied_list_fit_together(
    store: Store, monkeypatch: pytest.MonkeyPatch, diversity: float, cap: float
) -> None:
    """However long the pages, and where they reach beyond what is looked at for variety."""
    monkeypatch.setattr(ranking_module, "HEAD", 9)
    recommender = store.recommender()
    request = RankingRequest(store.investors[0], diversity=diversity, exposure_cap=cap, exclude_portfolio=False)
    whole = [item.object_id for item in recommender.rank(replace(request, first=100)).items]
    assert len(set(whole)) == len(whole) > 9
    for size in (1, 4, 7):
        pages, offset, more = [], 0, True
        while more:
            page = recommender.rank(replace(request, first=size, offset=offset))
            pages += [item.object_id for item in page.items]
            offset, more = offset + size, page.has_more
        assert pages == whole
        last = recommender.rank(replace(request, first=size, from_end=True))
        assert [item.object_id for item in last.items] == whole[-size:]
        assert [item.rank for item in last.items][-1] == len(whole)
        assert not last.has_more


def test_the_end_of_a_list_of_subjects(store: Store) -> None:
    recommender = store.recommender()
    for target in (Target.INVESTOR, Target.PLACE):
        request = RankingRequest(store.projects[4], target, first=100)
        whole = recommender.rank(request).items
        assert whole
        last = recommender.rank(replace(request, first=1, from_end=True)).items
        assert [(item.object_id, item.rank, item.score) for item in last] == [
            (whole[-1].object_id, len(whole), whole[-1].score)
        ]
        assert not recommender.rank(replace(request, offset=len(whole), from_end=True)).items


def test_without_personalisation_history_has_no_part(store: Store) -> None:
    ranking = store.recommender().rank(RankingRequest(store.investors[0], personalised=False))
    assert all(each.history == 0 for item in ranking.items for each in item.contributions)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"first": 0}, "first is 0"),
        ({"offset": -1}, "offset is -1"),
        ({"diversity": 2.0}, "diversity is 2.0"),
        ({"exposure_cap": 0.0}, "exposure_cap is 0.0"),
        ({"subject_id": "inv_nobody"}, "no investor, place or project"),
        ({"target": Target.INVESTOR}, "is no project"),
    ],
)
def test_questions_that_cannot_be_asked_get_a_sentence(
    sqlite_store: Store, changes: dict[str, object], words: str
) -> None:
    request = replace(RankingRequest(sqlite_store.investors[0]), **changes)  # type: ignore[arg-type]
    with pytest.raises(RecommenderError, match=words):
        sqlite_store.recommender().rank(request)


def test_rankings_work_before_anything_is_encoded(sqlite_store: Store) -> None:
    recommender = sqlite_store.recommender()
    ranking = recommender.rank(RankingRequest(sqlite_store.investors[0], first=3))
    assert store_field(sqlite_store, ranking.items[0].object_id) == 0
    assert recommender.snapshot().unencoded == 24
    assert sqlite_store.encoder.encoded == []


def store_field(store: Store, project_id: str) -> int:
    return store.projects.index(project_id) % 4


def test_priorities_that_began_after_the_last_deal_are_in_force(sqlite_store: Store) -> None:
    """Deals of the store end in May 2023; a city's plan of 2024 holds nevertheless, and after a change of it too."""
    city = sqlite_store.places[1]
    with sqlite_store.database.write(Actor.system("test")) as session:
        for priority in session.query(IndustryPriority):
            priority.valid_from = PartialDate("2024-03")
    recommender = sqlite_store.recommender()
    assert [each.weight for each in recommender.snapshot().profile(city).priorities] == [2.0]
    with sqlite_store.database.write(Actor.system("test")) as session:
        for priority in session.query(IndustryPriority):
            priority.weight = 3.0
    assert [each.weight for each in recommender.refresh().profile(city).priorities] == [3.0]


def test_a_question_asked_again_is_answered_from_memory_until_something_changes(store: Store) -> None:
    recommender = store.recommender()
    request = RankingRequest(store.investors[0], first=5, weights={"text": 2.0})
    first = recommender.rank(request)
    same = RankingRequest(store.investors[0], first=5, weights={"text": 2.0})
    if recommender._repeatable:
        assert recommender.rank(same) is first
    other = recommender.rank(replace(request, weights={"text": 3.0}))
    assert other.snapshot.weights["text"] == 3.0
    assert recommender.rank(replace(request, allowed=store.projects[4:9])).total <= 5
    with store.database.write(Actor.system("test")) as session:
        project = session.get(Project, store.projects[4])
        assert project is not None
        project.name = {"en": "Renamed"}
    assert recommender.rank(same) is not first
