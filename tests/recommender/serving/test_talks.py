"""Talks as evidence: a meeting and a signature move the list, say so, and count once."""

from __future__ import annotations

import pytest

from recommender.interface.requests import RankingRequest
from recommender.pool.profiles import EvidenceKind
from recommender.snapshot.loading.talks import load_talks
from store.access.actors import Actor
from store.models.investors import Investment
from store.models.matches import Match, MatchStep
from store.models.projects import Project
from tests.recommender.conftest import Store

pytestmark = pytest.mark.nightly_on_postgresql


def talk(store: Store, subject: str, project: int, *steps: tuple[str, str]) -> None:
    """Talks that came to each of these stages on these days."""
    with store.database.write(Actor.system("test")) as session:
        match = Match(subject_id=subject, project_id=store.projects[project], stage=steps[-1][0], since=steps[-1][1])
        session.add(match)
        session.flush()
        session.add_all(MatchStep(match_id=match.id, stage=stage, happened=day) for stage, day in steps)


def test_what_one_side_alone_states_is_no_evidence(store: Store) -> None:
    city = store.places[3]
    talk(store, city, 2, ("CONTACTED", "2024-03-01"), ("SIGNED", "2024-05-02"))
    assert acts(store, city) == [("SIGNED", "2024-05-02")]
    with store.database.write(Actor.system("test")) as session:
        session.query(MatchStep).filter_by(stage="SIGNED").one().confirmed = False
    assert acts(store, city) == []


def acts(store: Store, subject: str) -> list[tuple[str, str]]:
    with store.database.read() as session:
        found = load_talks(session)
    return [(str(act.kind), str(act.day)) for act in found[subject].acts] if subject in found else []


@pytest.mark.parametrize(("stage", "words"), [("MET", "met before"), ("SIGNED", "signed with before")])
def test_talks_move_the_list_and_the_explanation_says_so(store: Store, stage: str, words: str) -> None:
    recommender = store.recommender()
    city = store.places[3]  # it states nothing: what it did is all there is
    request = RankingRequest(city, first=24, reasons=20)
    before = {item.object_id: item for item in recommender.rank(request).items}
    liked = [store.projects[number] for number in (6, 10, 14)]  # of the same industry
    for number in (2, 18):
        talk(store, city, number, ("CONTACTED", "2024-03-01"), (stage, "2024-05-02"))
        with store.database.write(Actor.system("test")) as session:
            session.get_one(Project, store.projects[number]).name = {"en": f"Project {number}", "zh": f"项目{number}"}
    after = {item.object_id: item for item in recommender.rank(request).items}
    assert all(after[each].score > before[each].score for each in liked)
    assert sum(after[each].rank for each in liked) < sum(before[each].rank for each in liked)
    moved = after[liked[0]]
    assert any(part.history > 0 for part in moved.contributions)
    said = [reason for item in after.values() for reason in item.reasons if words in reason.en]
    assert said
    assert all("“项目" in each.zh and "like Project" in each.en for each in said), "each in its own language"
    assert [each.points for each in recommender.fit(city, liked[0], personalised=False).contributions] == [
        each.points for each in before[liked[0]].contributions
    ], "without history nothing has changed"


def test_a_signature_says_more_than_a_meeting_and_a_contact_says_nothing(store: Store) -> None:
    recommender = store.recommender()
    city, other = store.places[1], store.projects[6]
    scores = [recommender.fit(city, other).score]
    for stage in ("CONTACTED", "MET", "SIGNED"):
        with store.database.write(Actor.system("test")) as session:
            match = session.query(Match).filter_by(subject_id=city).one_or_none()
            if match is None:
                match = Match(subject_id=city, project_id=store.projects[2], stage=stage)
                session.add(match)
                session.flush()
            match.stage = stage
            session.add(MatchStep(match_id=match.id, stage=stage, happened="2024-05-02"))
        scores.append(recommender.fit(city, other).score)
    untouched, contacted, met, signed = scores
    assert contacted == untouched < met < signed


def test_of_one_pair_the_furthest_counts_whatever_became_of_the_talks(store: Store) -> None:
    first, second, third = store.investors
    talk(store, first, 4, ("MET", "2023-01-05"), ("NEGOTIATION", "2023-06-01"), ("TERMINATED", "2024-01-01"))
    talk(store, second, 4, ("MET", "2023-01-05"), ("SIGNED", "2023-07"), ("TRACKING", "2024"))
    talk(store, third, 4, ("MET", "2023-01-05"), ("PASSED", "2023-02-01"))
    assert acts(store, first) == [("MET", "2023-06-01")]
    assert acts(store, second) == [("SIGNED", "2024-01-01")]
    assert acts(store, third) == [("PASSED", "2023-02-01")]


def test_an_investment_counts_in_place_of_the_talks_that_led_to_it(store: Store) -> None:
    subject = store.investors[0]
    talk(store, subject, 4, ("MET", "2023-01-05"), ("SIGNED", "2023-07-01"))
    with store.database.write(Actor.system("test")) as session:
        session.add(Investment(investor_id=subject, project_id=store.projects[4], invested="2023-08"))
    history = store.recommender().snapshot().investors[subject].history
    assert [act.kind for act in history if act.project_id == store.projects[4]] == [EvidenceKind.INVESTED]


def test_who_is_talked_with_is_no_news_and_who_was_passed_on_stays_away(store: Store) -> None:
    recommender = store.recommender()
    subject = store.investors[0]
    talk(store, subject, 4, ("SHORTLISTED", "2024-01-01"))
    talk(store, subject, 7, ("SUGGESTED", "2024-01-01"))
    talk(store, subject, 8, ("MET", "2024-01-01"), ("PASSED", "2024-02-01"))
    listed = {item.object_id for item in recommender.rank(RankingRequest(subject, first=24)).items}
    unseen = recommender.rank(RankingRequest(subject, first=24, exclude_seen=True)).items
    assert store.projects[8] not in listed
    assert {store.projects[4], store.projects[7]} <= listed
    assert store.projects[4] not in {item.object_id for item in unseen}
    assert store.projects[7] in {item.object_id for item in unseen}, "a suggestion is somebody else's"
