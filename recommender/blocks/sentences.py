"""The contribution of single sentences to a product: the product without each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recommender.blocks.base import Context
from recommender.blocks.documents import passages
from recommender.blocks.passages import Informativeness, Means
from recommender.features import Floats
from recommender.text import language_of, weighted_length
from recommender.text.vectors import VectorSpace, unit


@dataclass(frozen=True, slots=True)
class Told:
    """How sentences become a project's vector: means and what passages count by encoder and
    language, and the shares of two encoders where both know a language.
    """

    means: Means
    worths: Mapping[str, Mapping[str, Informativeness]]
    shares: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a project.

    ``vector`` has length 1 over all encoders that know its language; ``weight`` is its weight apart from its length;
    ``loss`` is how much the product falls without it.
    """

    text: str
    language: str
    vector: Floats
    weight: float
    loss: float


def leave_one_out(inputs: Told, context: Context, row: int, query: Floats) -> list[Sentence]:
    """Return the sentences of a project, with the loss of each against ``query``, shape (all encoders' dimensions,).

    Exact: the vector is put together again without the sentence, as ``TextBlock`` does it.
    """
    spaces = context.vectors.spaces[:2]
    texts = [(language_of(text, tag), passages(text)) for tag, text in sorted(context.projects.texts[row].items())]
    sentences = [sentence for _, split in texts for sentence in split]
    languages = [language for language, split in texts for _ in split]
    both = len(spaces) > 1 and any(spaces[1].knows(language) for language, _ in texts)
    vectors = np.zeros((len(sentences), len(query)), np.float32)
    weights, losses = np.zeros(len(sentences)), np.zeros(len(sentences))
    offset = 0
    for position, space in enumerate(spaces):
        share = inputs.shares[position] if both else float(position == 0)
        part = slice(offset, offset + space.dimension)
        offset += space.dimension
        if share > 0:
            own = _in_space(inputs, context, space, texts, query[part], position == 0)
            losses += np.sqrt(share) * own.losses
            knowing = np.array([_shares_of(language, spaces, inputs.shares)[position] for language in languages])
            vectors[:, part] = own.vectors * np.sqrt(knowing)[:, None]
            weights += own.weights * knowing
    return [
        Sentence(text, language, vector, float(weight), float(loss))
        for text, language, vector, weight, loss in zip(sentences, languages, vectors, weights, losses, strict=True)
    ]


def _shares_of(language: str, spaces: Sequence[VectorSpace], shares: tuple[float, float]) -> tuple[float, float]:
    return shares if len(spaces) > 1 and spaces[1].knows(language) else (1.0, 0.0)


@dataclass(frozen=True, slots=True)
class _InSpace:
    """Unit vectors, weights and losses of all sentences; zeros where the encoder doesn't know one."""

    vectors: Floats
    weights: Floats
    losses: Floats


def _in_space(
    inputs: Told, context: Context, space: VectorSpace, texts: Sequence[tuple[str, Sequence[str]]], query: Floats,
    every: bool,
) -> _InSpace:  # fmt: skip
    """Return the sentences in one encoder's space; ``every``: the encoder reads texts of all languages."""
    count = sum(len(split) for _, split in texts)
    vectors = np.zeros((count, space.dimension), np.float32)
    weights, lengths = np.zeros(count), np.zeros(count)
    parts: list[slice] = []
    start = 0
    for language, split in texts:
        part = slice(start, start + len(split))
        start += len(split)
        known = [context.vectors.chunk(sentence, space) for sentence in split]
        if not split or not (every or space.knows(language)) or any(vector is None for vector in known):
            continue
        mean = inputs.means.get((space.name, language))
        own = np.array(known, np.float32)
        vectors[part] = unit(own if mean is None else own - mean)
        worths = inputs.worths[space.name]
        weights[part] = (worths.get(language) or next(iter(worths.values()))).worth(split, own)
        lengths[part] = [weighted_length(sentence) for sentence in split]
        parts.append(part)
    scaled = vectors * (lengths * weights)[:, None]
    whole = {part.start: scaled[part].sum(axis=0) for part in parts}
    together = np.zeros(len(query), np.float32)
    for each in whole.values():
        together += unit(each[None])[0]
    losses = np.zeros(count)
    product = float(unit(together[None])[0] @ query)
    for part in parts:
        without = unit(whole[part.start] - scaled[part]) - unit(whole[part.start][None])
        losses[part] = product - unit(together + without) @ query
    return _InSpace(vectors, np.asarray(weights, np.float32), np.asarray(losses, np.float32))
