"""A cache of rankings: the same request to the same snapshot is answered once."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from dataclasses import fields

from recommender.interface.answers import Ranking
from recommender.interface.requests import RankingRequest
from recommender.snapshot.pool_snapshot import PoolSnapshot
from store.cache import Cache

MOST_RANKINGS = 256

Found = Cache[Hashable, tuple[Collection[str] | None, Ranking]]
"""Rankings by request, with the allowed ids: these are looked up as an object, so they must live as long."""


class RankingCache:
    """A bounded cache of rankings, with everything computed lazily for them. Thread-safe.

    Requests are the same if all fields are equal and the allowed ids are the same object. Only rankings of the latest
    snapshot are cached, because each keeps its snapshot in memory.
    """

    def __init__(self, size: int = MOST_RANKINGS) -> None:
        self._size = size
        self._held: tuple[PoolSnapshot | None, Found] = None, Cache(size)
        """The snapshot and its rankings, replaced as one: no thread finds those of another snapshot."""

    def get(self, snapshot: PoolSnapshot, request: RankingRequest) -> Ranking | None:
        """Return the ranking that answered the same request from ``snapshot``, or ``None``."""
        owner, rankings = self._held
        ranking = rankings.get(_key(request)) if owner is snapshot else None
        if ranking is None or ranking[0] is not request.allowed:
            return None
        return ranking[1]

    def put(self, snapshot: PoolSnapshot, request: RankingRequest, ranking: Ranking) -> None:
        """Store a ranking; the first one of another snapshot empties the cache."""
        owner, rankings = self._held
        if owner is not snapshot:
            rankings = Cache(self._size)
            self._held = snapshot, rankings
        rankings.put(_key(request), (request.allowed, ranking))


def _key(request: RankingRequest) -> Hashable:
    values: list[Hashable] = []
    for each in fields(request):
        value = getattr(request, each.name)
        if each.name == "allowed":
            value = id(value)
        elif each.name == "draft":
            value = None if value is None else value.digest()
        elif isinstance(value, dict):
            value = tuple(sorted(value.items()))
        elif value is not None and not isinstance(value, Hashable):
            value = repr(value)
        values.append(value)
    return tuple(values)
