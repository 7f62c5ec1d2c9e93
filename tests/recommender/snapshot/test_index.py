"""The candidate index: it holds the best, keeps to what is allowed, and survives a restart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from recommender.fit.model import FitModel
from recommender.fit.smooth_maximum import smooth_maximum
from recommender.index import CandidateIndex, IndexKind, IndexSpace
from recommender.index.candidate_mask import CandidateMask
from tests.recommender import sample_data
from tests.recommender.fit.test_fit import model_of

SIZE = 3000


def setting() -> tuple[FitModel, list[sample_data.Profile]]:
    pool = sample_data.projects(3, count=SIZE)
    subjects = [sample_data.investor(seed, pool) for seed in range(8)]
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
        vectors.append(space.queries(model.weighted(queries, model.weights)))
        exact.append(np.argsort(-fits, kind="stable")[:50])
        exact_allowed.append(np.argsort(-np.where(allowed, fits, -np.inf), kind="stable")[:50])
    assert index.tune(vectors, exact) >= 0.99
    index.save(tmp_path / "index.faiss")
    for each in (index, CandidateIndex(space, kind).load(tmp_path / "index.faiss")):
        held = []
        for vector, best in zip(vectors, exact_allowed, strict=True):
            found = each.search(vector, 50, CandidateMask(allowed, int(allowed.sum())))
            assert allowed[found].all()
            held.append(len(np.intersect1d(found, best)) / len(best))
        assert np.mean(held) >= 0.97


@pytest.mark.parametrize("share", [0.1, 0.01])
def test_a_narrow_filter_costs_no_recall(share: float) -> None:
    """The best of few lie far from the query, where clusters near to it hold none of them."""
    model, subjects = setting()
    asked = model.queries(subjects)
    index = CandidateIndex(IndexSpace(model, asked), IndexKind.INVERTED).build()
    index.index.nprobe = index.index.nlist // 2
    narrow, whole = [], []
    mask = np.random.default_rng(1).random(SIZE) < share
    for number in range(len(subjects)):
        queries = asked.one(number)
        fits = model.product(queries, model.weights)
        vector = index.space.queries(model.weighted(queries, model.weights))
        for allowed, held in ((mask, narrow), (np.arange(SIZE) > 0, whole)):
            rows = np.flatnonzero(allowed)
            best = rows[np.argsort(-fits[rows], kind="stable")[:20]]
            found = index.search(vector, 20, CandidateMask(allowed, int(allowed.sum())))
            held.append(len(np.intersect1d(found, best)) / len(best))
    assert np.mean(narrow) >= np.mean(whole)


def test_one_vector_for_each_aspect_holds_its_whole_fit() -> None:
    """But for the contrast, which is taken over the whole vocabulary there, and what only permits a match."""
    model, subjects = setting()
    weights = model.weights.changed(dict.fromkeys(model.permits_, 0.0))
    asked = model.queries(subjects)
    space = IndexSpace(model, asked)
    assert space.dimension % 16 == 0
    rows = np.arange(200)
    vectors = space.rows(rows)
    for number in range(3):
        queries = asked.one(number)
        weighted = model.weighted(queries, weights)
        parts = model.contributions(queries, weights, rows)
        common = parts.fits - parts.contrast - smooth_maximum(parts.values, weighted.log_shares)
        common -= weighted.contrasts[0] * model.contrast_.overall(rows)
        products = vectors @ space.queries(weighted).T
        assert products.shape == parts.values.shape
        np.testing.assert_allclose(products, parts.values + common[:, None], atol=2e-3)
