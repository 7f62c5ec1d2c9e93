"""Builds query vectors from aspects: each block's coefficients, standardised for each aspect separately."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from recommender.blocks.base import Block, SilentBlockError
from recommender.features import MOST_DEVIATIONS, Doubles, Floats, Mask, MembershipFeatures
from recommender.fit.query_vectors import Part, Spread
from recommender.pool.profiles import Profile

MOST_TOPICAL_DEVIATIONS = 3.0
"""A membership counts as at most so many deviations: a rare industry's match doesn't drown those of all others."""


def aspect_parts(blocks: Sequence[Block], profiles: Sequence[Profile]) -> tuple[dict[str, Part], list[Spread]]:
    """Return parts with one query for each of ``profiles`` (one subject's aspects), and each query's spread.

    ``blocks`` are topical. Products of worded blocks are shrunk by the aspect's confidence (``Block.confidence``). The
    spread is that of independent blocks, so that a common industry, in which text, track and industry agree, counts
    no less than a rare one.
    """
    parts: dict[str, Part] = {}
    confidences = _confidences(blocks, profiles)
    for block in blocks:
        coefficients = stated(block, profiles)
        if coefficients is None:
            continue
        part = standardised(block, coefficients, moments=asked_moments(block, coefficients))
        parts[block.name] = part.scaled(confidences) if block.worded else part
    return parts, [_spread(parts, number) for number in range(len(profiles))]


def stated(block: Block, profiles: Sequence[Profile], speaks: Mask | None = None) -> Floats | None:
    """Return what the profiles declare in a block, shape (profiles, groups, size); zeros for a silent profile.

    ``None`` if all are silent. A profile that the block can't judge is removed from ``speaks``, so that its history
    doesn't count here either. Raises ``ValueError`` naming the block for coefficients of another size.
    """
    features = block.features_
    result: Floats | None = None
    for number, profile in enumerate(profiles):
        try:
            coefficients = block.query(profile) if profile.kind in block.subjects else None
        except SilentBlockError:
            if speaks is not None:
                speaks[number] = False
            continue
        if coefficients is None:
            continue
        array = np.asarray(coefficients, dtype=np.float32)
        if array.shape[-1] != features.size or array.ndim > 2:
            raise ValueError(
                f"Block {block.name}: query() gave shape {array.shape} for coordinates of size {features.size}"
            )
        if result is None:
            result = np.zeros((len(profiles), features.groups, features.size), np.float32)
        result[number] = array
    return result


def standardised(
    block: Block,
    coefficients: Floats,
    scale: Floats | np.float32 | float = 1.0,
    *,
    moments: tuple[Floats, Floats] | None = None,
) -> Part:
    """Return coefficients divided by their deviation, centred, and multiplied by ``scale``.

    ``moments`` are means and deviations to take instead of the pool's.
    """
    means, deviations = block.features_.moments(coefficients) if moments is None else moments
    deviations = np.maximum(deviations, _least_deviation(block, coefficients))
    inverse = np.divide(1.0, deviations, out=np.zeros_like(deviations), where=deviations > 1e-7)
    factors = inverse * np.reshape(np.asarray(scale, dtype=np.float32), (-1, 1))
    return Part(
        np.asarray(coefficients * factors[:, :, None], dtype=np.float32),
        np.asarray(means * factors, dtype=np.float32),
    )


def _least_deviation(block: Block, coefficients: Floats) -> Floats:
    least = block.features_.least_deviation(coefficients)
    if block.topical and isinstance(block.features_, MembershipFeatures):
        least = least * np.float32(MOST_DEVIATIONS / MOST_TOPICAL_DEVIATIONS)
    return least


def asked_moments(block: Block, coefficients: Floats) -> tuple[Floats, Floats]:
    """Return what aspects' queries are centred on and divided by, both of shape (queries, groups).

    Of memberships the pool's mean, as far as it is usual: all of one that up to a third of the pool have, nothing of
    one that two thirds have, which makes the pool's field.
    """
    means, deviations = block.asked_moments(coefficients)
    if isinstance(block.features_, MembershipFeatures):
        least = np.maximum(_least_deviation(block, coefficients), np.abs(means) / MOST_TOPICAL_DEVIATIONS)
        usual = np.where(np.abs(means) <= least, means, np.sign(means) * np.maximum(2 * least - np.abs(means), 0))
        return usual, np.maximum(deviations, least)
    return means, deviations


def _confidences(blocks: Sequence[Block], profiles: Sequence[Profile]) -> Floats:
    """Return how well each profile's words discriminate, by the first worded block that can tell; else 1."""
    confidences = np.ones(len(profiles), np.float32)
    for number, profile in enumerate(profiles):
        stated = (block.confidence(profile) for block in blocks if block.worded)
        confidences[number] = next((each for each in stated if each is not None), 1.0)
    return confidences


def _spread(parts: Mapping[str, Part], number: int) -> Spread:
    names = tuple(name for name, part in parts.items() if np.any(part.coefficients[number]))
    return Spread(names, np.zeros((len(names), len(names))), np.ones(len(names)))


def spread_of(names: tuple[str, ...], values: Sequence[Floats], variances: Doubles) -> Spread:
    """Return the spread of blocks with these ``values`` on a sample, each of shape (sample,)."""
    if not names:
        return Spread((), np.zeros((0, 0)), np.zeros(0))
    stacked = np.array(values, np.float64)
    centred = stacked - stacked.mean(axis=1, keepdims=True) if stacked.shape[1] else stacked
    covariance = centred @ centred.T / max(1, stacked.shape[1])
    return Spread(names, covariance, variances)
