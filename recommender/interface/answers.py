"""The recommender's answers: plain, immutable, without database or array types.

One law holds for every answer: the contributions of an item, its baseline included, add up to its score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from recommender.interface.bands import Band, band_of
from recommender.interface.lazy import Reason
from recommender.interface.requests import RankingRequest

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class ScoreScale(StrEnum):
    """How a score from 0 to 100 is to be read."""

    STANDARD = "STANDARD"
    """A fixed scale: how many of a hundred pairs with such a fit a reader would call a match, as measured on labelled
    texts. A project of which nothing is known stands near 5 where one thing is asked, higher where several are."""
    CALIBRATED = "CALIBRATED"
    """Fitted to past outcomes: of as many chosen as not chosen cases, the percentage that was chosen at this fit.
    50 is as likely to be chosen as an average candidate, 80 four times as likely."""


BASELINE = "baseline"
"""Name of the contribution that every score starts from, before any block speaks."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """The share of a score that comes from one block.

    ``points`` is in points of the score and may be negative. ``declared`` is the part that comes from what the
    subject states (thesis, priorities, mandate), ``history`` the part that comes from its acts; the two add
    up to ``points``. Where the project or the subject says nothing, ``known`` is false and all three are zero.
    """

    block: str
    points: float
    weight: float
    known: bool
    reason: Reason
    declared: float = 0.0
    history: float = 0.0


@dataclass(frozen=True, slots=True)
class AspectShare:
    """The share of one aspect (a priority, a need, a theme) in one score.

    ``share`` is its share of the smooth maximum; the shares of a line add up to 1. ``points`` is its share of the
    points of all topical blocks, contrast and remainder included. ``score`` is the
    pair's score for this aspect alone.
    """

    id: str
    kind: str
    name: Mapping[str, str]
    share: float
    points: float
    score: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """How well a list covers one aspect.

    ``wanted`` is its share of the weights, ``share`` that of the list's lines. ``count`` is the number of lines, at
    least weak matches, in which it leads.
    """

    id: str
    kind: str
    name: Mapping[str, str]
    wanted: float
    share: float
    count: int


@dataclass(frozen=True, slots=True)
class GateResult:
    """Whether one hard condition lets a pair through, and why or why not. A gate never changes a score."""

    gate: str
    passed: bool
    reason: Reason


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """What would have to change for an item to come among the first ``within``."""

    object_id: str
    within: int
    possible: bool
    reason: Reason
    block: str | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Identifies everything that an answer depends on: the same snapshot gives the same answer, to the last byte.

    ``rerankers`` are those that changed the order, in turn, each with its plugin's version.
    """

    id: str
    model_version: str
    encoder: str
    weights: Mapping[str, float]
    weights_hash: str
    data_position: int
    scale: ScoreScale
    created_at: datetime
    rerankers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RankedItem:
    """One line of a ranking. ``rank`` starts at 1 and counts within all candidates that passed the gates."""

    object_id: str
    rank: int
    score: float
    contributions: Sequence[Contribution]
    gates: Sequence[GateResult]
    reasons: Sequence[Reason] = ()
    aspects: Sequence[AspectShare] = ()
    """What each thing asked for made of the score, strongest first."""
    too_little_text: bool = False
    """Whether the project says too little for its texts to tell much."""

    @property
    def band(self) -> Band:
        """The score in words."""
        return band_of(self.score)


@dataclass(frozen=True, slots=True)
class LearnedPreference:
    """What a subject's acts reveal about one industry, track, stage or place, beyond its declarations.

    ``code`` is the id of the concept, track or place, or the stage. ``points`` is what history adds to a project
    with nothing else, near the middle of the scale; ``chosen`` acts were in favour, ``passed`` against.
    """

    block: str
    code: str
    name: Mapping[str, str]
    points: float
    chosen: int
    passed: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Ranking:
    """The answer to a ``RankingRequest``: ``total`` candidates passed the gates, ``gated`` did not."""

    request: RankingRequest
    snapshot: Snapshot
    items: Sequence[RankedItem]
    total: int
    gated: int
    has_more: bool
    learnt: Sequence[LearnedPreference] = ()
    coverage: Sequence[Coverage] = ()
    """What the lines hold for each thing asked for, heaviest first."""
    weak: bool = False
    """Whether the list has no strong match: its fifth-best score is below that of a fair one."""
    silent: bool = False
    """Whether the subject declares nothing and has done nothing that projects could be ranked by."""
    """What the subject's history taught, strongest first; nothing where the ranking isn't personalised."""

    @property
    def calibrated(self) -> bool:
        """Whether the scores are fitted to past outcomes rather than points on the fixed scale."""
        return self.snapshot.scale is ScoreScale.CALIBRATED


@dataclass(frozen=True, slots=True)
class Fit:
    """How well one pair fits, whatever the gates say; ``gates`` says what they say."""

    subject_id: str
    object_id: str
    score: float
    contributions: Sequence[Contribution]
    gates: Sequence[GateResult]
    snapshot: Snapshot
    reasons: Sequence[Reason] = ()
    aspects: Sequence[AspectShare] = ()
    too_little_text: bool = False

    @property
    def band(self) -> Band:
        """The score in words."""
        return band_of(self.score)

    @property
    def passed(self) -> bool:
        """Whether every gate lets the pair through."""
        return all(gate.passed for gate in self.gates)

    @property
    def calibrated(self) -> bool:
        """Whether the score is fitted to past outcomes rather than points on the fixed scale."""
        return self.snapshot.scale is ScoreScale.CALIBRATED


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one investor or place stands among ``total`` of its kind that a project might turn to; 1 is the best."""

    rank: int
    total: int


@dataclass(frozen=True, slots=True)
class FitMatrix:
    """Scores of every row (place) for every column (project): ``scores[i, j]``, shape (rows, columns)."""

    row_ids: Sequence[str]
    column_ids: Sequence[str]
    scores: npt.NDArray[np.float32]
    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class BlockInfo:
    """A block as the API shows it: name, kind, size, prior weight, and what it is about."""

    name: str
    kind: str
    dimension: int
    weight: float
    description: Reason
    owner: str = "core"


@dataclass(frozen=True, slots=True)
class GateInfo:
    """A gate as the API shows it."""

    name: str
    description: Reason
    owner: str = "core"


@dataclass(frozen=True, slots=True)
class TrackFit:
    """How the projects of one track fit a place: count, mean and best score, and the best projects."""

    track_id: str
    count: int
    mean_score: float
    best_score: float
    best_project_ids: Sequence[str] = field(default_factory=tuple)
