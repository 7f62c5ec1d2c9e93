"""The texts of a pool as rows, and what is done with their vectors."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from recommender.features import Floats
from recommender.pool.projects import Projects
from recommender.text import chunks_of, language_of
from recommender.text.content import content_factor, content_words

AXES_SAMPLE = 20_000


@lru_cache(maxsize=4096)
def passages(text: str) -> tuple[str, ...]:
    """The chunks of a text; explanations ask for those at the head of lists again and again."""
    return tuple(chunks_of(text))


def documents_of(projects: Projects) -> tuple[list[int], list[str], list[str]]:
    """Row, text and language of every text of the pool, English first within a project."""
    found: tuple[list[int], list[str], list[str]] | None = projects.__dict__.get("_documents")
    if found is None:
        rows: list[int] = []
        texts: list[str] = []
        languages: list[str] = []
        for row, by_tag in enumerate(projects.texts):
            entries = [(language_of(text, tag), text) for tag, text in by_tag.items() if text.strip()]
            for language, text in sorted(entries, key=lambda entry: (entry[0] != "en", entry)):
                rows.append(row)
                texts.append(text)
                languages.append(language)
        found = projects.__dict__["_documents"] = rows, texts, languages  # blocks ask for it one after the other
    return found


def content_factors(projects: Projects) -> Floats:
    """What the products of each project's texts count by how much they say, shape (projects,): the fullest text's."""
    most = [max(map(content_words, by_tag.values()), default=0.0) for by_tag in projects.texts]
    return np.array([content_factor(words) for words in most], np.float32)


def principal_axes(values: Floats, count: int) -> Floats:
    """The ``count`` directions that hold most of the rows' length, shape (dimension, at most count), orthonormal.

    From the second moment of at most 20,000 rows, evenly spread. With no more dimensions than ``count`` the
    identity: nothing is turned.
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
    """Each row at length 1; rows of nothing stay so."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(np.where(lengths > 1e-9, vectors / np.maximum(lengths, 1e-9), 0), dtype=np.float32)
