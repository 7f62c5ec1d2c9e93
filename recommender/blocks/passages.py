"""Texts as weighted sums of their passages: a sentence counts by its length and its informativeness.

A sentence close to shipped boilerplate (offices, teams, prizes, fund-raising) says little about a field. With ``b``,
the mean of its ``NEAREST`` highest cosines to those sentences in the same encoder's space, it is weighted by
``sigmoid(40 (0.33 - b))`` (docs/quality.md). So a long text keeps its substance in a single vector.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recommender.data import background, boilerplate, reference_names
from recommender.features import Doubles, Floats, Mask
from recommender.pool.rows import product_by_row
from recommender.text import chunks_of, hash_of, weighted_length
from recommender.text.background import narrowness
from recommender.text.vectors import TextVectors, VectorSpace, unit

NEAREST = 3
BOILERPLATE_AT = 0.33
BOILERPLATE_STEEPNESS = 40.0
LEAST_WEIGHT = 1e-3
"""Floor of a weight, so that a text of boilerplate alone is still a text."""
COMMON_SHARE = 0.01
LEAST_TEXTS = 5
"""Sentences in more texts, and in a larger share of them, than this are formulas."""
LEAST_SENTENCES = 10
"""With fewer encoded boilerplate sentences, passages count by length alone."""
ROWS_A_PART = 16_384

Means = Mapping[tuple[str, str], Floats]
"""Mean vectors by encoder name and language."""


@dataclass(frozen=True)
class Informativeness:
    """The informativeness of passages of one language in one encoder's space, independent of the pool.

    Passages and boilerplate are centred on the mean of the shipped background texts of their language, so a pool of
    padded texts doesn't shift what counts as boilerplate.
    """

    zero: Floats
    """The mean of background texts of the language, shape (size,)."""
    empty: Floats
    """Unit vectors of boilerplate, shape (sentences, size)."""
    common: frozenset[str] = frozenset()
    """Hashes of sentences that very many texts of the pool repeat word for word."""

    def worth(self, sentences: Sequence[str], passages: Floats) -> Doubles:
        """Return the weights of passages, length aside, shape (passages,), from their texts and uncentred vectors."""
        worth = np.array([LEAST_WEIGHT if hash_of(each) in self.common else 1.0 for each in sentences], np.float64)
        if len(self.empty) < LEAST_SENTENCES:
            return worth
        likeness = product_by_row(unit(passages - self.zero), self.empty.T)
        nearest = np.sort(np.partition(likeness, -NEAREST, axis=1)[:, -NEAREST:], axis=1)
        mean = nearest.astype(np.float64).mean(axis=1)
        exponent = np.clip(BOILERPLATE_STEEPNESS * (mean - BOILERPLATE_AT), -30, 30)
        return np.asarray(worth * np.maximum(1 / (1 + np.exp(exponent)), LEAST_WEIGHT))


def common_sentences(texts: Sequence[str]) -> frozenset[str]:
    """Return hashes of sentences in over ``COMMON_SHARE`` of the texts: forms and formulas."""
    counts = Counter(own for text in texts for own in {hash_of(passage) for passage in chunks_of(text)})
    least = max(LEAST_TEXTS, COMMON_SHARE * len(texts))
    return frozenset(own for own, count in counts.items() if count > least)


def informativeness(
    vectors: TextVectors, space: VectorSpace, common: Mapping[str, frozenset[str]]
) -> dict[str, Informativeness]:
    """Return the informativeness by language of ``common``; uniform until the shipped texts are encoded."""
    zeros = {
        language: _mean(vectors, space, texts) for language, texts in background().items() if space.knows(language)
    }
    known = {language: mean for language, mean in zeros.items() if mean is not None}
    centred: list[Floats] = []
    for language, sentences in boilerplate().items():
        if language in known:
            encoded = [vectors.of(sentence, space) for sentence in sentences]
            centred.extend(vector - known[language] for vector in encoded if vector is not None)
    empty = unit(np.array(centred, np.float32)) if centred else np.zeros((0, space.dimension), np.float32)
    others = np.mean(list(known.values()), axis=0) if known else np.zeros(space.dimension, np.float32)
    zero = np.asarray(others, dtype=np.float32)
    return {language: Informativeness(known.get(language, zero), empty, own) for language, own in common.items()}


def _mean(vectors: TextVectors, space: VectorSpace, texts: Sequence[str]) -> Floats | None:
    encoded, known = vectors.many(texts, space)
    if not known.any():
        return None
    mean: Floats = encoded[known].mean(axis=0)
    return mean


def composed(
    vectors: TextVectors, texts: Sequence[str], space: VectorSpace, mean: Floats | None, worths: Informativeness
) -> tuple[Floats, Mask]:
    """Return unit vectors of texts of one language, shape (texts, size), and which are known (all passages encoded).

    Each passage is centred on ``mean`` (``None``: not at all) and of length 1 before it is weighted. A text's vector
    depends on the text alone, to the last bit.
    """
    rows_of, matrix = vectors.rows[space.name], vectors.matrices[space.name]
    split = [chunks_of(text) for text in texts]
    numbers = [[rows_of.get(hash_of(passage), -1) for passage in passages] for passages in split]
    known = np.array([bool(rows) and min(rows) >= 0 for rows in numbers], bool)
    complete = np.flatnonzero(known).tolist()
    owner = [text for text in complete for _ in numbers[text]]
    rows = [row for text in complete for row in numbers[text]]
    sentences = [passage for text in complete for passage in split[text]]
    sums = np.zeros((len(texts), space.dimension), np.float32)
    for start in range(0, len(rows), ROWS_A_PART):
        part = slice(start, start + ROWS_A_PART)
        passages = matrix[rows[part]]
        lengths = np.array([weighted_length(each) for each in sentences[part]], np.float64)
        weights = (lengths * worths.worth(sentences[part], passages)).astype(np.float32)
        centred = unit(passages if mean is None else passages - mean)
        np.add.at(sums, np.array(owner[part], np.intp), centred * weights[:, None])
    return unit(sums), known


def text_means(
    vectors: TextVectors,
    spaces: Sequence[VectorSpace],
    of_language: Mapping[str, Sequence[str]],
    told: Mapping[str, Mapping[str, Informativeness]],
) -> tuple[dict[tuple[str, str], Floats], dict[str, float]]:
    """Return what texts are centred on, by encoder and language: the mean of the pool's own, ``of_language``.

    As far as the pool is one of a single field (``narrowness``), the mean of background texts instead: centring on its
    own would take the field out of every text. The shares of the background are returned too, by language.
    """
    found, shares = {}, {}
    for language, texts in of_language.items():
        knowing = [space for at, space in enumerate(spaces) if not at or space.knows(language)]
        own = {space.name: composed(vectors, texts, space, None, told[space.name][language]) for space in knowing}
        own_rows = {name: encoded[known] for name, (encoded, known) in own.items()}
        usual = {space.name: vectors.many(background().get(language, ()), space) for space in knowing}
        best = knowing[-1]
        names = vectors.many([each[language] for each in reference_names() if language in each], best)
        share = 0.0
        if all(known.any() for _, known in (*usual.values(), names)):
            share = narrowness(own_rows[best.name], usual[best.name][0][usual[best.name][1]], names[0][names[1]])
        shares[language] = share
        for name, rows in own_rows.items():
            if share > 0:
                encoded, known = usual[name]
                mean = rows.mean(axis=0) if len(rows) else 0.0
                found[name, language] = (1 - share) * mean + share * encoded[known].mean(axis=0)
            elif len(rows) > 1:
                found[name, language] = rows.mean(axis=0)
    return {key: np.asarray(mean, dtype=np.float32) for key, mean in found.items()}, shares
