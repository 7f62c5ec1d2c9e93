"""Places: a tree of countries, provinces, cities, zones and informal regions."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from schema.declarations import (
    Filter,
    batch,
    column,
    connection,
    entity,
    listing,
    localized,
    ranking,
    readers,
    relation,
    translations,
)
from schema.declarations.base import Argument, Model
from schema.domain.curation.fields import Mergeable
from schema.domain.places.ancestors import ancestors, path
from schema.domain.places.priorities import priorities_version
from schema.domain.rankings.tracks import fit_by_track
from schema.domain.shared.external_ids import NamedElsewhere
from schema.domain.shared.fields import Claimed, Documented, Edited
from schema.domain.shared.filters import by_text
from schema.sql.closures import places_within
from store import models
from store.access.actors import Actor
from store.enums import Role


def is_own(actor: Actor, place: Model) -> ColumnElement[bool]:
    """Return the condition for the place that the actor plans for."""
    own: ColumnElement[bool] = place.id == actor.subject_id
    return own


PRIVATE = readers(Role.ORGANISER, own_only=[Role.PLANNER], own=is_own)
"""The place's own planners and organisers."""


@entity(
    models.Place,
    "A place: where projects come from and settle. Its governing body is an organisation.",
    filters=[
        Filter("within", "[ID!]", "One of these places, or anywhere in them.",
               lambda scope, place, ids: place.id.in_(places_within(ids))),
        by_text("place"),
    ],
    root=("place", "places"),
    writers=[],
)  # fmt: skip
class Place(Claimed, Documented, Edited, Mergeable, NamedElsewhere):
    name = localized("Its name.", order=True, edit=True)
    names = translations("Its name in every language.", "name")
    aliases = column("Other names.", type="[String!]!", edit=True)
    description = localized("What it is.", edit=True)
    descriptions = translations("The description in every language.", "description")
    type = column("What kind of place it is.", filter=True, order=True, edit=True)
    code = column("ISO 3166 or, in China, GB/T 2260.", filter=True, order=True, edit=True, identifying=True)
    country_code = column("Country (ISO 3166).", filter=True, edit=True)
    latitude = column("Degrees north.", filter=True, edit=True)
    longitude = column("Degrees east.", filter=True, edit=True)
    parent = relation("Place", "The place that contains it.", "parent_id", filter=True, edit=True)
    children = listing("Place", "Places directly in it.", "parent_id", order=("code",))
    ancestors = batch("[Place!]!", "Places that contain it, the widest first.", ancestors,
                      needs=("id", "parent_id"))  # fmt: skip
    path = batch("[Place!]!", "Places that contain it, the widest first, and itself.", path,
                 needs=("id", "parent_id"))  # fmt: skip
    priorities = listing("IndustryPriority", "Its industry priorities.", "place_id", order=("ordinal",))
    priorities_version = batch(
        "Int", "Grows with each write of a priority; give it as `ifVersion` to `setIndustryPriorities`. For its "
        "planners and organisers.", priorities_version, readers=PRIVATE,
    )  # fmt: skip
    needs = connection("MatchingNeed", "Its needs.", "place_id")
    policies = connection("Policy", "Its policies, with the support that they offer.", "place_id")
    scenarios = connection("Scenario", "Its saved alternative weights that you may see.", "place_id")
    parks = connection("Park", "Parks directly in it.", "place_id")
    projects = connection("Project", "Projects that come from exactly this place.", "origin_place_id")
    landed_projects = connection("Project", "Projects that have settled in exactly this place.", "landed_place_id")
    organisations = connection("Organisation", "Organisations based in exactly this place.", "place_id")
    ranked_projects = ranking(
        "Project", "Projects that fit its priorities and needs, best first; its responses count only for its planners."
    )
    fit_by_track = batch(
        "[TrackFit!]", "How the projects of each track fit it, best first; for its planners and organisers.",
        fit_by_track, arguments=(Argument("filter", "ProjectFilter", "Only these projects count.", None),),
    )  # fmt: skip
    interests = connection("Interest", "Its responses to projects; for its planners and organisers.", "subject_id",
                           readers=PRIVATE)  # fmt: skip
    matches = connection("Match", "Its talks with projects; for its planners and organisers.", "subject_id",
                         readers=PRIVATE)  # fmt: skip
    snapshots = connection("RankingSnapshot", "Its kept lists; for its planners and organisers.",
                           "subject_id", readers=PRIVATE)  # fmt: skip
