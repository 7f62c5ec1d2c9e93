"""Plugins' blocks, gates and rerankers, called through the host: a failing one is skipped, and the ranking goes on.

Each function is caught, timed and counted separately; `Host.states()` reports them. A block whose projection fails
is unknown for every pair. One that fails for a subject adds nothing to any score of that subject. A failing gate
lets everything through and says so in its explanation. A failing reranker leaves the order as it was.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import numpy as np
from scipy import sparse
from sqlalchemy.orm import Session

from plugins.host.contributions.components import Component
from plugins.host.contributions.registry import Entry
from plugins.host.errors import PluginFailedError, PluginStartError
from plugins.host.host import Host
from plugins.host.manifest import CORE
from recommender.blocks import Block, Context, Pair
from recommender.blocks.base import SilentBlockError, generic_reason
from recommender.encoders import Encoder
from recommender.features import CodeFeatures, Features, Floats, Mask
from recommender.gates import Gate
from recommender.interface.lazy import Reason
from recommender.pool.profiles import Profile
from recommender.pool.projects import Projects
from recommender.pool.ranked_kinds import RankedKind
from recommender.pool.taxonomies import Taxonomies
from recommender.serving.rerankers import Candidate, Reranker, RerankRequest, completed
from store.database import READ_ONLY

T = TypeVar("T")
NOT_ASKED = Reason("This condition could not be checked just now.", "该条件暂时无法核查。")
MOST_UNASKED = 10_000
"""Subjects that a gate remembers having failed for."""


def blocks_of(host: Host) -> list[Block]:
    """Return all contributed blocks in order, plugins' isolated. Raises PluginStartError for anything else."""
    return [
        block if entry.owner == CORE else IsolatedBlock(host, entry, block)
        for entry, block in checked(host.contributions.blocks, Block)
    ]


def gates_of(host: Host) -> list[Gate]:
    """Return all contributed gates in order, plugins' isolated. Raises PluginStartError for anything else."""
    return [
        gate if entry.owner == CORE else IsolatedGate(host, entry, gate)
        for entry, gate in checked(host.contributions.gates, Gate)
    ]


def encoders_of(host: Host) -> list[Encoder]:
    """Return all contributed encoders in order. Raises PluginStartError for anything else."""
    return [encoder for _, encoder in checked(host.contributions.encoders, Encoder)]


def kinds_of(host: Host) -> tuple[RankedKind, ...]:
    """Return what plugins have ranked of their entities."""
    ranked = (entry.value.ranked for entry in host.contributions.plugin_entities)
    return tuple(each for each in ranked if isinstance(each, RankedKind))


def rerankers_of(host: Host) -> list[Reranker]:
    """Return all contributed rerankers in order, plugins' isolated. Raises PluginStartError for anything else."""
    return [
        reranker if entry.owner == CORE else IsolatedReranker(host, entry, reranker)
        for entry, reranker in checked(host.contributions.rerankers, Reranker)
    ]


def checked(entries: Iterable[Entry[Component]], wanted: type[T]) -> Iterator[tuple[Entry[Component], T]]:
    """Yield the components after checking their types, which the host doesn't know."""
    for entry in entries:
        if not isinstance(entry.value, wanted):
            raise PluginStartError(
                f"{entry.point} of the plugin '{entry.owner}' ({entry.place}) is a {type(entry.value).__name__}, "
                f"which isn't a {wanted.__name__}: make it a roadshow.{wanted.__name__}, or disable the plugin "
                f"(plugins.{entry.owner}.enabled = false in the settings)"
            )
        yield entry, entry.value


class IsolatedBlock(Block):
    """A plugin's block. Each of its functions has its own circuit, count and time limit."""

    def __init__(self, host: Host, entry: Entry[Component], block: Block) -> None:
        self._host = host
        self._entry = entry
        self._block = block
        self._loaded = True
        self._fitted = True
        self.owner = entry.owner
        self.name = block.name
        self.weight = block.weight
        self.description = block.description
        self.shares = block.shares
        self.subjects = block.subjects
        self.learnable = block.learnable
        self.size = block.size

    def __copy__(self) -> IsolatedBlock:
        # Each snapshot has a fit of its own, of what was loaded or not.
        copied = IsolatedBlock(self._host, self._entry, copy.copy(self._block))
        copied._loaded = self._loaded
        return copied

    @property
    def _silent(self) -> bool:
        return not (self._loaded and self._fitted)

    def load(self, session: Any) -> None:
        def loaded() -> bool:
            # A session of its own: a call that takes too long goes on in its thread, without disturbing ours.
            with Session(session.get_bind().execution_options(**READ_ONLY)) as own:
                self._block.load(own)
            return True

        self._loaded = self._call("load", loaded, False)

    def fit(self, context: Context, shared: Features | None = None) -> Block:
        # Fitted apart: a fit that takes too long must not change a block that is used meanwhile.
        fitting = copy.copy(self._block)

        def fitted() -> Features:
            features = fitting.fit(context, shared).features_
            if len(features) != len(context.projects):
                raise ValueError(f"{self.name} has {len(features)} rows for {len(context.projects)} projects")
            return features

        self.context_ = context
        unknown = CodeFeatures(np.full(len(context.projects), -1, np.int32), self.size or 1)
        self.features_ = self._call("project", fitted, unknown) if self._loaded else unknown
        self._fitted = self.features_ is not unknown
        if self._fitted:
            self._block = fitting
        return self

    def query(self, profile: Profile) -> Floats | None:
        """Return the query of what the subject declares; ``None`` if silent. Raises SilentBlockError on failure."""

        def queried() -> Floats | None:
            coefficients = self._block.query(profile)
            return None if coefficients is None else self._checked(np.asarray(coefficients, np.float32), 2)

        return None if self._silent else self._asked("query", queried)

    def evidence(self, weights: sparse.csr_matrix) -> Floats | None:
        """Return the coefficients of what subjects did; ``None`` if silent. Raises SilentBlockError on failure."""

        def gathered() -> Floats | None:
            coefficients = self._block.evidence(weights)
            return None if coefficients is None else self._checked(np.asarray(coefficients, np.float32), 3)

        return None if self._silent else self._asked("evidence", gathered)

    def learning_features(self) -> Features | None:
        return None if self._silent else self._call("learning_features", self._block.learning_features, None)

    def from_learning(self, coefficients: Floats) -> Floats:
        if self._silent:
            return np.zeros((len(coefficients), self.features_.size), np.float32)

        def converted() -> Floats:
            return self._checked(np.asarray(self._block.from_learning(coefficients), np.float32), 2)

        found: Floats = self._asked("from_learning", converted)
        return found

    def explain(self, pair: Pair) -> Reason:
        generic = generic_reason(self.description, pair)
        return generic if self._silent else self._call("explain", lambda: self._block.explain(pair), generic)

    def _checked(self, coefficients: Floats, dimensions: int) -> Floats:
        if coefficients.ndim > dimensions or coefficients.shape[-1] != self.features_.size:
            raise ValueError(f"{self.name}: coefficients of shape {coefficients.shape} for size {self.features_.size}")
        if not np.all(np.isfinite(coefficients)):
            raise ValueError(f"{self.name}: coefficients that aren't finite")
        return coefficients

    def _asked(self, function: str, called: Callable[[], Any]) -> Any:
        try:
            return self._host.call(self._entry.part(function), called)
        except PluginFailedError as failure:
            raise SilentBlockError(str(failure)) from failure

    def _call(self, function: str, called: Callable[[], Any], default: Any) -> Any:
        return self._host.call(self._entry.part(function), called, default=default)


class IsolatedGate(Gate):
    """A plugin's gate. Each of its functions has its own circuit and count."""

    def __init__(self, host: Host, entry: Entry[Component], gate: Gate) -> None:
        self._host = host
        self._entry = entry
        self._gate = gate
        self._unasked: dict[str, None] = {}
        """Subjects of whom the gate could not be asked when it was last asked about them, oldest first."""
        self._lock = threading.Lock()
        self.owner = entry.owner
        self.name = gate.name
        self.description = gate.description
        self.subjects = gate.subjects
        self.option = gate.option
        self.about_subject = gate.about_subject
        self.private = gate.private

    def concerns(self, profile: Profile) -> bool:
        return bool(self._host.call(self._entry.part("concerns"), self._gate.concerns, profile, default=True))

    def passes(self, profile: Profile, projects: Projects, taxonomies: Taxonomies) -> Mask:
        def passed() -> Mask:
            mask = np.asarray(self._gate.passes(profile, projects, taxonomies))
            if mask.shape != (len(projects),) or mask.dtype != np.bool_:
                raise ValueError(f"{self.name}: passes() gave {mask.dtype} of shape {mask.shape}")
            return mask

        mask: Mask = self._asked(profile, "passes", passed, np.ones(len(projects), bool))
        return mask

    def passes_one(self, profile: Profile, projects: Projects, taxonomies: Taxonomies, row: int) -> bool:
        def passed() -> bool:
            return bool(self._gate.passes_one(profile, projects, taxonomies, row))

        return bool(self._asked(profile, "passes_one", passed, True))

    def explain(self, profile: Profile, projects: Projects, taxonomies: Taxonomies, row: int, passed: bool) -> Reason:
        with self._lock:
            if passed and profile.id in self._unasked:
                return NOT_ASKED
        given: Iterable[Any] = (profile, projects, taxonomies, row, passed)
        explained: Reason = self._host.call(self._entry.part("explain"), self._gate.explain, *given, default=NOT_ASKED)
        return explained

    def _asked(self, profile: Profile, function: str, called: Callable[[], Any], otherwise: Any) -> Any:
        try:
            answer = self._host.call(self._entry.part(function), called)
        except PluginFailedError:
            with self._lock:
                self._unasked[profile.id] = None
                if len(self._unasked) > MOST_UNASKED:
                    del self._unasked[next(iter(self._unasked))]
            return otherwise
        with self._lock:
            self._unasked.pop(profile.id, None)
        return answer


class IsolatedReranker:
    """A plugin's reranker."""

    def __init__(self, host: Host, entry: Entry[Component], reranker: Reranker) -> None:
        self._host = host
        self._entry = entry
        self._reranker = reranker
        self.owner = entry.owner
        self.name = entry.name
        self.version = host.state(entry.owner).version

    def rerank(self, items: Sequence[Candidate], request: RerankRequest) -> Sequence[str]:
        """Return the plugin's order, completed; an empty one if it failed, took too long or gave an unusable one."""

        def asked() -> Sequence[str]:
            return completed(self._reranker.rerank(items, request), items)

        unchanged: Sequence[str] = ()
        return self._host.call(self._entry, asked, default=unchanged)
