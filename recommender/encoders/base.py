"""The interface of encoders: texts in, unit vectors out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


class EncoderError(RuntimeError):
    """An encoder can't be used; the message says why and what to do."""


class Encoder(ABC):
    """Turns texts into vectors. Loading happens at the first call, never in the constructor.

    ``name`` keys the vectors in the store, so it changes whenever the vectors would. ``languages`` holds the
    primary subtags that the encoder knows; ``None`` means that it is good for any.
    """

    name: str
    dimension: int
    languages: frozenset[str] | None = None

    def knows(self, language: str) -> bool:
        """Return whether texts of ``language`` (a primary subtag) are worth encoding with this model."""
        return self.languages is None or language in self.languages

    @abstractmethod
    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return vectors of shape (number of texts, ``dimension``), float32, each of length 1.

        Every text must fit the model's window; ``recommender.text.chunks_of`` cuts longer ones. Raises
        ``EncoderError`` when the model can't be loaded.
        """


def normalised(vectors: npt.NDArray[np.float32]) -> Vectors:
    """Return each row divided by its length; a row of zeros stays one."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)
