"""The texts of a pool as rows, and operations on their vectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np

from recommender.features import Floats
from recommender.pool.projects import Projects
from recommender.pool.taxonomies import Taxonomies
from recommender.text import chunks_of, language_of
from recommender.text.content import content_factor, content_words
from recommender.text.vectors import TextVectors, VectorSpace

AXES_SAMPLE = 20_000
LABEL_SMOOTHING = 10.0
"""Pseudo-labels at the mean of the projects, because few known labels have an unreliable mean."""


@lru_cache(maxsize=4096)
def passages(text: str) -> tuple[str, ...]:
    """Return the chunks of a text, cached because explanations ask for the same ones repeatedly."""
    return tuple(chunks_of(text))


def documents_of(projects: Projects) -> tuple[list[int], list[str], list[str]]:
    """Return row, text and language of every text of the pool, English first within a project."""
    documents: tuple[list[int], list[str], list[str]] | None = projects.__dict__.get("_documents")
    if documents is None:
        rows: list[int] = []
        texts: list[str] = []
        languages: list[str] = []
        for row, by_tag in enumerate(projects.texts):
            entries = [(language_of(text, tag), text) for tag, text in by_tag.items() if text.strip()]
            for language, text in sorted(entries, key=lambda entry: (entry[0] != "en", entry)):
                rows.append(row)
                texts.append(text)
                languages.append(language)
        documents = projects.__dict__["_documents"] = rows, texts, languages  # blocks ask for it one after the other
    return documents


def content_factors(projects: Projects) -> Floats:
    """Return the factor for each project's text products, shape (projects,): that of its most informative text."""
    most = [max(map(content_words, by_tag.values()), default=0.0) for by_tag in projects.texts]
    return np.array([content_factor(words) for words in most], np.float32)


def principal_axes(values: Floats, count: int) -> Floats:
    """Return the ``count`` orthonormal directions with most of the rows' energy, shape (dimension, at most count).

    From the second moment of at most 20,000 rows, evenly spread. With at most ``count`` dimensions,
    the identity.
    """
    dimension = values.shape[1]
    if dimension <= count:
        return np.eye(dimension, dtype=np.float32)
    sample = values[:: max(1, len(values) // AXES_SAMPLE)]
    moment = (sample.T @ sample).astype(np.float64)
    _, directions = np.linalg.eigh(moment)
    axes = directions[:, ::-1][:, :count]
    signs = np.sign(axes[np.argmax(np.abs(axes), axis=0), np.arange(axes.shape[1])])
    return np.asarray(axes * np.where(signs == 0, 1, signs), dtype=np.float32)


def unit(vectors: Floats) -> Floats:
    """Return each row at length 1; zero rows stay zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(np.where(lengths > 1e-9, vectors / np.maximum(lengths, 1e-9), 0), dtype=np.float32)


def label_means(
    vectors: TextVectors, spaces: Sequence[VectorSpace], taxonomies: Taxonomies, means: Mapping[tuple[str, str], Floats]
) -> dict[tuple[str, str], Floats]:
    """Return the mean vector of labels (names of concepts and tracks) by encoder and language, shrunk to that of texts.

    ``means`` are those of the pool's texts; a language in which the pool has none takes another's.
    """
    labels: dict[str, set[str]] = {}
    for names in [*taxonomies.concepts.names, *taxonomies.tracks.names]:
        for tag, name in names.items():
            labels.setdefault(language_of(name, tag), set()).add(name)
    means_by_language = {}
    for space in spaces:
        for language, texts in labels.items():
            document_mean = means.get((space.name, language))
            if document_mean is None:
                document_mean = next((mean for (name, _), mean in means.items() if name == space.name), None)
            if document_mean is None or not space.knows(language):
                continue
            encoded, known = vectors.many(sorted(texts), space)
            total = encoded[known].sum(axis=0) + LABEL_SMOOTHING * document_mean
            means_by_language[space.name, language] = total / (known.sum() + LABEL_SMOOTHING)
    return means_by_language
