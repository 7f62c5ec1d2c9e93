"""Indexes: the best candidates among many without looking at all of them."""

from recommender.index.candidates import INDEX_FROM, CandidateIndex, IndexKind
from recommender.index.space import IndexSpace

__all__ = ["INDEX_FROM", "CandidateIndex", "IndexKind", "IndexSpace"]
