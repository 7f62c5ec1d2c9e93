"""Which records of a plugin's entity are like one of them, by what they state, block by block.

Two records are as like in a block as the directions of their queries in its coordinates; a score is the mean over the
blocks in which the first one states something, by the blocks' weights.
"""

from __future__ import annotations

import numpy as np

from recommender.features import Doubles
from recommender.fit.query_vectors import Queries
from recommender.fit.scoring import DIGITS
from recommender.fit.weights import Weights
from recommender.interface.answers import Contribution, RankedItem, Ranking, Snapshot
from recommender.interface.bands import LEAST_SCORE, Band
from recommender.interface.lazy import Reason
from recommender.interface.requests import RankingRequest
from recommender.pool.profiles import Profile
from recommender.snapshot.pool_snapshot import PoolSnapshot

_JUDGED_BY = 5
"""A list is weak if its line of this number is."""


def alike(
    snapshot: PoolSnapshot, weights: Weights, profile: Profile, request: RankingRequest, origin: Snapshot
) -> Ranking:
    """Return the records of a record's entity that are most like it, without itself; `origin` tells of the snapshot."""
    ids, queries = snapshot.caches.everyone(snapshot.group_of(profile), personalised=False)
    own = ids.index(profile.id)
    blocks = {block.name: block for block in snapshot.model.blocks if weights.blocks.get(block.name, 0.0) > 0}
    likeness = {name: found for name in blocks if (found := _likeness(queries, name, own)) is not None}
    total_weight = sum(weights.blocks[name] for name in likeness) or 1.0
    points = {name: 100 * weights.blocks[name] / total_weight * found for name, found in likeness.items()}
    scores = np.round(np.sum(list(points.values()), axis=0) if points else np.zeros(len(ids)), DIGITS)
    allowed = None if request.allowed is None else set(request.allowed)
    listed = [at for at, each in enumerate(ids) if at != own and (allowed is None or each in allowed)]
    order = sorted(listed if points else [], key=lambda at: (-scores[at], ids[at]))
    order = [at for at in order if scores[at] >= request.least_score]
    fifth = float(scores[order[min(_JUDGED_BY, len(order)) - 1]]) if order else 0.0
    placed = request.placed(len(order))
    page = order[placed.offset : placed.offset + placed.first]

    def item(rank: int, at: int) -> RankedItem:
        shares = [
            Contribution(
                name, float(points[name][at]) if name in points else 0.0, weights.blocks[name], name in points,
                _reason(block.description, float(likeness[name][at]) if name in likeness else None),
                declared=float(points[name][at]) if name in points else 0.0,
            )
            for name, block in blocks.items()
        ]  # fmt: skip
        strongest = sorted((each for each in shares if each.points > 0), key=lambda each: (-each.points, each.block))
        reasons = [each.reason for each in strongest[: request.reasons]]
        return RankedItem(ids[at], rank, float(scores[at]), shares, (), reasons)

    items = [item(rank, at) for rank, at in enumerate(page, start=placed.offset + 1)]
    more = placed.offset + placed.first < len(order)
    return Ranking(
        placed, origin, items, len(order), len(listed) - len(order), more,
        weak=fifth < LEAST_SCORE[Band.FAIR], silent=not points,
    )  # fmt: skip


def _likeness(queries: Queries, block: str, own: int) -> Doubles | None:
    """Return the cosine of each subject's query with one's, at least 0; None if that one states nothing here."""
    vectors = [_stated(queries, block, at) for at in range(len(queries))]
    mine = vectors[own]
    if mine is None:
        return None
    return np.array([0.0 if each is None else max(0.0, float(each @ mine)) for each in vectors])


def _stated(queries: Queries, block: str, at: int) -> Doubles | None:
    """Return a subject's query in a block as a unit vector, its aspects by their weights; None without one."""
    parts = [queries.declared[block].coefficients[at]] if block in queries.declared else []
    asked = queries.aspects[at]
    if asked is not None and block in asked.parts:
        parts += [
            aspect.weight * each for aspect, each in zip(asked.aspects, asked.parts[block].coefficients, strict=True)
        ]
    if not parts:
        return None
    vector = np.sum([each.astype(np.float64) for each in parts], axis=0).ravel()
    length = float(np.linalg.norm(vector))
    return None if length < 1e-9 else vector / length


def _reason(block: Reason, likeness: float | None) -> Reason:
    if likeness is None:
        return Reason(f"{block.en}: not stated.", f"{block.zh}：未说明。")
    if likeness > 0:
        return Reason(f"{block.en}: much the same." if likeness > 0.5 else f"{block.en}: something in common.",
                      f"{block.zh}：相近。" if likeness > 0.5 else f"{block.zh}：有共同之处。")  # fmt: skip
    return Reason(f"{block.en}: nothing in common.", f"{block.zh}：没有共同之处。")
