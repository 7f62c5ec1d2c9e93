"""Policies of places, and the support that they offer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import aliased

from schema.declarations import (
    Filter,
    Writers,
    column,
    connection,
    entity,
    listing,
    localized,
    money_range,
    partial_date,
    relation,
    translations,
)
from schema.declarations.base import GivenArguments, Model
from schema.declarations.filters import FilterScope
from schema.domain.shared.external_ids import NamedElsewhere
from schema.domain.shared.fields import Documented, Edited, Sourced
from schema.domain.shared.filters import by_concepts, by_text
from schema.domain.shared.writers import OF_PLACE
from schema.sql.closures import places_within
from schema.sql.filtering import money_within
from store import models
from store.access.actors import Actor
from store.enums import Role, SupportClass
from store.validity import policy_valid_on

Asked = TypeVar("Asked")
"""What a filter is given."""


def of_own_policy(actor: Actor, support: Model) -> ColumnElement[bool]:
    """Select the support of policies of the place that the actor plans for."""
    policy = aliased(models.Policy)
    own: ColumnElement[bool] = support.policy_id.in_(select(policy.id).where(policy.place_id == actor.subject_id))
    return own


def _offers(
    condition: Callable[[FilterScope, Model, Asked], ColumnElement[bool]],
) -> Callable[[FilterScope, Model, Asked], ColumnElement[bool]]:
    """A condition of a policy: one of its classes of support, not archived, meets `condition`."""

    def offering(scope: FilterScope, policy: Model, given: Asked) -> ColumnElement[bool]:
        support: Model = aliased(models.PolicySupport)
        return (
            exists()
            .where(support.policy_id == policy.id, support.archived_at.is_(None), condition(scope, support, given))
            .correlate_except(support)
        )

    return offering


def _of_policies(
    condition: Callable[[FilterScope, Model, Asked], ColumnElement[bool]],
) -> Callable[[FilterScope, Model, Asked], ColumnElement[bool]]:
    """A condition of a class of support: its policy meets `condition`."""

    def belonging(scope: FilterScope, support: Model, given: Asked) -> ColumnElement[bool]:
        policy: Model = aliased(models.Policy)
        return exists().where(policy.id == support.policy_id, condition(scope, policy, given)).correlate_except(policy)

    return belonging


def _valid(scope: FilterScope, policy: Model, day: date) -> ColumnElement[bool]:
    return policy_valid_on(day, policy)


def _within(scope: FilterScope, policy: Model, ids: list[str]) -> ColumnElement[bool]:
    inside: ColumnElement[bool] = policy.place_id.in_(places_within(ids))
    return inside


def _is_of_class(scope: FilterScope, support: Model, classes: list[SupportClass]) -> ColumnElement[bool]:
    of_class: ColumnElement[bool] = support.support_class.in_(classes)
    return of_class


def _is_worth(scope: FilterScope, support: Model, given: GivenArguments) -> ColumnElement[bool]:
    return money_within("amount", support, ("value_min", "value_max", "value_currency"), given)


@entity(
    models.Policy,
    "What a place, or a body in it, promises: to whom, between which days, and which classes of support.",
    part_of=[("Place", "place_id")],
    filters=[
        Filter("within", "[ID!]", "Of one of these places, or of anywhere in them.", _within, ("place",)),
        by_concepts(models.PolicyConcept.policy_id, models.PolicyConcept.concept_id,
                    "For one of these industries, or for one that they cover."),
        Filter("track", "[ID!]", "For one of these tracks.",
               lambda scope, policy, ids: policy.id.in_(select(models.PolicyTrack.policy_id).where(
                   models.PolicyTrack.track_id.in_(ids)).correlate(None)), ("tracks",)),
        Filter("support_class", "[SupportClass!]", "Offers support of one of these classes.", _offers(_is_of_class),
               ("supports",)),
        Filter("amount", "MoneyFilter", "Offers support worth an amount in the range, or a range that overlaps it.",
               _offers(_is_worth), ("supports",)),
        Filter("valid_on", "Date", "Valid on this day; a beginning or an end that isn't stated is open.", _valid,
               ("valid_from", "valid_to")),
        by_text("policy"),
    ],
    root=("policy", "policies"),
    writers=[OF_PLACE],
)  # fmt: skip
class Policy(Documented, Edited, Sourced, NamedElsewhere):
    name = localized("What it is called.", order=True, edit=True)
    names = translations("What it is called in every language.", "name")
    aliases = column("Other names.", type="[String!]!", edit=True)
    description = localized("What it is about.", edit=True)
    descriptions = translations("The description in every language.", "description")
    place = relation("Place", "The place.", "place_id", filter=True, edit=True)
    organisation = relation("Organisation", "The issuing body.", "organisation_id", filter=True, edit=True)
    eligibility = localized("Who may apply.", edit=True)
    valid_from = partial_date("Since when.", filter=True, order=True, edit=True)
    valid_to = partial_date("Until when.", filter=True, order=True, edit=True)
    website = column("Where it is published.", filter=True, edit=True)
    supports = connection("PolicySupport", "The classes of support that it offers.", "policy_id")
    industries = listing("Concept", "Industries and fields that it is for; none means any.",
                         through=models.PolicyConcept, near="policy_id", far="concept_id", order=("created_at",),
                         edit=True)  # fmt: skip
    tracks = listing("Track", "Tracks that it is for; none means any.", through=models.PolicyTrack, near="policy_id",
                     far="track_id", order=("created_at",), edit=True)  # fmt: skip


@entity(
    models.PolicySupport,
    "One class of support that a policy offers, and what it is worth.",
    part_of=[("Policy", "policy_id")],
    default_order=("ordinal",),
    filters=[
        Filter("within", "[ID!]", "Of a policy of one of these places, or of anywhere in them.", _of_policies(_within),
               ("policy",)),
        Filter("valid_on", "Date", "Of a policy that is valid on this day.", _of_policies(_valid), ("policy",)),
        by_text("policy_support"),
    ],
    root=("policy_support", "policy_supports"),
    writers=[Writers(Role.PLANNER, of_own_policy)],
)  # fmt: skip
class PolicySupport(Edited, NamedElsewhere):
    policy = relation("Policy", "The policy.", "policy_id", filter=True, edit=True)
    support_class = column("What it gives.", filter=True, order=True, edit=True)
    label = localized("What the policy calls it.", edit=True)
    ordinal = column("Its order within the policy.", filter=True, order=True, edit=True)
    value = money_range("What it is worth.", "value", filter=True, edit=True)
    eligibility = localized("Who gets it, beyond what the policy asks of all.", edit=True)
    conditions = localized("How and for how long it is paid or granted.", edit=True)
    quote = column("The source's own words.", edit=True)
