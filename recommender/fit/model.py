"""The fit model: the strongest of a few inner products, plus the parts common to all of them.

Each product is a weighted sum of blocks, each centred and of unit deviation over the pool. Each aspect
of a subject gives one product; their smooth maximum, less the contrast with a reference vocabulary, is ``T``. What
holds for all aspects (mandate, places, history) is ``C``. The fit is ``T + C``.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from recommender.blocks.base import Block, Context
from recommender.features import Doubles, Features, Floats, Rows
from recommender.fit.contrast import Contrast
from recommender.fit.history_regression import HistoryLearner
from recommender.fit.parts import FitParts, by_column, topical, values_at
from recommender.fit.permitting import limited
from recommender.fit.query_builder import queries_of
from recommender.fit.query_vectors import Part, Queries
from recommender.fit.weighted import WeightedQueries, maxima, weighted
from recommender.fit.weights import Weights
from recommender.pool.aspects import Aspect
from recommender.pool.profiles import Profile
from recommender.pool.projects import Projects

MODEL_VERSION = "3"
"""Of blocks, their prior weights and how fits are made of them; learned weights add their own number to it."""


class RefitNeededError(Exception):
    """What was learned from an earlier pool doesn't apply to this one."""


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
        self.prior: Mapping[str, float] = own
        self.half_life = half_life

    def fit(self, context: Context) -> FitModel:
        """Fit the model on the projects on offer, and project all projects of ``context`` in every block.

        Drafts and withdrawn projects are projected but not learned from, so they move no score of the others. If
        nothing is on offer, the model learns from all.
        """
        offered = context.projects.offered
        if offered.all() or not offered.any():
            return self._fit(context)
        public = np.flatnonzero(offered)
        self._fit(replace(context, projects=context.projects.at(public)))
        source = np.full(len(offered), -1, np.intp)
        source[public] = np.arange(len(public))
        return self.follow(context, source, context.projects.at(np.flatnonzero(~offered)))

    def _fit(self, context: Context) -> FitModel:
        self.context_ = context
        self.by_name_ = {block.name: block for block in self.blocks}
        for block in sorted(self.blocks, key=lambda block: block.shares is not None):
            shared = self.by_name_[block.shares].features_ if block.shares in self.by_name_ else None
            block.fit(context, shared)
        self.learner_ = HistoryLearner(self._learnable()).fit()
        size = len(context.projects)
        rows = np.unique(np.linspace(0, max(0, size - 1), min(size, SAMPLE_ROWS)).astype(np.intp))[:size]
        self.sample_: Mapping[str, Features] = {
            block.name: block.features_.at(rows) for block in self.blocks if block.shares is None
        }
        self.known_ = self._speaking()
        worded = [block for block in self.blocks if block.worded and block.shares is None and block.name in self.known_]
        self.worded_ = frozenset(block.name for block in worded)
        self.permits_ = frozenset(block.name for block in self.blocks if block.permits)
        self.contrast_ = Contrast().fit(context, worded, self.prior)
        self.outgrown = False
        return self

    def _speaking(self) -> frozenset[str]:
        """Return the blocks in which any project on offer is known."""
        offered = self.context_.projects.offered
        counted = offered if offered.any() else ~offered
        return frozenset(block.name for block in self.blocks if bool(block.features_.known[counted].any()))

    def follow(
        self, context: Context, source: Rows, changed: Projects, refitted: Mapping[str, Block] | None = None
    ) -> FitModel:
        """Return this model for a pool with few changed projects, keeping what was learned from the earlier pool.

        Means, covariances, axes, frequencies, the Gram matrix and the sample stay those of the fitted pool. So a query
        depends only on the fit, its subject and the projects that the subject acted on.
        ``source`` and ``changed`` are as in ``Block.follow``; ``refitted`` holds unfitted replacements of blocks.
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
        model.contrast_ = self.contrast_.follow(model.blocks, source)
        return model

    def _learnable(self) -> dict[str, Features]:
        return {block.name: part for block in self.blocks if (part := block.learning_features()) is not None}

    @property
    def size(self) -> int:
        return len(self.context_.projects)

    def features(self, name: str) -> Features:
        """Return the coordinates in which the block ``name`` has its queries."""
        return self.by_name_[name].features_

    def space(self, name: str) -> str:
        """Return the block whose coordinates ``name`` queries: itself, or the one it shares."""
        return self.by_name_[name].shares or name

    def queries(self, profiles: Sequence[Profile]) -> Queries:
        """Return query vectors of all ``profiles``."""
        return queries_of(self, profiles)

    def reference_of(self, aspects: Sequence[Aspect], parts: Mapping[str, Part]) -> Doubles:
        """Return weights of the vocabulary to contrast a subject's aspects with; zeros if none has words."""
        reference = self.contrast_.reference(aspects)
        return reference if any(name in self.worded_ for name in parts) else reference * 0

    # ---- from query vectors to values

    def weighted(self, queries: Queries, weights: Weights) -> WeightedQueries:
        """Return all ``queries`` at ``weights``, for any of the products below; reuse it across products."""
        return weighted(queries, weights, self.space, self.prior, self.worded_, self.permits_)

    def product(self, queries: Queries, weights: Weights) -> Floats:
        """Return fits of all projects for the first subject of ``queries``, shape (projects,)."""
        fits: Floats = self.fits(self.weighted(queries.one(0) if len(queries) > 1 else queries, weights))[0]
        return fits

    def product_many(self, queries: Queries, weights: Weights, rows: Rows | None = None) -> Floats:
        """Fits of shape (subjects, rows); all rows for ``None``."""
        return self.fits(self.weighted(queries, weights), rows)

    def fits(self, asked: WeightedQueries, rows: Rows | None = None) -> Floats:
        """Fits of shape (subjects, rows); all rows for ``None``. Two matrix products for each space."""
        count = self.size if rows is None else len(rows)
        totals = self._products(asked.common, asked.size, count, rows)
        permitted = self._products(asked.permitting, asked.size, count, rows) if asked.permitting else totals[:0]
        aspects = self._products(asked.aspects, len(asked.log_shares), count, rows) if len(asked.owners) else totals[:0]
        return self.joined(asked, totals, permitted, aspects, rows)

    def joined(
        self, asked: WeightedQueries, common: Floats, permitted: Floats, aspects: Floats, rows: Rows | None
    ) -> Floats:
        """Return fits of shape (subjects, rows), written over ``common``.

        ``permitted`` holds the values of blocks that only permit a match, shape (subjects, rows) or empty; ``aspects``
        those of the aspects, shape (aspects, rows).
        """
        if len(asked.owners):
            common[asked.owners] += maxima(aspects, asked)
        contrasted = np.flatnonzero(asked.contrasts > 0)
        if len(contrasted):
            contrast = self.contrast_.log_means(asked.references[contrasted], rows)
            common[contrasted] -= (asked.contrasts[contrasted, None] * contrast).astype(np.float32)
        if len(permitted):
            own = asked.owners
            others = common[own] + asked.log_totals[own, None]
            common[own] += limited(permitted[own].astype(np.float64), others).astype(np.float32)
        return common

    def _products(self, spaces: Mapping[str, Part], queries: int, count: int, rows: Rows | None) -> Floats:
        totals = np.zeros((queries, count), np.float32)
        for space, part in spaces.items():
            features = self.features(space)
            known = features.known if rows is None else features.known[rows]
            if queries == 1 and rows is None:
                values = features.product(part.coefficients[0])[None]
            else:
                values = features.product_many(part.coefficients, rows)
            values = values - features.offsets_at(part.offsets, rows)
            totals += values if known.all() else values * known
        return totals

    def contributions(self, queries: Queries, weights: Weights, rows: Rows) -> FitParts:
        """Return the parts of the first subject's fits with single projects; see ``parts``."""
        own = queries.one(0) if len(queries) > 1 else queries
        return self.parts(own, self.weighted(own, weights), weights, rows)

    def parts(self, queries: Queries, asked: WeightedQueries, weights: Weights, rows: Rows) -> FitParts:
        """Return the parts of one subject's fits with single projects; ``asked`` are its ``queries`` at ``weights``.

        In double precision and independent of the other rows asked for: the same pair always gives the same.
        """
        own = asked.of(0)
        shape = (len(rows), len(self.blocks))
        declared, history = np.zeros(shape), np.zeros(shape)
        by_aspect = np.zeros((len(rows), own.stop - own.start, len(self.blocks)))
        unit = asked.units[0] if asked.units[0] > 1e-9 else np.inf
        for column, block in enumerate(self.blocks):
            weight, values = weights.blocks.get(block.name, 0.0), partial(values_at, block.features_)
            if weight == 0:
                continue
            for parts, target in ((queries.declared, declared), (queries.history, history)):
                part = parts.get(block.name)
                if part is not None:
                    target[:, column] = values(part, rows) * (weight / unit)
            aspects = queries.aspects[0]
            part = aspects.parts.get(block.name) if aspects is not None else None
            if part is not None and aspects is not None:
                for at, number in enumerate(asked.numbers[0]):
                    if np.any(part.coefficients[number]):
                        by_aspect[:, at, column] = values(part, rows, number) * (weight / asked.deviations[at])
        told, remainder, values_of, shares = topical(by_aspect, asked.log_shares[own])
        contrast = np.zeros(len(rows))
        if own.stop > own.start:
            if asked.contrasts[0] > 0:
                contrast = -asked.contrasts[0] * self.contrast_.log_means(asked.references[:1], rows, exact=True)[0]
            others = by_column(told) + remainder + contrast + float(asked.log_totals[0])
            self._limit(declared, history, others)
        return FitParts(declared + told, history, contrast, remainder, values_of, shares, by_aspect)

    def _limit(self, declared: Doubles, history: Doubles, others: Doubles) -> None:
        """Limit the columns of blocks that only permit a match, in place (see ``permitting``)."""
        facts = np.array([block.permits for block in self.blocks], bool)
        both = declared + history
        permitted = by_column(both[:, facts])
        counted = limited(permitted, others + by_column(both[:, ~facts]))
        factors = np.divide(counted, permitted, out=np.ones(len(permitted)), where=permitted > 0)
        declared[:, facts] *= factors[:, None]
        history[:, facts] *= factors[:, None]

    def against_row(self, asked: WeightedQueries, row: int) -> Floats:
        """Return fits of all subjects for one project, shape (subjects,)."""
        return self.fits(asked, np.array([row], np.intp))[:, 0]
