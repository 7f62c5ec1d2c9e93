"""Identifies everything that an answer depends on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from recommender.fit.scoring import Scale
from recommender.fit.weights import Weights
from recommender.interface.answers import Snapshot
from recommender.interface.mandate_drafts import Draft
from recommender.snapshot.pool_snapshot import PoolSnapshot


def snapshot_of(
    snapshot: PoolSnapshot,
    weights: Weights,
    scale: Scale,
    priority_weights: Mapping[str, float] | None = None,
    rerankers: tuple[str, ...] = (),
    draft: Draft | None = None,
    industry_weights: Mapping[str, float] | None = None,
    only: str | None = None,
) -> Snapshot:
    """Return the identity of everything that an answer from ``snapshot`` at ``weights`` depends on."""
    digest = weights.digest()
    key = f"{snapshot.version}|{scale}|{snapshot.encoder}|{digest}|{snapshot.fitted_at}|{snapshot.position}"
    key += f"|{snapshot.taxonomies.today}|{snapshot.taxonomies.day}"
    if priority_weights:
        key += f"|{sorted(priority_weights.items())}"
    if industry_weights:
        key += f"|industries {sorted(industry_weights.items())}"
    if draft is not None:
        key += f"|draft {draft.digest()}"
    if only is not None:
        key += f"|only {only}"
    if rerankers:
        key += f"|reranked by {rerankers}"
    return Snapshot(
        id=f"v{snapshot.version}-{hashlib.sha256(key.encode()).hexdigest()[:16]}",
        model_version=snapshot.version,
        encoder=snapshot.encoder,
        weights=weights.flat(),
        weights_hash=digest,
        data_position=snapshot.position,
        scale=scale.kind,
        created_at=snapshot.at,
        rerankers=rerankers,
    )
