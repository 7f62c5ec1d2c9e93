"""The number of tracks that list a field: four of the forty are in two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ScalarSelect, func, select

from roadshow import Context, Field, models


def _count(concept: Any) -> ScalarSelect[int]:
    """Return a SQL expression: how many tracks list `concept`, the model `Concept` or an alias of it."""
    listing = models.TrackConcept
    return select(func.count()).where(listing.concept_id == concept.id).correlate(concept).scalar_subquery()


def _resolve(parents: Sequence[Any], context: Context) -> list[int]:
    listing = models.TrackConcept
    identifiers = [parent.id for parent in parents]
    rows = context.session.execute(
        select(listing.concept_id, func.count().label("tracks"))
        .where(listing.concept_id.in_(identifiers))
        .group_by(listing.concept_id)
    )
    counts = {row.concept_id: row.tracks for row in rows}
    return [counts.get(identifier, 0) for identifier in identifiers]


track_count = Field(
    on="Concept",
    name="trackCount",
    type="Int!",
    description="The number of tracks that list the field; 0 if none does.",
    resolve=_resolve,
    expression=_count,
)
