"""Text before encoding: language, sentences, negation, hash."""

from recommender.text.language import language_of
from recommender.text.negation import affirmed, is_denial
from recommender.text.sentences import chunks_of, hash_of, sentences_of, weighted_length

__all__ = ["affirmed", "chunks_of", "hash_of", "is_denial", "language_of", "sentences_of", "weighted_length"]
