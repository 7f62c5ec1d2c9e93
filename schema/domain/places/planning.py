"""Places' plans: priorities, needs, parks."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select

from schema.declarations import (
    Filter,
    column,
    entity,
    listing,
    localized,
    money_range,
    partial_date,
    relation,
    translations,
)
from schema.declarations.base import Model
from schema.domain.shared.external_ids import NamedElsewhere
from schema.domain.shared.fields import Claimed, Documented, Edited, Sourced
from schema.domain.shared.filters import by_concepts, by_text
from schema.domain.shared.writers import OF_PLACE
from schema.sql.closures import places_within
from store import models
from store.access.actors import Actor
from store.enums import NeedState, Role


def visible_needs(actor: Actor, need: Model) -> ColumnElement[bool]:
    """Show all but drafts; to a place's planner also its own drafts."""
    public: ColumnElement[bool] = need.state != NeedState.DRAFT
    if actor.role is Role.PLANNER and actor.subject_id:
        return or_(public, need.place_id == actor.subject_id)
    return public


@entity(
    models.IndustryPriority,
    "An industry that a place wants, with its weight, validity, issuing body and source.",
    part_of=[("Place", "place_id")],
    filters=[
        by_concepts(models.PriorityConcept.priority_id, models.PriorityConcept.concept_id,
                    "Means one of these industries, or what they cover."),
        Filter("track", "[ID!]", "Means one of these tracks.",
               lambda scope, priority, ids: priority.id.in_(select(models.PriorityTrack.priority_id).where(
                   models.PriorityTrack.track_id.in_(ids)).correlate(None)), ("tracks",)),
        Filter("within", "[ID!]", "Of one of these places, or of anywhere in them.",
               lambda scope, priority, ids: priority.place_id.in_(places_within(ids)), ("place",)),
        by_text("industry_priority"),
    ],
    root=("industry_priority", "industry_priorities"),
    writers=[OF_PLACE],
)  # fmt: skip
class IndustryPriority(Edited, Sourced, NamedElsewhere):
    name = localized("What the place calls it.", order=True, edit=True)
    names = translations("What it is called in every language.", "name")
    aliases = column("Other names.", type="[String!]!", edit=True)
    description = localized("What is meant.", edit=True)
    descriptions = translations("The description in every language.", "description")
    place = relation("Place", "The place.", "place_id", filter=True, edit=True)
    tier = column("Weight class.", filter=True, order=True, edit=True)
    action = column("What the place intends for the industrial chain.", filter=True, edit=True)
    ordinal = column("Its order among the place's priorities.", filter=True, order=True, edit=True)
    weight = column("At least 0; compared with the place's other priorities.", filter=True, order=True, edit=True)
    valid_from = partial_date("Since when.", filter=True, edit=True)
    valid_to = partial_date("Until when.", filter=True, edit=True)
    organisation = relation("Organisation", "The issuing body.", "organisation_id", filter=True, edit=True)
    industries = listing("Concept", "Industries and fields that it means.", through=models.PriorityConcept,
                         near="priority_id", far="concept_id", order=("created_at",), edit=True)  # fmt: skip
    tracks = listing("Track", "Tracks that it means.", through=models.PriorityTrack, near="priority_id",
                     far="track_id", order=("created_at",), edit=True)  # fmt: skip


@entity(
    models.MatchingNeed,
    "What a place, or an organisation in it, looks for.",
    rows=visible_needs,
    part_of=[("Place", "place_id")],
    filters=[
        by_concepts(models.NeedConcept.need_id, models.NeedConcept.concept_id,
                    "About one of these industries, or a covered one."),
        Filter("within", "[ID!]", "Of one of these places, or of anywhere in them.",
               lambda scope, need, ids: need.place_id.in_(places_within(ids)), ("place",)),
        by_text("matching_need"),
    ],
    root=("need", "needs"),
    writers=[OF_PLACE],
)  # fmt: skip
class MatchingNeed(Documented, Edited, Sourced, NamedElsewhere):
    name = localized("What is looked for.", order=True, edit=True)
    names = translations("What is looked for, in every language.", "name")
    aliases = column("Other names.", type="[String!]!", edit=True)
    description = localized("More about it.", edit=True)
    descriptions = translations("The description in every language.", "description")
    place = relation("Place", "The place.", "place_id", filter=True, edit=True)
    organisation = relation("Organisation", "The organisation in it.", "organisation_id", filter=True, edit=True)
    kind = column("What kind of thing is looked for.", filter=True, order=True, edit=True)
    state = column("Its lifecycle state.", filter=True, order=True, edit=True)
    quantity = column("How many.", filter=True, edit=True)
    budget = money_range("What it may cost.", "budget", filter=True, edit=True)
    technology_level = column("The minimum level of technology.", filter=True, edit=True)
    technology_readiness = column("The minimum technology readiness level, 1 to 9.", filter=True, edit=True)
    deadline = partial_date("Until when.", filter=True, order=True, edit=True)
    deadline_time = column("The deadline to the minute, by the place's clock, where that is stated.",
                           type="ZonedDateTime", edit=True)  # fmt: skip
    deadline_time_at = column("The moment of `deadlineTime`.", filter=True, order=True)
    industries = listing("Concept", "Fields that it is about.", through=models.NeedConcept, near="need_id",
                         far="concept_id", order=("created_at",), edit=True)  # fmt: skip


@entity(
    models.Park,
    "An industrial park, innovation centre, incubator or practice base.",
    part_of=[("Place", "place_id")],
    filters=[
        Filter("within", "[ID!]", "In one of these places, or anywhere in them.",
               lambda scope, park, ids: park.place_id.in_(places_within(ids)), ("place",)),
        by_concepts(models.ParkConcept.park_id, models.ParkConcept.concept_id,
                    "Has one of these industries, or one that they cover."),
        by_text("park"),
    ],
    root=("park", "parks"),
    writers=[OF_PLACE],
)  # fmt: skip
class Park(Claimed, Documented, Edited, Sourced, NamedElsewhere):
    name = localized("Its name.", order=True, edit=True)
    names = translations("Its name in every language.", "name")
    aliases = column("Other names.", type="[String!]!", edit=True)
    description = localized("What it is.", edit=True)
    place = relation("Place", "Where it is.", "place_id", filter=True, edit=True)
    organisation = relation("Organisation", "Who runs it.", "organisation_id", filter=True, edit=True)
    kind = column("What kind of park it is.", filter=True, edit=True)
    resident_count = column("How many enterprises are in it.", filter=True, order=True, edit=True)
    complete_chain = column("Whether its industrial chain is complete.", filter=True, edit=True)
    area_square_metres = column("Its area, in square metres.", filter=True, edit=True)
    opened = partial_date("When it opened.", filter=True, order=True, edit=True)
    industries = listing("Concept", "Industries of the park.", through=models.ParkConcept, near="park_id",
                         far="concept_id", order=("created_at",), edit=True)  # fmt: skip
