"""Document expansion: vectors of texts moved towards their nearest."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.features import Floats
from recommender.text.neighbours import LEAST_TEXTS, NEIGHBOURS, SHARE, Neighbours
from recommender.text.vectors import unit


def texts(count: int, seed: int = 0, dimension: int = 24) -> tuple[list[str], Floats]:
    random = np.random.default_rng(seed)
    return [f"project-{at:05}" for at in range(count)], unit(random.normal(size=(count, dimension)).astype(np.float32))


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 1_000), chosen=st.sets(st.integers(0, 1_099), min_size=1, max_size=40))
def test_a_row_does_not_depend_on_the_rows_beside_it_to_the_last_bit(seed: int, chosen: set[int]) -> None:
    ids, vectors = texts(1_100, seed)
    neighbours = Neighbours.of(ids, vectors)
    whole = neighbours.expanded(ids, vectors)
    rows = sorted(chosen)
    part = neighbours.expanded([ids[row] for row in rows], vectors[rows])
    assert part.tobytes() == whole[rows].tobytes()
    assert not np.array_equal(whole, vectors)


def test_it_is_the_mean_of_the_nearest_others_weighted_by_cosine() -> None:
    ids, vectors = texts(LEAST_TEXTS)
    neighbours = Neighbours.of(ids, vectors)
    rounded = vectors.round(2)  # steps are a little finer
    for row, expanded in enumerate(neighbours.expanded(ids, vectors)[:20]):
        cosines = vectors @ vectors[row]
        cosines[row] = -1
        nearest = np.argsort(-cosines)[:NEIGHBOURS]
        mean = np.average(rounded[nearest], axis=0, weights=cosines[nearest])
        expected = (1 - SHARE) * vectors[row] + SHARE * mean
        assert expanded @ expected / np.linalg.norm(expected) == pytest.approx(1, abs=1e-3)


def test_a_text_is_not_its_own_neighbour_but_another_of_the_same_words_is() -> None:
    ids, vectors = texts(LEAST_TEXTS)
    neighbours = Neighbours.of(ids, vectors)
    own = neighbours.expanded(ids[:1], vectors[:1])
    of_another = neighbours.expanded(["project-of-the-same-words"], vectors[:1])
    assert own[0] @ vectors[0] < of_another[0] @ vectors[0] < 1


def test_a_small_pool_and_a_text_of_nothing_stay_as_they_are() -> None:
    ids, vectors = texts(LEAST_TEXTS - 1)
    assert Neighbours.of(ids, vectors).expanded(ids, vectors).tobytes() == vectors.tobytes()
    ids, vectors = texts(LEAST_TEXTS + 1)
    vectors[5] = 0
    neighbours = Neighbours.of(ids, vectors)
    assert ids[5] not in neighbours.ids
    assert not neighbours.expanded(ids, vectors)[5].any()
