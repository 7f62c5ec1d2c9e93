"""The declared fields of `Query`: one entity by id, and pages of each kind."""

from __future__ import annotations

from schema.declarations.base import Argument, Declaration
from schema.declarations.relations import Connection, Lookup
from schema.types.labels import words

LISTED: dict[str, tuple[str, str]] = {
    "Project": ("project", "projects"),
    "Talent": ("talent", "talents"),
    "Organisation": ("organisation", "organisations"),
    "Investor": ("investor", "investors"),
    "Investment": ("investment", "investments"),
    "Place": ("place", "places"),
    "Park": ("park", "parks"),
    "IndustryPriority": ("industry_priority", "industry_priorities"),
    "MatchingNeed": ("need", "needs"),
    "Scenario": ("scenario", "scenarios"),
    "Programme": ("programme", "programmes"),
    "Track": ("track", "tracks"),
    "EventSeries": ("event_series", "all_event_series"),
    "EventEdition": ("edition", "editions"),
    "Event": ("event", "events"),
    "ConceptScheme": ("concept_scheme", "concept_schemes"),
    "Concept": ("concept", "concepts"),
    "UnmappedTerm": ("unmapped_term", "unmapped_terms"),
    "StatisticalClaim": ("claim", "claims"),
    "SourceDocument": ("source", "sources"),
    "ExchangeRate": ("exchange_rate", "exchange_rates"),
    "Interest": ("interest", "interests"),
    "Match": ("match", "matches"),
    "Exposure": ("exposure", "exposures"),
    "RankingSnapshot": ("ranking_snapshot", "ranking_snapshots"),
}
"""The singular and plural root field of each entity that has them."""

_ID = (Argument("id", "ID!", "Its id."),)


def root_fields() -> dict[str, Declaration]:
    """Return lookups and connections by name."""
    declared: list[Declaration] = []
    for name, (one, many) in LISTED.items():
        label = words(name)
        declared.append(
            Lookup(
                name=one, type=name, target=name, arguments=_ID,
                description=f"The {label} with this id; null if there is none you may see.",
            )
        )  # fmt: skip
        declared.append(
            Connection(name=many, type=f"{name}Connection!", target=name, description=f"Every {label} you may see.")
        )
    return {each.name: each for each in declared}
