"""Investors and their mandates."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select

from schema.declarations import (
    Filter,
    Writers,
    column,
    connection,
    entity,
    group,
    listing,
    localized,
    money_range,
    part,
    partial_date,
    ranking,
    readers,
    relation,
    translations,
)
from schema.declarations.base import Model
from schema.domain.curation.fields import Mergeable
from schema.domain.shared.external_ids import PersonNamedElsewhere
from schema.domain.shared.fields import Claimed, Dated, Documented, Edited, Sourced
from schema.domain.shared.filters import by_items, by_text
from schema.sql.closures import concepts_covered, places_within
from store import models
from store.access.actors import Actor
from store.enums import FundingStage, ProjectKind, Role


def is_own(actor: Actor, investor: Model) -> ColumnElement[bool]:
    """Return the condition for the investor that the actor acts for."""
    own: ColumnElement[bool] = investor.id == actor.subject_id
    return own


def of_own_investor(actor: Actor, row: Model) -> ColumnElement[bool]:
    """Return the condition for rows of that investor."""
    own: ColumnElement[bool] = row.investor_id == actor.subject_id
    return own


PRIVATE = readers(Role.ORGANISER, own_only=[Role.INVESTOR], own=is_own)
"""The investor itself and organisers."""


@group(models.Investor, "What an investor looks for.")
class Mandate:
    tracks = listing("InvestorTrack", "Tracks, with weights.", "investor_id", order=("created_at",))
    industries = listing("InvestorIndustry", "Industries, with weights.", "investor_id",
                         condition=lambda link: link.excluded.is_(False), order=("created_at",))  # fmt: skip
    excluded_industries = listing("InvestorIndustry", "Industries it excludes.", "investor_id",
                                  condition=lambda link: link.excluded.is_(True), order=("created_at",))  # fmt: skip
    places = listing("Place", "Places, each with everything in it.", through=models.InvestorPlace, near="investor_id",
                     far="place_id", condition=lambda link: link.excluded.is_(False),
                     order=("created_at",))  # fmt: skip
    excluded_places = listing("Place", "Places it excludes.", through=models.InvestorPlace,
                              near="investor_id", far="place_id", condition=lambda link: link.excluded.is_(True),
                              order=("created_at",))  # fmt: skip
    stages = column("Funding stages; empty if not stated.", type="[FundingStage!]!", items=FundingStage)
    project_kinds = column("Kinds of projects; empty means start-ups, research, products and platforms.",
                           type="[ProjectKind!]!", items=ProjectKind)  # fmt: skip
    cheque = money_range("How much it invests per deal.", "cheque")
    exclusions = listing("InvestorExclusion", "Its exclusions by name; for the investor itself and organisers.",
                         "investor_id", order=("created_at",), readers=PRIVATE)  # fmt: skip


@entity(
    models.Investor,
    "An investor with its thesis and mandate.",
    whole=PRIVATE,
    filters=[
        Filter("track", "[ID!]", "Has one of these tracks in its mandate.",
               lambda scope, investor, ids: investor.id.in_(select(models.InvestorTrack.investor_id).where(
                   models.InvestorTrack.track_id.in_(ids))), ("mandate",)),
        Filter("industry", "IndustryFilter", "Has one of these industries, or a covered one, in its mandate.",
               lambda scope, investor, given: investor.id.in_(select(models.InvestorConcept.investor_id).where(
                   models.InvestorConcept.excluded.is_(False),
                   models.InvestorConcept.concept_id.in_(concepts_covered(
                       given["concepts"], narrower=given.get("narrower", True), mapped=given.get("mapped", True))),
               )), ("mandate",)),
        by_items("stage", "FundingStage", "stages", "Has one of these stages in its mandate."),
        by_items("project_kind", "ProjectKind", "project_kinds", "Has one of these kinds of projects in its mandate."),
        Filter("mandate_place", "[ID!]", "Has one of these places, or one in them, in its mandate.",
               lambda scope, investor, ids: investor.id.in_(select(models.InvestorPlace.investor_id).where(
                   models.InvestorPlace.excluded.is_(False),
                   models.InvestorPlace.place_id.in_(places_within(ids)))), ("mandate",)),
        Filter("place", "[ID!]", "Based in one of these places, or anywhere in them.",
               lambda scope, investor, ids: investor.place_id.in_(places_within(ids)), ("place",)),
        by_text("investor"),
    ],
    root=("investor", "investors"),
    writers=[Writers(Role.INVESTOR, lambda actor, investor: investor.id == actor.subject_id, create=False)],
)  # fmt: skip
class Investor(Claimed, Documented, Edited, Sourced, PersonNamedElsewhere, Mergeable):
    name = localized("Its name.", order=True, edit=True)
    names = translations("Its name in every language.", "name")
    aliases = column("Other names.", type="[String!]!", edit=True)
    description = localized("What it is.", edit=True)
    descriptions = translations("The description in every language.", "description")
    type = column("What kind of investor it is.", filter=True, order=True, edit=True)
    organisation = relation("Organisation", "The organisation behind it.", "organisation_id", filter=True, edit=True)
    thesis = localized("What it believes in and looks for, in its own words.", edit=True)
    theses = translations("The thesis in every language.", "thesis")
    mandate = part("Mandate", "What it looks for.")
    active = column("Whether it currently invests.", filter=True, edit=True)
    active_as_of = partial_date("The day of which this is stated.", filter=True, edit=True)
    place = relation("Place", "Where it is based.", "place_id", edit=True)
    capacity = column("How many projects it wants in one list.", filter=True, edit=True)
    website = column("Its address on the web.", filter=True, edit=True)
    verified = column("Whether an organiser has checked it.", filter=True, edit=True, editors=())
    stages = column("Stages of its mandate.", type="[FundingStage!]!", items=FundingStage, edit=True)
    project_kinds = column("Kinds of projects of its mandate.", type="[ProjectKind!]!", items=ProjectKind, edit=True)
    cheque = money_range("How much it invests per deal.", "cheque", filter=True, edit=True)
    ranked_projects = ranking("Project", "Projects that fit it, best first; for the investor itself and organisers.")
    investments = connection("Investment", "What it has invested in.", "investor_id")
    interests = connection("Interest", "Its responses to projects; for the investor itself and organisers.",
                           "subject_id", readers=PRIVATE)  # fmt: skip
    matches = connection("Match", "Its talks with projects; for the investor itself and organisers.", "subject_id",
                         readers=PRIVATE)  # fmt: skip
    snapshots = connection("RankingSnapshot", "Its kept lists; for the investor itself and organisers.",
                           "subject_id", readers=PRIVATE)  # fmt: skip


@entity(models.InvestorTrack, "A track in an investor's mandate.", part_of=[("Investor", "investor_id")])
class InvestorTrack(Dated):
    investor = relation("Investor", "The investor.", "investor_id")
    track = relation("Track", "The track.", "track_id")
    weight = column("Above 0; compared with the mandate's other tracks.")


@entity(models.InvestorConcept, "An industry in an investor's mandate.", part_of=[("Investor", "investor_id")])
class InvestorIndustry(Dated):
    investor = relation("Investor", "The investor.", "investor_id")
    industry = relation("Concept", "The industry or field.", "concept_id")
    weight = column("Above 0; compared with the mandate's other industries.")
    excluded = column("Whether it is excluded.")


@entity(
    models.InvestorExclusion,
    "A project or organisation that an investor excludes.",
    rows=of_own_investor,
    part_of=[("Investor", "investor_id"), ("Project", "project_id")],
)
class InvestorExclusion(Dated):
    investor = relation("Investor", "The investor.", "investor_id")
    project = relation("Project", "The project.", "project_id")
    organisation = relation("Organisation", "The organisation.", "organisation_id")
    note = column("Why.")
