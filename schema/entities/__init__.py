"""Every entity of core, one import each: reading this package fills `schema.declarations.CORE`."""

from schema.entities import (
    concepts,
    event_roles,
    events,
    evidence,
    feedback,
    investments,
    investors,
    matches,
    organisations,
    places,
    planning,
    programmes,
    project_parts,
    projects,
    scenarios,
    talents,
)

__all__ = [
    "concepts",
    "event_roles",
    "events",
    "evidence",
    "feedback",
    "investments",
    "investors",
    "matches",
    "organisations",
    "places",
    "planning",
    "programmes",
    "project_parts",
    "projects",
    "scenarios",
    "talents",
]
