"""What only permits a match orders projects within a band of scores, and lifts none above it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from recommender.features import Doubles
from recommender.fit.permitting import EDGES, WIDTH, limited
from recommender.fit.scoring import Scale, points_of
from recommender.interface.bands import band_of
from recommender.pool.profiles import WeightedText
from tests.recommender import sample_data
from tests.recommender.fit.test_fit import model_of

POOL = sample_data.projects(11, count=120, gaps=0.1)
THESIS = [WeightedText("Battery battery.", "en")]
FACTS = ("stage", "cheque", "geography", "landing")


def test_what_permits_keeps_to_the_band_and_takes_off_in_full() -> None:
    others = np.linspace(-4, 6, 401)
    scale = Scale()
    for permitted in (0.1, 1.0, 5.0):
        lifted = others + limited(np.full(len(others), permitted), others)
        assert [band_of(each) for each in scale.score(lifted)] == [band_of(each) for each in scale.score(others)]
        assert np.all(lifted >= others)
        assert np.all(np.diff(lifted) > -1e-4)
    np.testing.assert_array_equal(limited(np.full(3, -2.0), np.array([-1.0, 2.0, 4.0])), -2.0)
    top = np.array([EDGES[-1] + 0.1])
    assert 0.8 * WIDTH < limited(np.array([3.0]), top)[0] < WIDTH  # no more than a band's width in the highest


def fits_of(weights: dict[str, float]) -> tuple[Doubles, Doubles]:
    """Scores of an investor with a thesis, a stage, a cheque and places, and the points of all parts."""
    subject = replace(sample_data.investor(11, POOL, acts=3), texts=THESIS)
    model = model_of(POOL, subject)
    own = model.weights.changed(weights)
    queries = model.queries([subject])
    asked = model.weighted(queries, own)
    assert len(asked.owners) == 1
    parts = model.contributions(queries, own, np.arange(len(POOL)))
    np.testing.assert_allclose(parts.fits, model.product(queries, own), atol=2e-4)
    points, scores = points_of(parts.matrix, Scale().asking(float(asked.log_totals[0])))
    return scores, points


def test_a_thesis_decides_the_band_and_place_stage_and_cheque_move_within_it() -> None:
    whole, points = fits_of({})
    about, _ = fits_of(dict.fromkeys(FACTS, 0.0))
    order = ["NO_MATCH", "WEAK", "FAIR", "STRONG"]
    assert all(order.index(band_of(a)) <= order.index(band_of(b)) for a, b in zip(whole, about, strict=True))
    assert len({round(each, 6) for each in whole}) > len({band_of(each) for each in whole})
    assert np.any(np.abs(whole - about) > 0.5)
    assert np.all(np.isfinite(points))
