"""The smooth maximum over a subject's aspects, and each aspect's exact share of it.

With values ``x`` and weights ``w`` of total ``W``, ``T = log sum_k (w_k / W) exp(x_k)``. Its gradient is the softmax
``s_k``, so ``T = sum_k s_k x_k - KL(s, w / W)`` (Boyd and Vandenberghe, 2004, section 3.3): shares of the values, and a
remainder between ``log(min_k w_k / W)`` and 0 that belongs to no single aspect. One aspect alone gives its own value.
"""

from __future__ import annotations

import numpy as np

from recommender.features import Doubles


def smooth_maximum(values: Doubles, log_shares: Doubles) -> Doubles:
    """Return ``T`` along the last axis of ``values``; ``log_shares`` holds ``log(w / W)``, finite, shape (parts,)."""
    shifted = values + log_shares
    top = shifted.max(axis=-1, keepdims=True)
    return np.asarray(top[..., 0] + np.log(np.exp(shifted - top).sum(axis=-1)))


def softmax_shares(values: Doubles, log_shares: Doubles) -> Doubles:
    """Return ``s`` of the shape of ``values``: at least 0, adding up to 1 along the last axis."""
    shifted = values + log_shares
    raised = np.exp(shifted - shifted.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


def remainder(values: Doubles, log_shares: Doubles, shares: Doubles) -> Doubles:
    """Return the smooth maximum minus the values weighted by shares: at most 0, and 0 for a single aspect."""
    return np.asarray(smooth_maximum(values, log_shares) - (shares * values).sum(axis=-1))
