"""Builds query vectors of subjects: from their declarations, from similar history, and from history regression."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from scipy import sparse

from recommender.blocks.base import Block, Context, SilentBlockError
from recommender.features import Doubles, Features, Floats
from recommender.fit.aspect_builder import aspect_parts, spread_of, standardised, stated
from recommender.fit.aspects import alone, aspects_of
from recommender.fit.history_regression import HistoryLearner
from recommender.fit.query_vectors import NOTHING, AspectQueries, Part, Queries, Spread
from recommender.fit.weights import Weights
from recommender.pool.aspects import Aspect
from recommender.pool.profiles import Profile

HISTORY_RELIABILITY = 5.0
"""Number of acts at which a subject's history gets half the trust."""


class Fitted(Protocol):
    """What the builder needs from a fitted model."""

    blocks: tuple[Block, ...]
    context_: Context
    known_: frozenset[str]
    sample_: Mapping[str, Features]
    learner_: HistoryLearner
    weights: Weights
    prior: Mapping[str, float]
    half_life: float | None

    def reference_of(self, aspects: Sequence[Aspect], parts: Mapping[str, Part]) -> Doubles:
        """Return weights of the reference vocabulary for a subject's aspects."""
        ...


def queries_of(model: Fitted, profiles: Sequence[Profile]) -> Queries:
    """Return the query vectors of all ``profiles``: one for the common part, one for each aspect."""
    positive, signed = _acts(model, profiles)
    declared: dict[str, Part] = {}
    history: dict[str, Part] = {}
    counts = np.asarray(positive.sum(axis=1)).ravel()
    reliability = (counts / (counts + HISTORY_RELIABILITY)).astype(np.float32)
    learned, spread, shares = model.learner_.learn(signed)
    acted = np.asarray(abs(signed).sum(axis=1)).ravel()
    trusted = model.weights.learned * acted / (acted + HISTORY_RELIABILITY)
    learned_scale = np.divide(trusted, spread, out=np.zeros(len(profiles)), where=spread > 1e-12)
    variances: dict[str, Doubles] = {}
    for block in model.blocks:
        speaks = np.array([profile.kind in block.subjects for profile in profiles], bool)
        if not speaks.any() or block.name not in model.known_:
            continue
        said = None if block.topical else stated(block, profiles, speaks)
        taught = block.name in learned and bool(signed.nnz) and model.prior[block.name] > 0
        try:
            evidence = block.evidence_of(profiles, positive) if positive.nnz else None
            lesson = block.from_learning(learned[block.name]) if taught else None
        except SilentBlockError:
            continue  # half of a signal would be a different signal
        variance = np.zeros(len(profiles))
        if said is not None:
            declared[block.name] = standardised(block, said, np.float32(1) * model.weights.declared)
            variance += model.weights.declared**2 * np.any(said != 0, axis=(1, 2))
        parts: list[Part] = []
        if evidence is not None:
            scale = model.weights.history * reliability * speaks
            parts.append(standardised(block, evidence, scale))
            variance += scale.astype(np.float64) ** 2
        if lesson is not None:
            scale = learned_scale * speaks / model.prior[block.name]
            variance += shares[block.name] * (trusted * speaks / model.prior[block.name]) ** 2
            coefficients = np.repeat(lesson[:, None, :], block.features_.groups, axis=1)
            parts.append(_centred(block, coefficients, scale))
        variances[block.name] = variance
        if parts:
            history[block.name] = Part(
                np.sum([part.coefficients for part in parts], axis=0, dtype=np.float32),
                np.sum([part.offsets for part in parts], axis=0, dtype=np.float32),
            )
    spreads = [_spread(model, declared, history, variances, subject) for subject in range(len(profiles))]
    aspects = [_aspects(model, profile) for profile in profiles]
    return Queries(profiles, declared, history, spreads, aspects)


def _aspects(model: Fitted, profile: Profile) -> AspectQueries | None:
    """Return the subject's aspects as queries; ``None`` if no topical block has one for it."""
    blocks = [block for block in model.blocks if block.topical and block.name in model.known_]
    aspects = aspects_of(profile, model.context_.taxonomies)
    if not aspects or not blocks:
        return None
    parts, spreads = aspect_parts(blocks, [alone(aspect, profile) for aspect in aspects])
    speaking = np.array([number for number, spread in enumerate(spreads) if spread.blocks], np.intp)
    if not len(speaking):
        return None
    own = [aspects[number] for number in speaking]
    speaking_parts = {name: part.of(speaking) for name, part in parts.items()}
    spreads = [spreads[number] for number in speaking]
    return AspectQueries(
        own, speaking_parts, spreads, model.reference_of(own, speaking_parts), _overlap(model, blocks, speaking_parts)
    )


def _overlap(model: Fitted, blocks: Sequence[Block], parts: Mapping[str, Part]) -> Doubles:
    """Return the squares of the aspects' correlations over the sample, at the prior weights of ``blocks``."""
    values: Floats = np.zeros((1, 1), np.float32)
    for block in blocks:
        part = parts.get(block.name)
        if part is not None:
            sample = model.sample_[block.shares or block.name]
            own = sample.product_many(part.coefficients) - sample.offsets_at(part.offsets)
            values = values + model.prior[block.name] * (own * sample.known)
    centred = np.asarray(values, np.float64)
    centred = centred - centred.mean(axis=1, keepdims=True)
    lengths = np.maximum(np.sqrt(np.einsum("ij,ij->i", centred, centred)), 1e-12)
    overlap = (centred @ centred.T / np.outer(lengths, lengths)) ** 2
    np.fill_diagonal(overlap, 1.0)
    return np.asarray(overlap)


def _spread(
    model: Fitted, declared: Mapping[str, Part], history: Mapping[str, Part], variances: Mapping[str, Doubles], at: int
) -> Spread:
    """Return the spread of a subject's declared and history parts, from its own products alone, to the last bit."""
    own = slice(at, at + 1)
    names: list[str] = []
    values: list[Floats] = []
    for block in model.blocks:
        if not block.in_spread:
            continue
        parts = [part.of(own) for part in (declared.get(block.name), history.get(block.name)) if part is not None]
        if not any(np.any(part.coefficients) for part in parts):
            continue
        part = parts[0] if len(parts) == 1 else parts[0].plus(parts[1])
        sample = model.sample_[block.shares or block.name]
        value = sample.product_many(part.coefficients) - sample.offsets_at(part.offsets)
        names.append(block.name)
        values.append((value * sample.known)[0])
    return spread_of(tuple(names), values, np.array([variances[name][at] for name in names])) if names else NOTHING


def _acts(model: Fitted, profiles: Sequence[Profile]) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """Return strengths of acts, shape (subjects, projects): those in favour, and all with their signs.

    A project in whose favour a subject acted twice counts by its strongest act.
    """
    row_of = model.context_.projects.row_of
    today = model.context_.taxonomies.today
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
    shape = (len(profiles), len(model.context_.projects))
    signed = sparse.csr_matrix((np.array(strengths, np.float32), (subjects, rows)), shape=shape)
    positive = signed.maximum(0)
    positive.eliminate_zeros()
    return sparse.csr_matrix(positive), signed


def _centred(block: Block, coefficients: Floats, scale: Doubles) -> Part:
    means, _ = block.features_.moments(coefficients)
    factors = np.asarray(scale, dtype=np.float32)[:, None]
    return Part(
        np.asarray(coefficients * factors[:, :, None], dtype=np.float32),
        np.asarray(means * factors, dtype=np.float32),
    )
