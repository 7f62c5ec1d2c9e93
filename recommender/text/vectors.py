"""Vectors of texts in memory: whole texts as means of their chunks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from recommender.features import Floats, Mask
from recommender.text import chunks_of, hash_of
from store.cache import Cache


@dataclass(frozen=True, slots=True)
class VectorSpace:
    """The description of an encoder's vectors, without the encoder."""

    name: str
    dimension: int
    languages: frozenset[str] | None = None

    def knows(self, language: str) -> bool:
        """Return whether texts of ``language`` are in this space."""
        return self.languages is None or language in self.languages


MOST_RECENT = 2_000


class RecentVectors:
    """A bounded cache of vectors of unsaved chunks."""

    def __init__(self, most: int = MOST_RECENT) -> None:
        self._found: Cache[tuple[str, str], Floats] = Cache(most)

    def keep(self, space: str, vectors: Mapping[str, Floats]) -> None:
        """Add vectors by the hash of their chunk."""
        for text_hash, vector in vectors.items():
            self._found.put((space, text_hash), vector)

    def __reduce__(self) -> tuple[type[RecentVectors], tuple[int]]:
        return RecentVectors, (self._found.size,)  # none of them is kept on disk

    def get(self, space: str, text_hash: str) -> Floats | None:
        """Return the vector of a chunk, shape (dimension,)."""
        return self._found.get((space, text_hash))


@dataclass(frozen=True)
class TextVectors:
    """Chunk vectors by text hash, for each space. A text is unknown unless all its chunks are there."""

    spaces: Sequence[VectorSpace]
    matrices: Mapping[str, Floats]
    rows: Mapping[str, Mapping[str, int]]
    recent: RecentVectors = field(default_factory=RecentVectors, compare=False)
    """Beside those of the store; they serve single texts, never the pool."""

    @staticmethod
    def empty(spaces: Sequence[VectorSpace] = ()) -> TextVectors:
        """Return an instance without vectors: every text is unknown."""
        return TextVectors(
            spaces,
            {space.name: np.zeros((0, space.dimension), np.float32) for space in spaces},
            {space.name: {} for space in spaces},
        )

    def extended(self, more: TextVectors) -> TextVectors:
        """Return these vectors with new ones added, in the spaces of both."""
        matrices, rows = dict(self.matrices), dict(self.rows)
        for space in more.spaces:
            first = len(matrices[space.name])
            matrices[space.name] = np.concatenate([matrices[space.name], more.matrices[space.name]])
            added = {text_hash: first + row for text_hash, row in more.rows[space.name].items()}
            rows[space.name] = {**rows[space.name], **added}
        return TextVectors(self.spaces, matrices, rows, self.recent)

    def chunk(self, text: str, space: VectorSpace) -> Floats | None:
        """Return the unit vector of one chunk, shape (dimension,)."""
        text_hash = hash_of(text)
        row = self.rows[space.name].get(text_hash)
        if row is None:
            return self.recent.get(space.name, text_hash)
        vector: Floats = self.matrices[space.name][row]
        return vector

    def of(self, text: str, space: VectorSpace) -> Floats | None:
        """Return the unit vector of a whole text: the mean of its chunks; ``None`` if one isn't encoded yet."""
        vectors, known = self.many([text], space)
        if known[0]:
            whole: Floats = vectors[0]
            return whole
        chunks = [self.chunk(chunk, space) for chunk in chunks_of(text)]
        encoded = [vector for vector in chunks if vector is not None]
        if not encoded or len(encoded) < len(chunks):
            return None
        mean = np.asarray(np.mean(encoded, axis=0), dtype=np.float32)
        return mean if len(encoded) == 1 else mean / np.float32(max(float(np.linalg.norm(mean)), 1e-12))

    def many(self, texts: Iterable[str], space: VectorSpace) -> tuple[Floats, Mask]:
        """Return vectors of shape (texts, dimension), and which are known; unknown rows are zero."""
        index = self.rows[space.name]
        matrix = self.matrices[space.name]
        chunked = [[index.get(hash_of(chunk), -1) for chunk in chunks_of(text)] for text in texts]
        known = np.array([bool(rows) and min(rows) >= 0 for rows in chunked], bool)
        vectors = np.zeros((len(chunked), space.dimension), np.float32)
        single = [position for position, rows in enumerate(chunked) if known[position] and len(rows) == 1]
        if single:
            vectors[single] = matrix[[chunked[position][0] for position in single]]
        for position, rows in enumerate(chunked):
            if known[position] and len(rows) > 1:
                mean = matrix[rows].mean(axis=0)
                vectors[position] = mean / max(float(np.linalg.norm(mean)), 1e-12)
        return vectors, known


def unit(vectors: Floats) -> Floats:
    """Return each row at length 1; zero rows stay zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(np.where(lengths > 1e-9, vectors / np.maximum(lengths, 1e-9), 0), dtype=np.float32)
