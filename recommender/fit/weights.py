"""Weights of blocks and of the three voices of a query."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from recommender.interface.errors import RecommenderError


@dataclass(frozen=True)
class Weights:
    """Weights of blocks and of the voices: declarations, similar history, history regression."""

    blocks: Mapping[str, float] = field(default_factory=dict)
    declared: float = 1.0
    history: float = 0.4
    learned: float = 0.9
    activity: float = 1.0
    """Weight of the investor's recent activity when investors are ranked for a project."""

    def changed(self, single: Mapping[str, float] | None) -> Weights:
        """Replace weights of single blocks. Raises ``RecommenderError`` for an unknown or negative one."""
        for name, weight in (single or {}).items():
            if name not in self.blocks:
                raise RecommenderError(
                    f"There is no block {name!r}; the blocks are {', '.join(self.blocks)}", field="weights"
                )
            if not 0 <= weight <= 1000:
                raise RecommenderError(f"The weight of {name!r} is {weight}; give 0 to 1000", field="weights")
        return replace(self, blocks={**self.blocks, **(single or {})})

    def flat(self) -> dict[str, float]:
        """Return all numbers by name, for a snapshot."""
        voices = {"declared": self.declared, "history": self.history, "learned": self.learned}
        return {**self.blocks, **{f"~{name}": value for name, value in voices.items()}, "~activity": self.activity}

    def digest(self) -> str:
        """A hash of twelve characters."""
        text = ";".join(f"{name}={value!r}" for name, value in sorted(self.flat().items()))
        return hashlib.sha256(text.encode()).hexdigest()[:12]
