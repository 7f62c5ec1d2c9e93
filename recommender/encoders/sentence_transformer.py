"""Any sentence-transformers model, by its hub name or a local path."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from recommender.encoders.base import Encoder, EncoderError, Vectors, normalised


class SentenceTransformerEncoder(Encoder):
    """A model of the sentence-transformers library; model and library are loaded at first use.

    ``model`` is a hub name such as ``intfloat/multilingual-e5-small`` or a directory. ``prefix`` is put before
    each text, for models that were trained with one. ``dimension`` is known after loading unless given.
    """

    def __init__(
        self,
        model: str | Path,
        *,
        name: str | None = None,
        languages: Iterable[str] | None = None,
        dimension: int = 0,
        prefix: str = "",
        batch_size: int = 64,
    ) -> None:
        self.model = str(model)
        self.name = name or f"st:{self.model}"
        self.languages = None if languages is None else frozenset(languages)
        self.dimension = dimension
        self.prefix = prefix
        self.batch_size = batch_size
        self._loaded: Any = None

    def load(self) -> Any:
        """Return the loaded ``SentenceTransformer``. Raises ``EncoderError`` with the remedy when there is none."""
        if self._loaded is None:
            os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
            try:
                from sentence_transformers import SentenceTransformer
                from transformers.utils import logging as notices

                notices.disable_progress_bar()  # type: ignore[no-untyped-call]  # the command shows its own
                self._loaded = SentenceTransformer(self.model, device="cpu")
            except (OSError, ValueError) as error:
                raise EncoderError(
                    f"The text encoder {self.model!r} can't be loaded: {str(error).splitlines()[0][:200]} "
                    "Give the path of a downloaded model, allow access to the model hub, or set "
                    "ROADSHOW_ENCODER=default, which needs no network."
                ) from error
            read_dimension = (
                getattr(self._loaded, "get_embedding_dimension", None) or self._loaded.get_sentence_embedding_dimension
            )
            self.dimension = int(read_dimension())
        return self._loaded

    def encode(self, texts: Sequence[str]) -> Vectors:
        model = self.load()
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        vectors = model.encode(
            [self.prefix + text for text in texts],
            batch_size=self.batch_size,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return normalised(np.asarray(vectors, dtype=np.float32))
