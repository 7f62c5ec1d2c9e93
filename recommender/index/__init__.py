"""Indexes that find the best of many candidates without scanning all."""

from recommender.index.candidates import INDEX_FROM, CandidateIndex, IndexKind
from recommender.index.space import IndexSpace

__all__ = ["INDEX_FROM", "CandidateIndex", "IndexKind", "IndexSpace"]
