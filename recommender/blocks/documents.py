"""The texts of a pool as rows, and operations on their vectors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from recommender.data import background
from recommender.features import DenseFeatures, Features, Floats
from recommender.pool.projects import Projects
from recommender.pool.taxonomies import Taxonomies
from recommender.text import chunks_of, language_of
from recommender.text.background import label_mean
from recommender.text.content import content_factor, content_words
from recommender.text.vectors import TextVectors, VectorSpace

AXES_SAMPLE = 20_000
SECOND_SHARE = 0.64
"""Share of the single-language encoder in the product, for languages that it knows."""


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


def groups_of(projects: Projects, group_of_language: Mapping[str, int]) -> npt.NDArray[np.int16]:
    """Return the group of each project's first text, shape (projects,)."""
    group_of = np.zeros(len(projects), np.int16)
    rows, _, languages = documents_of(projects)
    for row, language in zip(reversed(rows), reversed(languages), strict=True):
        group_of[row] = group_of_language.get(language, 0)
    return group_of


def share_between_encoders(values: Floats, first: int) -> None:
    """Scale the ``first`` coordinates and the rest, in place, where both encoders have the text."""
    two = np.any(values[:, first:] != 0, axis=1)
    values[two, :first] *= np.float32(np.sqrt(1 - SECOND_SHARE))
    values[two, first:] *= np.float32(np.sqrt(SECOND_SHARE))


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


def coefficients_of(parts: Sequence[Floats | None], spaces: Sequence[VectorSpace], languages: Sequence[str]) -> Floats:
    """Return coefficients for each language, shape (languages, size), from one query in each of at most two encoders:
    both where both apply, else the one at full strength."""
    coefficients = np.zeros((len(languages), sum(space.dimension for space in spaces)), np.float32)
    first = spaces[0].dimension
    for group, language in enumerate(languages):
        two = len(parts) > 1 and spaces[1].knows(language)
        if two and parts[0] is not None and parts[1] is not None:
            coefficients[group, :first] = np.sqrt(1 - SECOND_SHARE) * parts[0]
            coefficients[group, first:] = np.sqrt(SECOND_SHARE) * parts[1]
        elif parts[0] is not None:
            coefficients[group, :first] = parts[0] / (np.sqrt(1 - SECOND_SHARE) if two else 1)
        elif two and parts[1] is not None:
            coefficients[group, first:] = parts[1] / np.sqrt(SECOND_SHARE)
    return coefficients


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
            means_by_language[space.name, language] = label_mean(encoded[known], document_mean)
    return means_by_language


def background_features(project: Callable[[Projects], Features], languages: Sequence[str]) -> DenseFeatures | None:
    """Return the shipped background texts in a block's coordinates; ``None`` where none is known.

    ``project`` is the block's; ``languages`` are its groups.
    """
    texts = [{language: text} for language in languages for text in background().get(language, ())]
    rows = project(Projects(ids=[f"{at:06}" for at in range(len(texts))], texts=texts)) if texts else None
    if not isinstance(rows, DenseFeatures) or not rows.known.any():
        return None
    rows.settle()
    return rows


def moments_beside(
    own: Features, others: DenseFeatures | None, coefficients: Floats, narrow: Floats
) -> tuple[Floats, Floats]:
    """Return means and deviations for queries, both of shape (queries, groups): a pool's, and those of background texts
    as far as a group is ``narrow``, shape (groups,)."""
    means, deviations = own.moments(coefficients)
    if others is None or not narrow.any():
        return means, deviations
    share = narrow * (others.group_shares > 0)
    zeros, spreads = others.moments(coefficients)
    variances = deviations**2 + share * (spreads**2 - deviations**2)
    mixed = means + share * (zeros - means), np.where(share > 0, np.sqrt(np.maximum(variances, 0)), deviations)
    return mixed[0].astype(np.float32), mixed[1].astype(np.float32)
