"""Lexical vectors: hashed n-grams, weighted by TF-IDF, reduced by latent semantic analysis.

Latin words give character n-grams of three to five within the word, Han text gives single characters and pairs, so
Chinese needs no word list. Fitted on the texts of a store, then applied to new ones; the fit is stored beside the
vectors.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

from recommender.encoders.base import Encoder, Vectors, normalised

HASH_BITS = 15
DIMENSION = 128
_WORD = re.compile(r"[^\W\d_\u3400-\u9fff]+|\d+|[\u3400-\u9fff]+")


def n_grams(text: str) -> Iterator[str]:
    """Yield the n-grams of a text, lower case; a word of Latin script is bounded by blanks, which are part of it."""
    for word in _WORD.findall(text.lower()):
        if "\u3400" <= word[0] <= "\u9fff":
            yield from word
            for start in range(len(word) - 1):
                yield word[start : start + 2]
        else:
            bounded = f" {word} "
            if len(bounded) <= 3:
                yield bounded
            for length in (3, 4, 5):
                for start in range(len(bounded) - length + 1):
                    yield bounded[start : start + length]


class LexicalEncoder(Encoder):
    """A fitted reduction, ``components`` of shape (hash buckets, dimension) with the inverse frequencies folded in."""

    languages = None

    def __init__(self, components: npt.NDArray[np.float16], fingerprint: str) -> None:
        self.components = components
        self.dimension = components.shape[1]
        self.name = f"lexical/{fingerprint}"
        self._dense: npt.NDArray[np.float32] | None = None

    @classmethod
    def fit(cls, texts: Sequence[str], dimension: int = DIMENSION) -> LexicalEncoder:
        """Learn the reduction from texts; their order does not matter. At least three different texts are needed."""
        from sklearn.decomposition import TruncatedSVD

        ordered = sorted(set(texts))
        counts = _counts(ordered)
        frequency = np.bincount(counts.indices, minlength=counts.shape[1])
        weight = np.log((1 + len(ordered)) / (1 + frequency)) + 1
        weight[frequency < 2] = 0
        if not np.any(weight[frequency >= 2]):
            weight[frequency > 0] = 1
        matrix = _weighted(counts, weight)
        rank = max(2, min(dimension, len(ordered) - 1, int((frequency > 0).sum()) - 1))
        with np.errstate(divide="ignore", invalid="ignore"):  # shares of a variance that is zero; not used here
            reduction = TruncatedSVD(rank, algorithm="randomized", n_iter=4, random_state=0).fit(matrix)
        components = (reduction.components_.T * weight[:, None]).astype(np.float16)
        return cls(components, hashlib.sha256(components.tobytes()).hexdigest()[:12])

    def encode(self, texts: Sequence[str]) -> Vectors:
        if self._dense is None:
            self._dense = self.components.astype(np.float32)
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        return normalised(np.asarray(_sublinear(_counts(texts)) @ self._dense, dtype=np.float32))

    def to_bytes(self) -> bytes:
        """Return the fit as compressed bytes, for the store."""
        buffer = io.BytesIO()
        np.savez_compressed(buffer, components=self.components)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> LexicalEncoder:
        """Return the fit that ``to_bytes`` wrote. Raises ``ValueError`` for anything else."""
        with np.load(io.BytesIO(data), allow_pickle=False) as stored:
            components = stored["components"]
        return cls(components, hashlib.sha256(components.tobytes()).hexdigest()[:12])


def _counts(texts: Sequence[str]) -> sparse.csr_matrix:
    from sklearn.feature_extraction.text import HashingVectorizer

    vectorizer = HashingVectorizer(
        analyzer=lambda text: list(n_grams(text)), n_features=2**HASH_BITS, norm=None, alternate_sign=False
    )
    return sparse.csr_matrix(vectorizer.transform(texts), dtype=np.float32)


def _sublinear(counts: sparse.csr_matrix) -> sparse.csr_matrix:
    damped = counts.copy()
    damped.data = 1 + np.log(np.maximum(damped.data, 1))
    return damped


def _weighted(counts: sparse.csr_matrix, weight: npt.NDArray[np.float64]) -> sparse.csr_matrix:
    from sklearn.preprocessing import normalize

    return sparse.csr_matrix(normalize(_sublinear(counts) @ sparse.diags(weight)), dtype=np.float32)
