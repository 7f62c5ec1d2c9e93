"""The priority protocol on made-up texts: it finds what can be found, falls to chance, and repeats with its seed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from recommender.evaluation.data_sets.data_set import DataError, LabelData
from recommender.evaluation.data_sets.words import content_words
from recommender.evaluation.labels import labels
from recommender.evaluation.metrics import binned_error, coverage, divergence, metrics_of, ordered
from recommender.evaluation.priorities import cities_of, priorities
from recommender.evaluation.results import BY_SCORES, MAX_OF_SINGLE, ROADSHOW, SUM_OF_SINGLE
from recommender.pool.projects import Projects
from recommender.text.vectors import TextVectors
from tests.recommender.sample_data import WORDS, text_vectors

LABELS = WORDS[:10]


def made_up(seed: int = 0, texts: int = 300) -> LabelData:
    """Texts that name one or two labels among words that are none."""
    random = np.random.default_rng(seed)
    own = [random.choice(len(LABELS), random.integers(1, 3), replace=False) for _ in range(texts)]
    written = [
        " ".join([*(LABELS[label] for label in chosen), *random.choice(WORDS[10:], 3)]) + f" n{number}."
        for number, chosen in enumerate(own)
    ]
    members = sparse.lil_matrix((texts, len(LABELS)))
    for row, chosen in enumerate(own):
        members[row, list(chosen)] = 1
    projects = Projects(ids=[f"t{number:03d}" for number in range(texts)], texts=[{"en": text} for text in written])
    return LabelData("made_up", projects, LABELS, sparse.csr_matrix(members))


def vectors_for(data: LabelData) -> TextVectors:
    return text_vectors([*(text for texts in data.projects.texts for text in texts.values()), *data.labels])


def test_priorities_are_found_and_shuffled_labels_fall_to_chance() -> None:
    data = made_up()
    found = priorities(data, vectors_for(data))
    chance = float(str(found.facts["base_rate"]))
    assert found.facts["cities"] == 100
    for method in (SUM_OF_SINGLE, MAX_OF_SINGLE, BY_SCORES, ROADSHOW):
        assert found.methods[method]["p@10"].mean > chance + 0.15
        assert found.methods[method]["coverage"].mean > 0.6
    served, by_scores = found.methods[ROADSHOW], found.methods[BY_SCORES]
    assert served["p@10"] == by_scores["p@10"]  # a place's list is spread after its first ten lines
    assert served["coverage"].mean >= by_scores["coverage"].mean
    assert served["divergence"].mean < by_scores["divergence"].mean
    assert served["true reasons"].mean > 0.6
    broken = replace(data, members=data.members[np.random.default_rng(1).permutation(len(data.projects))])
    lost = priorities(broken, vectors_for(data)).methods[ROADSHOW]
    assert abs(lost["auc"].mean - 0.5) < 0.03
    assert abs(lost["p@10"].mean - chance) < 0.1


@pytest.mark.nightly
def test_the_same_seed_gives_the_same_cities_and_figures() -> None:
    data = made_up(texts=120)
    vectors = vectors_for(data)
    assert priorities(data, vectors, seed=3) == priorities(data, vectors, seed=3)
    first, other = cities_of(10, seed=3), cities_of(10, seed=4)
    assert not all(np.array_equal(one, two) for one, two in zip(first, other, strict=True))
    assert all(len(set(city)) == 6 for city in first)


def test_too_few_labels_get_a_sentence() -> None:
    data = made_up(texts=60)
    few = replace(data, labels=LABELS[:6], members=data.members[:, :6])
    with pytest.raises(DataError, match="has 6 labels; cities of 6 need more than that"):
        priorities(few, vectors_for(data))


def test_the_order_of_a_file_decides_nothing_between_equal_scores() -> None:
    relevant = np.arange(1000) < 100
    for seed in range(5):
        found = metrics_of(np.zeros(1000), relevant, seed)
        assert abs(found["auc"] - 0.5) < 0.1
        assert found["p@10"] < 0.6
    np.testing.assert_array_equal(ordered(np.zeros(50), 7), ordered(np.zeros(50), 7))
    assert list(ordered(np.array([1.0, 3.0, 2.0]))) == [1, 2, 0]


def test_a_list_that_follows_the_weights_does_not_diverge() -> None:
    each_once = np.eye(4, dtype=bool)
    assert divergence(np.ones(4), each_once) == pytest.approx(0)
    assert coverage(each_once) == 1
    twice = each_once[[0, 0, 1, 2]]
    assert divergence(np.array([2.0, 1.0, 1.0, 0.0]), twice) == pytest.approx(0)
    one_only = each_once[[0, 0, 0, 0]]
    assert coverage(one_only) == 0.25
    nothing = np.zeros((4, 4), bool)
    assert 0 < divergence(np.ones(4), twice) < divergence(np.ones(4), one_only) < divergence(np.ones(4), nothing)


def test_calibration_error_is_the_distance_of_predictions_from_what_was_observed() -> None:
    random = np.random.default_rng(0)
    probabilities = random.random(20_000)
    assert binned_error(probabilities, random.random(20_000) < probabilities) < 0.02
    assert binned_error(np.full(100, 0.9), np.arange(100) < 50) == pytest.approx(0.4)


def test_labels_count_texts_that_say_little() -> None:
    assert content_words("A biotechnology company.") == 1
    assert content_words("Leading provider of renewable energy solutions") == 2
    assert content_words("光电显示制造") == 3
    data = made_up(texts=120)
    found = labels(data, vectors_for(data))
    assert 0 <= found.methods[ROADSHOW]["short@10"].mean <= 1
    assert "relevant texts under five content words" in found.measures
