"""Contrast: subtracts what a project says about every other field from what it says about a subject's aspects.

``H = log sum_v r_v exp(X_v)`` over a reference vocabulary, where ``X_v`` is a project's product with the name ``v`` and
``r`` are weights that add up to 1. A project that matches every name a little (long, vague, of a common genre) has a
high ``H``. The vocabulary is the installation's concepts, except those equal to, mapped to, broader or narrower than
what is asked. With fewer than ``LEAST_NAMES`` left, and for a free text, there is no contrast: a foreign vocabulary,
whose names overlap with what is asked, did harm (docs/quality.md).
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from recommender.blocks.base import Block, Context
from recommender.features import Doubles, Features, Floats, Rows
from recommender.fit.aspect_builder import aspect_parts
from recommender.fit.query_vectors import Part
from recommender.pool.aspects import Aspect, titles
from recommender.pool.profiles import Profile, SubjectKind
from recommender.pool.rows import mixed_arrays

CONTRAST = 0.5
"""Share of ``H`` that is taken off: half the contrast never lost where only a part of the vocabulary is known."""
USUAL_CONTRAST = 0.36
"""What the contrast takes off on average: taken off where there is none, so that scores compare."""
LEAST_NAMES = 20
MOST_KEPT = 100_000
"""Up to so many projects the raised products are kept; of more they are made for the rows that are asked for."""
ROWS_A_PART = 4096
"""Rows whose products are made at once."""
MOST_RAISED = 30.0


class Contrast:
    """The reference vocabulary of one pool: the names of its concepts."""

    def fit(self, context: Context, blocks: Sequence[Block], weights: Mapping[str, float]) -> Contrast:
        """Build queries of the names over ``blocks``, which are worded and topical, at the prior ``weights``."""
        graph = context.taxonomies.concepts
        self.graph_ = graph
        names = graph.names
        self.keys_ = [frozenset(text.strip().casefold() for text in each.values()) for each in names]
        self.raised_: Floats | None = None
        own = [block for block in blocks if block.name in weights and weights[block.name] > 0]
        profiles = [
            Profile(f"reference:{at}", SubjectKind.TEXT, texts=titles(name, None)) for at, name in enumerate(names)
        ]
        parts, spreads = aspect_parts(own, profiles)
        deviations = np.array([spread.at(weights) for spread in spreads])
        self.speaking_ = deviations > 1e-9
        inverse = np.divide(1.0, deviations, out=np.zeros_like(deviations), where=self.speaking_)
        self.parts_ = {name: part.scaled((inverse * weights[name]).astype(np.float32)) for name, part in parts.items()}
        self.features_ = {block.name: block.features_ for block in own}
        if self.parts_ and len(context.projects) <= MOST_KEPT:
            self.raised_ = self._made(np.arange(len(context.projects)))
        return self

    def follow(self, blocks: Sequence[Block], source: Rows) -> Contrast:
        """Return the contrast by the same names over a pool with few changed projects (see ``Block.follow``)."""
        other = copy.copy(self)
        other.features_ = {block.name: block.features_ for block in blocks if block.name in self.features_}
        if self.raised_ is not None:
            other.raised_ = mixed_arrays(source, self.raised_, other._made(np.flatnonzero(source < 0)))
        return other

    def reference(self, aspects: Sequence[Aspect]) -> Doubles:
        """Return equal weights of the names to contrast with, shape (names,); zeros if none is left."""
        own_words = {text.strip().casefold() for each in aspects for text in _words(each)}
        codes = {self.graph_.code_of[own] for each in aspects for own in each.concepts if own in self.graph_.code_of}
        codes |= {code for code, keys in enumerate(self.keys_) if keys & own_words}
        related = {other for code in codes for other in self.graph_.related(code)}
        chosen = self.speaking_.copy()
        chosen[list(related)] = False
        if not codes or int(chosen.sum()) < LEAST_NAMES:
            chosen[:] = False
        return chosen / max(1, int(chosen.sum()))

    def log_means(self, references: Doubles, rows: Rows | None = None, *, exact: bool = False) -> Doubles:
        """Return ``H``, shape (subjects, rows), for weights of shape (subjects, names); ``None`` means all projects.

        0 if there is nothing to contrast with. With ``exact``, a row's values don't depend on the other rows, to the
        last bit; otherwise they come from a matrix product in single precision.
        """
        size = max((len(each) for each in self.features_.values()), default=0)
        chosen = np.arange(size) if rows is None else rows
        if not self.parts_ or not references.any():
            return np.zeros((len(references), len(chosen)))
        if self.raised_ is not None:
            raised = self.raised_ if rows is None else self.raised_[rows]
            return _log_of(raised, references, exact)
        parts = [_log_of(part, references, exact) for part in self._parts(chosen)]
        return np.concatenate([np.zeros((len(references), 0)), *parts], axis=1)

    def overall(self, rows: Rows) -> Floats:
        """Return ``H`` over the whole vocabulary, shape (rows,), as an index holds it."""
        reference = self.speaking_[None] / max(1, int(self.speaking_.sum()))
        return np.asarray(self.log_means(reference, rows)[0], dtype=np.float32)

    def _made(self, rows: Rows) -> Floats:
        names = len(self.keys_)
        return (
            np.concatenate([np.zeros((0, names), np.float32), *self._parts(rows)])
            if self.parts_
            else np.ones((len(rows), names), np.float32)
        )

    def _parts(self, rows: Rows) -> Iterator[Floats]:
        """Yield ``exp(X)`` in chunks of shape (rows, names); a row's values depend on that row alone."""
        for start in range(0, len(rows), ROWS_A_PART):
            own = rows[start : start + ROWS_A_PART]
            total = np.zeros((len(self.keys_), len(own)), np.float32)
            for name, part in self.parts_.items():
                total += _values(self.features_[name], part, own)
            yield np.exp(np.minimum(total.T, MOST_RAISED))


def _values(features: Features, part: Part, rows: Rows) -> Floats:
    values = features.product_by_row(part.coefficients, rows) - features.offsets_at(part.offsets, rows)
    return np.asarray(values * features.known[rows], dtype=np.float32)


def _log_of(raised: Floats, references: Doubles, exact: bool) -> Doubles:
    silent = ~references.any(axis=1)
    if exact:
        sums = np.array([np.einsum("ij,j->i", raised.astype(np.float64), each) for each in references])
    else:
        sums = (raised @ references.T.astype(np.float32)).T.astype(np.float64)
    sums[silent] = 1.0
    return np.asarray(np.log(sums))


def _words(aspect: Aspect) -> list[str]:
    """Return names and texts of an aspect: a free text that is a concept's name means the concept."""
    return [*aspect.name.values(), *(text.text for text in aspect.texts)]
