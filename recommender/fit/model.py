"""The fit: one inner product, as a weighted sum of blocks, each centred and of unit deviation over the pool."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from recommender.blocks.base import Block, Context
from recommender.features import Doubles, Features, Floats, Rows
from recommender.fit.history_regression import HistoryLearner
from recommender.fit.query_builder import queries_of
from recommender.fit.query_vectors import Part, Queries
from recommender.fit.weights import Weights
from recommender.pool.profiles import Profile
from recommender.pool.projects import Projects

MODEL_VERSION = "2"
"""Of blocks, their prior weights and how fits are made of them; learned weights add their own number to it."""


class RefitNeededError(Exception):
    """What was learned of an earlier pool can't serve for this one."""


SAMPLE_ROWS = 2048
"""Rows, evenly spread over the pool, from which the deviation of the whole fit is taken."""


class FitModel:
    """Blocks with weights. ``fit`` projects the pool; ``queries`` turns subjects into query vectors.

    Works without any outcome: the weights that blocks bring are documented priors (docs/recommender.md).
    """

    def __init__(
        self, blocks: Iterable[Block], weights: Weights | None = None, *, half_life: float | None = None
    ) -> None:
        self.blocks = tuple(blocks)
        names = [block.name for block in self.blocks]
        if len(set(names)) != len(names):
            raise ValueError(f"Two blocks have the same name: {', '.join(sorted(names))}")
        own = {block.name: block.weight for block in self.blocks}
        self.weights = replace(weights, blocks={**own, **weights.blocks}) if weights else Weights(own)
        self.prior = own
        self.half_life = half_life

    def fit(self, context: Context) -> FitModel:
        """Project all projects of ``context`` in every block."""
        self.context_ = context
        self.by_name_ = {block.name: block for block in self.blocks}
        for block in sorted(self.blocks, key=lambda block: block.shares is not None):
            shared = self.by_name_[block.shares].features_ if block.shares in self.by_name_ else None
            block.fit(context, shared)
        self.learner_ = HistoryLearner(self._learnable()).fit()
        size = len(context.projects)
        rows = np.unique(np.linspace(0, max(0, size - 1), min(size, SAMPLE_ROWS)).astype(np.intp))[:size]
        self.sample_ = {block.name: block.features_.at(rows) for block in self.blocks if block.shares is None}
        self.known_ = self._speaking()
        self.outgrown = False
        return self

    def _speaking(self) -> frozenset[str]:
        """Blocks in which anything is known of any project."""
        return frozenset(block.name for block in self.blocks if bool(block.features_.known.any()))

    def follow(
        self, context: Context, source: Rows, changed: Projects, refitted: Mapping[str, Block] | None = None
    ) -> FitModel:
        """This model for a pool in which few projects are others; what was learned of the earlier pool stays.

        Means, covariances, axes, frequencies, the Gram matrix and the sample are those of the pool that was fitted.
        So a query depends on the fit, its subject and the projects that the subject acted on, on nothing else.
        ``source`` and ``changed`` are as in ``Block.follow``; ``refitted`` holds blocks to take instead, unfitted.
        """
        model = copy.copy(self)
        model.context_ = context
        model.by_name_ = {}
        for block in sorted(self.blocks, key=lambda block: block.shares is not None):
            shared = model.by_name_[block.shares].features_ if block.shares in model.by_name_ else None
            anew = (refitted or {}).get(block.name)
            followed = block.follow(context, source, changed, shared) if anew is None else anew.fit(context, shared)
            model.by_name_[block.name] = followed
        followed_by = {id(block): model.by_name_[name] for name, block in self.by_name_.items()}
        for block in model.by_name_.values():
            for name, value in vars(block).items():
                if id(value) in followed_by:  # a block that asks on another's behalf
                    setattr(block, name, followed_by[id(value)])
        for name, sample in self.sample_.items():
            if model.features(name).size != sample.size or type(model.features(name)) is not type(sample):
                raise RefitNeededError(f"block {name} has other coordinates than before")
        model.blocks = tuple(model.by_name_[block.name] for block in self.blocks)
        model.outgrown = model._speaking() != self.known_
        model.learner_ = self.learner_.follow(model._learnable())
        return model

    def _learnable(self) -> dict[str, Features]:
        return {block.name: part for block in self.blocks if (part := block.learning_features()) is not None}

    def sampled(self, queries: Queries, weights: Weights) -> Floats:
        """Fits of shape (subjects, sample) of the sample of projects that was taken when the model was fitted.

        Subject by subject: a library multiplies matrices of other shapes in another order, and what is known of a
        subject may not depend, to the last bit, on who else is asked for at once.
        """
        alone = [self._products(queries.one(each), weights, self.sample_) for each in range(len(queries))]
        return np.concatenate(alone) if alone else self._products(queries, weights, self.sample_)

    @property
    def size(self) -> int:
        return len(self.context_.projects)

    def features(self, name: str) -> Features:
        """The coordinates that the block ``name`` queries."""
        return self.by_name_[name].features_

    def space(self, name: str) -> str:
        """The block whose coordinates ``name`` queries: itself, or the one it shares."""
        return self.by_name_[name].shares or name

    def queries(self, profiles: Sequence[Profile]) -> Queries:
        """Query vectors of all ``profiles``, ready to be multiplied."""
        queries = queries_of(self, profiles)
        return replace(queries, deviations=self._deviations(queries, self.weights))

    def _deviations(self, queries: Queries, weights: Weights) -> Floats:
        """Deviation of the whole fit over the pool at ``weights``, shape (subjects,).

        At least that of its blocks together if they were independent and known of every project: where most of the
        pool is silent, the few that speak are not blown up by it.
        """
        totals = self.sampled(queries, weights)
        spread = totals.std(axis=1) if totals.shape[1] else np.zeros(len(queries), np.float32)
        meant = np.zeros(len(queries))
        for name, variance in queries.variances.items():
            meant += weights.blocks.get(name, 0.0) ** 2 * variance
        return np.asarray(np.maximum(spread, np.sqrt(meant)), dtype=np.float32)

    # ---- from query vectors to values

    def combined(self, queries: Queries, weights: Weights) -> dict[str, Part]:
        """One part for each space: the weighted sum of all that the blocks ask of its coordinates."""
        spaces: dict[str, Part] = {}
        for parts in (queries.declared, queries.history):
            for name, part in parts.items():
                weight = np.float32(weights.blocks.get(name, 0.0))
                if weight == 0:
                    continue
                space = self.space(name)
                coefficients, offsets = part.coefficients * weight, part.offsets * weight
                if space in spaces:
                    coefficients = spaces[space].coefficients + coefficients
                    offsets = spaces[space].offsets + offsets
                spaces[space] = Part(coefficients, offsets)
        return spaces

    def product(self, queries: Queries, weights: Weights) -> Floats:
        """Fits of all projects for the first subject of ``queries``, shape (projects,), in deviations."""
        totals = np.zeros(self.size, np.float32)
        for space, part in self.combined(queries.one(0) if len(queries) > 1 else queries, weights).items():
            features = self.features(space)
            values = features.product(part.coefficients[0])
            values -= features.offsets_at(part.offsets)[0]
            totals += values if features.known.all() else values * features.known
        return totals

    def product_many(self, queries: Queries, weights: Weights, rows: Rows | None = None) -> Floats:
        """Fits of shape (subjects, rows); all rows for ``None``. One matrix product for each space."""
        spaces = {block.name: block.features_ for block in self.blocks if block.shares is None}
        return self._products(queries, weights, spaces, rows)

    def _products(
        self, queries: Queries, weights: Weights, spaces: Mapping[str, Features], rows: Rows | None = None
    ) -> Floats:
        count = len(rows) if rows is not None else max(map(len, spaces.values()), default=0)
        totals = np.zeros((len(queries), count), np.float32)
        for space, part in self.combined(queries, weights).items():
            features = spaces[space]
            known = features.known if rows is None else features.known[rows]
            values = features.product_many(part.coefficients, rows)
            values -= features.offsets_at(part.offsets, rows)
            totals += values if known.all() else values * known
        return totals

    def product_of_rows(self, combined: Mapping[str, Part], rows: Rows) -> Floats:
        """Fits of single projects for the one subject of ``combined``, shape (rows,): for an index's candidates."""
        totals = np.zeros(len(rows))
        for space, part in combined.items():
            features = self.features(space)
            values = features.product_at(rows, part.coefficients[0])
            totals += np.where(features.known[rows], values - features.offsets_at(part.offsets, rows)[0], 0)
        return totals.astype(np.float32)

    def contributions(self, queries: Queries, weights: Weights, rows: Rows) -> tuple[Doubles, Doubles]:
        """Declared and history parts of each block for single projects, both (rows, blocks), in deviations.

        In double precision and independent of the other rows asked for: the same pair always gives the same.
        """
        declared = np.zeros((len(rows), len(self.blocks)))
        history = np.zeros((len(rows), len(self.blocks)))
        for column, block in enumerate(self.blocks):
            weight = weights.blocks.get(block.name, 0.0)
            features = block.features_
            for parts, target in ((queries.declared, declared), (queries.history, history)):
                part = parts.get(block.name)
                if part is None or weight == 0:
                    continue
                values = features.product_at(rows, part.coefficients[0])
                values = values - features.offsets_at(part.offsets, rows)[0].astype(np.float64)
                target[:, column] = np.where(features.known[rows], values * weight, 0.0)
        return declared, history

    def against_row(self, queries: Queries, weights: Weights, row: int) -> Floats:
        """Fits of all subjects for one project, shape (subjects,), in deviations."""
        totals = np.zeros(len(queries), np.float32)
        for parts in (queries.declared, queries.history):
            for name, part in parts.items():
                weight = np.float32(weights.blocks.get(name, 0.0))
                features = self.features(name)
                if weight == 0 or not features.known[row]:
                    continue
                values = features.against_row(part.coefficients, row) - part.offsets[:, features.group(row)]
                totals += weight * values
        return totals

    def deviations(self, queries: Queries, weights: Weights) -> Floats:
        """Deviations of the whole fit at ``weights``, shape (subjects,); see ``Queries.deviations``."""
        if weights is self.weights or weights == self.weights:
            return queries.deviations
        return self._deviations(queries, weights)

    def deviation(self, queries: Queries, weights: Weights) -> float:
        """That of the first subject. What each block gives to it is kept: another weight costs nothing then."""
        if weights is self.weights or weights == self.weights:
            return float(queries.deviations[0])
        if not queries.sampled:
            alone = queries.one(0)
            for name in self.weights.blocks:
                only = Weights({name: 1.0})
                queries.sampled[name] = self.sampled(alone, only)[0]
        total = np.float32(0) * next(iter(queries.sampled.values()), np.zeros(0, np.float32))
        meant = 0.0
        for name, values in queries.sampled.items():
            weight = weights.blocks.get(name, 0.0)
            total += np.float32(weight) * values
            if name in queries.variances:
                meant += weight**2 * float(queries.variances[name][0])
        return max(float(total.std()) if total.size else 0.0, float(np.sqrt(meant)))
