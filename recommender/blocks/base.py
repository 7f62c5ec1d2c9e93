"""A block: one signal of a fit, as coordinates of projects and coefficients of subjects."""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from warnings import warn

import numpy as np
import numpy.typing as npt
from scipy import sparse

from recommender.features import CodeFeatures, DenseFeatures, Features, Floats, MembershipFeatures, Rows
from recommender.interface.lazy import Reason
from recommender.pool.aspects import Aspect
from recommender.pool.profiles import Profile, SubjectKind
from recommender.pool.projects import Projects
from recommender.pool.taxonomies import Taxonomies
from recommender.text.vectors import TextVectors

LIFT_SMOOTHING = 10.0
"""Pseudo-observations that the background counts as, against a subject's own history."""

EVERY_SUBJECT = frozenset(SubjectKind)


@dataclass(frozen=True)
class Context:
    """The input of a fit of blocks."""

    projects: Projects
    taxonomies: Taxonomies = field(default_factory=Taxonomies)
    vectors: TextVectors = field(default_factory=TextVectors.empty)

    @property
    def world(self) -> Taxonomies:
        """Deprecated: use ``taxonomies``."""
        warn("Context.world is deprecated until the next minor version; use Context.taxonomies", DeprecationWarning, 2)
        return self.taxonomies


@dataclass(frozen=True, slots=True)
class Pair:
    """One subject and one project, with what the block gave them, for an explanation.

    ``points`` are points of the score; ``declared`` and ``history`` are its two parts. ``chosen`` holds the rows of
    the projects that the subject chose before, in the order of its history.
    """

    profile: Profile
    row: int
    points: float
    declared: float
    history: float
    known: bool
    chosen: tuple[int, ...] = ()
    aspect: Aspect | None = None
    """The single wish that made most of the match and may be named; then ``profile`` asks for it alone."""
    query: Floats | None = None
    """The block's coefficients for ``aspect``, shape (groups, dimension)."""
    plain_query: Floats | None = None
    """The coefficients of its words without feedback, in a block that quotes sentences."""
    shared: bool = False
    """Whether several wishes share the match, so that none of them may be named."""

    @property
    def others_chosen(self) -> tuple[int, ...]:
        """The rows of the projects chosen before, without this project, which would resemble itself."""
        return tuple(row for row in self.chosen if row != self.row)

    @property
    def positive(self) -> bool:
        return self.points > 0

    @property
    def by_history(self) -> bool:
        """Whether the subject's acts weigh more here than its statements."""
        return abs(self.history) > abs(self.declared)


class SilentBlockError(Exception):
    """A block can't answer now: it contributes nothing to any score of these subjects."""


class Block(ABC):
    """One signal. Subclass it, give ``name``, ``weight``, ``description``, and write ``project`` and ``query``.

    ``project`` turns the pool into coordinates: a float array of shape (projects, dimension), an integer array
    of codes (-1: unknown), or a sparse matrix of memberships. ``query`` turns a subject into coefficients of
    the same dimension, or ``None`` if it states nothing. The fit is their inner product, centred and divided by
    its own standard deviation over the pool, so that a weight means the same in every block and for every
    subject. A row of zeros (a code of -1) is unknown and contributes nothing, never a penalty.

    ``shares`` names a block whose coordinates this one queries too; such a block has no ``project`` of its own.
    ``learnable`` coordinates take part in learning from history. Fitted attributes end in an underscore.
    """

    name: str
    owner: str = "core"
    weight: float = 0.5
    description: Reason
    shares: str | None = None
    subjects: frozenset[SubjectKind] = EVERY_SUBJECT
    learnable: bool = False
    size: int | None = None
    """Number of codes, if ``project`` returns codes."""
    time_limit: float | None = None
    """Time limit of one call in seconds, of a plugin's block; ``None`` means the host's ``call_time_limit``."""
    topical: bool = False
    """Whether the block asks what a project is about. Then each of the subject's aspects (priorities, needs, themes)
    is a query of its own, and the strongest of them counts. Otherwise the subject has one query here."""
    permits: bool = False
    """Whether the block says no more than that a match is possible (stage, cheque, place): it may order the projects
    within a band of scores, and lifts none above the band that its match gives (``recommender.fit.permitting``)."""
    quotes: bool = False
    """Whether the block can quote the sentence of a project behind a match (``carrying``)."""
    worded: bool = False
    """Whether a topical block compares texts: its products are shrunk by how little a text tells projects apart."""
    in_spread: bool = True
    """Whether its values count in the deviation that the whole fit is divided by. Where they don't, projects of which
    the block knows nothing keep their fits to the last bit."""
    by_row: bool = False
    """Whether ``project`` looks at each project alone, beside what ``learn`` kept of the pool: then a changed project
    is projected without the others. Otherwise the whole pool is projected anew for it."""

    context_: Context
    features_: Features

    def load(self, session: Any) -> None:  # noqa: B027
        """Read from the block's own tables before a fit, by a read-only SQLAlchemy session."""

    def fit(self, context: Context, shared: Features | None = None) -> Block:
        """Project the pool. ``shared`` holds the coordinates of the block named by ``shares``."""
        self.context_ = context
        if self.shares is not None:
            if shared is None:
                raise ValueError(f"Block {self.name} shares the coordinates of {self.shares}, which doesn't exist")
            self.features_ = shared
        else:
            self.learn(context.projects)
            self.features_ = self.as_features(self.project(context.projects))
            self.features_.settle()
        return self

    def learn(self, projects: Projects) -> None:  # noqa: B027
        """Compute what ``project`` needs to know about the pool (a mean, frequencies), in attributes that end in an
        underscore. Nothing by default.
        """

    def follow(self, context: Context, source: Rows, changed: Projects, shared: Features | None = None) -> Block:
        """Return this block for a pool with few changed projects, keeping what was learned from the earlier pool.

        Row ``i`` of the pool is row ``source[i]`` of the earlier one, or, where that is negative, the next row of
        ``changed``. The block itself doesn't change.
        """
        block = copy.copy(self)
        block.context_ = context
        if shared is not None:
            block.features_ = shared
        elif self.by_row and not len(changed):
            same = len(source) == len(self.features_)  # ascending and none new: nothing but rows that left
            block.features_ = self.features_ if same else self.features_.at(source)
        elif self.by_row:
            block.context_ = replace(context, projects=changed)
            fresh = block.as_features(block.project(changed))
            block.context_ = context
            block.features_ = self.features_.merged(source, fresh)
        else:
            block.fit(context)
        return block

    def as_features(self, values: Features | npt.NDArray[Any] | sparse.csr_matrix) -> Features:
        """Convert the result of ``project`` to features. Raises ``ValueError`` for a wrong shape."""
        rows = len(self.context_.projects)
        length = len(values) if isinstance(values, Features | np.ndarray) else values.shape[0]
        if length != rows:
            raise ValueError(f"Block {self.name}: project() gave {length} rows for {rows} projects")
        if isinstance(values, Features):
            return values
        if sparse.issparse(values):
            return MembershipFeatures(values)
        array = np.asarray(values)
        if array.ndim == 1 and np.issubdtype(array.dtype, np.integer):
            return CodeFeatures(array.astype(np.int32), self.size or int(array.max(initial=0)) + 1)
        if array.ndim != 2:
            raise ValueError(f"Block {self.name}: project() gave shape {array.shape}; give (projects, dimension)")
        if not np.all(np.isfinite(array)):
            raise ValueError(f"Block {self.name}: project() gave values that aren't finite; give zeros for unknown")
        return DenseFeatures(array.astype(np.float32))

    def project(self, projects: Projects) -> Features | npt.NDArray[Any] | sparse.csr_matrix:
        """Return coordinates of the pool, one row per project. A block with ``shares`` has none of its own."""
        raise NotImplementedError(f"Block {self.name} has neither project() nor shares")

    @abstractmethod
    def query(self, profile: Profile) -> Floats | None:
        """Return what the subject declares, as coefficients of shape (dimension,) or (groups, dimension)."""

    def confidence(self, profile: Profile) -> float | None:
        """Return how well the subject's words discriminate between projects: 1 for a typical name of an industry, less
        for words on which texts hardly differ; ``None`` if the block can't tell."""
        return None

    def asked_moments(self, coefficients: Floats) -> tuple[Floats, Floats]:
        """Return the values at which what is asked counts nothing, and the deviation from there that counts as one.

        Both of shape (queries, groups); by default mean and deviation of the pool. Of topical blocks.
        """
        return self.features_.moments(coefficients)

    def evidence(self, weights: sparse.csr_matrix) -> Floats | None:
        """Return what subjects did, as coefficients of shape (subjects, groups, dimension), from positive ``weights``
        (subjects x projects). By default the weighted mean of the rows, or, for codes, the smoothed log-lift. ``None``:
        history says nothing here.
        """
        if isinstance(self.features_, CodeFeatures):
            return log_lift(self.features_.weighted_sums(weights), self.features_.shares)[:, None, :]
        totals = np.asarray(weights.sum(axis=1)).ravel()
        means = self.features_.weighted_sums(weights) / np.maximum(totals, 1e-12)[:, None]
        return np.repeat(means[:, None, :].astype(np.float32), self.features_.groups, axis=1)

    def evidence_of(self, profiles: Sequence[Profile], weights: sparse.csr_matrix) -> Floats | None:
        """Return the evidence of ``profiles``, one per row of ``weights``; by default that of ``evidence``."""
        return self.evidence(weights)

    def learning_features(self) -> Features | None:
        """Return coordinates for learning from history, or ``None``; by default the block's, if ``learnable``."""
        return self.features_ if self.learnable and self.shares is None else None

    def from_learning(self, coefficients: Floats) -> Floats:
        """Convert learned coefficients (subjects, learning dimension) to the block's (subjects, dimension)."""
        return coefficients

    def explain(self, pair: Pair) -> Reason:
        """Return one sentence, in English and Chinese, on ``pair`` in this block. Never raises for a known pair."""
        return generic_reason(self.description, pair)

    def plain_query(self, profile: Profile) -> Floats | None:
        """Return coefficients of the profile's words without feedback; ``None`` in a block that quotes no sentences."""
        return None

    def carrying(self, pair: Pair, language: str) -> str | None:
        """Return the sentence in ``language`` that matches ``pair.query`` most; ``None`` if none does."""
        return None

    @property
    def kind(self) -> str:
        """``DENSE`` or ``CATEGORICAL``."""
        return "DENSE" if isinstance(self.features_, DenseFeatures) else "CATEGORICAL"


def log_lift(counts: Floats, background: npt.NDArray[np.float64], smoothing: float = LIFT_SMOOTHING) -> Floats:
    """Return ``log((counts + smoothing * background) / (total + smoothing) / background)``, shape of ``counts``.

    It says how much more often a subject chose a code than the pool has it, smoothed towards no difference. A code
    absent from the pool gets a background of half a project.
    """
    floor = 0.5 / max(1, len(background))
    prior = np.maximum(background, min(floor, 1e-4))
    totals = counts.sum(axis=1, keepdims=True)
    return np.asarray(np.log((counts + smoothing * prior) / (totals + smoothing) / prior), dtype=np.float32)


def generic_reason(description: Reason, pair: Pair) -> Reason:
    """Return the sentence of a block that has nothing more specific to say."""
    if not pair.known:
        return Reason(f"{description.en}: not known.", f"{description.zh}：未知。")
    if pair.positive:
        return Reason(f"{description.en}: speaks for it.", f"{description.zh}：支持该匹配。")
    return Reason(f"{description.en}: speaks against it.", f"{description.zh}：不支持该匹配。")


def quoted(text: str, limit: int = 160) -> str:
    """Return the text on one line, cut at a blank with an ellipsis if longer than ``limit`` characters."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    cut = line.rfind(" ", limit // 2, limit)
    return f"{line[: cut if cut > 0 else limit].rstrip()}…"


def listed(names: Sequence[str], language: str) -> str:
    """Join names in the manner of the language."""
    return ("、" if language == "zh" else ", ").join(names)
