"""Ranks candidates: gates them, orders them by exact fits, pages them, and explains them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from recommender.features import MOST_DEVIATIONS, Doubles, Floats, Rows
from recommender.fit.parts import FitParts
from recommender.fit.query_vectors import Queries
from recommender.fit.scoring import DIGITS, Scale
from recommender.fit.weighted import WeightedQueries
from recommender.fit.weights import Weights
from recommender.gates import Gate
from recommender.index.candidate_mask import CandidateMask, allowed_rows, best_rows
from recommender.interface.answers import (
    GateResult,
    LearnedPreference,
    RankedItem,
    Ranking,
    ScoreScale,
    Standing,
)
from recommender.interface.lazy import Lazily
from recommender.interface.requests import RankingRequest, Spread
from recommender.pool.profiles import Profile, SubjectKind
from recommender.serving.coverage import JUDGED_BY, coverage_of, is_weak, spread_over
from recommender.serving.diversity import capped, diversified
from recommender.serving.explanation import Explainer
from recommender.serving.preference_summary import preference_summary
from recommender.serving.rerankers import HEAD, Candidate, Reranker, RerankRequest, reranked
from recommender.serving.snapshot_id import snapshot_of
from recommender.snapshot.pool_snapshot import PoolSnapshot

MOST_FROM_INDEX = 500
"""For longer lists everything is looked at."""
MOST_HELD_BACK = 2000
"""Maximum number of best candidates searched for one that the cap on an industry still admits."""


@dataclass(frozen=True)
class Ranker:
    """Answers questions over one snapshot at given weights."""

    snapshot: PoolSnapshot
    weights: Weights
    gates: Sequence[Gate]
    rerankers: Sequence[Reranker]
    scale: Scale

    def of_projects(self, profile: Profile, request: RankingRequest, left_out: str | None = None) -> Ranking:
        """Return the best projects for a subject; ``left_out`` names one that must not be listed."""
        snapshot, weights = self.snapshot, self.weights
        if request.reweighs:  # not the subject of the cached query
            queries = snapshot.model.queries([profile if request.personalised else profile.without_history()])
        else:
            queries = snapshot.caches.queries(profile, request.personalised)
        gates = self.gates_for(profile, request)
        caches = snapshot.caches
        passing = caches.passing(gates, profile) if request.draft is None else caches.passing_now(gates, profile)
        visible = len(snapshot.projects)
        if request.allowed is not None or left_out is not None:
            seen = snapshot.caches.rows_of(snapshot.projects.ids if request.allowed is None else request.allowed)
            if left_out is not None:
                mask = seen.mask.copy()
                mask[snapshot.projects.row_of[left_out]] = False
                seen = CandidateMask(mask, int(np.count_nonzero(mask)))
            visible = seen.count
            passing = passing.both(seen)
        total = passing.count
        end = request.reach(total)
        explainer = Explainer(snapshot, queries, weights, self.scale, profile)
        candidates = partial(self._candidates, snapshot, explainer.asked, passing)
        acted: tuple[str, ...] = ()
        rows, parts = explainer.ordered(candidates(max(end, JUDGED_BY)))
        weak = is_weak(explainer.scale, parts.fits)
        more = total > end
        if _reordered(request) or self.rerankers:
            rows, parts, acted, more = self._arranged(explainer, candidates, total, request)
        if profile.states_nothing:  # whatever stood first would stand there for everybody
            rows, parts, more = rows[:0], parts.of(slice(0, 0)), False
        if request.least_score > 0:
            fitting = np.flatnonzero(explainer.scale.score(parts.fits) >= request.least_score)
            more = more and len(fitting) == len(rows)
            rows, parts = rows[fitting], parts.of(fitting)
        request = request.placed(len(rows))
        page = slice(request.offset, request.offset + request.first)
        items = explainer.items(rows[page], parts.of(page), request, self.passed_gates(profile, request))
        origin = snapshot_of(
            snapshot,
            weights,
            self.scale,
            request.priority_weights,
            acted,
            request.draft,
            request.industry_weights,
            request.only,
        )
        preferences: Sequence[LearnedPreference] = ()
        if request.personalised and profile.history:
            preferences = Lazily(
                partial(
                    preference_summary,
                    snapshot,
                    queries,
                    weights,
                    float(explainer.asked.units[0]),
                    explainer.scale,
                    profile,
                )
            )
        covered = Lazily(partial(coverage_of, queries, explainer.asked, items))
        silent = profile.states_nothing
        return Ranking(request, origin, items, total, visible - total, more, preferences, covered, weak, silent)

    def _arranged(
        self, explainer: Explainer, candidates: Callable[[int], Rows], total: int, request: RankingRequest
    ) -> tuple[Rows, FitParts, tuple[str, ...], bool]:
        """Return the rows in their final order, their parts, the rerankers that acted, and whether there are more.

        Diversity, spread and rerankers order the first ``HEAD``; the rest keeps the order of fits. So the list doesn't
        depend on how many of its lines are requested.
        """
        model, end = self.snapshot.model, request.reach(total)
        rows, parts = explainer.ordered(candidates(max(end, HEAD)))
        head = diversified(model, rows[:HEAD], parts.fits[:HEAD], request.diversity)
        if request.spread is Spread.PRIORITIES:
            head_parts = parts.of(head)
            head = head[spread_over(explainer.aspect_scores(head_parts) / 100, explainer.wanted, head_parts.fits)]
        ids = [self.snapshot.projects.ids[row] for row in rows[head]]
        scores = explainer.scale.score(parts.of(head).fits)
        places, acted = self._reranked(ids, scores, explainer.profile, request)
        order = np.concatenate([head[places], np.arange(len(head), len(rows))]).astype(np.intp)
        rows, parts = rows[order], parts.of(order)
        positions = capped(model, rows, end + 1, request.exposure_cap)  # last: it promises a share
        while len(positions) <= end < total and len(rows) < min(total, MOST_HELD_BACK) and request.exposure_cap < 1:
            further, own = explainer.ordered(candidates(min(total, MOST_HELD_BACK, 3 * len(rows))))
            new = ~np.isin(further, rows)
            if not new.any():
                break
            rows = np.concatenate([rows, further[new]])
            parts = parts.plus(own.of(np.flatnonzero(new)))
            positions = capped(model, rows, end + 1, request.exposure_cap)
        more = len(positions) > end if request.exposure_cap < 1 else total > end
        positions = positions[:end]
        return rows[positions], parts.of(positions), acted, more

    def _reranked(
        self, ids: Sequence[str], scores: Doubles, profile: Profile, request: RankingRequest
    ) -> tuple[Rows, tuple[str, ...]]:
        """Return positions of ``ids`` in the rerankers' order, and the labels of those that changed it."""
        if not self.rerankers or not len(ids):
            return np.arange(len(ids)), ()
        rounded = np.round(scores[:HEAD], DIGITS).tolist()
        head = [Candidate(each, score) for each, score in zip(ids, rounded, strict=False)]
        asked = RerankRequest(profile.id, profile.kind, request.target, request.personalised)
        places, acted = reranked(self.rerankers, head, asked)
        return np.array([*places, *range(len(head), len(ids))], np.intp), acted

    @staticmethod
    def _candidates(snapshot: PoolSnapshot, asked: WeightedQueries, passing: CandidateMask, count: int) -> Rows:
        """Return the best ``count`` rows, from the index where there is one and the list is short enough."""
        if snapshot.index is not None and count <= MOST_FROM_INDEX:
            rows = snapshot.index.search(snapshot.index.space.queries(asked), count, passing)
            if len(rows) >= count:
                fits = snapshot.model.fits(asked, rows)[0]
                return rows[best_rows(fits, None, count)]
        return best_rows(snapshot.model.fits(asked)[0], passing.mask, count)

    def of_subjects(self, project: Profile, request: RankingRequest) -> Ranking:
        """Return the best investors, places or records of a plugin for a project, each by its own fit."""
        snapshot, weights = self.snapshot, self.weights
        kind = SubjectKind[request.target]
        profiles = snapshot.subjects(kind, request.entity)
        ids, queries = snapshot.caches.everyone(request.entity or kind, request.personalised)
        row = snapshot.projects.row_of[project.id]
        candidates = allowed_rows({each: at for at, each in enumerate(ids)}, len(ids), request.allowed)
        visible = int(candidates.sum())
        gates = [gate for gate in self.gates if kind in gate.subjects and _wanted(gate, request)]
        for at in np.flatnonzero(candidates):
            profile = profiles[ids[at]]
            concerned = (gate for gate in gates if gate.concerns(profile))
            pair = profile, snapshot.projects, snapshot.taxonomies, row
            candidates[at] = all(gate.passes_one(*pair) for gate in concerned)
        total = int(candidates.sum())
        norm = _norm(weights, kind)
        fits, asking = self._fits(snapshot.model.weighted(queries, weights), row)
        activity = self._activity(snapshot, kind, ids, weights)
        end = request.reach(total)
        reach = max(end, HEAD) if self.rerankers else end
        chosen = best_rows((fits + activity) / norm + asking, candidates, reach)
        explainers = [
            Explainer(snapshot, queries.one(at), weights, self.scale, profiles[ids[at]]) for at in map(int, chosen)
        ]
        exact = [
            explainer.subject_parts(row, float(activity[at]), norm)
            for explainer, at in zip(explainers, chosen, strict=True)
        ]
        sums = [float(parts.sum()) + asking[at] for (_, parts), at in zip(exact, chosen, strict=True)]
        totals = np.round(sums, DIGITS)
        order = np.lexsort((chosen, -totals))
        scores = np.array([float(explainers[line].scale.score(exact[line][1].sum(axis=1))[0]) for line in order])
        places, acted = self._reranked([explainers[line].profile.id for line in order], scores, project, request)
        request = request.placed(len(order))
        order = order[places][request.offset : request.offset + request.first]
        items: list[RankedItem] = []
        for rank, line in enumerate(order, start=request.offset + 1):
            profile = explainers[line].profile
            results = [self.gate_result(gate, profile, row) for gate in gates] if request.explain else []
            items.append(explainers[line].subject_item(row, exact[line], rank, request, results))
        origin = snapshot_of(snapshot, weights, self.scale, rerankers=acted)
        return Ranking(request, origin, items, total, visible - total, total > end)

    def _fits(self, asked: WeightedQueries, row: int) -> tuple[Floats, Floats]:
        """Return all subjects' fits with one project, and how much several aspects shift each on the scale."""
        fits = self.snapshot.model.against_row(asked, row)
        fixed = self.scale.kind is ScoreScale.STANDARD
        return fits, (asked.log_totals if fixed else asked.log_totals * 0).astype(np.float32)

    def standing(
        self, profile: Profile, row: int, ids: Sequence[str], queries: Queries, allowed: Collection[str] | None
    ) -> Standing:
        """Return the rank of one subject for a project among the ``allowed`` of ``ids`` and itself, without gates."""
        fits, asking = self._fits(self.snapshot.model.weighted(queries, self.weights), row)
        activity = self._activity(self.snapshot, profile.kind, ids, self.weights)
        totals = (fits + activity) / _norm(self.weights, profile.kind) + asking
        counted = allowed_rows({each: at for at, each in enumerate(ids)}, len(ids), allowed)
        own = ids.index(profile.id)
        counted[own] = True
        return Standing(1 + int((totals[counted] > totals[own]).sum()), int(counted.sum()))

    @staticmethod
    def _activity(snapshot: PoolSnapshot, kind: SubjectKind, ids: Sequence[str], weights: Weights) -> Floats:
        """Return each investor's recent activity in deviations, weighted; zero for places."""
        if kind is not SubjectKind.INVESTOR or not ids:
            return np.zeros(len(ids), np.float32)
        activity = snapshot.activity(ids)
        centred = activity - activity.mean()
        spread = max(float(activity.std()), float(np.abs(centred).max()) / MOST_DEVIATIONS)
        if spread < 1e-9:
            return np.zeros(len(ids), np.float32)
        return np.asarray(weights.activity * centred / spread, dtype=np.float32)

    def gates_for(self, profile: Profile, request: RankingRequest) -> list[Gate]:
        """Return the gates that could reject a candidate for this request."""
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

    def passed_gates(self, profile: Profile, request: RankingRequest) -> list[Gate]:
        """Return the gates that every listed candidate has passed."""
        if profile.kind is SubjectKind.PROJECT:
            return []
        return [
            gate
            for gate in self.gates
            if profile.kind in gate.subjects and not gate.about_subject and _wanted(gate, request)
        ]

    def all_gates(self, profile: Profile, row: int, private: bool = True) -> list[GateResult]:
        """Return the results of a list's default gates for one project; of private ones only if ``private``."""
        usual = RankingRequest(profile.id, private_gates=private)
        return [
            self.gate_result(gate, profile, row)
            for gate in self.gates
            if profile.kind in gate.subjects and _wanted(gate, usual)
        ]

    def gate_result(self, gate: Gate, profile: Profile, row: int) -> GateResult:
        """Return one gate's result for one project, with its reason."""
        snapshot = self.snapshot
        passed = gate.passes_one(profile, snapshot.projects, snapshot.taxonomies, row)
        return GateResult(gate.name, passed, gate.explain(profile, snapshot.projects, snapshot.taxonomies, row, passed))


def _reordered(request: RankingRequest) -> bool:
    return request.diversity > 0 or request.exposure_cap < 1 or request.spread is not Spread.NONE


def _wanted(gate: Gate, request: RankingRequest) -> bool:
    if gate.private and not request.private_gates:
        return False
    return gate.option is None or bool(getattr(request, gate.option))


def _norm(weights: Weights, kind: SubjectKind) -> float:
    """Deviation of a standardised fit with the activity added."""
    return float(np.sqrt(1 + weights.activity**2)) if kind is SubjectKind.INVESTOR else 1.0
