"""Text before it is encoded: its language, its sentences, its hash."""

from recommender.text.language import language_of
from recommender.text.sentences import chunks_of, hash_of, sentences_of

__all__ = ["chunks_of", "hash_of", "language_of", "sentences_of"]
