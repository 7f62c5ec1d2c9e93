"""Texts as weighted sums of their passages: a sentence counts by its length and by what it says.

A sentence close to shipped boilerplate (offices, teams, prizes, fund-raising) says nothing about a field. With ``b``,
the mean of its ``NEAREST`` highest cosines to those sentences in the same encoder's space, it is weighted by
``sigmoid(40 (0.25 - b))`` (docs/quality.md). So a long text keeps what matters in it, with one vector a project.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from recommender.blocks.documents import unit
from recommender.data import boilerplate
from recommender.features import Doubles, Floats, Mask
from recommender.pool.rows import product_by_row
from recommender.text import chunks_of, hash_of, weighted_length
from recommender.text.vectors import TextVectors, VectorSpace

NEAREST = 3
BOILERPLATE_AT = 0.25
BOILERPLATE_STEEPNESS = 40.0
LEAST_WEIGHT = 1e-3
"""A text of boilerplate alone is still a text."""
LEAST_SENTENCES = 10
"""With fewer encoded sentences of boilerplate every passage counts by its length alone."""
ROWS_A_PART = 16_384

Means = Mapping[tuple[str, str], Floats]
"""Mean vectors by the encoder's name and the language."""


def boilerplate_vectors(vectors: TextVectors, space: VectorSpace, means: Means) -> Floats:
    """Unit vectors of the encoded sentences of boilerplate, each centred on its language, shape (sentences, size)."""
    found: list[Floats] = []
    for language, sentences in boilerplate().items():
        mean = means.get((space.name, language))
        if not space.knows(language) or mean is None:
            continue
        for sentence in sentences:
            vector = vectors.of(sentence, space)
            if vector is not None:
                found.append(vector - mean)
    return unit(np.array(found, np.float32)) if found else np.zeros((0, space.dimension), np.float32)


def passage_weights(centred: Floats, lengths: Doubles, empty: Floats) -> Floats:
    """Weights of passages, shape (passages,), from their unit vectors, lengths, and those of boilerplate."""
    if len(empty) < LEAST_SENTENCES:
        return np.asarray(lengths, dtype=np.float32)
    likeness = product_by_row(centred, np.ascontiguousarray(empty.T))
    return np.asarray(lengths * informativeness(likeness), dtype=np.float32)


def informativeness(likeness: Floats) -> Doubles:
    """What passages count apart from their length, shape (passages,), from their cosines to boilerplate.

    ``likeness`` has the shape (passages, sentences); with fewer than ``LEAST_SENTENCES`` each passage counts 1.
    """
    if likeness.shape[1] < LEAST_SENTENCES:
        return np.ones(len(likeness))
    nearest = np.sort(np.partition(likeness, -NEAREST, axis=1)[:, -NEAREST:], axis=1)
    mean = nearest.astype(np.float64).mean(axis=1)
    exponent = np.clip(BOILERPLATE_STEEPNESS * (mean - BOILERPLATE_AT), -30, 30)
    return np.asarray(np.maximum(1 / (1 + np.exp(exponent)), LEAST_WEIGHT), dtype=np.float64)


def composed(
    vectors: TextVectors, texts: Sequence[str], space: VectorSpace, mean: Floats | None, empty: Floats
) -> tuple[Floats, Mask]:
    """Unit vectors of texts of one language, shape (texts, size), and which are known: all their passages encoded.

    Each passage is centred on ``mean`` and of length 1 before it is weighted. A text's vector depends on nothing but
    the text, to the last bit.
    """
    rows_of, matrix = vectors.rows[space.name], vectors.matrices[space.name]
    split = [chunks_of(text) for text in texts]
    numbers = [[rows_of.get(hash_of(passage), -1) for passage in passages] for passages in split]
    known = np.array([bool(rows) and min(rows) >= 0 for rows in numbers], bool)
    owner = [text for text in np.flatnonzero(known).tolist() for _ in numbers[text]]
    rows = [row for text in np.flatnonzero(known).tolist() for row in numbers[text]]
    lengths = [weighted_length(passage) for text in np.flatnonzero(known).tolist() for passage in split[text]]
    sums = np.zeros((len(texts), space.dimension), np.float32)
    for start in range(0, len(rows), ROWS_A_PART):
        part = slice(start, start + ROWS_A_PART)
        centred = unit(matrix[rows[part]] if mean is None else matrix[rows[part]] - mean)
        weights = passage_weights(centred, np.array(lengths[part], np.float64), empty)
        np.add.at(sums, np.array(owner[part], np.intp), centred * weights[:, None])
    return unit(sums), known
