"""Conditions on projects as masks: what passes, and how many that are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from recommender.features import Mask


@dataclass(frozen=True, eq=False)
class CandidateMask:
    """Projects that meet a condition, and how many they are."""

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
        """Return what meets this condition and another one."""
        if self.everything or other.everything:
            return other if self.everything else self
        mask = self.mask & other.mask
        return CandidateMask(mask, int(np.count_nonzero(mask)))
