"""From subjects to query vectors: what they declare, what their history resembles, and what it teaches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from recommender.blocks.base import Block, SilentBlockError
from recommender.features import Doubles, Floats, Mask
from recommender.fit.query_vectors import Part, Queries
from recommender.pool.profiles import Profile

if TYPE_CHECKING:
    from recommender.fit.model import FitModel

HISTORY_RELIABILITY = 5.0
"""Acts at which a subject's history is trusted half."""


def queries_of(model: FitModel, profiles: Sequence[Profile]) -> Queries:
    """Query vectors of all ``profiles``; their ``deviations`` are zeros, which the model fills in."""
    positive, signed = _acts(model, profiles)
    declared: dict[str, Part] = {}
    history: dict[str, Part] = {}
    counts = np.asarray(positive.sum(axis=1)).ravel()
    reliability = (counts / (counts + HISTORY_RELIABILITY)).astype(np.float32)
    learned, spread, shares = model.learner_.learn(signed)
    acted = np.asarray(abs(signed).sum(axis=1)).ravel()
    trusted = model.weights.learned * acted / (acted + HISTORY_RELIABILITY)
    learned_scale = np.divide(trusted, spread, out=np.zeros(len(profiles)), where=spread > 1e-12)
    variances: dict[str, Floats] = {}
    for block in model.blocks:
        speaks = np.array([profile.kind in block.subjects for profile in profiles], bool)
        if not speaks.any() or block.name not in model.known_:
            continue
        stated = _declared(block, profiles, speaks)
        taught = block.name in learned and bool(signed.nnz) and model.prior[block.name] > 0
        try:
            evidence = block.evidence(positive) if positive.nnz else None
            lesson = block.from_learning(learned[block.name]) if taught else None
        except SilentBlockError:
            continue  # half of a signal would be another signal
        variance = np.zeros(len(profiles))
        if stated is not None:
            declared[block.name] = _standardised(block, stated, np.float32(1) * model.weights.declared)
            variance += model.weights.declared**2 * np.any(stated != 0, axis=(1, 2))
        parts: list[Part] = []
        if evidence is not None:
            scale = model.weights.history * reliability * speaks
            parts.append(_standardised(block, evidence, scale))
            variance += scale.astype(np.float64) ** 2
        if lesson is not None:
            scale = learned_scale * speaks / model.prior[block.name]
            variance += shares[block.name] * (trusted * speaks / model.prior[block.name]) ** 2
            coefficients = np.repeat(lesson[:, None, :], block.features_.groups, axis=1)
            parts.append(_centred(block, coefficients, scale))
        variances[block.name] = variance.astype(np.float32)
        if parts:
            history[block.name] = Part(
                np.sum([part.coefficients for part in parts], axis=0, dtype=np.float32),
                np.sum([part.offsets for part in parts], axis=0, dtype=np.float32),
            )
    return Queries(profiles, declared, history, np.zeros(len(profiles), np.float32), variances)


def _acts(model: FitModel, profiles: Sequence[Profile]) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """Strengths of all acts, shape (subjects, projects): those in favour, and all with their signs.

    A project in whose favour a subject acted twice counts by its strongest act.
    """
    row_of = model.context_.projects.row_of
    today = model.context_.world.today
    half_life = {} if model.half_life is None else {"half_life": model.half_life}
    subjects: list[int] = []
    rows: list[int] = []
    strengths: list[float] = []
    for subject, profile in enumerate(profiles):
        strongest: dict[int, float] = {}
        for act in profile.history:
            row = row_of.get(act.project_id)
            if row is None:
                continue
            strength = act.weight(today, **half_life)
            if abs(strength) > abs(strongest.get(row, 0.0)):
                strongest[row] = strength
        subjects.extend([subject] * len(strongest))
        rows.extend(strongest)
        strengths.extend(strongest.values())
    shape = (len(profiles), model.size)
    signed = sparse.csr_matrix((np.array(strengths, np.float32), (subjects, rows)), shape=shape)
    positive = signed.maximum(0)
    positive.eliminate_zeros()
    return sparse.csr_matrix(positive), signed


def _declared(block: Block, profiles: Sequence[Profile], speaks: Mask) -> Floats | None:
    """What the subjects state, shape (subjects, groups, size). A subject of whom the block can't tell is taken out
    of ``speaks``, so that its history says nothing here either.
    """
    features = block.features_
    result: Floats | None = None
    for subject in map(int, np.flatnonzero(speaks)):
        try:
            coefficients = block.query(profiles[subject])
        except SilentBlockError:
            speaks[subject] = False
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
        result[subject] = array
    return result


def _standardised(block: Block, coefficients: Floats, scale: Floats | np.float32 | float) -> Part:
    """Coefficients divided by their deviation over the pool, centred, and times ``scale``."""
    means, deviations = block.features_.moments(coefficients)
    deviations = np.maximum(deviations, block.features_.least_deviation(coefficients))
    inverse = np.divide(1.0, deviations, out=np.zeros_like(deviations), where=deviations > 1e-7)
    factors = inverse * np.reshape(np.asarray(scale, dtype=np.float32), (-1, 1))
    return Part(
        np.asarray(coefficients * factors[:, :, None], dtype=np.float32),
        np.asarray(means * factors, dtype=np.float32),
    )


def _centred(block: Block, coefficients: Floats, scale: Doubles) -> Part:
    means, _ = block.features_.moments(coefficients)
    factors = np.asarray(scale, dtype=np.float32)[:, None]
    return Part(
        np.asarray(coefficients * factors[:, :, None], dtype=np.float32),
        np.asarray(means * factors, dtype=np.float32),
    )
