"""Text encoders. Importing this package imports neither torch nor sentence-transformers."""

from recommender.encoders.base import Encoder, EncoderError, Vectors, normalised
from recommender.encoders.registry import MiniLmEncoder, encoders_for
from recommender.encoders.sentence_transformer import SentenceTransformerEncoder
from recommender.encoders.universal import UniversalSentenceEncoder

__all__ = [
    "Encoder",
    "EncoderError",
    "MiniLmEncoder",
    "SentenceTransformerEncoder",
    "UniversalSentenceEncoder",
    "Vectors",
    "encoders_for",
    "normalised",
]
