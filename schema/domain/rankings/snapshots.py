"""What an answer depends on, without revealing hidden writes.

Organisers see the recommender's own snapshot: its name and its position in the change log, by which an answer can be
reproduced. Both change with every write, drafts and private notes included. For others the name is a digest of the
answer itself, the position is 0, and the time is reduced to the day.
"""

from __future__ import annotations

import dataclasses
import hashlib
from datetime import datetime

import orjson

from recommender.interface.answers import Fit, RankedItem, Ranking, Snapshot
from schema.declarations.base import STAFF
from store.access.actors import Actor


def shown_snapshot(actor: Actor, snapshot: Snapshot, answer: object) -> Snapshot:
    """Return the snapshot as `actor` may know it; `answer` is what was computed from it, as JSON."""
    if actor.role in STAFF:
        return snapshot
    parts = [
        snapshot.model_version,
        snapshot.encoder,
        snapshot.weights_hash,
        snapshot.scale,
        snapshot.rerankers,
        answer,
    ]
    name = hashlib.sha256(orjson.dumps(parts, default=str, option=orjson.OPT_SERIALIZE_NUMPY)).hexdigest()[:16]
    return dataclasses.replace(snapshot, id=name, data_position=0, created_at=day_of(snapshot.created_at))


def day_of(moment: datetime) -> datetime:
    """The beginning of the moment's day."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def of_ranking(actor: Actor, ranking: Ranking, subject_id: str) -> Snapshot:
    """That of a list."""
    answer = [subject_id, ranking.total, ranking.gated, [_line(item) for item in ranking.items]]
    return shown_snapshot(actor, ranking.snapshot, answer)


def of_fit(actor: Actor, fit: Fit) -> Snapshot:
    """That of a pair."""
    parts = [[each.block, each.points] for each in fit.contributions]
    return shown_snapshot(actor, fit.snapshot, [fit.subject_id, fit.object_id, fit.score, parts])


def _line(item: RankedItem) -> list[object]:
    return [item.object_id, item.rank, item.score]
