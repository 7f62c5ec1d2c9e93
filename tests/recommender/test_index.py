"""The candidate index: it holds the best, keeps to what is allowed, and survives a restart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from recommender.index import CandidateIndex, IndexKind, IndexSpace
from recommender.model import FitModel
from recommender.passing import Passing
from tests.recommender import worlds
from tests.recommender.test_fit import model_of

SIZE = 3000


def setting() -> tuple[FitModel, list[worlds.Profile]]:
    pool = worlds.projects(3, count=SIZE)
    subjects = [worlds.investor(seed, pool) for seed in range(8)]
    return model_of(pool, *subjects), subjects


@pytest.mark.parametrize("kind", list(IndexKind))
def test_candidates_hold_the_best_of_what_is_allowed(kind: IndexKind, tmp_path: Path) -> None:
    model, subjects = setting()
    asked = model.queries(subjects)
    space = IndexSpace(model, asked)
    index = CandidateIndex(space, kind).build()
    allowed = np.random.default_rng(0).random(SIZE) < 0.5
    vectors, exact, exact_allowed = [], [], []
    for number in range(len(subjects)):
        queries = asked.one(number)
        fits = model.product(queries, model.weights)
        vectors.append(space.query(model.combined(queries, model.weights)))
        exact.append(np.argsort(-fits, kind="stable")[:50])
        exact_allowed.append(np.argsort(-np.where(allowed, fits, -np.inf), kind="stable")[:50])
    assert index.tune(vectors, exact) >= 0.99
    index.save(tmp_path / "index.faiss")
    for each in (index, CandidateIndex(space, kind).load(tmp_path / "index.faiss")):
        held = []
        for vector, best in zip(vectors, exact_allowed, strict=True):
            found = each.search(vector, 50, Passing(allowed, int(allowed.sum())))
            assert allowed[found].all()
            held.append(len(np.intersect1d(found, best)) / len(best))
        assert np.mean(held) >= 0.97


def test_one_vector_holds_the_whole_fit() -> None:
    model, subjects = setting()
    asked = model.queries(subjects)
    space = IndexSpace(model, asked)
    assert space.dimension % 16 == 0
    rows = np.arange(200)
    vectors = space.rows(rows)
    for number in range(3):
        queries = asked.one(number)
        query = space.query(model.combined(queries, model.weights))
        np.testing.assert_allclose(vectors @ query, model.product(queries, model.weights)[rows], atol=2e-3)
