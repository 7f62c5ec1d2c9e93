"""A subject as blocks see it: what an investor or a place declares, and what it did."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np


class SubjectKind(StrEnum):
    """Who asks, or on whose behalf a ranking is made."""

    INVESTOR = "INVESTOR"
    PLACE = "PLACE"
    PROJECT = "PROJECT"
    TEXT = "TEXT"


class EvidenceKind(StrEnum):
    """What a subject did with a project."""

    INVESTED = "INVESTED"
    LANDED = "LANDED"
    SIGNED = "SIGNED"
    MET = "MET"
    LIKED = "LIKED"
    BOOKMARKED = "BOOKMARKED"
    PASSED = "PASSED"


EVIDENCE_STRENGTH: Mapping[EvidenceKind, float] = {
    EvidenceKind.INVESTED: 1.0,
    EvidenceKind.LANDED: 1.0,
    EvidenceKind.SIGNED: 1.0,
    EvidenceKind.MET: 0.6,
    EvidenceKind.LIKED: 0.6,
    EvidenceKind.BOOKMARKED: 0.3,
    EvidenceKind.PASSED: -0.5,
}
"""How much each act says: money most; a pass speaks against, but less, because it has many causes."""

HALF_LIFE_YEARS = 7.0
"""After this time an act counts half."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One act: the project by id, what was done, and the day (``None``: unknown, counted as one half-life old)."""

    project_id: str
    kind: EvidenceKind
    day: np.datetime64 | None = None

    @property
    def favourable(self) -> bool:
        """Whether the act speaks for the project."""
        return EVIDENCE_STRENGTH[self.kind] > 0

    def weight(self, today: np.datetime64, half_life: float = HALF_LIFE_YEARS) -> float:
        """Its strength, halved with every ``half_life`` years that have passed."""
        years = half_life if self.day is None else max(0.0, float((today - self.day) / np.timedelta64(1, "D")) / 365.25)
        return EVIDENCE_STRENGTH[self.kind] * math.pow(0.5, years / half_life)


@dataclass(frozen=True, slots=True)
class WeightedText:
    """A text that a subject declares, with its share among its texts."""

    text: str
    language: str | None = None
    weight: float = 1.0


@dataclass(frozen=True)
class Profile:
    """One subject. Everything is optional: what is missing contributes nothing.

    ``concepts``, ``tracks`` and the like map ids to weights. Cheques are in rough US dollars. ``stages`` and
    ``project_kinds`` hold enum values; empty means not stated. The sets at the end feed gates, never scores.
    """

    id: str
    kind: SubjectKind
    name: Mapping[str, str] = field(default_factory=dict)
    texts: Sequence[WeightedText] = ()
    concepts: Mapping[str, float] = field(default_factory=dict)
    tracks: Mapping[str, float] = field(default_factory=dict)
    stages: frozenset[str] = frozenset()
    project_kinds: frozenset[str] = frozenset()
    cheque_low: float = math.nan
    cheque_high: float = math.nan
    places: frozenset[str] = frozenset()
    """Places of the mandate, with everything in them."""
    own_place: str | None = None
    """The place itself, for a place; where an investor sits says nothing about its mandate and stays out."""
    level_wanted: str | None = None
    need_texts: Sequence[WeightedText] = ()
    need_concepts: Mapping[str, float] = field(default_factory=dict)
    evidence_concepts: Mapping[str, float] = field(default_factory=dict)
    """What is there already: concepts of parks and firms, by count."""
    evidence_texts: Sequence[WeightedText] = ()
    history: Sequence[Evidence] = ()
    active: bool = True
    excluded_places: frozenset[str] = frozenset()
    excluded_concepts: frozenset[str] = frozenset()
    excluded_projects: frozenset[str] = frozenset()
    excluded_organisations: frozenset[str] = frozenset()
    portfolio: frozenset[str] = frozenset()
    passed: frozenset[str] = frozenset()
    seen: frozenset[str] = frozenset()

    def without_history(self) -> Profile:
        """The same subject as it declares itself, for a ranking that is not personalised."""
        from dataclasses import replace

        return replace(self, history=())
