"""Rankings made: candidates through the gates, ordered by exact fits, page by page, with their reasons."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from recommender.features import MOST_DEVIATIONS, Doubles, Floats, Mask, Rows
from recommender.fit.query_vectors import Queries
from recommender.fit.scoring import DIGITS, Scale, points_of
from recommender.fit.weights import Weights
from recommender.gates import Gate
from recommender.index.candidate_mask import Passing
from recommender.interface.types import (
    GateResult,
    Lazily,
    Lesson,
    RankedItem,
    Ranking,
    RankingRequest,
    Standing,
    Target,
)
from recommender.pool.profiles import Profile, SubjectKind
from recommender.serving.diversity import capped, diversified
from recommender.serving.explanation import Explainer, Parts
from recommender.serving.preference_summary import lessons
from recommender.serving.rerankers import HEAD, Candidate, Reranker, RerankRequest, reranked
from recommender.serving.snapshot_id import snapshot_of
from recommender.snapshot.pool_snapshot import Image

MOST_FROM_INDEX = 500
"""For longer lists everything is looked at."""
MOST_HELD_BACK = 2000
"""So many of the best are looked at, at most, for something that a cap on one industry still lets through."""


@dataclass(frozen=True)
class Ranker:
    """Answers questions over one image at given weights."""

    image: Image
    weights: Weights
    gates: Sequence[Gate]
    rerankers: Sequence[Reranker]
    scale: Scale

    def of_projects(self, profile: Profile, request: RankingRequest, left_out: str | None = None) -> Ranking:
        """The best projects for a subject; ``left_out`` names one that must not be listed."""
        image, weights = self.image, self.weights
        if request.reweighs:  # another subject than the one whose query is kept
            queries = image.model.queries([profile if request.personalised else profile.without_history()])
        else:
            queries = image.queries(profile, request.personalised)
        gates = self.gates_for(profile, request)
        passing = image.passing(gates, profile) if request.draft is None else image.passing_now(gates, profile)
        visible = len(image.projects)
        if request.allowed is not None or left_out is not None:
            seen = image.rows_of(image.projects.ids if request.allowed is None else request.allowed)
            if left_out is not None:
                mask = seen.mask.copy()
                mask[image.projects.row_of[left_out]] = False
                seen = Passing(mask, int(np.count_nonzero(mask)))
            visible = seen.count
            passing = passing.both(seen)
        total = passing.count
        wanted = request.offset + request.first
        deviation = image.model.deviation(queries, weights)
        explainer = Explainer(image, queries, weights, deviation, self.scale, profile)
        candidates = partial(self._candidates, image, queries, weights, passing)
        acted: tuple[str, ...] = ()
        if _reordered(request) or self.rerankers:
            rows, parts, acted, more = self._arranged(explainer, candidates, total, request)
        else:
            rows, parts = explainer.ordered(candidates(wanted))
            more = total > wanted
        page = slice(request.offset, wanted)
        items = explainer.items(
            rows[page], (parts[0][page], parts[1][page]), request, self.passed_gates(profile, request)
        )
        snapshot = snapshot_of(
            image, weights, self.scale, request.priority_weights, acted, request.draft, request.industry_weights
        )
        learnt: Sequence[Lesson] = ()
        if request.personalised and profile.history:
            learnt = Lazily(partial(lessons, image, queries, weights, deviation, self.scale, profile))
        return Ranking(request, snapshot, items, total, visible - total, more, learnt)

    def _arranged(
        self, explainer: Explainer, candidates: Callable[[int], Rows], total: int, request: RankingRequest
    ) -> tuple[Rows, Parts, tuple[str, ...], bool]:
        """Rows and their parts as diversity, rerankers and the cap want them, who acted, and whether there are more.

        Diversity and rerankers order the first ``HEAD``; what comes after stays in the order of fits. So the list is
        the same however many of it are asked for.
        """
        model, wanted = self.image.model, request.offset + request.first
        rows, parts = explainer.ordered(candidates(max(wanted, HEAD)))
        fits = parts[0].sum(axis=1) + parts[1].sum(axis=1)
        head = diversified(model, rows[:HEAD], fits[:HEAD], request.diversity)
        ids = [self.image.projects.ids[row] for row in rows[head]]
        both = np.concatenate([parts[0][head], parts[1][head]], axis=1)
        places, acted = self._reranked(ids, both, explainer.profile, request)
        order = np.concatenate([head[places], np.arange(len(head), len(rows))]).astype(np.intp)
        rows, parts = rows[order], (parts[0][order], parts[1][order])
        kept = capped(model, rows, wanted + 1, request.exposure_cap)  # last: it promises a share
        while len(kept) <= wanted < total and len(rows) < min(total, MOST_HELD_BACK) and request.exposure_cap < 1:
            further, own = explainer.ordered(candidates(min(total, MOST_HELD_BACK, 3 * len(rows))))
            new = ~np.isin(further, rows)
            if not new.any():
                break
            rows = np.concatenate([rows, further[new]])
            parts = np.concatenate([parts[0], own[0][new]]), np.concatenate([parts[1], own[1][new]])
            kept = capped(model, rows, wanted + 1, request.exposure_cap)
        more = len(kept) > wanted if request.exposure_cap < 1 else total > wanted
        kept = kept[:wanted]
        return rows[kept], (parts[0][kept], parts[1][kept]), acted, more

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
    def _candidates(image: Image, queries: Queries, weights: Weights, passing: Passing, count: int) -> Rows:
        """Rows of the best ``count`` and a few more, by the index where there is one and it is worth it."""
        if image.index is not None and count <= MOST_FROM_INDEX:
            combined = image.model.combined(queries, weights)
            found = image.index.search(image.index.space.query(combined), count, passing)
            if len(found) >= count:
                fits = image.model.product_of_rows(combined, found)
                return found[_best(fits, None, count)]
        return _best(image.model.product(queries, weights), passing.mask, count)

    def of_subjects(self, project: Profile, request: RankingRequest) -> Ranking:
        """The best investors or places for a project, each by its own fit."""
        image, weights = self.image, self.weights
        kind = SubjectKind.INVESTOR if request.target is Target.INVESTOR else SubjectKind.PLACE
        profiles = image.investors if kind is SubjectKind.INVESTOR else image.places
        ids, queries = image.everyone(kind, request.personalised)
        row = image.projects.row_of[project.id]
        candidates = allowed_rows({each: at for at, each in enumerate(ids)}, len(ids), request.allowed)
        visible = int(candidates.sum())
        gates = [gate for gate in self.gates if kind in gate.subjects and _wanted(gate, request)]
        for at in np.flatnonzero(candidates):
            profile = profiles[ids[at]]
            candidates[at] = all(
                gate.passes_one(profile, image.projects, image.world, row) for gate in gates if gate.concerns(profile)
            )
        total = int(candidates.sum())
        standard, deviations = self._standardised(queries, row)
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
            results = [self.gate_result(gate, profile, row) for gate in gates] if request.explain else []
            items.append(explainers[line].subject_item(row, exact[line], rank, request, results))
        snapshot = snapshot_of(image, weights, self.scale, rerankers=acted)
        return Ranking(request, snapshot, items, total, visible - total, total > wanted)

    def _standardised(self, queries: Queries, row: int) -> tuple[Floats, Floats]:
        """Fits of all subjects with one project in their own deviations, and these deviations, shape (subjects,)."""
        image, weights = self.image, self.weights
        fits = image.model.against_row(queries, weights, row)
        deviations = image.model.deviations(queries, weights)
        return np.divide(fits, deviations, out=np.zeros_like(fits), where=deviations > 1e-9), deviations

    def standing(
        self, profile: Profile, row: int, ids: Sequence[str], queries: Queries, allowed: Collection[str] | None
    ) -> Standing:
        """The place of one subject among ``ids`` (those ``allowed``, and itself) for one project; no gate counts."""
        totals = self._standardised(queries, row)[0] + self._activity(self.image, profile.kind, ids, self.weights)
        counted = allowed_rows({each: at for at, each in enumerate(ids)}, len(ids), allowed)
        own = ids.index(profile.id)
        counted[own] = True
        return Standing(1 + int((totals[counted] > totals[own]).sum()), int(counted.sum()))

    @staticmethod
    def _activity(image: Image, kind: SubjectKind, ids: Sequence[str], weights: Weights) -> Floats:
        """Each investor's recent activity in deviations, weighted; zero for places."""
        if kind is not SubjectKind.INVESTOR or not ids:
            return np.zeros(len(ids), np.float32)
        activity = image.activity(ids)
        centred = activity - activity.mean()
        spread = max(float(activity.std()), float(np.abs(centred).max()) / MOST_DEVIATIONS)
        if spread < 1e-9:
            return np.zeros(len(ids), np.float32)
        return np.asarray(weights.activity * centred / spread, dtype=np.float32)

    def gates_for(self, profile: Profile, request: RankingRequest) -> list[Gate]:
        """The gates that could stop something for this question."""
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
        """The gates that whatever is listed has passed."""
        if profile.kind is SubjectKind.PROJECT:
            return []
        return [
            gate
            for gate in self.gates
            if profile.kind in gate.subjects and not gate.about_subject and _wanted(gate, request)
        ]

    def all_gates(self, profile: Profile, row: int, private: bool = True) -> list[GateResult]:
        """What every gate that a list has unless asked otherwise says of one project; without private ones, if that
        is false."""
        usual = RankingRequest(profile.id, private_gates=private)
        return [
            self.gate_result(gate, profile, row)
            for gate in self.gates
            if profile.kind in gate.subjects and _wanted(gate, usual)
        ]

    def gate_result(self, gate: Gate, profile: Profile, row: int) -> GateResult:
        """What one gate says of one project, and why."""
        image = self.image
        passed = gate.passes_one(profile, image.projects, image.world, row)
        return GateResult(gate.name, passed, gate.explain(profile, image.projects, image.world, row, passed))


def _reordered(request: RankingRequest) -> bool:
    return request.diversity > 0 or request.exposure_cap < 1


def _wanted(gate: Gate, request: RankingRequest) -> bool:
    if gate.private and not request.private_gates:
        return False
    return gate.option is None or bool(getattr(request, gate.option))


def allowed_rows(row_of: Mapping[str, int], size: int, allowed: Collection[str] | None) -> Mask:
    """Which rows have one of the ``allowed`` ids; all for ``None``. Ids without a row are passed over."""
    if allowed is None:
        return np.ones(size, bool)
    mask = np.zeros(size, bool)
    mask[[row_of[each] for each in allowed if each in row_of]] = True
    return mask


def _best(fits: Floats | Doubles, candidates: Mask | None, count: int) -> Rows:
    """Candidates with the highest fits, and all that are too close to the last of them for single precision."""
    rows = np.arange(len(fits)) if candidates is None else np.flatnonzero(candidates)
    if len(rows) <= count:
        return rows
    values = fits if len(rows) == len(fits) else fits[rows]
    last = -np.partition(-values, count - 1)[count - 1]
    return np.asarray(rows[values >= last - slack_of(values)], dtype=np.intp)


def slack_of(fits: Floats | Doubles) -> float:
    """How far fits of single precision must be apart for their order to be sure."""
    return 1e-5 * max(1.0, float(np.abs(fits).max()))


def _stacked(parts: Sequence[Doubles], order: Rows) -> Doubles:
    """Lines of ``parts``, each of shape (1, parts), in an order; shape (lines, parts)."""
    return np.concatenate([parts[line] for line in order]) if len(order) else np.zeros((0, 1))


def _norm(weights: Weights, kind: SubjectKind) -> float:
    """Deviation of a standardised fit with the activity added."""
    return float(np.sqrt(1 + weights.activity**2)) if kind is SubjectKind.INVESTOR else 1.0
