"""Organisations under all their names, and their partnerships."""

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
    partial_date,
    relation,
    translations,
)
from schema.declarations.base import Model
from schema.domain.curation.fields import Mergeable
from schema.domain.organisations.partners import partners_of
from schema.domain.projects.visibility import named_in_public
from schema.domain.shared.external_ids import NamedElsewhere
from schema.domain.shared.fields import Claimed, Dated, Documented, Edited, Sourced
from schema.domain.shared.filters import by_concepts, by_text
from schema.sql.closures import places_within
from store import models
from store.access.actors import Actor

ELSEWHERE = (
    models.EventOrganisation.organisation_id,
    models.Investor.organisation_id,
    models.Position.organisation_id,
    models.Partnership.organisation_id,
    models.Partnership.partner_id,
    models.Programme.organisation_id,
    models.Park.organisation_id,
    models.MatchingNeed.organisation_id,
    models.Policy.organisation_id,
)
"""Columns of records other than projects that refer to organisations."""


def visible_organisations(actor: Actor, organisation: Model) -> ColumnElement[bool]:
    """Show all but those mentioned only by projects hidden from the actor."""
    return named_in_public(
        actor,
        organisation.id,
        lambda project: project.organisation_id == organisation.id,
        ELSEWHERE,
    )


@entity(
    models.Organisation,
    "An organisation: a company, university, body or station. A municipal body is an organisation, its city a place.",
    rows=visible_organisations,
    shown_by=(models.Project.organisation_id, *ELSEWHERE),
    filters=[
        Filter("place", "[ID!]", "In one of these places, or anywhere in them.",
               lambda scope, organisation, ids: organisation.place_id.in_(places_within(ids)), ("place",)),
        by_concepts(models.OrganisationConcept.organisation_id, models.OrganisationConcept.concept_id,
                    "Works in one of these industries, or in what they cover."),
        by_text("organisation"),
    ],
    root=("organisation", "organisations"),
    writers=[],
)  # fmt: skip
class Organisation(Claimed, Documented, Edited, Sourced, NamedElsewhere, Mergeable):
    name = localized("Its name.", order=True, edit=True)
    names = translations("Its name in every language.", "name")
    aliases = column("Other names.", type="[String!]!", edit=True)
    description = localized("What it is.", edit=True)
    descriptions = translations("The description in every language.", "description")
    type = column("What kind of organisation it is.", filter=True, order=True, edit=True)
    parent = relation("Organisation", "The organisation that it belongs to.", "parent_id", filter=True, edit=True)
    children = listing("Organisation", "Organisations belonging to it.", "parent_id", order=("created_at",))
    place = relation("Place", "Where it sits.", "place_id", edit=True)
    founded = partial_date("When it was founded.", filter=True, order=True, edit=True)
    registration_number = column("Its number in a public register.", filter=True, edit=True)
    website = column("Its address on the web.", filter=True, edit=True)
    verified = column("Whether an organiser has checked it.", filter=True, edit=True, editors=())
    industries = listing("Concept", "Industries that it works in.", through=models.OrganisationConcept,
                         near="organisation_id", far="concept_id", order=("created_at",), edit=True)  # fmt: skip
    partnerships = listing("Partnership", "Stable cooperation that it declares.", "organisation_id",
                           order=("created_at",), edit=True)  # fmt: skip
    partners = batch("[Organisation!]!", "Organisations that it cooperates with, whichever side declares it.",
                     partners_of)  # fmt: skip
    partner_of = listing("Partnership", "Stable cooperation that others declare with it.", "partner_id",
                         order=("created_at",))  # fmt: skip
    projects = connection("Project", "Its projects.", "organisation_id")
    investors = listing("Investor", "Investors it is or runs.", "organisation_id", order=("created_at",))
    appearances = listing("EventOrganisation", "Roles in events.", "organisation_id", order=("created_at",))


@entity(models.Partnership, "Stable cooperation between two organisations.")
class Partnership(Dated, Sourced):
    organisation = relation("Organisation", "The one that declares it.", "organisation_id")
    partner = relation("Organisation", "The other.", "partner_id", edit=True)
