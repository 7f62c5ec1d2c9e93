"""The recommender as the rest of Roadshow uses it: one object for each process, over the store."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from recommender.blocks import Block, core_blocks
from recommender.diversity import POOL_FACTOR, capped, diversified
from recommender.encoders import Encoder, encoders_for
from recommender.explaining import Explainer
from recommender.features import Doubles, Floats, Mask, Rows
from recommender.gates import Gate, core_gates
from recommender.image import Image, find_candidates, load_image
from recommender.matrix import scores_of
from recommender.model import MODEL_VERSION, Queries, Weights
from recommender.profiles import Profile, SubjectKind
from recommender.rerankers import HEAD, Candidate, Reranker, RerankRequest, reranked
from recommender.scoring import DIGITS, Scale, points_of
from recommender.types import (
    BlockInfo,
    Counterfactual,
    Fit,
    FitMatrix,
    GateInfo,
    GateResult,
    RankedItem,
    Ranking,
    RankingRequest,
    RecommenderError,
    Snapshot,
    Target,
    TrackFit,
)
from store.changes import latest_position, read_changes
from store.database import Database
from store.models import IndustryPriority, Interest, Investment, MatchingNeed, Park
from store.models.system import Change
from store.settings import Settings

CHECK_SECONDS = 0.5
"""How often, at most, a request looks whether the change log has grown."""
SUBJECT_TABLES = frozenset(
    {
        "investor",
        "investor_track",
        "investor_concept",
        "investor_place",
        "investor_exclusion",
        "investment",
        "interest",
        "exposure",
        "industry_priority",
        "priority_concept",
        "priority_track",
        "matching_need",
        "need_concept",
        "park",
        "park_concept",
    }
)
"""Changes to these touch one subject; its profile is read again and the rest stays."""
POOL_TABLES = frozenset(
    {
        "project",
        "project_track",
        "project_concept",
        "landing_preference",
        "award",
        "place",
        "concept",
        "concept_mapping",
        "track",
        "track_concept",
        "embedding",
    }
)
"""Changes to these touch the pool or the world: everything is read again."""
MOST_SUBJECTS = 500
"""More touched subjects than this, and everything is read again."""
MOST_LISTED = 1000
MOST_FROM_INDEX = 500
"""For longer lists everything is looked at."""


class Recommender:
    """Ranks, fits, and says why. Safe to share among threads; loads itself at the first question.

    Reads vectors from the store and follows the change log; it never encodes on the way of a request. Every
    method raises ``RecommenderError`` with a field and a remedy for what can't be asked.
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
    ) -> None:
        self.database = database
        self.settings = settings
        self._extra_blocks = tuple(blocks) if blocks is not None else ()
        self.gates = tuple(gates) if gates is not None else core_gates()
        setting = settings.encoder if settings is not None else "default"
        self.encoders = tuple(encoders) if encoders is not None else encoders_for(setting)
        self.weights = weights
        self.rerankers = tuple(rerankers)
        self.scale: Scale = Scale()
        self._image: Image | None = None
        self._lock = threading.RLock()
        self._checked = 0.0

    # ---- the image in memory

    def image(self) -> Image:
        """What is in memory, brought up to the change log if it was not looked at in the last half second."""
        image = self._image
        if image is not None and time.monotonic() - self._checked < CHECK_SECONDS:
            return image
        return self.refresh()

    def refresh(self) -> Image:
        """Follow the change log now: the touched subjects alone are read again where that is enough."""
        with self._lock, self.database.read() as session:
            image = self._image
            position = latest_position(session)
            if image is None:
                image = self._load(session)
            elif position != image.position:
                changes = read_changes(session, image.position, limit=5000)
                tables = {change.entity_type for change in changes} - self._quiet_tables()
                subjects = self._subjects(session, changes)
                if len(changes) < 5000 and tables <= SUBJECT_TABLES and len(subjects) <= MOST_SUBJECTS:
                    image = image.with_subjects(session, position, subjects)
                else:
                    image = self._load(session)
            self._image = image
            self._checked = time.monotonic()
            return image

    def _quiet_tables(self) -> frozenset[str]:
        """Core's tables that no ranking looks at; none, where a plugin's block might."""
        from store.models import Base

        core = {block.name for block in core_blocks()}
        if any(block.name not in core for block in self._extra_blocks):
            return frozenset()
        return frozenset(Base.metadata.tables) - POOL_TABLES - SUBJECT_TABLES

    def reload(self) -> Image:
        """Read everything again, whatever the change log says (after encoding, for instance)."""
        with self._lock:
            self._image = None
            return self.refresh()

    def _load(self, session: object) -> Image:
        from sqlalchemy.orm import Session

        assert isinstance(session, Session)
        blocks = [*core_blocks()] if not self._extra_blocks else [*self._fresh(self._extra_blocks)]
        image = load_image(session, blocks, self.encoders, self.weights)
        find_candidates(image, self.settings.data_directory if self.settings is not None else None)
        return image

    @staticmethod
    def _fresh(blocks: Sequence[Block]) -> list[Block]:
        """Core's blocks anew (they hold the fit of one image), a plugin's as copies of what it gave."""
        import copy

        anew = {block.name: block for block in core_blocks()}
        return [anew.get(block.name) or copy.copy(block) for block in blocks]

    @staticmethod
    def _subjects(session: Session, changes: Sequence[Change]) -> set[str]:
        """Ids that changes are about, and the investors and places behind them.

        A change holds the columns that changed, so its row's investor or place is looked up.
        """
        ids: set[str] = set()
        for change in changes:
            ids.update((change.owner_id, change.entity_id))
            for data in (change.before or {}, change.after or {}):
                ids.update(str(data[key]) for key in ("subject_id", "investor_id", "place_id") if data.get(key))
        parents: tuple[tuple[str, Any, Any], ...] = (
            ("industry_priority", IndustryPriority, IndustryPriority.place_id),
            ("priority_concept", IndustryPriority, IndustryPriority.place_id),
            ("priority_track", IndustryPriority, IndustryPriority.place_id),
            ("matching_need", MatchingNeed, MatchingNeed.place_id),
            ("need_concept", MatchingNeed, MatchingNeed.place_id),
            ("park", Park, Park.place_id),
            ("park_concept", Park, Park.place_id),
            ("interest", Interest, Interest.subject_id),
            ("investment", Investment, Investment.investor_id),
        )
        for table, model, column in parents:
            owners = {change.owner_id for change in changes if change.entity_type == table}
            if owners and len(owners) <= MOST_SUBJECTS:
                ids.update(each for each in session.scalars(select(column).where(model.id.in_(owners))) if each)
            ids.update(owners)  # beyond that many, enough to have everything read again
        return ids

    # ---- what there is

    def blocks(self) -> list[BlockInfo]:
        """All blocks with their prior weights, as the API shows them."""
        image = self.image()
        return [
            BlockInfo(
                block.name,
                block.kind,
                block.features_.size,
                image.model.weights.blocks[block.name],
                block.description,
                block.owner,
            )
            for block in image.model.blocks
        ]

    def gate_infos(self) -> list[GateInfo]:
        """All gates, as the API shows them."""
        return [GateInfo(gate.name, gate.description, gate.owner) for gate in self.gates]

    def snapshot(
        self,
        image: Image,
        weights: Weights,
        priority_weights: Mapping[str, float] | None = None,
        rerankers: tuple[str, ...] = (),
    ) -> Snapshot:
        """The name of everything that an answer from ``image`` at ``weights`` depends on."""
        digest = weights.digest()
        key = f"{MODEL_VERSION}|{image.encoder}|{digest}|{image.position}|{image.world.today}"
        if priority_weights:
            key += f"|{sorted(priority_weights.items())}"
        if rerankers:
            key += f"|reranked by {rerankers}"
        return Snapshot(
            id=f"v{MODEL_VERSION}-{hashlib.sha256(key.encode()).hexdigest()[:16]}",
            model_version=MODEL_VERSION,
            encoder=image.encoder,
            weights=weights.flat(),
            weights_hash=digest,
            data_position=image.position,
            scale=self.scale.kind,
            created_at=image.at,
            rerankers=rerankers,
        )

    # ---- questions

    def rank(self, request: RankingRequest) -> Ranking:
        """The best candidates for a subject: projects for an investor or a place, and the other way round."""
        _check(request)
        image = self.image()
        weights = image.model.weights.changed(request.weights)
        profile = image.profile(request.subject_id)
        if request.priority_weights:
            profile = _reweighted(profile, request.priority_weights)
        if request.target is Target.PROJECT:
            if profile.kind is SubjectKind.PROJECT:
                return self.similar(request.subject_id, request=request)
            return self._rank_projects(image, profile, weights, request)
        if profile.kind is not SubjectKind.PROJECT:
            raise RecommenderError(
                f"{request.subject_id} is no project; investors and places are ranked for a project, "
                "projects for an investor or a place",
                field="subject_id",
            )
        return self._rank_subjects(image, profile, weights, request)

    def similar(
        self,
        project_id: str,
        *,
        first: int = 20,
        allowed: Collection[str] | None = None,
        request: RankingRequest | None = None,
    ) -> Ranking:
        """Projects like one project, itself left out."""
        asked = request or RankingRequest(project_id, Target.PROJECT, allowed=allowed, first=first)
        _check(asked)
        image = self.image()
        profile = image.profile(project_id)
        if profile.kind is not SubjectKind.PROJECT:
            raise RecommenderError(f"{project_id} is no project", field="project_id")
        weights = image.model.weights.changed({"technology_level": 0.0, "result": 0.0, **(asked.weights or {})})
        return self._rank_projects(image, profile, weights, asked, left_out=project_id)

    def _rank_projects(
        self, image: Image, profile: Profile, weights: Weights, request: RankingRequest, left_out: str | None = None
    ) -> Ranking:
        if request.priority_weights:  # another subject than the one whose query is kept
            queries = image.model.queries([profile if request.personalised else profile.without_history()])
        else:
            queries = image.queries(profile, request.personalised)
        candidates = _allowed(image.projects.row_of, len(image.projects), request.allowed)
        if left_out is not None:
            candidates[image.projects.row_of[left_out]] = False
        visible = int(candidates.sum())
        for gate in self._gates_for(profile, request):
            candidates &= image.mask(gate, profile)
        total = int(candidates.sum())
        wanted = request.offset + request.first
        deviation = image.model.deviation(queries, weights)
        reach = max(wanted, HEAD) if self.rerankers else wanted
        listed = reach if not _reordered(request) else POOL_FACTOR * reach + 20
        rows = self._candidates(image, queries, weights, candidates, listed)
        explainer = Explainer(image, queries, weights, deviation, self.scale, profile)
        rows, parts = explainer.ordered(rows)
        acted: tuple[str, ...] = ()
        if _reordered(request) or self.rerankers:
            order = {int(row): position for position, row in enumerate(rows)}
            fit_of = parts[0].sum(axis=1) + parts[1].sum(axis=1)
            chosen = diversified(image.model, rows, fit_of, reach * 2, request.diversity)
            lines = np.array([order[int(row)] for row in chosen], np.intp)
            both = np.concatenate([parts[0][lines], parts[1][lines]], axis=1)
            places, acted = self._reranked([image.projects.ids[row] for row in chosen], both, profile, request)
            rows = capped(image.model, chosen[places], wanted, request.exposure_cap)  # last: it promises a share
            kept = [order[int(row)] for row in rows]
            parts = parts[0][kept], parts[1][kept]
        page = slice(request.offset, wanted)
        items = explainer.items(
            rows[page], (parts[0][page], parts[1][page]), request, self._passed_gates(image, profile, request)
        )
        snapshot = self.snapshot(image, weights, request.priority_weights, acted)
        return Ranking(request, snapshot, items, total, visible - total, has_more=total > wanted)

    def _reranked(
        self, ids: Sequence[str], parts: Doubles, profile: Profile, request: RankingRequest
    ) -> tuple[Rows, tuple[str, ...]]:
        """Positions of ``ids`` in the order that the rerankers want, and the labels of those that changed it.

        ``parts`` holds each one's fit in deviations, shape (ids, parts).
        """
        if not self.rerankers or not len(ids):
            return np.arange(len(ids)), ()
        _, scores = points_of(parts[:HEAD], self.scale)
        head = [Candidate(each, float(score)) for each, score in zip(ids, scores, strict=False)]
        asked = RerankRequest(profile.id, profile.kind, request.target, request.personalised)
        places, acted = reranked(self.rerankers, head, asked)
        return np.array([*places, *range(len(head), len(ids))], np.intp), acted

    @staticmethod
    def _candidates(image: Image, queries: Queries, weights: Weights, mask: Mask, count: int) -> Rows:
        """Rows of the best ``count`` and a few more, by the index where there is one and it is worth it."""
        if image.index is not None and count <= MOST_FROM_INDEX:
            query = image.index.space.query(image.model.combined(queries, weights))
            found = image.index.search(query, count, mask)
            if len(found) >= count:
                fits = image.model.product_of_rows(queries, weights, found)
                return found[_best(fits, np.ones(len(found), bool), count)]
        return _best(image.model.product(queries, weights), mask, count)

    def _rank_subjects(self, image: Image, project: Profile, weights: Weights, request: RankingRequest) -> Ranking:
        kind = SubjectKind.INVESTOR if request.target is Target.INVESTOR else SubjectKind.PLACE
        profiles = image.investors if kind is SubjectKind.INVESTOR else image.places
        ids, queries = image.everyone(kind, request.personalised)
        row = image.projects.row_of[project.id]
        candidates = _allowed({each: at for at, each in enumerate(ids)}, len(ids), request.allowed)
        visible = int(candidates.sum())
        gates = [gate for gate in self.gates if kind in gate.subjects and _wanted(gate, request)]
        for at in np.flatnonzero(candidates):
            profile = profiles[ids[at]]
            candidates[at] = all(
                gate.passes_one(profile, image.projects, image.world, row) for gate in gates if gate.concerns(profile)
            )
        total = int(candidates.sum())
        fits = image.model.against_row(queries, weights, row)
        deviations = queries.deviations if weights == image.model.weights else _deviations(image, queries, weights)
        standard = np.divide(fits, deviations, out=np.zeros_like(fits), where=deviations > 1e-9)
        activity = self._activity(image, kind, ids, weights)
        wanted = request.offset + request.first
        reach = max(wanted, HEAD) if self.rerankers else wanted
        chosen = _best(standard + activity, candidates, reach)
        norm = _norm(weights, kind)
        explainers = [
            Explainer(image, queries.one(at), weights, float(deviations[at]), self.scale, profiles[ids[at]])
            for at in map(int, chosen)
        ]
        exact = [
            explainer.subject_parts(row, float(activity[at]), norm)
            for explainer, at in zip(explainers, chosen, strict=True)
        ]
        totals = np.round([float(parts.sum()) for parts in exact], DIGITS)
        order = np.lexsort((chosen, -totals))
        places, acted = self._reranked(
            [explainers[line].profile.id for line in order], _stacked(exact, order), project, request
        )
        order = order[places][request.offset : wanted]
        items: list[RankedItem] = []
        for rank, line in enumerate(order, start=request.offset + 1):
            profile = explainers[line].profile
            results = [self._gate_result(gate, image, profile, row) for gate in gates] if request.explain else []
            items.append(explainers[line].subject_item(row, exact[line], rank, request, results))
        snapshot = self.snapshot(image, weights, rerankers=acted)
        return Ranking(request, snapshot, items, total, visible - total, total > wanted)

    @staticmethod
    def _activity(image: Image, kind: SubjectKind, ids: Sequence[str], weights: Weights) -> Floats:
        """Each investor's recent activity in deviations, weighted; zero for places."""
        if kind is not SubjectKind.INVESTOR or not ids:
            return np.zeros(len(ids), np.float32)
        activity = image.activity(ids)
        spread = float(activity.std())
        if spread < 1e-9:
            return np.zeros(len(ids), np.float32)
        return np.asarray(weights.activity * (activity - activity.mean()) / spread, dtype=np.float32)

    def fit(
        self,
        subject_id: str,
        object_id: str,
        weights: Mapping[str, float] | None = None,
        *,
        personalised: bool = True,
        reasons: int = 3,
    ) -> Fit:
        """How well an investor or a place and a project fit, in whichever order they are named."""
        image = self.image()
        profile, row = self._pair(image, subject_id, object_id)
        changed = image.model.weights.changed(weights)
        queries = image.queries(profile, personalised)
        explainer = Explainer(image, queries, changed, image.model.deviation(queries, changed), self.scale, profile)
        rows, parts = explainer.ordered(np.array([row], np.intp))
        request = RankingRequest(profile.id, reasons=reasons)
        item = explainer.items(rows, parts, request, [])[0]
        return Fit(
            subject_id,
            object_id,
            item.score,
            item.contributions,
            self._all_gates(image, profile, row),
            self.snapshot(image, changed),
            item.reasons,
        )

    def why_not(self, subject_id: str, object_id: str) -> list[GateResult]:
        """What every gate says of a pair, in whichever order it is named; ``passed`` is false where one stops it."""
        image = self.image()
        profile, row = self._pair(image, subject_id, object_id)
        return self._all_gates(image, profile, row)

    def counterfactual(self, subject_id: str, object_id: str, within: int = 10) -> Counterfactual:
        """The least change to what the subject declares that would bring the project among the first ``within``."""
        from recommender.counterfactual import find

        image = self.image()
        profile, row = self._pair(image, subject_id, object_id)
        return find(image, self.gates, profile, row, within)

    def fit_matrix(
        self,
        place_ids: Sequence[str],
        project_ids: Sequence[str] | None = None,
        weights: Mapping[str, float] | None = None,
    ) -> FitMatrix:
        """Scores of every subject (places, or investors) for every project; all projects for ``None``.

        One matrix product for each block's coordinates. Gates aren't applied.
        """
        image = self.image()
        changed = image.model.weights.changed(weights)
        if project_ids is None:
            columns, rows = list(image.projects.ids), None
        else:
            unknown = [each for each in project_ids if each not in image.projects.row_of]
            if unknown:
                raise RecommenderError(
                    f"{unknown[0]!r} is no project that could be ranked", field="project_ids", code="NOT_FOUND"
                )
            columns = list(project_ids)
            rows = np.array([image.projects.row_of[each] for each in columns], np.intp)
        queries = image.several(place_ids)
        deviations = queries.deviations if changed == image.model.weights else _deviations(image, queries, changed)
        if rows is None:
            scores = scores_of(image.model, image.wide, queries, changed, deviations, self.scale)
        else:
            fits = image.model.product_many(queries, changed, rows)
            fits *= np.divide(1.0, deviations, out=np.zeros_like(deviations), where=deviations > 1e-9)[:, None]
            scores = self.scale.in_place(fits)
        return FitMatrix(list(place_ids), columns, scores, self.snapshot(image, changed))

    def fit_by_track(self, place_id: str, allowed: Collection[str] | None = None, best: int = 3) -> list[TrackFit]:
        """How the projects of each track fit a place: count, mean, best, over projects on offer and ``allowed``."""
        image = self.image()
        tracks = image.projects.tracks
        if tracks is None or not len(image.world.tracks):
            return []
        matrix = self.fit_matrix([place_id]).scores[0]
        candidates = _allowed(image.projects.row_of, len(image.projects), allowed) & image.projects.offered
        columns = tracks.tocsc()
        result: list[TrackFit] = []
        for code, track_id in enumerate(image.world.tracks.ids):
            rows = columns.indices[columns.indptr[code] : columns.indptr[code + 1]]
            rows = np.sort(rows[candidates[rows]])
            if not len(rows):
                continue
            scores = matrix[rows]
            order = np.lexsort((rows, -scores))[:best]
            ids = tuple(image.projects.ids[row] for row in rows[order])
            result.append(TrackFit(track_id, len(rows), float(scores.mean()), float(scores.max()), ids))
        return sorted(result, key=lambda each: (-each.mean_score, each.track_id))

    # ---- parts of answers

    def _pair(self, image: Image, first: str, second: str) -> tuple[Profile, int]:
        rows = image.projects.row_of
        subject, project = (second, first) if first in rows and second not in rows else (first, second)
        if project not in rows:
            raise RecommenderError(
                f"{project!r} is no project that could be ranked; it may be archived",
                field="object_id",
                code="NOT_FOUND",
            )
        return image.profile(subject), rows[project]

    def _gates_for(self, profile: Profile, request: RankingRequest) -> list[Gate]:
        if profile.kind is SubjectKind.PROJECT:
            return [gate for gate in self.gates if gate.name == "offered"]
        return [
            gate
            for gate in self.gates
            if profile.kind in gate.subjects
            and not gate.about_subject
            and _wanted(gate, request)
            and gate.concerns(profile)
        ]

    def _passed_gates(self, image: Image, profile: Profile, request: RankingRequest) -> list[Gate]:
        if profile.kind is SubjectKind.PROJECT:
            return []
        return [
            gate
            for gate in self.gates
            if profile.kind in gate.subjects and not gate.about_subject and _wanted(gate, request)
        ]

    def _all_gates(self, image: Image, profile: Profile, row: int) -> list[GateResult]:
        return [self._gate_result(gate, image, profile, row) for gate in self.gates if profile.kind in gate.subjects]

    @staticmethod
    def _gate_result(gate: Gate, image: Image, profile: Profile, row: int) -> GateResult:
        passed = gate.passes_one(profile, image.projects, image.world, row)
        return GateResult(gate.name, passed, gate.explain(profile, image.projects, image.world, row, passed))


def _check(request: RankingRequest) -> None:
    if not 1 <= request.first <= MOST_LISTED:
        raise RecommenderError(f"first is {request.first}; give 1 to {MOST_LISTED}", field="first")
    if request.offset < 0:
        raise RecommenderError(f"offset is {request.offset}; give 0 or more", field="offset")
    if not 0 <= request.diversity <= 1:
        raise RecommenderError(f"diversity is {request.diversity}; give 0 to 1", field="diversity")
    if not 0 < request.exposure_cap <= 1:
        raise RecommenderError(f"exposure_cap is {request.exposure_cap}; give above 0 to 1", field="exposure_cap")


def _reweighted(profile: Profile, weights: Mapping[str, float]) -> Profile:
    if profile.kind is not SubjectKind.PLACE:
        raise RecommenderError(
            f"{profile.id} is no place; only places have priorities to weigh", field="priority_weights"
        )
    try:
        return profile.with_priorities(weights)
    except ValueError as problem:
        raise RecommenderError(str(problem), field="priority_weights") from None


def _reordered(request: RankingRequest) -> bool:
    return request.diversity > 0 or request.exposure_cap < 1


def _wanted(gate: Gate, request: RankingRequest) -> bool:
    return gate.option is None or bool(getattr(request, gate.option))


def _allowed(row_of: Mapping[str, int], size: int, allowed: Collection[str] | None) -> Mask:
    if allowed is None:
        return np.ones(size, bool)
    mask = np.zeros(size, bool)
    mask[[row_of[each] for each in allowed if each in row_of]] = True
    return mask


def _best(fits: Floats | Doubles, candidates: Mask, count: int) -> Rows:
    """Candidates with the highest fits, and all that are too close to the last of them for single precision."""
    rows = np.flatnonzero(candidates)
    if len(rows) <= count:
        return rows
    values = fits[rows]
    last = -np.partition(-values, count - 1)[count - 1]
    slack = 1e-5 * max(1.0, float(np.abs(values).max()))
    return np.asarray(rows[values >= last - slack], dtype=np.intp)


def _stacked(parts: Sequence[Doubles], order: Rows) -> Doubles:
    """Lines of ``parts``, each of shape (1, parts), in an order; shape (lines, parts)."""
    return np.concatenate([parts[line] for line in order]) if len(order) else np.zeros((0, 1))


def _deviations(image: Image, queries: Queries, weights: Weights) -> Floats:
    totals = image.model.product_many(queries, weights, image.model.sample_)
    return np.asarray(totals.std(axis=1), dtype=np.float32)


def _norm(weights: Weights, kind: SubjectKind) -> float:
    """Deviation of a standardised fit with the activity added."""
    return float(np.sqrt(1 + weights.activity**2)) if kind is SubjectKind.INVESTOR else 1.0
