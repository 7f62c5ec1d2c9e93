"""Caches beside one snapshot: query vectors and candidate masks of subjects, coordinates for large matrices.

The snapshot is a value; everything here can be computed from it again. Thread-safe.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from recommender.fit.matrix import WideMatrix
from recommender.fit.model import FitModel
from recommender.fit.query_vectors import Queries
from recommender.gates import Gate
from recommender.index.candidate_mask import CandidateMask
from recommender.pool.profiles import Profile
from recommender.pool.projects import Projects
from recommender.pool.taxonomies import Taxonomies
from store.cache import Cache

MOST_QUERIES = 2000
"""Subjects whose query vectors are held."""
MASK_BYTES = 128 * 2**20
MOST_SETS_OF_IDS = 8
BATCH = 64
MOST_REPLACED = 200
"""Up to so many subjects are patched in place among everybody's queries; beyond that they are stacked anew."""

Everyone = tuple[list[str], Queries]
"""Ids of all subjects of a kind, ascending, and their queries."""


class SubjectCaches:
    """Cached queries and masks of the subjects of one snapshot."""

    def __init__(
        self,
        model: FitModel,
        projects: Projects,
        taxonomies: Taxonomies,
        investors: Mapping[str, Profile],
        places: Mapping[str, Profile],
        ranked: Mapping[str, Mapping[str, Profile]],
    ) -> None:
        self.model, self.projects, self.taxonomies = model, projects, taxonomies
        self._profiles = {"INVESTOR": investors, "PLACE": places, **ranked}
        self._queries: Cache[tuple[str, bool], Queries] = Cache(MOST_QUERIES)
        self._masks: Cache[tuple[str, tuple[str, ...]], CandidateMask] = Cache(
            max(16, MASK_BYTES // max(1, len(projects)))
        )
        self._sets_of_ids: Cache[int, tuple[Collection[str], CandidateMask]] = Cache(MOST_SETS_OF_IDS)
        self._several: Cache[tuple[bool | str, ...], Queries] = Cache(1)
        self._lock = threading.RLock()
        self._everyone: dict[tuple[str, bool], Everyone] = {}
        self._outdated: dict[tuple[str, bool], set[str]] = {}
        """Whose queries among everybody's are out of date."""
        self._wide: WideMatrix | None = None

    @property
    def wide(self) -> WideMatrix:
        """The projects' coordinates for large fit matrices."""
        with self._lock:
            if self._wide is None:
                self._wide = WideMatrix(self.model)
            return self._wide

    def queries(self, profile: Profile, personalised: bool = True) -> Queries:
        """Return the queries of one subject."""
        key = (profile.id, personalised)
        queries = self._queries.get(key)
        if queries is None:
            queries = self.model.queries([profile if personalised else profile.without_history()])
            self._queries.put(key, queries)
        return queries

    def passing(self, gates: Sequence[Gate], profile: Profile) -> CandidateMask:
        """Return the projects that pass all ``gates`` for a subject; cached if every gate is steady."""
        if not all(gate.steady for gate in gates):
            return self.passing_now(gates, profile)
        key = (profile.id, tuple(gate.name for gate in gates))
        mask = self._masks.get(key)
        if mask is None:
            mask = self.passing_now(gates, profile)
            self._masks.put(key, mask)
        return mask

    def passing_now(self, gates: Sequence[Gate], profile: Profile) -> CandidateMask:
        """Return the projects that pass all ``gates`` for a subject, without the cache."""
        mask = np.ones(len(self.projects), bool)
        for gate in gates:
            mask &= gate.passes(profile, self.projects, self.taxonomies)
        return CandidateMask(mask, int(np.count_nonzero(mask)))

    def rows_of(self, ids: Collection[str]) -> CandidateMask:
        """Return the projects with one of ``ids``; cached by the identity of ``ids``."""
        cached = self._sets_of_ids.get(id(ids))
        if cached is not None and cached[0] is ids:
            return cached[1]
        row_of = self.projects.row_of
        mask = np.zeros(len(self.projects), bool)
        mask[[row_of[each] for each in ids if each in row_of]] = True
        rows = CandidateMask(mask, int(np.count_nonzero(mask)))
        self._sets_of_ids.put(id(ids), (ids, rows))
        return rows

    def everyone(self, kind: str, personalised: bool = True) -> Everyone:
        """Return the ids and queries of all investors (``INVESTOR``), places (``PLACE``) or records of an entity.

        Without history, subjects that only acted are left out: their presence would reveal that they did.
        """
        key = (str(kind), personalised)
        with self._lock:
            outdated = self._outdated.get(key, set())
            profiles = self._profiles[key[0]]
            ids = sorted(each for each, profile in profiles.items() if personalised or not profile.silent)
            earlier = self._everyone.get(key)
            at_of = {} if earlier is None else {each: at for at, each in enumerate(earlier[0]) if each not in outdated}
            missing = [each for each in ids if each not in at_of]
            if earlier is None or earlier[0] != ids or missing:
                requested = [profiles[each] if personalised else profiles[each].without_history() for each in missing]
                computed = dict(zip(missing, self._batched(requested), strict=True))
                if earlier is not None and earlier[0] == ids and len(missing) <= MOST_REPLACED:
                    at = {each: row for row, each in enumerate(ids)}
                    self._everyone[key] = ids, earlier[1].replaced({at[each]: computed[each] for each in missing})
                else:
                    singles = [
                        earlier[1].one(at_of[each]) if earlier is not None and each in at_of else computed[each]
                        for each in ids
                    ]
                    self._everyone[key] = ids, Queries.stacked(singles)
            self._outdated.pop(key, None)  # only now: what fails above is made again by the next question
            return self._everyone[key]

    def several(self, profiles: Sequence[Profile], personalised: bool = True) -> Queries:
        """Return the queries of several subjects, in the given order; the last answer is cached."""
        key: tuple[bool | str, ...] = (personalised, *(each.id for each in profiles))
        queries = self._several.get(key)
        if queries is None:
            requested = profiles if personalised else [each.without_history() for each in profiles]
            queries = Queries.stacked(self._batched(requested))
            self._several.put(key, queries)
        return queries

    def _batched(self, profiles: Sequence[Profile]) -> list[Queries]:
        """Return each profile's query, computed in full batches, so that no query depends on the other profiles."""
        queries: list[Queries] = []
        for start in range(0, len(profiles), BATCH):
            part = list(profiles[start : start + BATCH])
            full = part + [Profile("", part[0].kind)] * (BATCH - len(part))
            queries.extend(self.model.queries(full).singles()[: len(part)])
        return queries

    @property
    def is_warm(self) -> bool:
        """Whether everything that the first requests need is computed."""
        with self._lock:
            return ("INVESTOR", True) in self._everyone and ("PLACE", True) in self._everyone

    def warm(self) -> None:
        """Compute what the first requests need: the Gram matrix and the queries of all subjects."""
        self.model.learner_.settle()
        self.everyone("INVESTOR")
        self.everyone("PLACE")

    @property
    def current(self) -> Mapping[tuple[str, bool], Everyone]:
        """Return the current queries of all subjects, to be saved with the snapshot."""
        with self._lock:
            return {key: value for key, value in self._everyone.items() if not self._outdated.get(key)}

    def restore(self, everyone: Mapping[tuple[str, bool], Everyone]) -> None:
        """Restore the saved queries of all subjects."""
        with self._lock:
            self._everyone.update(everyone)

    def known_subjects(self) -> set[str]:
        """Return the ids of the subjects whose queries are cached."""
        return {own for (own, _), _ in self._queries.items()}

    def take_over(self, earlier: SubjectCaches, stale: Collection[str], *, same_rows: bool) -> None:
        """Take over from an ``earlier`` snapshot's caches what belongs to subjects that aren't ``stale``."""
        for key, queries in earlier._queries.items():
            if key[0] not in stale:
                self._queries.put(key, queries)
        with earlier._lock:
            self._everyone.update(earlier._everyone)
            self._outdated = {key: earlier._outdated.get(key, set()) | set(stale) for key in earlier._everyone}
            if same_rows and self.model is earlier.model:
                self._wide = earlier._wide
        if same_rows:
            for mask_key, mask in earlier._masks.items():
                if mask_key[0] not in stale:
                    self._masks.put(mask_key, mask)
