"""Many threads at once: each answer is the one that is given alone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict

import numpy as np
import pytest

from recommender.interface.answers import FitMatrix, Ranking
from recommender.interface.mandate_drafts import Draft
from recommender.interface.requests import RankingRequest, Spread, Target
from recommender.serving.service import Recommender
from store.access.actors import Actor
from store.models.planning import IndustryPriority, PriorityConcept
from tests.recommender.conftest import Store

pytestmark = pytest.mark.nightly_on_postgresql

THREADS = 12
ROUNDS = 3

Question = Callable[[Recommender], object]


def told(answer: object) -> object:
    """All that an answer holds, what is made when it is read included."""
    if isinstance(answer, Ranking):
        return (
            [
                (
                    item.object_id,
                    item.score,
                    [(each.block, each.points, each.reason.en, each.reason.zh) for each in item.contributions],
                    [reason.zh for reason in item.reasons],
                    [asdict(each) for each in item.aspects],
                    [(gate.gate, gate.passed, gate.reason.en) for gate in item.gates],
                )
                for item in answer.items
            ],
            [asdict(each) for each in answer.coverage],
            [lesson.points for lesson in answer.learnt],
            answer.snapshot.id,
        )
    if isinstance(answer, FitMatrix):
        return answer.scores.tobytes()
    return repr(answer)


def questions(store: Store, priorities: list[str]) -> list[Question]:
    """Rankings, what-if, drafts, single fits, matrices, likeness, reverse rankings, means by track."""
    investor, city, project = store.investors[0], store.places[1], store.projects[4]
    found: list[Question] = []

    def rank(subject: str, **options: object) -> None:
        request = RankingRequest(subject, first=24, **options)  # type: ignore[arg-type]
        found.append(lambda recommender: recommender.rank(request))

    for subject in (*store.investors, city):
        rank(subject)
        rank(subject, personalised=False)
        for block in ("text", "industry", "geography", "stage"):
            rank(subject, weights={block: 3.0})
    for at, weight in enumerate((0.0, 0.5, 4.0)):
        rank(city, priority_weights={priorities[at % len(priorities)]: weight})
    rank(city, spread=Spread.PRIORITIES)
    rank(city, only=priorities[0])
    rank(city, industry_weights={store.concepts[1]: 2.0})
    rank(investor, draft=Draft(concepts={store.concepts[2]: 1.0}))
    rank(investor, diversity=0.5, exposure_cap=0.4)
    rank(project, target=Target.INVESTOR)
    rank(project, target=Target.PLACE)
    found.append(lambda recommender: recommender.similar(project))
    found.append(lambda recommender: recommender.fit(investor, project, {"text": 2.0}))
    found.append(lambda recommender: recommender.why_not(investor, project))
    found.append(lambda recommender: recommender.standing(investor, project))
    found.append(lambda recommender: recommender.fit_matrix([city, investor], weights={"industry": 2.0}))
    found.append(lambda recommender: recommender.fit_matrix([city], store.projects[:7]))
    found.append(lambda recommender: recommender.fit_by_track(city))
    found.append(lambda recommender: recommender.counterfactual(investor, project))
    return found


@pytest.mark.nightly_on_postgresql
def test_each_answer_among_many_threads_is_the_one_given_alone(store: Store) -> None:
    with store.database.write(Actor.system("test")) as session:
        stated = [
            IndustryPriority(place_id=store.places[1], name={"en": f"Priority {at}"}, tier="PILLAR", weight=1.0 + at)
            for at in range(3)
        ]
        session.add_all(stated)
        session.flush()
        session.add_all(
            PriorityConcept(priority_id=own.id, concept_id=store.concepts[at]) for at, own in enumerate(stated)
        )
        priorities = [own.id for own in stated]
    asked = questions(store, priorities)
    alone = [told(question(store.recommender())) for question in asked]
    shared = store.recommender()  # nothing is made yet: the first questions meet at everything that is made lazily
    start = threading.Barrier(THREADS)

    def ask(thread: int) -> list[tuple[int, object]]:
        order = np.random.default_rng(thread).permutation(len(asked) * ROUNDS) % len(asked)
        start.wait()
        return [(int(at), told(asked[at](shared))) for at in order]

    with ThreadPoolExecutor(THREADS) as pool:
        for answers in pool.map(ask, range(THREADS)):
            for at, answer in answers:
                assert answer == alone[at], f"question {at} was answered otherwise"


def test_what_is_read_by_many_threads_at_once_is_made_whole(store: Store) -> None:
    """A ranking that is kept may be read by several requests."""
    ranking = store.recommender().rank(RankingRequest(store.investors[0], first=24))
    start = threading.Barrier(THREADS)

    def read(_: int) -> object:
        start.wait()
        return told(ranking)

    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(read, range(THREADS)))
    assert all(each == found[0] for each in found)
