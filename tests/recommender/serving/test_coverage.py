"""Lists that are spread over what is asked for."""

from __future__ import annotations

import numpy as np

from recommender.features import Doubles
from recommender.interface.requests import Spread, Target
from recommender.pool.profiles import SubjectKind
from recommender.serving.coverage import LEADING, spread_over

ROWS = 60


def chances_of(leader: np.ndarray) -> Doubles:
    """Rows that each answer one of three aspects, the first rows best."""
    chances = np.full((len(leader), 3), 0.01)
    chances[np.arange(len(leader)), leader] = np.linspace(0.9, 0.4, len(leader))
    return chances


def test_the_first_ten_are_the_best_and_the_next_answer_what_is_answered_least() -> None:
    leader = np.array([0] * 40 + [1] * 10 + [2] * 10)
    fits = np.linspace(5, 0, ROWS)
    order = spread_over(chances_of(leader), np.full(3, 1 / 3), fits)
    assert order[:LEADING].tolist() == list(range(LEADING))
    assert sorted(order.tolist()) == list(range(ROWS))
    counts = np.bincount(leader[order[LEADING:20]], minlength=3)
    assert counts[1] >= 4
    assert counts[2] >= 4
    assert np.all(np.diff(fits[order[20:]]) < 0)


def test_lines_follow_the_weights_and_an_aspect_that_nothing_answers_takes_none() -> None:
    leader = np.array([0, 1] * 30)
    fits = np.linspace(5, 0, ROWS)
    order = spread_over(chances_of(leader), np.array([0.6, 0.1, 0.3]), fits)
    counts = np.bincount(leader[order[LEADING:20]], minlength=3)
    assert counts[0] >= 9
    assert counts[2] == 0


def test_a_place_alone_has_its_projects_spread_by_default() -> None:
    assert Spread.usual(SubjectKind.PLACE, Target.PROJECT) is Spread.PRIORITIES
    assert Spread.usual(SubjectKind.INVESTOR, Target.PROJECT) is Spread.NONE
    assert Spread.usual(SubjectKind.PLACE, Target.INVESTOR) is Spread.NONE
