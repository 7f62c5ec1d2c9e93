"""Turns contributions into lines of a ranking: points, reasons, gates."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial

import numpy as np

from recommender.blocks import Block, Pair
from recommender.features import Doubles, Mask, Rows
from recommender.fit.parts import FitParts
from recommender.fit.query_vectors import Queries
from recommender.fit.scoring import DIGITS, Scale, baseline, points_of, strongest
from recommender.fit.weights import Weights
from recommender.gates import Gate
from recommender.interface.types import (
    AspectShare,
    Contribution,
    GateResult,
    Lazily,
    RankedItem,
    RankingRequest,
    Reason,
)
from recommender.pool.profiles import Profile
from recommender.snapshot.pool_snapshot import Image

ACTIVITY = "activity"
CONTRAST = "contrast"
SEVERAL = "several"
_REST = (CONTRAST, SEVERAL)
"""What is in a fit beside its blocks, in the order of ``FitParts.matrix``."""
_REST_REASONS = (
    Reason("What its text has in common with every field counts less.", "与各领域都有的共同内容不计入。"),
    Reason(
        "Several priorities share this match; none of them makes it alone.", "该匹配由多项重点共同构成，并非单独一项。"
    ),
)


class Explainer:
    """Explains fits of one subject."""

    def __init__(self, image: Image, queries: Queries, weights: Weights, scale: Scale, profile: Profile) -> None:
        self.image = image
        self.queries = queries
        self.weights = weights
        self.asked = image.model.weighted(queries, weights)
        self.scale = scale.asking(float(self.asked.log_totals[0]))
        self.profile = profile

    def parts(self, rows: Rows) -> FitParts:
        """Exact parts of single projects."""
        return self.image.model.parts(self.queries, self.asked, self.weights, rows)

    def ordered(self, rows: Rows) -> tuple[Rows, FitParts]:
        """Rows in the order of their exact scores, equal ones in the order of their ids, with their parts."""
        parts = self.parts(rows)
        order = np.lexsort((rows, -np.round(parts.fits, DIGITS)))
        return rows[order], parts.of(order)

    def items(self, rows: Rows, parts: FitParts, request: RankingRequest, gates: Sequence[Gate]) -> list[RankedItem]:
        """Lines for ``rows``, numbered from the request's offset on. ``gates`` are those that all rows passed."""
        points, scores = points_of(parts.matrix, self.scale)
        projects = self.image.projects
        items: list[RankedItem] = []
        for line, row in enumerate(map(int, rows)):
            contributions: Sequence[Contribution] = ()
            results: Sequence[GateResult] = ()
            reasons: Sequence[Reason] = ()
            if request.explain:
                contributions = Lazily(partial(self._contributions, row, points[line]))
                results = Lazily(partial(self._passed, gates, row))
                reasons = Lazily(partial(strongest, contributions, request.reasons))
            shares = Lazily(partial(self.aspect_shares, parts, line, points[line]))
            rank = request.offset + line + 1
            items.append(
                RankedItem(projects.ids[row], rank, float(scores[line]), contributions, results, reasons, shares)
            )
        return items

    @cached_property
    def _asked(self) -> list[tuple[int, Block, float, Mask]]:
        """Column, block, weight and known rows of the blocks in which the subject says something."""
        return [
            (column, block, self.weights.blocks.get(block.name, 0.0), block.features_.known)
            for column, block in enumerate(self.image.model.blocks)
            if block.name in self.queries.declared or block.name in self.queries.history or block.name in self._topics
        ]

    @cached_property
    def _topics(self) -> frozenset[str]:
        """Topical blocks that one of the subject's aspects speaks in."""
        asked = self.queries.aspects[0]
        return frozenset() if asked is None else frozenset(asked.parts)

    @cached_property
    def _baseline(self) -> Contribution:
        return baseline(self.scale)

    def _contributions(self, row: int, points: Doubles) -> list[Contribution]:
        """What makes up the score of a project: ``points`` holds the declared parts, then those of history."""
        count = len(self.image.model.blocks)
        values = points.tolist()
        contributions = [self._baseline]
        for column, block, weight, known in self._asked:
            declared, history = values[column], values[count + column]
            total, is_known = round(declared + history, DIGITS), bool(known[row])
            reason = Reason.lazily(partial(self._in_words, block, row, total, declared, history, is_known))
            contributions.append(Contribution(block.name, total, weight, is_known, reason, declared, history))
        for name, value, reason in zip(_REST, values[2 * count :], _REST_REASONS, strict=False):
            if value != 0:
                contributions.append(Contribution(name, value, 1.0, True, reason, value, 0.0))
        return contributions

    def aspect_scores(self, parts: FitParts) -> Doubles:
        """What each project would score if each aspect alone were asked, shape (rows, aspects)."""
        alone = self.scale.asking(-float(self.asked.log_totals[0]))
        return alone.score(parts.values + parts.contrast[:, None])

    @property
    def wanted(self) -> Doubles:
        """The shares of the aspects in the weights, shape (aspects,)."""
        return np.exp(self.asked.log_shares[self.asked.of(0)])

    def aspect_shares(self, parts: FitParts, line: int, points: Doubles) -> list[AspectShare]:
        """What each aspect made of one line's score, strongest first; ``points`` as in ``_contributions``."""
        asked, kept = self.queries.aspects[0], self.asked.numbers[0]
        if asked is None or not kept:
            return []
        blocks = len(self.image.model.blocks)
        topical = [column for column, block in enumerate(self.image.model.blocks) if block.topical]
        together = float(points[topical].sum() + points[2 * blocks :].sum())
        scores = self.aspect_scores(parts.of(slice(line, line + 1)))[0]
        found = [
            AspectShare(
                asked.aspects[number].id,
                asked.aspects[number].kind.value,
                asked.aspects[number].name,
                round(float(parts.shares[line, at]), DIGITS),
                round(float(parts.shares[line, at]) * together, DIGITS),
                round(float(scores[at]), DIGITS),
            )
            for at, number in enumerate(kept)
        ]
        return sorted(found, key=lambda each: (-each.share, each.id))

    def _passed(self, gates: Sequence[Gate], row: int) -> list[GateResult]:
        return [GateResult(gate.name, True, self._gate_reason(gate, row)) for gate in gates]

    def subject_parts(self, row: int, activity: float, norm: float) -> Doubles:
        """All parts of one subject's fit with a project, shape (1, parts), activity last.

        ``activity`` is in deviations and weighted already; ``norm`` brings the sum back to deviations.
        """
        parts = self.parts(np.array([row], np.intp))
        return np.concatenate([parts.matrix, [[activity]]], axis=1) / norm

    def subject_item(
        self, row: int, parts: Doubles, rank: int, request: RankingRequest, gates: Sequence[GateResult]
    ) -> RankedItem:
        """One line of a ranking of subjects for a project, from its ``subject_parts``."""
        points, scores = points_of(parts, self.scale)
        if not request.explain:
            return RankedItem(self.profile.id, rank, float(scores[0]), [], [])
        contributions = self._contributions(row, points[0])
        activity = float(points[0, -1])
        if activity != 0:
            reason = _activity_reason(activity)
            contributions.append(Contribution(ACTIVITY, activity, self.weights.activity, True, reason, 0.0, activity))
        reasons = strongest(contributions, request.reasons)
        return RankedItem(self.profile.id, rank, float(scores[0]), contributions, gates, reasons)

    def _in_words(self, block: Block, row: int, points: float, declared: float, history: float, known: bool) -> Reason:
        return block.explain(Pair(self.profile, row, points, declared, history, known, self._chosen))

    @cached_property
    def _chosen(self) -> tuple[int, ...]:
        """Rows of the projects that the subject chose before, each once."""
        row_of = self.image.projects.row_of
        acts = (act for act in self.profile.history if act.favourable and act.project_id in row_of)
        return tuple(dict.fromkeys(row_of[act.project_id] for act in acts))

    def _gate_reason(self, gate: Gate, row: int) -> Reason:
        """Why the gate lets the row through; put into words when it is read."""
        return Reason.lazily(partial(gate.explain, self.profile, self.image.projects, self.image.world, row, True))


def _activity_reason(points: float) -> Reason:
    if points > 0:
        return Reason("The investor was active lately.", "投资方近期活跃。")
    return Reason("The investor made few investments lately.", "投资方近期投资较少。")
