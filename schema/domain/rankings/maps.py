"""The map of the pool: visible projects as points, near others with similar texts."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from recommender.features import DenseFeatures
from recommender.serving import overview
from recommender.snapshot.pool_snapshot import PoolSnapshot
from recommender.training import layout
from schema.declarations.base import GivenArguments, Row
from schema.domain.rankings.matrices import scores_of
from schema.domain.rankings.questions import allowed_ids, recommender_of, weights_of
from schema.request.context import Context
from store.cache import Cache

MOST_POINTS = 20_000
_LAYOUTS: Cache[int, tuple[weakref.ref[PoolSnapshot], layout.Layout]] = Cache(4)
_LAYING_OUT = threading.Lock()
"""One thread at a time computes a layout; others wait for it."""


@dataclass(frozen=True)
class PoolMap:
    """Columns of equal length, an entry for each project."""

    method: str
    total: int
    projects: Sequence[str]
    x: Sequence[float]
    y: Sequence[float]
    track_ids: Sequence[str]
    track: Sequence[int | None]
    score: Sequence[float] | None


async def pool_map(_: object, context: Context, arguments: GivenArguments) -> PoolMap:
    """The points of the projects on offer that meet a filter, with their fit to a place if one is given."""
    snapshot: PoolSnapshot = recommender_of(context).snapshot()
    place = arguments.get("place")
    if place is not None:
        entity = context.registry.of_id(place)
        if entity is None or entity.name != "Place" or await context.row("Place", place) is None:
            place = None
    layout = _layout(context, snapshot)
    candidates = overview.offered(snapshot, allowed_ids(context, "Project", arguments.get("filter")))
    rows = [int(row) for row in np.flatnonzero(candidates)]
    placed = [row for row in rows if snapshot.projects.ids[row] in layout.points]
    if len(placed) > MOST_POINTS:
        placed = [placed[int(each)] for each in np.linspace(0, len(placed) - 1, MOST_POINTS)]
    points = [layout.points[snapshot.projects.ids[row]] for row in placed]
    tracks, codes = _tracks(snapshot, placed)
    score: list[float] | None = None
    if place is not None:
        scores, _snapshot = scores_of(context, [place], None, weights_of(arguments))
        score = [float(each) for each in np.round(scores[0, placed].astype(np.float64), 2)]
    return PoolMap(
        layout.method,
        len(rows),
        [snapshot.projects.ids[row] for row in placed],
        [round(x, 4) for x, _y in points],
        [round(y, 4) for _x, y in points],
        tracks,
        codes,
        score,
    )


async def tracks_of(pool_map: PoolMap, context: Context, _: object) -> list[Row | None]:
    """The tracks that points name by position; one that the actor may not see is null."""
    return [await context.node(each) for each in pool_map.track_ids]


def _layout(context: Context, snapshot: PoolSnapshot) -> layout.Layout:
    """The layout of a snapshot, made once while the snapshot lives."""
    with _LAYING_OUT:
        known = _LAYOUTS.get(id(snapshot))
        if known is not None and known[0]() is snapshot:
            return known[1]
        points = layout.layout_of(context.session, snapshot.projects, *_text_vectors(snapshot))
        _LAYOUTS.put(id(snapshot), (weakref.ref(snapshot), points))
        return points


def _text_vectors(snapshot: PoolSnapshot) -> tuple[Any, Any]:
    """The vectors of the block that compares meaning; of the one that compares words, where nothing is encoded."""
    blocks = {block.name: block.features_ for block in snapshot.model.blocks}
    for name in ("text", "lexical"):
        features = blocks.get(name)
        if isinstance(features, DenseFeatures) and features.known.any():
            return features.values, features.known
    return np.zeros((len(snapshot.projects), 1), np.float32), np.zeros(len(snapshot.projects), bool)


def _tracks(snapshot: PoolSnapshot, rows: Sequence[int]) -> tuple[list[str], list[int | None]]:
    """Tracks that occur, largest first, and for each row the position of its first track."""
    memberships = snapshot.projects.tracks
    if memberships is None:
        return [], [None] * len(rows)
    first = [
        int(memberships.indices[memberships.indptr[row]]) if memberships.indptr[row] < memberships.indptr[row + 1]
        else None
        for row in rows
    ]  # fmt: skip
    counts: dict[int, int] = {}
    for code in first:
        if code is not None:
            counts[code] = counts.get(code, 0) + 1
    order = sorted(counts, key=lambda code: (-counts[code], code))
    position = {code: at for at, code in enumerate(order)}
    ids = [snapshot.taxonomies.tracks.ids[code] for code in order]
    return ids, [None if code is None else position[code] for code in first]
