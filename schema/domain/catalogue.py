"""Imports every entity of core, which fills `schema.declarations.CORE`."""

from schema.domain.concepts import entity as concepts
from schema.domain.corrections import entity as corrections
from schema.domain.curation import distinct, merging
from schema.domain.documents import entity as documents
from schema.domain.events import entity as events
from schema.domain.events import roles as event_roles
from schema.domain.evidence import entity as evidence
from schema.domain.investors import entity as investors
from schema.domain.investors import investments
from schema.domain.jobs import entity as jobs
from schema.domain.matches import entity as matches
from schema.domain.notifications import entity as notifications
from schema.domain.organisations import entity as organisations
from schema.domain.places import entity as places
from schema.domain.places import planning, policies
from schema.domain.programmes import entity as programmes
from schema.domain.projects import entity as projects
from schema.domain.projects import parts as project_parts
from schema.domain.rankings import feedback
from schema.domain.scenarios import entity as scenarios
from schema.domain.talents import entity as talents

__all__ = [
    "concepts",
    "corrections",
    "distinct",
    "documents",
    "event_roles",
    "events",
    "evidence",
    "feedback",
    "investments",
    "investors",
    "jobs",
    "matches",
    "merging",
    "notifications",
    "organisations",
    "places",
    "planning",
    "policies",
    "programmes",
    "project_parts",
    "projects",
    "scenarios",
    "talents",
]
