"""Which rows of the pool a list chooses from: conditions as masks, and the best rows among them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from recommender.features import Doubles, Floats, Mask, Rows


@dataclass(frozen=True, eq=False)
class CandidateMask:
    """The projects that meet a condition, and their number."""

    mask: Mask
    count: int

    @cached_property
    def bits(self) -> npt.NDArray[np.uint8]:
        """The mask, eight projects a byte, the first in the lowest bit."""
        return np.packbits(self.mask, bitorder="little")

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return self.count == len(self.mask)

    def both(self, other: CandidateMask) -> CandidateMask:
        """Return the projects that meet both conditions."""
        if self.everything or other.everything:
            return other if self.everything else self
        mask = self.mask & other.mask
        return CandidateMask(mask, int(np.count_nonzero(mask)))


def allowed_rows(row_of: Mapping[str, int], size: int, allowed: Collection[str] | None) -> Mask:
    """Return which rows have one of the ``allowed`` ids; ``None`` means all. Ids without a row are ignored."""
    if allowed is None:
        return np.ones(size, bool)
    mask = np.zeros(size, bool)
    mask[[row_of[each] for each in allowed if each in row_of]] = True
    return mask


def best_rows(fits: Floats | Doubles, candidates: Mask | None, count: int) -> Rows:
    """Return the candidates with the highest fits, and ties with the last of them within single precision."""
    rows = np.arange(len(fits)) if candidates is None else np.flatnonzero(candidates)
    if len(rows) <= count:
        return rows
    values = fits if len(rows) == len(fits) else fits[rows]
    last = -np.partition(-values, count - 1)[count - 1]
    return np.asarray(rows[values >= last - slack_of(values)], dtype=np.intp)


def slack_of(fits: Floats | Doubles) -> float:
    """Return the least difference at which the order of single-precision fits is certain."""
    return 1e-5 * max(1.0, float(np.abs(fits).max()))
