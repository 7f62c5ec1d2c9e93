"""How each track's projects fit places."""

from __future__ import annotations

from collections.abc import Sequence

from recommender.interface.answers import TrackFit
from schema.declarations.base import GivenArguments, Row
from schema.declarations.errors import SchemaError
from schema.domain.rankings import rules
from schema.domain.rankings.questions import allowed_ids, recommender_of
from schema.request.context import Context


def fit_by_track(
    parents: Sequence[Row], context: Context, filter: GivenArguments | None = None
) -> list[list[TrackFit] | SchemaError]:
    """Return each place's tracks, best first; an error if the actor may not see them."""
    answers: list[list[TrackFit] | SchemaError] = []
    for place in parents:
        try:
            rules.require_whole(context, [place.id])
            fits = recommender_of(context).fit_by_track(place.id, allowed_ids(context, "Project", filter))
            answers.append([each for each in fits if context.registry.of_id(each.track_id)])
        except SchemaError as error:
            answers.append(error)
    return answers
