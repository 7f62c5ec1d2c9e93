"""The host's view of recommender components that plugins contribute: just a name."""

from __future__ import annotations

from typing import Protocol


class Component(Protocol):
    """A block, a gate, an encoder, a reranker, a calibrator or a source of outcomes. The
    room that calls it checks the rest."""

    @property
    def name(self) -> str:
        """Its name, which no other component of its kind has."""
