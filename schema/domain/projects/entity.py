"""Projects: what is presented, ranked, signed and landed."""

from __future__ import annotations

from schema.declarations import (
    Writers,
    batch,
    column,
    connection,
    entity,
    listing,
    localized,
    money,
    money_range,
    partial_date,
    ranking,
    readers,
    relation,
    translations,
)
from schema.declarations.base import Argument
from schema.domain.curation.fields import Mergeable
from schema.domain.matches.entity import match_with
from schema.domain.projects.filters import PROJECT_FILTERS
from schema.domain.projects.visibility import JUDGES, visible_projects
from schema.domain.shared.external_ids import NamedElsewhere
from schema.domain.shared.fields import Claimed, Documented, Edited, Sourced
from schema.domain.shared.scopes import is_own_project
from store import models
from store.enums import Role

PRIVATE = readers(Role.ORGANISER, own_only=[Role.TALENT, Role.SCOPED_ORGANISER], own=is_own_project)
"""The project's owner and its organisers."""


@entity(
    models.Project,
    "A project of any kind: a start-up, but also a fund, a platform or a cooperation agreement.",
    rows=visible_projects,
    filters=PROJECT_FILTERS,
    whole=readers(*JUDGES, own_only=[Role.TALENT, Role.SCOPED_ORGANISER], own=is_own_project),
    root=("project", "projects"),
    writers=[Writers(Role.TALENT, is_own_project), Writers(Role.SCOPED_ORGANISER, is_own_project)],
)
class Project(Claimed, Documented, Edited, Sourced, NamedElsewhere, Mergeable):
    name = localized("Its name.", order=True, edit=True)
    names = translations("Its name in every language.", "name")
    aliases = column("Other names.", type="[String!]!", edit=True)
    kind = column("What kind of project it is.", filter=True, order=True, edit=True)
    status = column("Its lifecycle state.", filter=True, order=True, edit=True)
    visibility = column("Who may see it.", filter=True, edit=True)
    summary = localized("What it is, in a few sentences.", edit=True)
    summaries = translations("The summary in every language.", "summary")
    description = localized("The full description.", edit=True)
    descriptions = translations("The description in every language.", "description")
    keywords = column("Its own keywords.", type="[String!]!", edit=True)
    core_technology = localized("What its technology is.", edit=True)
    organisation = relation("Organisation", "The company or institution behind it.", "organisation_id", filter=True,
                            edit=True)  # fmt: skip
    owner = relation("Talent", "The person who owns the record.", "owner_id", filter=True, edit=True)
    origin = relation("Place", "Where it comes from.", "origin_place_id", edit=True)
    edition = relation("EventEdition", "The edition that it was entered in.", "edition_id", filter=True, edit=True)
    technology_level = column("Appraised level of its technology.", filter=True, order=True, edit=True)
    technology_readiness = column("Technology readiness level, 1 to 9.", filter=True, order=True, edit=True)
    funding_stage = column("Funding stage.", filter=True, order=True, edit=True)
    ask = money_range("How much it seeks.", "ask", filter=True, edit=True)
    raised = money("How much it has raised.", "raised_amount", "raised_currency", filter=True, edit=True)
    founded = partial_date("When it was founded.", filter=True, order=True, edit=True)
    website = column("Its address on the web.", filter=True, edit=True)
    landed_place = relation("Place", "Where it has settled.", "landed_place_id", edit=True)
    landed = partial_date("When it settled.", filter=True, order=True, edit=True)

    tracks = listing("Track", "Its tracks, of any origin.", through=models.ProjectTrack,
                     near="project_id", far="track_id", order=("created_at",), edit=True)  # fmt: skip
    track_assignments = listing("TrackAssignment", "Its tracks, and their origin.", "project_id", order=("created_at",))
    industries = listing("Concept", "Industries and fields that it belongs to.", through=models.ProjectConcept,
                         near="project_id", far="concept_id", order=("created_at",), edit=True)  # fmt: skip
    industry_assignments = listing("IndustryAssignment", "Its industries, and their origin.", "project_id",
                                   order=("created_at",))  # fmt: skip
    team = listing("TeamMember", "The people in its team.", "project_id", order=("created_at",))
    landing_preferences = listing("LandingPreference", "Where it would settle.", "project_id", order=("created_at",))
    awards = listing("Award", "Its results in events.", "project_id", order=("created_at",), edit=True,
                     editors=())  # fmt: skip
    recommendations = listing("Recommendation", "Who recommended it.", "project_id", order=("created_at",), edit=True,
                              editors=[Role.SCOPED_ORGANISER])  # fmt: skip
    investments = connection("Investment", "Who has invested in it.", "project_id")
    participations = listing("EventProject", "Events that it took part in.", "project_id", order=("created_at",))
    ranked_investors = ranking("Investor", "Investors that fit it, best first; for its owner and organisers.")
    ranked_places = ranking("Place", "Places that fit it, best first.")
    similar = ranking("Project", "Projects like it.", similar=True)
    interests = connection("Interest", "Responses to it that you may see.", "project_id")
    match = batch("Match", "Its talks with an investor or a place; null if there are none that you may "
                  "see.", match_with, arguments=(Argument(
                      "counterpart", "ID", "The investor or place; your own if not given.", None),))  # fmt: skip
    matches = connection("Match", "Talks about it that you may see.", "project_id")
    snapshots = connection("RankingSnapshot", "Its kept lists of investors and places; for its owner and "
                           "organisers.", "subject_id", readers=PRIVATE)  # fmt: skip
