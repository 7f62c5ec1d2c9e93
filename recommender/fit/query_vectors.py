"""Query vectors: what subjects ask for in each block, the declared part apart from what history adds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from recommender.features import Floats, Mask, Rows
from recommender.pool.profiles import Profile


@dataclass(frozen=True)
class Part:
    """Coefficients of many subjects on one block: the value of row ``i`` is ``x_i . c - offset`` where known."""

    coefficients: Floats
    offsets: Floats

    given: Mask | None = None
    """Who says anything here, where these were put together from single subjects; ``None``: everybody counts so."""

    def of(self, subjects: slice | Rows) -> Part:
        given = None if self.given is None else self.given[subjects]
        return Part(self.coefficients[subjects], self.offsets[subjects], given)

    def told(self) -> Part:
        """The same, where only those count as saying anything who have coefficients other than zero."""
        given = np.any(self.coefficients != 0, axis=(1, 2)) | np.any(self.offsets != 0, axis=1)
        return Part(self.coefficients, self.offsets, np.asarray(given))

    def speaks(self, subject: int) -> bool:
        """Whether the subject says anything here."""
        return self.given is None or bool(self.given[subject])


@dataclass(frozen=True)
class Queries:
    """Many subjects' query vectors by block, the declared part apart from what history adds."""

    profiles: Sequence[Profile]
    declared: Mapping[str, Part]
    history: Mapping[str, Part]
    deviations: Floats
    """Deviation of the whole fit over the pool at the model's weights, for each subject; 0 for a silent one."""
    variances: Mapping[str, Floats] = field(default_factory=dict)
    """Of each block, shape (subjects,): the variance meant for it at weight 1, where everything is known."""
    sampled: dict[str, Floats] = field(default_factory=dict, compare=False, repr=False)
    """Values of each block on the sample, once they were needed: weights can then change at no cost."""

    def __len__(self) -> int:
        return len(self.profiles)

    def one(self, subject: int) -> Queries:
        """The queries of a single subject, without the blocks in which it says nothing."""
        own = slice(subject, subject + 1)
        return Queries(
            self.profiles[own],
            {name: part.of(own) for name, part in self.declared.items() if part.speaks(subject)},
            {name: part.of(own) for name, part in self.history.items() if part.speaks(subject)},
            self.deviations[own],
            {name: variance[own] for name, variance in self.variances.items() if variance[subject] != 0},
        )

    def singles(self) -> list[Queries]:
        """The queries of each subject, without the blocks in which it says nothing that counts."""
        told = replace(
            self,
            declared={name: part.told() for name, part in self.declared.items()},
            history={name: part.told() for name, part in self.history.items()},
        )
        return [told.one(subject) for subject in range(len(self))]

    @staticmethod
    def stacked(singles: Sequence[Queries]) -> Queries:
        """Queries of one subject each, as one."""
        return Queries(
            [profile for each in singles for profile in each.profiles],
            _stacked([each.declared for each in singles]),
            _stacked([each.history for each in singles]),
            np.concatenate([each.deviations for each in singles]) if singles else np.zeros(0, np.float32),
            _numbers({}, dict(enumerate(each.variances for each in singles)), len(singles)),
        )

    def replaced(self, others: Mapping[int, Queries]) -> Queries:
        """The same with single subjects' queries in the place of theirs, by position."""
        profiles, deviations = list(self.profiles), self.deviations.copy()
        for position, single in others.items():
            profiles[position] = single.profiles[0]
            deviations[position] = single.deviations[0]
        size = len(profiles)
        declared = _replaced(self.declared, {position: single.declared for position, single in others.items()}, size)
        history = _replaced(self.history, {position: single.history for position, single in others.items()}, size)
        variances = _numbers(self.variances, {position: each.variances for position, each in others.items()}, size)
        return Queries(profiles, declared, history, deviations, variances)


def _stacked(singles: Sequence[Mapping[str, Part]]) -> dict[str, Part]:
    return _replaced({}, dict(enumerate(singles)), len(singles))


def _numbers(arrays: Mapping[str, Floats], singles: Mapping[int, Mapping[str, Floats]], size: int) -> dict[str, Floats]:
    result: dict[str, Floats] = {}
    for name in sorted({*arrays, *(name for single in singles.values() for name in single)}):
        result[name] = arrays[name].copy() if name in arrays else np.zeros(size, np.float32)
        for position, single in singles.items():
            result[name][position] = single[name][0] if name in single else 0
    return result


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
