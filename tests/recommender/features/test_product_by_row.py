"""Products whose rows depend on nothing but themselves."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from recommender.features import DenseFeatures
from recommender.pool.rows import ROWS_A_PART, product_by_row
from recommender.text.vectors import unit


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 1_000),
    sizes=st.tuples(st.integers(1, 300), st.integers(1, 40)),
    chosen=st.sets(st.integers(0, 299), min_size=1, max_size=40),
    length=st.floats(1e-3, 1e3),
)
@example(seed=0, sizes=(48, 48), chosen={0, 1, 255}, length=1.0)
def test_a_row_gives_the_same_wherever_it_stands(
    seed: int, sizes: tuple[int, int], chosen: set[int], length: float
) -> None:
    random = np.random.default_rng(seed)
    values = random.normal(scale=length, size=(300, sizes[0])).astype(np.float32)
    matrix = random.normal(size=sizes).astype(np.float32)
    whole = product_by_row(values, matrix)
    rows = sorted(chosen)
    assert product_by_row(values[rows], matrix).tobytes() == whole[rows].tobytes()
    assert product_by_row(values[::-1], matrix)[::-1].tobytes() == whole.tobytes()
    exact = values.astype(np.float64) @ matrix.astype(np.float64)
    bound = np.linalg.norm(values, axis=1)[:, None] * np.linalg.norm(matrix, axis=0)
    assert np.abs(whole - exact).max() <= 2**-23 * bound.max()


def test_the_order_of_coordinates_changes_nothing() -> None:
    """So neither do a processor's own routines, which add up in orders of their own."""
    random = np.random.default_rng(1)
    values, matrix = unit(random.normal(size=(ROWS_A_PART + 3, 640))), random.normal(size=(640, 17)).astype(np.float32)
    order = random.permutation(640)
    other = product_by_row(values[:, order], matrix[order])
    assert other.tobytes() == product_by_row(values, matrix).tobytes()


def test_rows_of_zeros_and_none_at_all() -> None:
    matrix = np.ones((5, 2), np.float32)
    assert not product_by_row(np.zeros((3, 5), np.float32), matrix).any()
    assert product_by_row(np.zeros((0, 5), np.float32), matrix).shape == (0, 2)
    assert not product_by_row(np.ones((3, 5), np.float32), np.zeros((5, 2), np.float32)).any()


def test_vectors_of_several_groups_take_the_coefficients_of_their_own() -> None:
    random = np.random.default_rng(2)
    features = DenseFeatures(
        random.normal(size=(20, 8)).astype(np.float32), None, (np.arange(20) % 2).astype(np.int16), 2
    )
    coefficients = random.normal(size=(3, 2, 8)).astype(np.float32)
    rows = np.array([7, 2, 19])
    by_row = features.product_by_row(coefficients, rows)
    np.testing.assert_allclose(by_row, features.product_many(coefficients, rows), rtol=1e-5, atol=1e-5)
    assert by_row[:, 1:2].tobytes() == features.product_by_row(coefficients, rows[1:2]).tobytes()
