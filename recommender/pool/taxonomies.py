"""Taxonomies: the tree of places, the graph of concepts, the tracks; with exchange rates and the day."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy import sparse

from recommender.pool import clock as days
from store.cache import Cache

Codes = npt.NDArray[np.int32]

BROADER_STEP = 0.6
"""What a membership is worth one step up the concept graph; two siblings meet at their common broader concept."""
MAPPING_STRENGTH: Mapping[str, float] = {"EXACT": 1.0, "CLOSE": 0.8, "BROAD": 0.6, "NARROW": 0.6, "RELATED": 0.3}
"""What a membership is worth across a crosswalk, by the SKOS relation."""
MOST_PATHS = 100_000
_FURTHEST = 0.2
"""Memberships worth less than this are not followed further."""


def name_in(names: Mapping[str, str] | None, language: str, default: str = "") -> str:
    """Return the name in ``language`` (``en`` or ``zh``), else in English, else in any language."""
    if not names:
        return default
    for tag in (language, "en", "zh"):
        if names.get(tag):
            return names[tag]
    return next((names[tag] for tag in sorted(names) if names[tag]), default)


@dataclass(frozen=True)
class PlaceTree:
    """Places by code (position in ``ids``); ``parents`` holds the parent's code or -1."""

    ids: Sequence[str] = ()
    names: Sequence[Mapping[str, str]] = ()
    parents: Codes = field(default_factory=lambda: np.zeros(0, np.int32))

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def code_of(self) -> Mapping[str, int]:
        return {place_id: code for code, place_id in enumerate(self.ids)}

    @cached_property
    def paths(self) -> Sequence[tuple[int, ...]]:
        """Each place's ancestors, itself first. A cycle is cut where it closes."""
        paths: list[tuple[int, ...]] = []
        for code in range(len(self.ids)):
            path = [code]
            while (parent := int(self.parents[path[-1]])) >= 0 and parent not in path:
                path.append(parent)
            paths.append(tuple(path))
        return paths

    @cached_property
    def levels(self) -> Sequence[npt.NDArray[np.intp]]:
        """All codes by depth, outermost first: every place comes after its parent."""
        depths = np.array([len(path) for path in self.paths], np.intp)
        return [np.flatnonzero(depths == depth) for depth in range(1, int(depths.max(initial=0)) + 1)]

    @cached_property
    def ancestry(self) -> sparse.csr_matrix:
        """A matrix whose row ``i`` has ones at place ``i`` and its ancestors."""
        rows = [code for code, path in enumerate(self.paths) for _ in path]
        columns = [place for path in self.paths for place in path]
        ones = np.ones(len(rows), np.float32)
        return sparse.csr_matrix((ones, (rows, columns)), shape=(len(self.ids), len(self.ids)))

    def inside(self, codes: Sequence[int]) -> npt.NDArray[np.bool_]:
        """Return which places are one of ``codes`` or lie in one."""
        wanted = np.zeros(len(self.ids), np.float32)
        wanted[list(codes)] = 1
        return np.asarray(self.ancestry @ wanted > 0)

    def name(self, code: int, language: str) -> str:
        return name_in(self.names[code], language, self.ids[code])


@dataclass(frozen=True)
class ConceptGraph:
    """Concepts by code; ``broader`` holds a code or -1; ``mappings`` are (source, target, relation)."""

    ids: Sequence[str] = ()
    names: Sequence[Mapping[str, str]] = ()
    broader: Codes = field(default_factory=lambda: np.zeros(0, np.int32))
    mappings: Sequence[tuple[int, int, str]] = ()
    descriptions: Sequence[Mapping[str, str]] = ()
    """What belongs to each, by language; empty where none has any."""
    _paths: Cache[tuple[int, int], list[int]] = field(
        default_factory=lambda: Cache(MOST_PATHS), init=False, repr=False, compare=False
    )
    """Paths that explanations request repeatedly."""

    def __len__(self) -> int:
        return len(self.ids)

    def description(self, code: int) -> Mapping[str, str]:
        """Return the description of a concept, by language."""
        return self.descriptions[code] if self.descriptions else {}

    @cached_property
    def code_of(self) -> Mapping[str, int]:
        return {concept_id: code for code, concept_id in enumerate(self.ids)}

    @cached_property
    def _steps(self) -> Sequence[Sequence[tuple[int, float]]]:
        steps: list[list[tuple[int, float]]] = [[] for _ in self.ids]
        for code, parent in enumerate(self.broader):
            if parent >= 0:
                steps[code].append((int(parent), BROADER_STEP))
        for source, target, relation in self.mappings:
            strength = MAPPING_STRENGTH.get(str(relation), 0.3)
            steps[source].append((target, strength))
            steps[target].append((source, strength))
        return steps

    def reach(self, code: int) -> Mapping[int, float]:
        """Return the concepts that a membership of ``code`` reaches, with its worth: 1 at itself, then falling."""
        worth = {code: 1.0}
        frontier = [code]
        while frontier:
            following: list[int] = []
            for current in frontier:
                for target, strength in self._steps[current]:
                    value = worth[current] * strength
                    if value > worth.get(target, 0.0) and value >= _FURTHEST:
                        worth[target] = value
                        following.append(target)
            frontier = following
        return worth

    @cached_property
    def spread(self) -> sparse.csr_matrix:
        """Row ``i`` holds ``reach(i)``."""
        reaches = [self.reach(code) for code in range(len(self.ids))]
        rows = [code for code, reach in enumerate(reaches) for _ in reach]
        columns = [target for reach in reaches for target in reach]
        values = np.array([worth for reach in reaches for worth in reach.values()], np.float32)
        return sparse.csr_matrix((values, (rows, columns)), shape=(len(self.ids), len(self.ids)))

    def path(self, source: int, target: int) -> list[int]:
        """Return the strongest path between two concepts by way of a shared one; empty if there is none."""
        path = self._paths.get((source, target))
        if path is None:
            path = self._strongest_path(source, target)
            self._paths.put((source, target), path)
        return list(path)

    def related(self, code: int) -> frozenset[int]:
        """Return the concept itself, those it is mapped to, and all broader and narrower ones."""
        return self._related[code]

    @cached_property
    def _related(self) -> Sequence[frozenset[int]]:
        near: list[set[int]] = [{code, *self.reach(code)} for code in range(len(self.ids))]
        for code, reached in enumerate([set(each) for each in near]):
            for other in reached:
                near[other].add(code)
        return [frozenset(each) for each in near]

    def _strongest_path(self, source: int, target: int) -> list[int]:
        up, down = self._ways(source), self._ways(target)
        shared = [code for code in up if code in down]
        if not shared:
            return []
        meeting = max(shared, key=lambda code: (up[code][0] * down[code][0], -code))
        way = [*up[meeting][1], *reversed(down[meeting][1][:-1])]
        return [way[0], *(after for before, after in pairwise(way) if after != before)]

    def _ways(self, code: int) -> Mapping[int, tuple[float, list[int]]]:
        ways: dict[int, tuple[float, list[int]]] = {code: (1.0, [code])}
        frontier = [code]
        while frontier:
            following: list[int] = []
            for current in frontier:
                worth, way = ways[current]
                for target, strength in self._steps[current]:
                    value = worth * strength
                    if value >= _FURTHEST and value > ways.get(target, (0.0, []))[0]:
                        ways[target] = (value, [*way, target])
                        following.append(target)
            frontier = following
        return ways

    def name(self, code: int, language: str) -> str:
        return name_in(self.names[code], language, self.ids[code])


@dataclass(frozen=True)
class Tracks:
    """Tracks by code, and the concepts that each lists."""

    ids: Sequence[str] = ()
    names: Sequence[Mapping[str, str]] = ()
    concepts: Sequence[Sequence[int]] = ()
    descriptions: Sequence[Mapping[str, str]] = ()
    """What belongs to each, by language; empty where none has any."""

    def __len__(self) -> int:
        return len(self.ids)

    def description(self, code: int) -> Mapping[str, str]:
        """Return the description of a track, by language."""
        return self.descriptions[code] if self.descriptions else {}

    @cached_property
    def code_of(self) -> Mapping[str, int]:
        return {track_id: code for code, track_id in enumerate(self.ids)}

    def name(self, code: int, language: str) -> str:
        return name_in(self.names[code], language, self.ids[code])


DEFAULT_RATES: Mapping[str, float] = {
    "USD": 1.0,
    "EUR": 1.1,
    "GBP": 1.25,
    "CHF": 1.1,
    "CAD": 0.75,
    "AUD": 0.65,
    "SGD": 0.75,
    "HKD": 0.13,
    "CNY": 0.14,
    "TWD": 0.03,
    "JPY": 0.007,
    "KRW": 0.0007,
    "INR": 0.012,
    "RUB": 0.011,
}
"""Rough worth of one unit in US dollars. Used only to say which of wide bands (a factor of about three) an
amount falls in, never to convert an amount that anybody sees; change it in the settings where it is too rough."""


def common_amount(
    amount: Decimal | float | None, currency: str | None, rates: Mapping[str, float] = DEFAULT_RATES
) -> float:
    """Return the amount in rough US dollars; not a number where amount or currency is unknown."""
    if amount is None or currency is None or currency not in rates or amount <= 0:
        return math.nan
    return float(amount) * rates[currency]


@dataclass(frozen=True)
class Taxonomies:
    """Everything shared by all projects and subjects of one snapshot."""

    places: PlaceTree = field(default_factory=PlaceTree)
    concepts: ConceptGraph = field(default_factory=ConceptGraph)
    tracks: Tracks = field(default_factory=Tracks)
    rates: Mapping[str, float] = field(default_factory=lambda: DEFAULT_RATES)
    today: np.datetime64 = field(default_factory=lambda: days.this_day())
    """The day from which acts are counted back: the latest one known, where deals end some years ago."""
    day: np.datetime64 = field(default_factory=lambda: days.this_day())
    """The day of reading: which priorities are in force and which needs are open."""
