"""The pool of projects as columns, for blocks and gates. Row ``i`` is ``ids[i]``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property, partial
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from recommender.pool.rows import mixed_columns

Codes = npt.NDArray[np.int32]
Doubles = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]

STAGES = (
    "IDEA",
    "PRE_SEED",
    "SEED",
    "ANGEL",
    "PRE_A",
    "SERIES_A",
    "SERIES_B",
    "SERIES_C",
    "SERIES_D_PLUS",
    "PRE_IPO",
    "PUBLIC",
    "STRATEGIC",
    "GRANT",
    "DEBT",
)
"""Funding stages by code. Those before ``STRATEGIC`` are in order, for adjacency."""
ORDERED_STAGES = STAGES.index("STRATEGIC")
STAGE_CODE: Mapping[str, int] = {stage: code for code, stage in enumerate(STAGES)}

LEVELS = ("INTERNATIONAL_LEADING", "INTERNATIONAL_ADVANCED", "DOMESTIC_LEADING", "DOMESTIC_ADVANCED")
"""Technology levels by code, highest first."""
LEVEL_CODE: Mapping[str, int] = {level: code for code, level in enumerate(LEVELS)}

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Backer:
    """An investor with a public deal in a project."""

    id: str
    names: Texts = field(default_factory=dict)


@dataclass(frozen=True)
class Projects:
    """Columns of ``len(ids)`` rows; ids ascend, so a row number is also the order of ties.

    Codes are positions in ``Taxonomies``' places, concepts and tracks, -1 where unknown. Asks are in rough US
    dollars (see ``Taxonomies.rates``), not a number where unknown. ``result`` is the best share of a competition's
    field that the project left behind, 0 to 1.
    """

    ids: Sequence[str]
    texts: Sequence[Texts] = ()
    names: Sequence[Texts] = ()
    kinds: Sequence[str] = ()
    offered: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))
    organisations: Sequence[str | None] = ()
    origins: Codes = field(default_factory=lambda: np.zeros(0, np.int32))
    landed: Codes = field(default_factory=lambda: np.zeros(0, np.int32))
    stages: Codes = field(default_factory=lambda: np.zeros(0, np.int32))
    levels: Codes = field(default_factory=lambda: np.zeros(0, np.int32))
    ask_low: Doubles = field(default_factory=lambda: np.zeros(0))
    ask_high: Doubles = field(default_factory=lambda: np.zeros(0))
    result: Doubles = field(default_factory=lambda: np.zeros(0))
    tracks: sparse.csr_matrix | None = None
    concepts: sparse.csr_matrix | None = None
    preferences: sparse.csr_matrix | None = None
    """Weighted landing preferences, shape (projects, places)."""
    backers: Sequence[tuple[Backer, ...]] = ()
    """Investors with a public deal in the project."""

    def texts_on_offer(self) -> list[str]:
        """The texts in which words are counted: drafts, which must not move scores, only if nothing is on offer."""
        counted = self.offered if self.offered.any() else ~self.offered
        return [text for by_tag, own in zip(self.texts, counted, strict=True) if own for text in by_tag.values()]

    def __post_init__(self) -> None:
        size = len(self.ids)
        defaults: dict[str, Any] = {
            "texts": lambda: [{}] * size,
            "names": lambda: [{}] * size,
            "kinds": lambda: ["STARTUP"] * size,
            "offered": lambda: np.ones(size, bool),
            "organisations": lambda: [None] * size,
            "backers": lambda: [()] * size,
            "origins": lambda: np.full(size, -1, np.int32),
            "landed": lambda: np.full(size, -1, np.int32),
            "stages": lambda: np.full(size, -1, np.int32),
            "levels": lambda: np.full(size, -1, np.int32),
            "ask_low": lambda: np.full(size, np.nan),
            "ask_high": lambda: np.full(size, np.nan),
            "result": lambda: np.full(size, np.nan),
        }
        for name, default in defaults.items():
            if len(getattr(self, name)) == 0 and size:
                object.__setattr__(self, name, default())
        for column in fields(self):
            value = getattr(self, column.name)
            length = size if value is None else value.shape[0] if sparse.issparse(value) else len(value)
            if length != size:
                raise ValueError(f"Projects: {column.name} has {length} rows, ids has {size}")
        if any(after <= before for before, after in zip(self.ids, self.ids[1:], strict=False)):
            raise ValueError("Projects: ids must ascend and be different; sort the rows by id")

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def row_of(self) -> Mapping[str, int]:
        return {project_id: row for row, project_id in enumerate(self.ids)}

    @cached_property
    def kind_codes(self) -> tuple[list[str], npt.NDArray[np.intp]]:
        """The distinct kinds, and the position of each row's kind among them."""
        names = sorted(set(self.kinds))
        code_of = {name: code for code, name in enumerate(names)}
        return names, np.array([code_of[kind] for kind in self.kinds], np.intp)

    @cached_property
    def organisation_array(self) -> npt.NDArray[np.str_]:
        return np.array([each or "" for each in self.organisations], dtype=np.str_)

    def at(self, rows: Rows) -> Projects:
        """Return single projects, in the order of ``rows``, which must ascend."""
        return self._made(lambda own: [own[row] for row in rows] if isinstance(own, Sequence) else own[rows])

    def merged(self, source: Rows, fresh: Projects) -> Projects:
        """Merge: row ``i`` is row ``source[i]`` of these, or, where that is negative, the next row of ``fresh``."""
        return self._made(partial(mixed_columns, source), fresh)

    def _made(self, make: Callable[..., Any], *others: Projects) -> Projects:
        columns: dict[str, Any] = {}
        for column in fields(self):
            parts = [getattr(each, column.name) for each in (self, *others)]
            columns[column.name] = None if all(part is None for part in parts) else make(*parts)
        return Projects(**columns)

    def memberships(self, column: sparse.csr_matrix | None, size: int) -> sparse.csr_matrix:
        """Return a sparse column; if it is missing, an empty one of ``size`` columns."""
        if column is None:
            return sparse.csr_matrix((len(self.ids), size), dtype=np.float32)
        return column
