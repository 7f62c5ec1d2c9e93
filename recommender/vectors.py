"""Vectors of texts, held in memory: whole texts as means of their chunks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from recommender.features import Floats, Mask
from recommender.text import chunks_of, hash_of


@dataclass(frozen=True, slots=True)
class VectorSpace:
    """What an encoder's vectors are, without the encoder: nothing heavy is needed to read them."""

    name: str
    dimension: int
    languages: frozenset[str] | None = None

    def knows(self, language: str) -> bool:
        """Whether texts of ``language`` are in this space."""
        return self.languages is None or language in self.languages


@dataclass(frozen=True)
class TextVectors:
    """Chunk vectors by text hash, for each space. A text whose chunks aren't all there is unknown."""

    spaces: Sequence[VectorSpace]
    matrices: Mapping[str, Floats]
    rows: Mapping[str, Mapping[str, int]]

    @staticmethod
    def empty(spaces: Sequence[VectorSpace] = ()) -> TextVectors:
        """No vectors at all: every text is unknown."""
        return TextVectors(
            spaces,
            {space.name: np.zeros((0, space.dimension), np.float32) for space in spaces},
            {space.name: {} for space in spaces},
        )

    def chunk(self, text: str, space: VectorSpace) -> Floats | None:
        """The unit vector of one chunk, shape (dimension,)."""
        row = self.rows[space.name].get(hash_of(text))
        return None if row is None else self.matrices[space.name][row]

    def of(self, text: str, space: VectorSpace) -> Floats | None:
        """The unit vector of a whole text: the mean of its chunks. ``None`` where one isn't encoded yet."""
        vectors, known = self.many([text], space)
        return vectors[0] if known[0] else None

    def many(self, texts: Iterable[str], space: VectorSpace) -> tuple[Floats, Mask]:
        """Vectors of shape (texts, dimension), and which are known; unknown rows are zero."""
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
