"""Pseudo-relevance feedback (Rocchio, 1971): a declared vector moved towards the nearest projects."""

from __future__ import annotations

import numpy as np

from recommender.features import DenseFeatures, Floats
from recommender.text.vectors import unit

FEEDBACK_PROJECTS = 20
FEEDBACK_STRENGTH = 0.75
"""The usual weight of feedback beside the query (Salton and Buckley, 1990)."""
FEEDBACK_POOL = 20_000
"""Maximum number of projects, evenly spread over the pool, considered for feedback."""


def feedback_pool(features: DenseFeatures) -> DenseFeatures:
    """Return the projects considered for feedback: those with a known text, at most ``FEEDBACK_POOL``."""
    known = np.flatnonzero(features.known)
    if len(known) > FEEDBACK_POOL:
        known = known[np.linspace(0, len(known) - 1, FEEDBACK_POOL).astype(np.intp)]
    return features if len(known) == len(features) else features.at(known)


def with_feedback(features: DenseFeatures, coefficients: Floats, narrow: Floats) -> Floats:
    """Return coefficients (groups, size), each moved towards its nearest among ``features``; unchanged among few.

    As far as a group is of one field (``narrow``, shape (groups,)), what all of it has in common moves nothing: else
    every query would become that field.
    """
    if len(features) < 10 * FEEDBACK_PROJECTS:
        return coefficients
    moved = coefficients.copy()
    for group in range(features.groups):
        values = features.values if features.groups == 1 else features.values[features.group_of == group]
        if len(values) < 10 * FEEDBACK_PROJECTS or not np.any(coefficients[group]):
            continue
        similarity = values @ coefficients[group]
        nearest = np.argpartition(-similarity, FEEDBACK_PROJECTS)[:FEEDBACK_PROJECTS]
        centre = values[np.sort(nearest)].mean(axis=0)
        if narrow[group] > 0:
            centre = centre - narrow[group] * values.mean(axis=0)
        centre = unit(centre[None])[0]
        length = float(np.linalg.norm(coefficients[group]))
        moved[group] = coefficients[group] + FEEDBACK_STRENGTH * length * centre
    return moved
