"""Rerankers: optional last steps that reorder the head of a ranking and change nothing else.

A reranker gets ids and scores of the first `HEAD` candidates that passed every gate, and returns their order. The head
is the same for every page, so pages fit together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from recommender.interface.requests import Target
from recommender.pool.profiles import SubjectKind

HEAD = 200
"""How many of the first candidates may be moved; the rest keep their order."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ranked item as a reranker sees it: its id, and its score from 0 to 100."""

    id: str
    score: float


@dataclass(frozen=True, slots=True)
class RerankRequest:
    """The context of a ranking, without the requested page, so that the order can't depend on it.

    ``personalised`` is false where the asker wants no history used; a reranker must keep to that.
    """

    subject_id: str
    subject_kind: SubjectKind
    target: Target
    personalised: bool = True


@runtime_checkable
class Reranker(Protocol):
    """A last step over a ranking. May be called from several threads at once."""

    @property
    def name(self) -> str:
        """Its name, which no other reranker has."""

    def rerank(self, items: Sequence[Candidate], request: RerankRequest) -> Sequence[str]:
        """Return the ids in their new order; those left out follow, in the order they had.

        ``items`` are in the order so far. An empty answer keeps it. The same arguments must give the same answer, or a
        ranking can't be replayed.
        """


def completed(order: object, items: Sequence[Candidate]) -> list[str]:
    """Return ``order`` with what it leaves out added at the end, as it stood in ``items``.

    Raises
    ------
    ValueError: it isn't a list of ids, names one that isn't among ``items``, or one twice.
    """
    if not isinstance(order, Sequence) or isinstance(order, str | bytes):
        raise ValueError(f"a reranker must return a list of ids, this is {type(order).__name__}")
    wrong = [each for each in order if not isinstance(each, str)]
    if wrong:
        raise ValueError(f"a reranker must return ids, {wrong[0]!r} is none")
    ids = [item.id for item in items]
    there = frozenset(ids)
    unknown = [each for each in order if each not in there]
    if unknown:
        raise ValueError(f"{unknown[0]!r} isn't among the items that were to be ordered")
    twice = [each for each, count in Counter(order).items() if count > 1]
    if twice:
        raise ValueError(f"{twice[0]!r} is named more than once")
    named = frozenset(order)
    return [*order, *(each for each in ids if each not in named)]


def reranked(
    rerankers: Sequence[Reranker], items: Sequence[Candidate], request: RerankRequest
) -> tuple[list[int], tuple[str, ...]]:
    """Return positions in ``items`` in their new order, and the labels of the rerankers that changed it, in turn.

    Each gets the order of the previous one. ``items`` may be longer than the head.
    Raises what a reranker raises; those of plugins are isolated and raise nothing.
    """
    head = tuple(items[:HEAD])
    acted: list[str] = []
    by_id = {item.id: item for item in head}
    for reranker in rerankers:
        before = [item.id for item in head]
        after = completed(reranker.rerank(head, request), head) if head else before
        if after != before:
            acted.append(label_of(reranker))
            head = tuple(by_id[each] for each in after)
    position = {item.id: at for at, item in enumerate(items[:HEAD])}
    return [*(position[item.id] for item in head), *range(len(head), len(items))], tuple(acted)


def label_of(reranker: Reranker) -> str:
    """Return the reranker's name, with the version of the plugin that brought it: ``near_first@1.2.0``."""
    version = getattr(reranker, "version", None)
    return f"{reranker.name}@{version}" if version else reranker.name
