"""Laws of what is asked one by one: the strongest counts, weights and zeros, exact shares."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.fit.aspects import aspects_of
from recommender.fit.model import FitModel
from recommender.fit.scoring import Scale, points_of
from recommender.fit.smooth_maximum import remainder, smooth_maximum, softmax_shares
from recommender.interface.bands import LEAST_SCORE, Band, band_of
from recommender.pool.aspects import Aspect, AspectKind, WeightedText
from recommender.pool.profiles import Profile, StatedPriority, SubjectKind
from recommender.pool.taxonomies import Taxonomies
from tests.recommender import sample_data
from tests.recommender.fit.test_fit import model_of

seeds = st.integers(0, 10_000)
few = settings(max_examples=8, deadline=None)
POOL = sample_data.projects(3, count=80)


def city(words: int, weights: tuple[float, ...] | None = None) -> Profile:
    """A place with one priority for each of the first ``words``."""
    names = [f"{sample_data.WORDS[at]} {sample_data.WORDS[at]}" for at in range(words)]
    priorities = [
        StatedPriority(f"pri_{at}", 1.0 if weights is None else weights[at], name={"en": f"{name}."})
        for at, name in enumerate(names)
    ]
    return Profile("plc_1", SubjectKind.PLACE, priorities=priorities).with_priorities()


MODEL: FitModel = model_of(POOL, city(4))
ROWS = np.arange(len(POOL))


@given(st.integers(0, 10_000), st.integers(1, 6), st.integers(1, 9))
def test_the_smooth_maximum_is_shares_of_values_and_a_remainder(seed: int, parts: int, rows: int) -> None:
    random = np.random.default_rng(seed)
    values, weights = random.normal(scale=3, size=(rows, parts)), random.uniform(0.01, 3, parts)
    log_shares = np.log(weights / weights.sum())
    shares, rest = softmax_shares(values, log_shares), remainder(values, log_shares, softmax_shares(values, log_shares))
    maximum = smooth_maximum(values, log_shares)
    np.testing.assert_allclose((shares * values).sum(axis=1) + rest, maximum, atol=1e-9)
    assert np.all(rest <= 1e-9)
    assert np.all(rest >= log_shares.min() - 1e-9)
    assert np.all(maximum <= values.max(axis=1) + 1e-9)


@few
@given(st.integers(0, 3))
def test_one_priority_is_the_fit_of_that_query_alone(at: int) -> None:
    several, zero = city(4), {f"pri_{other}": 0.0 for other in range(4) if other != at}
    queries = MODEL.queries([several.with_priorities(zero)])
    aspects = queries.aspects[0]
    assert aspects is not None
    assert len(aspects) == 1
    own = [each for each in several.aspects if each.id == f"pri_{at}"]
    alone = MODEL.queries([Profile("plc_2", SubjectKind.PLACE, aspects=own)])
    fits = MODEL.product(queries, MODEL.weights)
    np.testing.assert_array_equal(fits, MODEL.product(alone, MODEL.weights))
    parts = MODEL.contributions(queries, MODEL.weights, ROWS)
    assert np.all(parts.shares == 1)
    np.testing.assert_allclose(parts.remainder, 0, atol=1e-12)


@few
@given(st.integers(0, 3), st.floats(1.05, 20))
def test_a_heavier_priority_lowers_no_score_and_takes_a_larger_share(at: int, factor: float) -> None:
    before, after = city(4), city(4).with_priorities({f"pri_{at}": factor})
    found = []
    for each in (before, after):
        queries = MODEL.queries([each])
        asked = MODEL.weighted(queries, MODEL.weights)
        parts = MODEL.contributions(queries, MODEL.weights, ROWS)
        aspects = queries.aspects[0]
        assert aspects is not None
        column = [aspects.aspects[number].id for number in asked.numbers[0]].index(f"pri_{at}")
        found.append((Scale().asking(float(asked.log_totals[0])).score(parts.fits), parts.shares[:, column]))
    assert np.all(found[1][0] >= found[0][0] - 1e-9)
    assert np.all(found[1][1] >= found[0][1] - 1e-9)


@few
@given(seeds, st.lists(st.floats(0.1, 5), min_size=2, max_size=4))
def test_contributions_of_several_priorities_add_up_to_a_millionth(seed: int, weights: list[float]) -> None:
    subject = city(len(weights), tuple(weights))
    queries = MODEL.queries([subject])
    parts = MODEL.contributions(queries, MODEL.weights, ROWS)
    np.testing.assert_allclose(parts.fits, MODEL.product(queries, MODEL.weights), atol=2e-4)
    np.testing.assert_allclose(parts.shares.sum(axis=1), 1, atol=1e-12)
    asked = MODEL.weighted(queries, MODEL.weights)
    scale = Scale().asking(float(asked.log_totals[0]))
    points, scores = points_of(parts.matrix, scale)
    np.testing.assert_allclose(points.sum(axis=1) + round(scale.middle, 6), scores, atol=1e-6)


def test_scaling_all_weights_alike_changes_nothing() -> None:
    one, other = city(3, (1.0, 0.5, 0.25)), city(3, (4.0, 2.0, 1.0))
    fits = [MODEL.product(MODEL.queries([each]), MODEL.weights) for each in (one, other)]
    np.testing.assert_allclose(fits[0], fits[1], atol=1e-6)


def test_one_priority_met_in_full_counts_more_than_all_met_a_little() -> None:
    alike = np.log(np.full(4, 0.25))
    full, little = smooth_maximum(np.array([[4.0, 0, 0, 0], [1.0, 1, 1, 1]]), alike)
    assert full > 2 * little


def test_many_subjects_at_once_and_one_by_one_agree() -> None:
    subjects = [
        city(4),
        city(1),
        sample_data.investor(4, POOL),
        Profile("plc_9", SubjectKind.PLACE),
        sample_data.place(2),
    ]
    queries = MODEL.queries(subjects)
    together = MODEL.product_many(queries, MODEL.weights)
    for at, subject in enumerate(subjects):
        alone = MODEL.product(MODEL.queries([subject]), MODEL.weights)
        np.testing.assert_allclose(together[at], alone, atol=2e-4)


def test_a_thesis_is_taken_apart_into_themes_that_are_one_in_several_languages() -> None:
    thesis = [WeightedText("We like drones. We like salmon.", "en"), WeightedText("关注无人机。关注三文鱼。", "zh")]
    investor = Profile("inv_1", SubjectKind.INVESTOR, texts=thesis)
    themes = aspects_of(investor, Taxonomies())
    assert [each.kind for each in themes] == [AspectKind.THEME] * 2
    assert [[text.text for text in each.texts] for each in themes] == [
        ["We like drones.", "关注无人机。"],
        ["We like salmon.", "关注三文鱼。"],
    ]
    uneven = replace(investor, texts=[thesis[0], WeightedText("关注三文鱼。", "zh")])
    assert len(aspects_of(uneven, Taxonomies())) == 3
    assert aspects_of(replace(investor, texts=()), Taxonomies()) == ()


def test_an_aspect_of_weight_zero_is_not_asked() -> None:
    asked = [Aspect("a", AspectKind.THEME, 0.0, texts=[WeightedText("x")]), Aspect("b", AspectKind.THEME)]
    assert aspects_of(Profile("inv_1", SubjectKind.INVESTOR, aspects=asked), Taxonomies()) == ()


@given(st.floats(0, 100))
def test_each_score_has_one_band(score: float) -> None:
    band = band_of(score)
    assert score >= LEAST_SCORE[band]
    higher = [least for other, least in LEAST_SCORE.items() if least > LEAST_SCORE[band]]
    assert all(score < least for least in higher)
    assert band_of(100) is Band.STRONG


@few
@given(seeds)
def test_what_nobody_may_see_moves_no_score_of_what_they_may(seed: int) -> None:
    """Hidden projects, however many and whatever they say, leave every public score as it is, to the last bit."""
    pool = sample_data.projects(seed, count=60)
    hidden = np.random.default_rng(seed).random(60) < 0.4
    drafts = replace(pool, offered=~hidden)
    other = sample_data.projects(seed + 1, count=60)
    changed = replace(
        drafts,
        texts=[other.texts[row] if hidden[row] else text for row, text in enumerate(pool.texts)],
        stages=np.where(hidden, other.stages, pool.stages),
        origins=np.where(hidden, other.origins, pool.origins),
    )
    public = np.flatnonzero(~hidden)
    without = drafts.at(public)
    subject = replace(city(3), history=[], places=sample_data.investor(seed, pool).places)
    found = []
    for each, rows in ((drafts, public), (changed, public), (without, np.arange(len(public)))):
        model = model_of(each, subject)
        found.append(model.contributions(model.queries([subject]), model.weights, rows).matrix)
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_array_equal(found[0], found[2])
