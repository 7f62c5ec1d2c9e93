"""Rankings that were asked for before: the same question of the same snapshot is answered without another look."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from dataclasses import fields

from recommender.interface.answers import Ranking
from recommender.interface.requests import RankingRequest
from recommender.snapshot.pool_snapshot import PoolSnapshot
from store.cache import Cache

MOST_RANKINGS = 256


class RankingCache:
    """A bounded cache of rankings with all that was made of them when they were read. Safe to share among threads.

    A question is the same if all of its fields are, the allowed ids being the same object. An answer of another
    snapshot is never given.
    """

    def __init__(self, size: int = MOST_RANKINGS) -> None:
        self._found: Cache[Hashable, tuple[PoolSnapshot, Collection[str] | None, Ranking]] = Cache(size)

    def get(self, image: PoolSnapshot, request: RankingRequest) -> Ranking | None:
        """Return the answer that was given from ``image``, if there is one."""
        found = self._found.get(_key(request))
        if found is None or found[0] is not image or found[1] is not request.allowed:
            return None
        return found[2]

    def put(self, image: PoolSnapshot, request: RankingRequest, ranking: Ranking) -> None:
        """Keep an answer."""
        self._found.put(_key(request), (image, request.allowed, ranking))


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
