"""Turns contributions into ranked items: points, reasons, gates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property, partial

import numpy as np

from recommender.blocks import Block, Pair
from recommender.features import Doubles, Floats, Mask, Rows
from recommender.fit.aspects import alone
from recommender.fit.parts import FitParts
from recommender.fit.query_vectors import Queries
from recommender.fit.scoring import DIGITS, Scale, baseline, points_of
from recommender.fit.weights import Weights
from recommender.gates import Gate
from recommender.interface.answers import AspectShare, Contribution, GateResult, RankedItem
from recommender.interface.lazy import Lazily, Reason
from recommender.interface.requests import RankingRequest
from recommender.pool.aspects import Aspect
from recommender.pool.profiles import Profile
from recommender.serving.reasons import lead, leading, strongest
from recommender.snapshot.pool_snapshot import PoolSnapshot
from recommender.text.content import says_too_little

ACTIVITY = "activity"
CONTRAST = "contrast"
SEVERAL = "several"
_REST = (CONTRAST, SEVERAL)
"""What is in a fit beside its blocks, in the order of ``FitParts.matrix``."""
_REST_REASONS = (
    Reason("What its text has in common with every field counts less.", "与各领域都有的共同内容不计入。"),
    Reason(
        "Not all that is asked for is met; a match with a part of it counts a little less.",
        "只契合所寻找内容中的一部分，因此略少计分。",
    ),
)


def _declared(contribution: Contribution | None) -> bool:
    """Return whether a contribution comes from declarations rather than history."""
    return contribution is not None and abs(contribution.declared) >= abs(contribution.history)


class Explainer:
    """Explains fits of one subject."""

    def __init__(
        self, snapshot: PoolSnapshot, queries: Queries, weights: Weights, scale: Scale, profile: Profile
    ) -> None:
        self.snapshot = snapshot
        self.queries = queries
        self.weights = weights
        self.asked = snapshot.model.weighted(queries, weights)
        self.scale = scale.asking(float(self.asked.log_totals[0]))
        self.profile = profile
        self._alones: dict[str, Profile] = {}
        self._plain: dict[tuple[str, str], Floats | None] = {}

    def parts(self, rows: Rows) -> FitParts:
        """Return exact parts of the fits of single projects."""
        return self.snapshot.model.parts(self.queries, self.asked, self.weights, rows)

    def ordered(self, rows: Rows) -> tuple[Rows, FitParts]:
        """Return the rows by exact score, equal ones by id, and their parts in the same order."""
        parts = self.parts(rows)
        order = np.lexsort((rows, -np.round(parts.fits, DIGITS)))
        return rows[order], parts.of(order)

    def items(self, rows: Rows, parts: FitParts, request: RankingRequest, gates: Sequence[Gate]) -> list[RankedItem]:
        """Return items for ``rows``, numbered from the request's offset. ``gates`` are those that all rows passed."""
        points, scores = points_of(parts.matrix, self.scale)
        projects = self.snapshot.projects
        items: list[RankedItem] = []
        every: Sequence[list[AspectShare]] = Lazily(partial(self.aspect_shares, parts, points))  # of all lines at once
        for line, row in enumerate(map(int, rows)):
            contributions: Sequence[Contribution] = ()
            results: Sequence[GateResult] = ()
            reasons: Sequence[Reason] = ()
            shares: Sequence[AspectShare] = Lazily(partial(every.__getitem__, line))
            if request.explain:
                contributions = Lazily(partial(self._contributions, row, points[line], shares))
                results = Lazily(partial(self._passed, gates, row))
                reasons = Lazily(partial(self._reasons, row, contributions, shares, request.reasons))
            rank = request.offset + line + 1
            items.append(
                RankedItem(
                    projects.ids[row],
                    rank,
                    float(scores[line]),
                    contributions,
                    results,
                    reasons,
                    shares,
                    says_too_little(projects.texts[row].values()),
                )
            )
        return items

    @cached_property
    def _asked(self) -> list[tuple[int, Block, float, Mask]]:
        """Column, block, weight and known rows of each block in which the subject has a query."""
        return [
            (column, block, self.weights.blocks.get(block.name, 0.0), block.features_.known)
            for column, block in enumerate(self.snapshot.model.blocks)
            if block.name in self.queries.declared or block.name in self.queries.history or block.name in self._topics
        ]

    @cached_property
    def _topics(self) -> frozenset[str]:
        """Return topical blocks in which one of the subject's aspects has a query."""
        aspects = self.queries.aspects[0]
        return frozenset() if aspects is None else frozenset(aspects.parts)

    @cached_property
    def _baseline(self) -> Contribution:
        return baseline(self.scale)

    def _contributions(self, row: int, points: Doubles, shares: Sequence[AspectShare]) -> list[Contribution]:
        """Return the contributions to a project's score; ``points`` holds the declared parts, then those of history."""
        count = len(self.snapshot.model.blocks)
        values = points.tolist()
        contributions = [self._baseline]
        for column, block, weight, known in self._asked:
            declared, history = values[column], values[count + column]
            total, is_known = round(declared + history, DIGITS), bool(known[row])
            reason = Reason.lazily(partial(self._in_words, block, row, (total, declared, history), is_known, shares))
            contributions.append(Contribution(block.name, total, weight, is_known, reason, declared, history))
        for name, value, reason in zip(_REST, values[2 * count :], _REST_REASONS, strict=False):
            if value != 0:
                contributions.append(Contribution(name, value, 1.0, True, reason, value, 0.0))
        return contributions

    def aspect_scores(self, parts: FitParts) -> Doubles:
        """Return the score of each project if one aspect alone were asked for, shape (rows, aspects)."""
        alone = self.scale.asking(-float(self.asked.log_totals[0]))
        return alone.score(parts.values + parts.contrast[:, None])

    @property
    def wanted(self) -> Doubles:
        """The shares of the aspects in the weights, shape (aspects,)."""
        return np.exp(self.asked.log_shares[self.asked.of(0)])

    def aspect_shares(self, parts: FitParts, points: Doubles) -> list[list[AspectShare]]:
        """Return the aspects' shares in each line's score, strongest first; ``points`` has shape (lines, parts)."""
        aspects, selected = self.queries.aspects[0], self.asked.numbers[0]
        if aspects is None or not selected:
            return [[] for _ in points]
        blocks = len(self.snapshot.model.blocks)
        topical = [column for column, block in enumerate(self.snapshot.model.blocks) if block.topical]
        together = points[:, topical].sum(axis=1) + points[:, 2 * blocks : 2 * blocks + len(_REST)].sum(axis=1)
        numbers = [parts.shares, parts.shares * together[:, None], self.aspect_scores(parts)]
        shares, aspect_points, scores = (np.round(each, DIGITS).tolist() for each in numbers)
        named = [(each.id, each.kind.value, each.name) for each in (aspects.aspects[number] for number in selected)]
        return [
            sorted((AspectShare(*name, *own) for name, *own in zip(named, *line, strict=True)), key=_strongest_first)
            for line in zip(shares, aspect_points, scores, strict=True)
        ]

    def _passed(self, gates: Sequence[Gate], row: int) -> list[GateResult]:
        return [GateResult(gate.name, True, self._gate_reason(gate, row)) for gate in gates]

    def subject_parts(self, row: int, activity: float, norm: float) -> tuple[FitParts, Doubles]:
        """Return the parts of one subject's fit with a project, without and with its activity, shape (1, parts).

        ``activity`` is in deviations and weighted already; ``norm`` brings the sum back to deviations.
        """
        parts = self.parts(np.array([row], np.intp))
        return parts, np.concatenate([parts.matrix, [[activity]]], axis=1) / norm

    def subject_item(
        self,
        row: int,
        parts: tuple[FitParts, Doubles],
        rank: int,
        request: RankingRequest,
        gates: Sequence[GateResult],
    ) -> RankedItem:
        """Return one line of a ranking of subjects for a project, from its ``subject_parts``."""
        points, scores = points_of(parts[1], self.scale)
        if not request.explain:
            return RankedItem(self.profile.id, rank, float(scores[0]), [], [])
        every = Lazily(partial(self.aspect_shares, parts[0], points))
        shares: Sequence[AspectShare] = Lazily(partial(every.__getitem__, 0))
        contributions = self._contributions(row, points[0], shares)
        activity = float(points[0, -1])
        if activity != 0:
            reason = _activity_reason(activity)
            contributions.append(Contribution(ACTIVITY, activity, self.weights.activity, True, reason, 0.0, activity))
        reasons = self._reasons(row, contributions, shares, request.reasons)
        return RankedItem(self.profile.id, rank, float(scores[0]), contributions, gates, reasons, shares)

    def _in_words(
        self, block: Block, row: int, points: tuple[float, float, float], known: bool, shares: Sequence[AspectShare]
    ) -> Reason:
        """Return a block's reason; ``points`` are its points in all, those declared and those of history."""
        pair = Pair(self.profile, row, *points, known, self._chosen)
        named = leading(shares) if block.topical and not pair.by_history else ()
        if named or (block.worded and shares and not pair.by_history):
            pair = self._about(pair, block, named)
        return block.explain(pair)

    def _about(self, pair: Pair, block: Block, named: Sequence[AspectShare]) -> Pair:
        """Return the pair for a topical block to explain: about one aspect, or about none in particular.

        The aspect is the first of ``named`` in which the block has a query, else the first of all.
        """
        aspects = self.queries.aspects[0]
        if aspects is None or not named:
            return replace(pair, shared=True)
        numbers = {each.id: at for at, each in enumerate(aspects.aspects)}
        own, part = [numbers[each.id] for each in named], aspects.parts.get(block.name)
        number = next((at for at in own if part is not None and np.any(part.coefficients[at])), own[0])
        aspect = aspects.aspects[number]
        if part is None:
            return replace(pair, profile=self._alone(aspect), aspect=aspect)
        plain = self._plain_query(block, aspect)
        return replace(
            pair, profile=self._alone(aspect), aspect=aspect, query=part.coefficients[number], plain_query=plain
        )

    def _plain_query(self, block: Block, aspect: Aspect) -> Floats | None:
        """Coefficients of the aspect's own words, before feedback, in a block that quotes sentences."""
        key = block.name, aspect.id
        if key not in self._plain:
            self._plain[key] = block.plain_query(self._alone(aspect)) if block.quotes else None
        return self._plain[key]

    def _alone(self, aspect: Aspect) -> Profile:
        if aspect.id not in self._alones:
            self._alones[aspect.id] = alone(aspect, self.profile)
        return self._alones[aspect.id]

    def _reasons(
        self, row: int, contributions: Sequence[Contribution], shares: Sequence[AspectShare], count: int
    ) -> list[Reason]:
        """Return the reasons of a line: the lead, where an aspect may be named, then the other reasons.

        Without a lead, blocks that compare texts give no reason; industries and tracks are facts and do.
        """
        silent = set(_REST)
        first: Reason | None = None
        worded = [block for block in self.snapshot.model.blocks if block.worded]
        by_name = {each.block: each for each in contributions}
        named = leading(shares)
        if shares and not named:
            silent |= {block.name for block in worded if _declared(by_name.get(block.name))}
        elif named:
            texts = [block for block in worded if block.quotes]
            silent |= {block.name for block in texts if _declared(by_name.get(block.name))}
            speaking = [block for block in texts if block.name in by_name and by_name[block.name].declared > 0]
            first = self._lead(named, row, speaking)
        return strongest(contributions, count, first, frozenset(silent))

    def _lead(self, named: Sequence[AspectShare], row: int, blocks: Sequence[Block]) -> Reason:
        def passage(language: str) -> str | None:
            for block in blocks:
                pair = self._about(Pair(self.profile, row, 0.0, 0.0, 0.0, True, self._chosen), block, named)
                sentence = block.carrying(pair, language)
                if sentence is not None:
                    return sentence
            return None

        return lead(named, passage, self.profile.kind)

    @cached_property
    def _chosen(self) -> tuple[int, ...]:
        """Rows of the projects that the subject chose before, each once."""
        row_of = self.snapshot.projects.row_of
        acts = (act for act in self.profile.history if act.favourable and act.project_id in row_of)
        return tuple(dict.fromkeys(row_of[act.project_id] for act in acts))

    def _gate_reason(self, gate: Gate, row: int) -> Reason:
        """Return the reason why the gate lets the row through, worded when it is read."""
        return Reason.lazily(
            partial(gate.explain, self.profile, self.snapshot.projects, self.snapshot.taxonomies, row, True)
        )


def _strongest_first(share: AspectShare) -> tuple[float, str]:
    return -share.share, share.id


def _activity_reason(points: float) -> Reason:
    if points > 0:
        return Reason("The investor was active lately.", "投资方近期活跃。")
    return Reason("The investor made few investments lately.", "投资方近期投资较少。")
