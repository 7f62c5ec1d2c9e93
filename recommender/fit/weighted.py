"""Weighted queries: everything that is multiplied with projects, prepared once for all subjects."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recommender.features import Doubles, Floats, Rows
from recommender.fit.contrast import CONTRAST, USUAL_CONTRAST
from recommender.fit.query_vectors import AspectQueries, Part, Queries
from recommender.fit.weights import Weights

MORE_FOR_SEVERAL = 0.5
"""The power of the aspects' total weight that raises scores beyond the total itself. Names alone find only a part of
what a reader counts under them, and of several the missed parts add up, too. Measured in docs/quality.md."""


@dataclass(frozen=True)
class WeightedQueries:
    """Many subjects' queries at weights, by space (the block whose coordinates are multiplied).

    ``common`` holds one query per subject, divided by its unit; ``permitting`` one per subject with aspects, of the
    blocks that only permit a match; ``aspects`` one per aspect, subject by subject, divided by its own deviation.
    ``owners`` are the subjects with aspects, ``starts`` the positions of their first ones.
    """

    size: int
    numbers: Sequence[Sequence[int]]
    """Of each subject, the positions of the aspects that count at these weights."""
    common: Mapping[str, Part]
    permitting: Mapping[str, Part]
    aspects: Mapping[str, Part]
    owners: Rows
    starts: Rows
    counts: Rows
    log_shares: Doubles
    log_totals: Doubles
    """Logarithm of each subject's aspect weights together, shape (subjects,): how much is asked for at once.

    Less for aspects that say the same, and less what a contrast takes off on average where there is none.
    """
    contrasts: Doubles
    references: Doubles
    """Weights of the reference vocabulary, shape (subjects, names)."""
    units: Doubles
    """What the common parts were divided by, shape (subjects,)."""
    deviations: Doubles
    """What each aspect was divided by, shape (aspects,)."""

    def of(self, subject: int) -> slice:
        """Return the positions of a subject's aspects."""
        positions = np.flatnonzero(self.owners == subject)
        if not len(positions):
            return slice(0, 0)
        start = int(self.starts[positions[0]])
        return slice(start, start + int(self.counts[positions[0]]))


def weighted(queries: Queries, weights: Weights, space_of: Callable[[str], str], prior: Mapping[str, float],
             worded: frozenset[str], permits: frozenset[str]) -> WeightedQueries:  # fmt: skip
    """Return all ``queries`` at ``weights``; an aspect for which every block has weight 0 is left out.

    The contrast was made with the ``prior`` weights of the ``worded`` blocks, and fades with theirs. ``permits`` names
    the blocks that only permit a match.
    """
    blocks = weights.blocks
    selected = [_kept(each, blocks) for each in queries.aspects]
    deviations = [np.array([each.spreads[at].at(blocks) for at in own]) if each is not None else np.zeros(0)
                  for each, own in zip(queries.aspects, selected, strict=True)]  # fmt: skip
    units = np.ones(len(queries))
    for subject, own in enumerate(deviations):
        units[subject] = own.mean() if len(own) else queries.spreads[subject].at(blocks)
    inverse = np.divide(1.0, units, out=np.zeros_like(units), where=units > 1e-9).astype(np.float32)
    owners = np.array([subject for subject, own in enumerate(selected) if len(own)], np.intp)
    counts = np.array([len(selected[subject]) for subject in owners], np.intp)
    shares = [_log_shares(queries.aspects[subject], selected[subject]) for subject in owners]
    contrasts = np.array([_contrast(each, blocks, prior, worded) for each in queries.aspects])
    log_totals = np.zeros(len(queries))
    log_totals[owners] = [total for _, total in shares]
    log_totals[owners] -= np.where(contrasts[owners] > 0, 0.0, USUAL_CONTRAST)
    every = np.concatenate([deviations[subject] for subject in owners]) if len(owners) else np.zeros(0)
    references = [None if each is None else each.reference for each in queries.aspects]
    names = max((len(each) for each in references if each is not None), default=0)
    asks = np.zeros(len(queries), np.float32)
    asks[owners] = 1
    facts = {name: weight for name, weight in blocks.items() if name in permits} if len(owners) else {}
    others = {name: weight for name, weight in blocks.items() if name not in facts}
    common = _by_space(queries, others, space_of, inverse)
    if len(owners) < len(queries):  # who asks for nothing is ranked by these as by all else
        for space, part in _by_space(queries, facts, space_of, inverse * (1 - asks)).items():
            common[space] = common[space].plus(part) if space in common else part
    return WeightedQueries(
        size=len(queries),
        numbers=selected,
        common=common,
        permitting=_by_space(queries, facts, space_of, inverse * asks),
        aspects=_aspects_by_space(queries, owners, selected, every, blocks, space_of),
        owners=owners,
        starts=np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.intp) if len(owners) else np.zeros(0, np.intp),
        counts=counts,
        log_shares=np.concatenate([own for own, _ in shares]) if shares else np.zeros(0),
        log_totals=log_totals,
        contrasts=contrasts,
        references=np.array([np.zeros(names) if each is None else each for each in references]).reshape(
            len(queries), names
        ),
        units=units,
        deviations=every,
    )


def _kept(asked: AspectQueries | None, blocks: Mapping[str, float]) -> list[int]:
    if asked is None:
        return []
    return [at for at, spread in enumerate(asked.spreads) if any(blocks.get(name, 0.0) > 0 for name in spread.blocks)]


def _log_shares(asked: AspectQueries | None, selected: Sequence[int]) -> tuple[Doubles, float]:
    assert asked is not None
    weights = np.array([asked.aspects[at].weight for at in selected])
    total = float(weights.sum())
    asking = total * max(1.0, total) ** MORE_FOR_SEVERAL
    return np.log(weights / total), float(np.log(asking * asked.distinct(selected)))


def _contrast(
    asked: AspectQueries | None, blocks: Mapping[str, float], prior: Mapping[str, float], worded: frozenset[str]
) -> float:
    """Return the share of the contrast to subtract: less if words weigh less than usual."""
    if asked is None or not asked.reference.any():
        return 0.0
    usual = sum(prior[name] for name in worded)
    return CONTRAST * min(1.0, sum(blocks.get(name, 0.0) for name in worded) / usual) if usual > 0 else 0.0


def _by_space(
    queries: Queries, blocks: Mapping[str, float], space_of: Callable[[str], str], inverse: Floats
) -> dict[str, Part]:
    spaces: dict[str, Part] = {}
    for parts in (queries.declared, queries.history):
        for name, part in parts.items():
            weight = np.float32(blocks.get(name, 0.0))
            if weight == 0:
                continue
            own, space = part.scaled(inverse * weight), space_of(name)
            spaces[space] = spaces[space].plus(own) if space in spaces else own
    return spaces


def _aspects_by_space(
    queries: Queries,
    owners: Rows,
    selected: Sequence[Sequence[int]],
    deviations: Doubles,
    blocks: Mapping[str, float],
    space_of: Callable[[str], str],
) -> dict[str, Part]:
    spaces: dict[str, Part] = {}
    start = 0
    for subject in owners.tolist():
        asked, own = queries.aspects[subject], np.array(selected[subject], np.intp)
        assert asked is not None
        inverse = (1 / deviations[start : start + len(own)]).astype(np.float32)
        for name, part in asked.parts.items():
            weight = np.float32(blocks.get(name, 0.0))
            if weight == 0:
                continue
            scaled, space = part.of(own).scaled(inverse * weight), space_of(name)
            if space not in spaces:
                shape = (len(deviations), *scaled.coefficients.shape[1:])
                spaces[space] = Part(np.zeros(shape, np.float32), np.zeros(shape[:2], np.float32))
            spaces[space].coefficients[start : start + len(own)] += scaled.coefficients
            spaces[space].offsets[start : start + len(own)] += scaled.offsets
        start += len(own)
    return spaces


def maxima(values: Floats, asked: WeightedQueries) -> Floats:
    """Return the smooth maxima of aspects' values (aspects, rows), shape (subjects with aspects, rows).

    Subjects with the same number of aspects are computed together, in single precision.
    """
    if len(asked.owners) == 1 and asked.counts[0] == 1:
        return values
    shifted = values + asked.log_shares[:, None].astype(np.float32)
    result = np.empty((len(asked.owners), values.shape[1]), np.float32)
    for count in np.unique(asked.counts).tolist():
        own = np.flatnonzero(asked.counts == count)
        if len(own) == len(result):
            block = shifted.reshape(len(own), count, -1)
        else:
            block = shifted[asked.starts[own, None] + np.arange(count)]
        top = block.max(axis=1)
        block -= top[:, None]
        np.exp(block, out=block)
        result[own] = top + np.log(block.sum(axis=1))
    return result
