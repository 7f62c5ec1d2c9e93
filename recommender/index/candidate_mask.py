"""Conditions on projects as masks, with the number of projects that pass."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from recommender.features import Mask


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
