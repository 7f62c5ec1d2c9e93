"""What one process holds in memory: the store as columns, and the model fitted on it, at one position of the log."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

import numpy as np

from recommender.features import Floats
from recommender.fit.matrix import WideMatrix
from recommender.fit.model import MODEL_VERSION, FitModel
from recommender.fit.query_vectors import Queries
from recommender.fit.scoring import Scale
from recommender.gates import Gate
from recommender.index import CandidateIndex
from recommender.index.candidate_mask import Passing
from recommender.interface.errors import RecommenderError
from recommender.pool.profiles import Profile, SubjectKind
from recommender.pool.projects import Projects
from recommender.pool.taxonomies import World
from recommender.snapshot.loading import project_profile
from recommender.snapshot.trained_weights import Learned

ACTIVITY_YEARS = 2.0
MOST_KEPT = 2000
"""Queries kept in memory; past it they are made anew."""
BATCH = 64
KEPT_MASK_BYTES = 128 * 2**20
MOST_RECENT_IDS = 8
MOST_REPLACED = 200
"""Queries of so many subjects are replaced among those of everybody; of more, all are put together again."""


@dataclass
class Image:
    """One consistent state. Never changed after it is made, but for the caches of queries and of subjects."""

    position: int
    at: datetime
    world: World
    projects: Projects
    model: FitModel
    encoder: str
    investors: dict[str, Profile]
    places: dict[str, Profile]
    fitted_at: int
    """Position of the log whose pool the model was fitted on. What was learned of it stays until the next fit."""
    followed: int = 0
    """Projects projected since the fit."""
    index: CandidateIndex | None = None
    """Finds candidates where the pool is large; ``None``: everything is looked at."""
    learned: Learned | None = None
    """Learned weights and calibration in use; ``None``: the prior weights and the fixed scale."""
    _queries: dict[tuple[str, bool], Queries] = field(default_factory=dict)
    _everyone: dict[tuple[str, bool], tuple[list[str], Queries]] = field(default_factory=dict)
    _outdated: dict[tuple[str, bool], set[str]] = field(default_factory=dict)
    """Of whom the queries of everybody aren't up to date any more."""
    _several: tuple[tuple[bool | str, ...], Queries] | None = None
    _masks: dict[tuple[str, tuple[str, ...]], Passing] = field(default_factory=dict)
    _recent_ids: list[tuple[Collection[str], Passing]] = field(default_factory=list)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def version(self) -> str:
        """The model's version; with learned weights, their number behind it."""
        return self.learned.version if self.learned is not None else MODEL_VERSION

    @property
    def scale(self) -> Scale:
        """The curve from fits of projects for a subject to scores."""
        return self.learned.scale_for(self.encoder) if self.learned is not None else Scale()

    @cached_property
    def wide(self) -> WideMatrix:
        """The projects' coordinates for large matrices of fits."""
        return WideMatrix(self.model)

    def profile(self, subject_id: str) -> Profile:
        """The profile of an investor, a place or a project. Raises ``RecommenderError`` (NOT_FOUND)."""
        found = self.investors.get(subject_id) or self.places.get(subject_id)
        if found is not None:
            return found
        row = self.projects.row_of.get(subject_id)
        if row is not None:
            return project_profile(self.projects, self.world, row)
        code = self.world.places.code_of.get(subject_id)
        if code is not None:
            return Profile(subject_id, SubjectKind.PLACE, self.world.places.names[code], own_place=subject_id)
        raise RecommenderError(
            f"{subject_id!r} is no investor, place or project that can be ranked for; it may be archived",
            field="subject_id",
            code="NOT_FOUND",
        )

    def queries(self, profile: Profile, personalised: bool = True) -> Queries:
        """The query of one subject; kept until the subject changes."""
        key = (profile.id, personalised)
        with self._lock:
            if key not in self._queries:
                if len(self._queries) >= MOST_KEPT:
                    self._queries.clear()
                asked = profile if personalised else profile.without_history()
                self._queries[key] = self.model.queries([asked])
            return self._queries[key]

    def passing(self, gates: Sequence[Gate], profile: Profile) -> Passing:
        """Which projects all of some gates let through for a subject; kept until the subject changes, where their
        answers may be."""
        if not all(gate.steady for gate in gates):
            return self.passing_now(gates, profile)
        key = (profile.id, tuple(gate.name for gate in gates))
        with self._lock:
            found = self._masks.get(key)
        if found is None:
            found = self.passing_now(gates, profile)
            with self._lock:
                if len(self._masks) >= max(16, KEPT_MASK_BYTES // max(1, len(self.projects))):
                    self._masks.clear()
                self._masks[key] = found
        return found

    def passing_now(self, gates: Sequence[Gate], profile: Profile) -> Passing:
        """The same, asked of the gates."""
        mask = np.ones(len(self.projects), bool)
        for gate in gates:
            mask &= gate.passes(profile, self.projects, self.world)
        return Passing(mask, int(np.count_nonzero(mask)))

    def rows_of(self, ids: Collection[str]) -> Passing:
        """Which projects have one of some ids; kept for those asked about last, if the same object is given again."""
        for known, passing in self._recent_ids:
            if known is ids:
                return passing
        row_of = self.projects.row_of
        mask = np.zeros(len(self.projects), bool)
        mask[[row_of[each] for each in ids if each in row_of]] = True
        passing = Passing(mask, int(np.count_nonzero(mask)))
        self._recent_ids = [(ids, passing), *self._recent_ids[: MOST_RECENT_IDS - 1]]
        return passing

    def everyone(self, kind: str, personalised: bool = True) -> tuple[list[str], Queries]:
        """Ids and queries of all investors (``INVESTOR``) or places (``PLACE``), in the order of their ids.

        Without history those that only acted are left out: that they are there would tell that they did.
        """
        key = (str(kind), personalised)
        with self._lock:
            outdated = self._outdated.pop(key, set())
            profiles = self.investors if key[0] == "INVESTOR" else self.places
            ids = sorted(each for each, profile in profiles.items() if personalised or not profile.silent)
            kept = self._everyone.get(key)
            at_of = {} if kept is None else {each: at for at, each in enumerate(kept[0]) if each not in outdated}
            missing = [each for each in ids if each not in at_of]
            if kept is None or kept[0] != ids or missing:
                asked = [profiles[each] if personalised else profiles[each].without_history() for each in missing]
                made = dict(zip(missing, self._batched(asked), strict=True))
                if kept is not None and kept[0] == ids and len(missing) <= MOST_REPLACED:
                    at = {each: row for row, each in enumerate(ids)}
                    self._everyone[key] = ids, kept[1].replaced({at[each]: made[each] for each in missing})
                else:
                    singles = [made[each] if each in made else kept[1].one(at_of[each]) for each in ids]  # type: ignore[index]
                    self._everyone[key] = ids, Queries.stacked(singles)
            return self._everyone[key]

    def _batched(self, profiles: Sequence[Profile]) -> list[Queries]:
        """Each one's query, made in batches that are always full: none depends on who else is asked about."""
        made: list[Queries] = []
        for start in range(0, len(profiles), BATCH):
            part = list(profiles[start : start + BATCH])
            full = part + [Profile("", part[0].kind)] * (BATCH - len(part))
            made.extend(self.model.queries(full).singles()[: len(part)])
        return made

    @property
    def unencoded(self) -> int:
        """Projects whose text the encoders have not encoded yet."""
        block = self.model.by_name_.get("text")
        if block is None:
            return 0
        return sum(
            1 for texts, known in zip(self.projects.texts, block.features_.known, strict=True) if texts and not known
        )

    @property
    def is_warm(self) -> bool:
        """Whether nothing is left that the first questions would wait for."""
        return ("INVESTOR", True) in self._everyone and ("PLACE", True) in self._everyone

    def warm(self) -> None:
        """Make what the first questions would have to wait for: the Gram matrix, the queries of everybody."""
        self.model.learner_.settle()
        self.everyone("INVESTOR")
        self.everyone("PLACE")

    def several(self, ids: Sequence[str], personalised: bool = True) -> Queries:
        """Queries of several subjects, in the order asked for; those of the last such question are kept."""
        key: tuple[bool | str, ...] = (personalised, *ids)
        with self._lock:
            if self._several is None or self._several[0] != key:
                profiles = [self.profile(each) for each in ids]
                asked = profiles if personalised else [each.without_history() for each in profiles]
                self._several = key, Queries.stacked(self._batched(asked))
            return self._several[1]

    def activity(self, ids: Sequence[str]) -> Floats:
        """``log(1 + deals in the last two years)`` of investors, up to the latest deal that the store knows."""
        since = self.world.today - np.timedelta64(int(ACTIVITY_YEARS * 365.25), "D")
        deals = [
            sum(1 for act in self.investors[each].history if act.kind == "INVESTED" and act.day and act.day >= since)
            for each in ids
        ]
        return np.log1p(np.array(deals, np.float32))
