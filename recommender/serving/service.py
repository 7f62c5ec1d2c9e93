"""The recommender's interface for the rest of Roadshow: one object per process, over the store."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np

from recommender.blocks import Block
from recommender.encoders import Encoder, encoders_for
from recommender.fit.scoring import Scale
from recommender.fit.weights import Weights
from recommender.gates import Gate, core_gates
from recommender.interface.answers import (
    BlockInfo,
    Counterfactual,
    Fit,
    FitMatrix,
    GateInfo,
    GateResult,
    Ranking,
    Standing,
    TrackFit,
)
from recommender.interface.errors import RecommenderError
from recommender.interface.mandate_drafts import Draft
from recommender.interface.requests import RankingRequest, Target
from recommender.pool.profiles import Profile, SubjectKind
from recommender.pool.ranked_kinds import RankedKind
from recommender.serving.explanation import Explainer
from recommender.serving.live_encoding import LiveEncoding
from recommender.serving.overview import fit_by_track, fit_matrix
from recommender.serving.ranking import Ranker
from recommender.serving.ranking_cache import RankingCache
from recommender.serving.requests import asked_alone, check, reweighted
from recommender.serving.rerankers import Reranker
from recommender.serving.snapshot_id import snapshot_of
from recommender.snapshot.follower import SnapshotFollower
from recommender.snapshot.likeness import alike
from recommender.snapshot.pool_snapshot import PoolSnapshot
from recommender.snapshot.source import SnapshotSource
from store.database import Database
from store.settings import Settings


class Recommender:
    """Ranks, fits and explains. Thread-safe; loads the snapshot on the first request.

    Reads vectors from the store and follows the change log; never encodes while answering a request. Every method
    raises ``RecommenderError``, with the field and a remedy, for an invalid request.
    """

    def __init__(
        self,
        database: Database,
        blocks: Iterable[Block] | None = None,
        gates: Iterable[Gate] | None = None,
        settings: Settings | None = None,
        *,
        encoders: Sequence[Encoder] | None = None,
        weights: Weights | None = None,
        rerankers: Iterable[Reranker] = (),
        live: LiveEncoding | None = None,
        kinds: Iterable[RankedKind] = (),
    ) -> None:
        self.database = database
        self.settings = settings
        self.gates = tuple(gates) if gates is not None else core_gates()
        setting = settings.encoder if settings is not None else "default"
        self.encoders = tuple(encoders) if encoders is not None else encoders_for(setting)
        self.weights = weights
        self.rerankers = tuple(rerankers)
        self.live = live
        self._rankings = RankingCache()
        source = SnapshotSource(database, settings, tuple(blocks or ()), self.encoders, weights, tuple(kinds))
        self.keeper = SnapshotFollower(
            database, source.load, source.foreign_blocks, self.encoders, source.file(), source.kinds
        )

    @property
    def _repeatable(self) -> bool:
        """Whether a snapshot determines the answer; rerankers and unsteady gates are asked each time."""
        return not self.rerankers and all(gate.steady for gate in self.gates)

    # ---- the snapshot in memory

    def snapshot(self) -> PoolSnapshot:
        """Return the snapshot in memory. It holds every write of this process; those of others follow shortly."""
        return self.keeper.snapshot()

    def refresh(self) -> PoolSnapshot:
        """Follow the change log now."""
        return self.keeper.refresh()

    def reload(self) -> PoolSnapshot:
        """Read everything again, whatever the change log says (after encoding, for instance)."""
        return self.keeper.reload()

    def follow(self, seconds: float) -> None:
        """Follow the change log every ``seconds`` in a thread, until ``close``."""
        self.keeper.follow(seconds)

    def close(self) -> None:
        """Stop following."""
        self.keeper.close()

    # ---- what there is

    def blocks(self) -> list[BlockInfo]:
        """Return all blocks with their prior weights, as the API shows them."""
        snapshot = self.snapshot()
        return [
            BlockInfo(
                block.name,
                block.kind,
                block.features_.size,
                snapshot.model.weights.blocks[block.name],
                block.description,
                block.owner,
            )
            for block in snapshot.model.blocks
        ]

    def gate_infos(self) -> list[GateInfo]:
        """Return all gates, as the API shows them."""
        return [GateInfo(gate.name, gate.description, gate.owner) for gate in self.gates]

    # ---- questions

    def rank(self, request: RankingRequest) -> Ranking:
        """Return the best candidates for a subject: projects for an investor or a place, and the other way round."""
        check(request)
        snapshot = self.snapshot()
        ranking = self._rankings.get(snapshot, request) if self._repeatable else None
        if ranking is None:
            ranking = self._ranked(snapshot, request)
            if self._repeatable:
                self._rankings.put(snapshot, request, ranking)
        return ranking

    def _ranked(self, snapshot: PoolSnapshot, request: RankingRequest) -> Ranking:
        weights = snapshot.model.weights.changed(request.weights)
        profile = snapshot.profile(request.subject_id)
        if request.priority_weights or request.industry_weights:
            profile = reweighted(profile, request)
        if request.draft is not None:
            profile = self._drafted(snapshot, profile, request.draft)
        if request.only is not None:
            profile = asked_alone(profile, request.only, snapshot.taxonomies)
        if request.target is Target.PROJECT:
            if profile.kind is SubjectKind.PROJECT:
                return self.similar(request.subject_id, request=request)
            return self._ranker(snapshot, weights).of_projects(profile, request)
        if profile.kind is not SubjectKind.PROJECT:
            raise RecommenderError(
                f"{request.subject_id} is no project; investors and places are ranked for a project, "
                "projects for an investor or a place",
                field="subject_id",
            )
        if request.target is Target.ENTITY and request.entity not in snapshot.ranked:
            known = ", ".join(snapshot.ranked) or "none"
            raise RecommenderError(f"{request.entity!r} is no ranked entity; there are: {known}", field="entity")
        # Activity has a part in an order of investors: what projects' fits were calibrated on doesn't hold for it.
        scale = snapshot.scale if request.target is Target.PLACE else Scale()
        return self._ranker(snapshot, weights, scale).of_subjects(profile, request)

    def _drafted(self, snapshot: PoolSnapshot, profile: Profile, draft: Draft) -> Profile:
        """Return the investor with its unsaved mandate; its text is encoded in another process if necessary."""
        drafted = draft.applied(profile, snapshot.taxonomies)
        if draft.texts is not None and self.live is not None:
            self.live.make_known(snapshot.model.context_.vectors, draft.texts)
        elif draft.texts:
            raise RecommenderError(
                "Texts that aren't saved can't be compared here; leave the thesis as it is, or save it.",
                field="mandate",
                code="UNAVAILABLE",
            )
        return drafted

    def similar(
        self,
        project_id: str,
        *,
        first: int = 20,
        allowed: Collection[str] | None = None,
        request: RankingRequest | None = None,
    ) -> Ranking:
        """Return projects similar to one project, or records of a plugin to one of them, without itself."""
        own_request = request or RankingRequest(project_id, Target.PROJECT, allowed=allowed, first=first)
        check(own_request)
        snapshot = self.snapshot()
        profile = snapshot.profile(project_id)
        if profile.kind is SubjectKind.ENTITY:
            own = snapshot.model.weights.changed(own_request.weights)
            return alike(snapshot, own, profile, own_request, snapshot_of(snapshot, own, Scale()))
        if profile.kind is not SubjectKind.PROJECT:
            raise RecommenderError(f"{project_id} is no project", field="project_id")
        weights = snapshot.model.weights.changed(
            {"technology_level": 0.0, "result": 0.0, **(own_request.weights or {})}
        )
        return self._ranker(snapshot, weights, Scale()).of_projects(profile, own_request, left_out=project_id)

    def _ranker(self, snapshot: PoolSnapshot, weights: Weights, scale: Scale | None = None) -> Ranker:
        return Ranker(snapshot, weights, self.gates, self.rerankers, scale or snapshot.scale)

    def fit(
        self,
        subject_id: str,
        object_id: str,
        weights: Mapping[str, float] | None = None,
        *,
        personalised: bool = True,
        private_gates: bool = True,
        reasons: int = 3,
    ) -> Fit:
        """Return the fit of an investor, a place or a plugin's record with a project, in either order.

        ``private_gates`` as in ``RankingRequest``.
        """
        snapshot = self.snapshot()
        profile, row = self._pair(snapshot, subject_id, object_id)
        changed = snapshot.model.weights.changed(weights)
        queries = snapshot.caches.queries(profile, personalised)
        scale = snapshot.scale_of(profile)
        explainer = Explainer(snapshot, queries, changed, scale, profile)
        rows, parts = explainer.ordered(np.array([row], np.intp))
        request = RankingRequest(profile.id, reasons=reasons)
        item = explainer.items(rows, parts, request, [])[0]
        return Fit(
            subject_id,
            object_id,
            item.score,
            item.contributions,
            self._ranker(snapshot, snapshot.model.weights).all_gates(profile, row, private_gates),
            snapshot_of(snapshot, changed, scale),
            item.reasons,
            item.aspects,
            item.too_little_text,
        )

    def standing(self, subject_id: str, object_id: str, allowed: Collection[str] | None = None) -> Standing | None:
        """Return the rank of an investor or a place for a project among all of its kind, by declarations alone.

        ``allowed`` holds the subjects that count; gates aren't applied. Returns ``None`` for a place that declares
        nothing.
        """
        snapshot = self.snapshot()
        profile, row = self._pair(snapshot, subject_id, object_id)
        ids, queries = snapshot.caches.everyone(snapshot.group_of(profile), personalised=False)
        if profile.id not in ids:
            return None
        return self._ranker(snapshot, snapshot.model.weights).standing(profile, row, ids, queries, allowed)

    def why_not(self, subject_id: str, object_id: str, *, private_gates: bool = True) -> list[GateResult]:
        """Return every gate's result for a pair, in either order; ``passed`` is false for a rejection.

        ``private_gates`` as in ``RankingRequest``.
        """
        snapshot = self.snapshot()
        profile, row = self._pair(snapshot, subject_id, object_id)
        return self._ranker(snapshot, snapshot.model.weights).all_gates(profile, row, private_gates)

    def counterfactual(self, subject_id: str, object_id: str, within: int = 10) -> Counterfactual:
        """Return the smallest change of declarations that would rank the project among the first ``within``."""
        from recommender.serving.counterfactual import find

        snapshot = self.snapshot()
        profile, row = self._pair(snapshot, subject_id, object_id)
        return find(snapshot, self.gates, profile, row, within)

    def fit_matrix(
        self,
        place_ids: Sequence[str],
        project_ids: Sequence[str] | None = None,
        weights: Mapping[str, float] | None = None,
        *,
        personalised: bool = True,
    ) -> FitMatrix:
        """Return the scores of every subject (places, or investors) for every project; ``None`` means all projects.

        One matrix product for each block's coordinates. Gates aren't applied. Without ``personalised``, history
        doesn't count.
        """
        return fit_matrix(self.snapshot(), place_ids, project_ids, weights, personalised)

    def fit_by_track(self, place_id: str, allowed: Collection[str] | None = None, best: int = 3) -> list[TrackFit]:
        """Return the count, mean and best fits of each track's projects on offer (and ``allowed``) for a place."""
        return fit_by_track(self.snapshot(), place_id, allowed, best)

    # ---- parts of answers
    def _pair(self, snapshot: PoolSnapshot, first: str, second: str) -> tuple[Profile, int]:
        rows = snapshot.projects.row_of
        subject, project = (second, first) if first in rows and second not in rows else (first, second)
        if project not in rows:
            raise RecommenderError(
                f"{project!r} is no project that could be ranked; it may be archived",
                field="object_id",
                code="NOT_FOUND",
            )
        return snapshot.profile(subject), rows[project]
