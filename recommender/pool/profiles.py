"""Profiles: subjects as blocks see them, with their declarations and acts."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from recommender.pool.aspects import Aspect, AspectKind, titles
from recommender.pool.aspects import WeightedText as WeightedText


class SubjectKind(StrEnum):
    """The kind of subject that a ranking is for."""

    INVESTOR = "INVESTOR"
    PLACE = "PLACE"
    PROJECT = "PROJECT"
    TEXT = "TEXT"
    ENTITY = "ENTITY"
    """A record of a plugin's entity."""


LIKE_PROJECTS = frozenset({SubjectKind.PROJECT, SubjectKind.ENTITY})
"""Subjects that a project is compared with, rather than what they want of it: reasons say what both have."""


class EvidenceKind(StrEnum):
    """The kind of an act."""

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
        """Whether the act is in favour of the project."""
        return EVIDENCE_STRENGTH[self.kind] > 0

    def weight(self, today: np.datetime64, half_life: float = HALF_LIFE_YEARS) -> float:
        """Return its strength, halved with every ``half_life`` years that have passed."""
        years = half_life if self.day is None else max(0.0, float((today - self.day) / np.timedelta64(1, "D")) / 365.25)
        return EVIDENCE_STRENGTH[self.kind] * math.pow(0.5, years / half_life)


TIER_WEIGHT: Mapping[str, float] = {"PILLAR": 1.0, "EMERGING": 1.0, "FUTURE": 0.8, "TRADITIONAL": 0.7}
"""A priority's weight is multiplied by that of its tier: what a place wants to grow counts more than what it has."""


@dataclass(frozen=True, slots=True)
class StatedPriority:
    """A priority as a place declares it: its weight before that of its tier, and what it means."""

    id: str
    weight: float
    tier: str | None = None
    concepts: tuple[str, ...] = ()
    tracks: tuple[str, ...] = ()
    name: Mapping[str, str] = field(default_factory=dict)
    description: Mapping[str, str] = field(default_factory=dict)

    @property
    def full_weight(self) -> float:
        """The weight, including that of the tier."""
        return self.weight * TIER_WEIGHT.get(str(self.tier), 1.0)

    def texts(self, weight: float) -> list[WeightedText]:
        """Return its name at ``weight``, and its description, which counts half."""
        return titles(self.name, self.description, weight)

    def as_aspect(self, weight: float, concepts: Mapping[str, float]) -> Aspect:
        """Return the priority as one query, at ``weight``, with the weights of its ``concepts`` among each other."""
        tracks = dict.fromkeys(self.tracks, 1.0)
        return Aspect(self.id, AspectKind.PRIORITY, weight, self.name, self.texts(1.0), concepts, tracks)


@dataclass(frozen=True)
class Profile:
    """A subject. Every field is optional; what is missing contributes nothing.

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
    silent: bool = False
    """Whether it only acted: a place that declares nothing and has nothing is no candidate for others to see."""
    excluded_places: frozenset[str] = frozenset()
    excluded_concepts: frozenset[str] = frozenset()
    excluded_projects: frozenset[str] = frozenset()
    excluded_organisations: frozenset[str] = frozenset()
    own_organisation: str | None = None
    portfolio: frozenset[str] = frozenset()
    passed: frozenset[str] = frozenset()
    seen: frozenset[str] = frozenset()
    priorities: Sequence[StatedPriority] = ()
    """What a place states, from which its texts, concepts and tracks are made."""
    aspects: Sequence[Aspect] = ()
    """What is asked for, one by one; empty: texts, concepts and tracks are taken apart (``fit.aspects``)."""
    needs: Sequence[Aspect] = ()
    """A place's open needs, of which ``need_texts`` and ``need_concepts`` are the sum."""

    @property
    def states_nothing(self) -> bool:
        """Whether it declares nothing that distinguishes projects, and has no acts."""
        asked = self.texts or self.concepts or self.tracks or self.need_texts or self.need_concepts or self.aspects
        mandate = self.stages or self.places or self.own_place or self.level_wanted
        cheque = not (math.isnan(self.cheque_low) and math.isnan(self.cheque_high))
        return not (asked or mandate or cheque or self.evidence_concepts or self.history)

    def with_priorities(
        self, weights: Mapping[str, float] | None = None, industries: Mapping[str, float] | None = None
    ) -> Profile:
        """Return the same place with its texts, concepts and tracks made from its priorities.

        ``weights`` replaces the weights of priorities by id (at least 0; 0 leaves one out); others keep theirs.
        ``industries`` multiplies what the priorities want of a concept (1 changes nothing, 0 leaves it out); one
        that no priority means counts as a priority of that weight. Raises ``ValueError`` for an id that isn't one of
        its priorities, or a weight that is negative or not finite.
        """
        from dataclasses import replace

        replaced = dict(weights or {})
        concepts: dict[str, float] = defaultdict(float)
        tracks: dict[str, float] = defaultdict(float)
        texts: list[WeightedText] = []
        factors = self._factors(industries or {})
        aspects: list[Aspect] = []
        heaviest = max((priority.full_weight for priority in self.priorities), default=0.0) or 1.0
        for priority in self.priorities:
            own = replaced.pop(priority.id, priority.weight)
            if not (math.isfinite(own) and own >= 0):
                raise ValueError(f"the weight of priority {priority.id} is {own}; give a number of at least 0")
            weight = own * TIER_WEIGHT.get(str(priority.tier), 1.0)
            if weight == 0:
                continue
            for each in priority.concepts:
                concepts[each] += weight / len(priority.concepts)
            for each in priority.tracks:
                tracks[each] += weight / len(priority.tracks)
            texts.extend(priority.texts(weight))
            meant = {each: factors.get(each, 1.0) for each in priority.concepts}
            aspects.append(
                priority.as_aspect(weight / heaviest, {each: factor for each, factor in meant.items() if factor > 0})
            )
        if replaced:
            raise ValueError(f"{next(iter(replaced))!r} is no priority of {self.id} that is in force")
        for each, factor in factors.items():
            if each not in concepts and factor > 0:
                aspects.append(Aspect(each, AspectKind.CONCEPT, factor, concepts={each: 1.0}))
            concepts[each] = factor * concepts[each] if each in concepts else factor
        wanted = {each: weight for each, weight in concepts.items() if weight > 0}
        return replace(self, texts=texts, concepts=wanted, tracks=dict(tracks), aspects=[*aspects, *self.needs])

    @staticmethod
    def _factors(industries: Mapping[str, float]) -> dict[str, float]:
        for each, factor in industries.items():
            if not (math.isfinite(factor) and factor >= 0):
                raise ValueError(f"the weight of industry {each} is {factor}; give a number of at least 0")
        return dict(industries)

    def without_history(self) -> Profile:
        """Return the subject without its history, for a ranking that isn't personalised."""
        from dataclasses import replace

        return replace(self, history=())
