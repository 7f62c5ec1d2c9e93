"""Query vectors: what subjects ask for in each block, declarations and history separately."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recommender.features import Doubles, Floats, Mask, Rows
from recommender.pool.aspects import Aspect
from recommender.pool.profiles import Profile


@dataclass(frozen=True)
class Part:
    """Coefficients of many queries on one block: the value of row ``i`` is ``x_i . c - offset`` where known."""

    coefficients: Floats
    offsets: Floats

    given: Mask | None = None
    """Who says anything here, where these were put together from single subjects; ``None``: everybody counts so."""

    def of(self, subjects: slice | Rows) -> Part:
        given = None if self.given is None else self.given[subjects]
        return Part(self.coefficients[subjects], self.offsets[subjects], given)

    def scaled(self, factors: Floats) -> Part:
        """Return each query multiplied by its factor; ``factors`` has shape (queries,)."""
        return Part(self.coefficients * factors[:, None, None], self.offsets * factors[:, None])

    def plus(self, other: Part) -> Part:
        """Return the sum of two parts on the same coordinates."""
        return Part(self.coefficients + other.coefficients, self.offsets + other.offsets)

    def told(self) -> Part:
        """Return the part with ``given`` false for queries whose numbers are all zero."""
        given = np.any(self.coefficients != 0, axis=(1, 2)) | np.any(self.offsets != 0, axis=1)
        return Part(self.coefficients, self.offsets, np.asarray(given))

    def speaks(self, subject: int) -> bool:
        """Return whether the subject has a query here."""
        return self.given is None or bool(self.given[subject])


@dataclass(frozen=True)
class Spread:
    """The spread of a weighted sum of blocks over the pool, for any weights.

    ``covariance`` is that of the blocks' values over the model's sample, in the order of ``blocks``; ``variances`` are
    those that the blocks would have if each were known of every project.
    """

    blocks: tuple[str, ...]
    covariance: Doubles
    variances: Doubles

    def at(self, weights: Mapping[str, float]) -> float:
        """Return the deviation at ``weights``: at least that of independent blocks.

        So values of a few projects aren't inflated in a pool where most have none.
        """
        if not self.blocks:
            return 0.0
        chosen = np.array([weights.get(name, 0.0) for name in self.blocks])
        return float(np.sqrt(max(chosen @ self.covariance @ chosen, (chosen**2) @ self.variances, 0.0)))


NOTHING = Spread((), np.zeros((0, 0)), np.zeros(0))


@dataclass(frozen=True)
class AspectQueries:
    """One subject's aspects as queries: ``parts`` holds one query for each of ``aspects`` in each topical block."""

    aspects: Sequence[Aspect]
    parts: Mapping[str, Part]
    spreads: Sequence[Spread]
    """Of each aspect, before it is shrunk by how little its words tell projects apart."""
    reference: Doubles
    """Weights of the reference vocabulary that the aspects are contrasted with, shape (names,), adding up to 1 or 0."""
    overlap: Doubles
    """Squares of the aspects' correlations over the pool, shape (aspects, aspects), 1 on the diagonal."""

    def __len__(self) -> int:
        return len(self.aspects)

    def distinct(self, positions: Sequence[int]) -> float:
        """Return which share of some aspects is distinct: 1 if they are unrelated, less if they overlap.

        It is their effective number over their number (``K / sum rho^2``, the participation ratio of the correlations'
        eigenvalues). An investor's themes, industries and tracks often say the same; together they are no easier to
        meet than one of them.
        """
        return round(
            len(positions) / float(self.overlap[np.ix_(positions, positions)].sum()), 6
        )  # alike, however sums are split


@dataclass(frozen=True)
class Queries:
    """Query vectors of many subjects by block: the part common to all aspects, and the aspects."""

    profiles: Sequence[Profile]
    declared: Mapping[str, Part]
    history: Mapping[str, Part]
    spreads: Sequence[Spread]
    """Of the declared and history parts of each subject."""
    aspects: Sequence[AspectQueries | None]

    def __len__(self) -> int:
        return len(self.profiles)

    def one(self, subject: int) -> Queries:
        """Return the queries of a single subject, without the blocks in which it has none."""
        own = slice(subject, subject + 1)
        return Queries(
            self.profiles[own],
            {name: part.of(own) for name, part in self.declared.items() if part.speaks(subject)},
            {name: part.of(own) for name, part in self.history.items() if part.speaks(subject)},
            self.spreads[own],
            self.aspects[own],
        )

    def singles(self) -> list[Queries]:
        """Return the queries of each subject, without the blocks in which they are zero."""
        own = Queries(
            self.profiles,
            {name: part.told() for name, part in self.declared.items()},
            {name: part.told() for name, part in self.history.items()},
            self.spreads,
            self.aspects,
        )
        return [own.one(subject) for subject in range(len(self))]

    @staticmethod
    def stacked(singles: Sequence[Queries]) -> Queries:
        """Stack queries of one subject each."""
        return Queries(
            [profile for each in singles for profile in each.profiles],
            _stacked([each.declared for each in singles]),
            _stacked([each.history for each in singles]),
            [spread for each in singles for spread in each.spreads],
            [aspects for each in singles for aspects in each.aspects],
        )

    def replaced(self, others: Mapping[int, Queries]) -> Queries:
        """Return the queries with those of some subjects replaced, by position."""
        profiles, spreads, aspects = list(self.profiles), list(self.spreads), list(self.aspects)
        for position, single in others.items():
            profiles[position] = single.profiles[0]
            spreads[position] = single.spreads[0]
            aspects[position] = single.aspects[0]
        size = len(profiles)
        declared = _replaced(self.declared, {position: single.declared for position, single in others.items()}, size)
        history = _replaced(self.history, {position: single.history for position, single in others.items()}, size)
        return Queries(profiles, declared, history, spreads, aspects)


def _stacked(singles: Sequence[Mapping[str, Part]]) -> dict[str, Part]:
    return _replaced({}, dict(enumerate(singles)), len(singles))


def _replaced(parts: Mapping[str, Part], singles: Mapping[int, Mapping[str, Part]], size: int) -> dict[str, Part]:
    names = sorted({*parts, *(name for single in singles.values() for name in single)})
    result: dict[str, Part] = {}
    for name in names:
        own_parts = [parts[name]] if name in parts else [single[name] for single in singles.values() if name in single]
        shape = own_parts[0].coefficients.shape[1:]
        coefficients = parts[name].coefficients.copy() if name in parts else np.zeros((size, *shape), np.float32)
        offsets = parts[name].offsets.copy() if name in parts else np.zeros((size, shape[0]), np.float32)
        given = np.zeros(size, bool)
        if name in parts:
            earlier = parts[name].given
            given[:] = True if earlier is None else earlier
        for position, single in singles.items():
            own = single.get(name)
            given[position] = own is not None
            coefficients[position] = 0 if own is None else own.coefficients[0]
            offsets[position] = 0 if own is None else own.offsets[0]
        result[name] = Part(coefficients, offsets, given)
    return result
