"""Talents (persons) and their offices."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select

from schema.declarations import (
    Filter,
    Writers,
    column,
    connection,
    entity,
    listing,
    localized,
    partial_date,
    readers,
    relation,
    translations,
)
from schema.declarations.aliases import shared_alias
from schema.declarations.base import Model
from schema.domain.curation.fields import Mergeable
from schema.domain.projects.visibility import named_in_public
from schema.domain.shared.external_ids import PersonNamedElsewhere
from schema.domain.shared.fields import Claimed, Dated, Documented, Edited
from schema.domain.shared.filters import by_concepts, by_items, by_text
from schema.domain.shared.scopes import is_scoped, on_own_project
from schema.sql.closures import places_within
from store import models
from store.access.actors import Actor
from store.enums import Role, TalentCategory


def is_self(actor: Actor, talent: Model) -> ColumnElement[bool]:
    """Return the condition for the actor's own record."""
    own: ColumnElement[bool] = talent.id == actor.subject_id
    return own


def is_self_or_confirmed(actor: Actor, talent: Model) -> ColumnElement[bool]:
    """The actor's own record; to an organiser of some programmes the confirmed members of projects entered in them.

    Whom a project merely names is left out: its organiser could name anybody.
    """
    if not is_scoped(actor):
        return is_self(actor, talent)
    member: Model = shared_alias(models.TeamMember, "is_self_or_confirmed")
    own: ColumnElement[bool] = talent.id.in_(
        select(member.talent_id).where(member.confirmed, on_own_project(actor, member.project_id))
    )
    return own


PRIVATE = readers(Role.ORGANISER, own_only=[Role.TALENT, Role.SCOPED_ORGANISER], own=is_self_or_confirmed)
"""The person itself and organisers."""


def visible_talents(actor: Actor, talent: Model) -> ColumnElement[bool]:
    """Oneself, and all but those that only projects speak of which the actor doesn't see."""
    member: Model = shared_alias(models.TeamMember, "visible_talents")
    return or_(
        is_self(actor, talent),
        named_in_public(
            actor,
            talent.id,
            lambda project: or_(
                project.owner_id == talent.id,
                project.id.in_(select(member.project_id).where(member.talent_id == talent.id).correlate(talent)),
            ),
            (models.EventPerson.talent_id,),
        ),
    )


@entity(
    models.Talent,
    "A person: founder, scholar, official, speaker; no age, gender or descent.",
    rows=visible_talents,
    shown_by=(models.Project.owner_id, models.EventPerson.talent_id),
    whole=PRIVATE,
    filters=[
        Filter("place", "[ID!]", "Lives in one of these places, or anywhere in them.",
               lambda scope, talent, ids: talent.place_id.in_(places_within(ids)), ("place",)),
        by_concepts(models.TalentConcept.talent_id, models.TalentConcept.concept_id,
                    "Has one of these fields of skill, or one that they cover.",
                    "skill", ("skills",)),
        by_items("category", "TalentCategory", "categories", "Is of one of these categories."),
        by_items("language", "LanguageTag", "languages", "Speaks one of these languages."),
        by_text("talent"),
    ],
    root=("talent", "talents"),
    writers=[Writers(Role.TALENT, lambda actor, talent: talent.id == actor.subject_id, create=False)],
)  # fmt: skip
class Talent(Claimed, Documented, Edited, PersonNamedElsewhere, Mergeable):
    name = localized("The person's name.", order=True, edit=True)
    names = translations("The name in every language.", "name")
    aliases = column("Other names.", type="[String!]!", edit=True)
    description = localized("A public biography.", edit=True)
    descriptions = translations("The biography in every language.", "description")
    categories = column("Categories of talent.", type="[TalentCategory!]!", items=TalentCategory, edit=True)
    place = relation("Place", "Where the person lives.", "place_id", edit=True)
    languages = column("Languages, as BCP 47 tags.", type="[LanguageTag!]!", edit=True)
    degrees = column("Academic degrees.", type="[Degree!]!", edit=True)
    studied_abroad = column("Whether the person studied abroad.", filter=True, edit=True)
    willing_to_relocate = column("Whether the person would relocate.", filter=True, edit=True)
    nationality = column(
        "Country of nationality (ISO 3166); for the person and organisers.", readers=PRIVATE, filter=True,
        edit=True,
    )  # fmt: skip
    email = column(
        "E-mail address; for the person and organisers.", readers=PRIVATE, filter=True, order=True, edit=True
    )
    skills = listing("Concept", "Fields of skill.", through=models.TalentConcept, near="talent_id", far="concept_id",
                     order=("created_at",), edit=True)  # fmt: skip
    positions = listing("Position", "Offices that the person holds or held.", "talent_id", order=("created_at",),
                        edit=True)  # fmt: skip
    memberships = listing("TeamMember", "Projects in whose team the person is.", "talent_id", order=("created_at",))
    projects = connection("Project", "Projects in whose team the person is.", through=models.TeamMember,
                          near="talent_id", far="project_id")  # fmt: skip
    appearances = listing("EventPerson", "Roles in events.", "talent_id", order=("created_at",))


@entity(models.Position, "An office that a person holds, often several at once.", part_of=[("Talent", "talent_id")])
class Position(Dated):
    talent = relation("Talent", "The person.", "talent_id")
    organisation = relation("Organisation", "The organisation; null if unknown.", "organisation_id", edit=True)
    title = localized("What it is called.", edit=True)
    starts = partial_date("Since when.", edit=True)
    ends = partial_date("Until when.", edit=True)
    as_of = partial_date("The day of which this is stated.", edit=True)
    source = relation("SourceDocument", "The document that states it.", "source_document_id", edit=True)
