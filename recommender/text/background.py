"""How far a pool is one of a single field: then its mean isn't the genre's, and can't be the zero of what is asked."""

from __future__ import annotations

import numpy as np

from recommender.features import Floats
from recommender.text.vectors import unit

NARROW_FROM = 1.0
NARROW_AT = 1.5
"""Deviations by which a pool's mean is off that of background texts, towards the general fields that it is nearest to:
up to the first no further than pools of many fields are; from the second on it is a field's alone (docs/quality.md)."""
NEAREST_FIELDS = 3
LABEL_SMOOTHING = 10.0
"""Pseudo-labels at the mean of the projects, because few known labels have an unreliable mean."""
MOST_ROWS = 20_000


def narrowness(own: Floats, background: Floats, names: Floats) -> float:
    """Return how far texts are of one field, from 0 (many fields) to 1, by their vectors in one encoder's space.

    ``background`` holds vectors of texts of all fields, ``names`` those of fields. Both kinds of texts are compared
    with each name; a genre shifts the products with all names a little, a field those with its own name far. Few texts
    are narrow by chance: their mean says little about what others are like.
    """
    if len(own) < 2:
        return 1.0
    rows = own[:: max(1, len(own) // MOST_ROWS)]
    mean = rows.mean(axis=0)
    labels = unit(names - label_mean(names, mean)).T
    found, usual = unit(rows - mean) @ labels, unit(background - mean) @ labels
    deviations = np.maximum(np.maximum(found.std(axis=0), usual.std(axis=0)), 1e-6)
    shifts = np.sort((found.mean(axis=0) - usual.mean(axis=0)) / deviations)
    furthest = float(shifts[-NEAREST_FIELDS:].mean())
    return float(np.clip((furthest - NARROW_FROM) / (NARROW_AT - NARROW_FROM), 0.0, 1.0))


def label_mean(labels: Floats, mean: Floats) -> Floats:
    """Return the mean vector of labels, drawn to that of texts."""
    drawn: Floats = (labels.sum(axis=0) + LABEL_SMOOTHING * mean) / (len(labels) + LABEL_SMOOTHING)
    return drawn
