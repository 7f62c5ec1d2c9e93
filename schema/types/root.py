"""The declared fields of `Query`: one entity by id, and pages of each kind."""

from __future__ import annotations

from schema.declarations.base import Argument, Declaration
from schema.declarations.columns import Column
from schema.declarations.entities import CORE
from schema.declarations.relations import Connection, Lookup
from schema.domain.shared.writers import WRITABLE
from schema.sql.scope import camel
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

_KEYS: dict[str, tuple[str, str]] = {
    "id": ("ID", "Its id."),
    "external_id": ("String", "Its name in another system, with a namespace, such as `gb:320583`."),
}


def _keys(name: str) -> tuple[str, ...]:
    """What a record of an entity is looked up by."""
    identifying = (key for key, each in CORE[name].fields.items() if isinstance(each, Column) and each.identifying)
    return ("id", *identifying, *(["external_id"] if name in WRITABLE else ()))


def _arguments(name: str, keys: tuple[str, ...]) -> tuple[Argument, ...]:
    if keys == ("id",):
        return (Argument("id", "ID!", "Its id."),)
    known = {**{key: ("String", CORE[name].fields[key].description) for key in keys if key not in _KEYS}, **_KEYS}
    return tuple(Argument(key, *known[key], None) for key in keys)


def _one_of(keys: tuple[str, ...]) -> str:
    if len(keys) == 1:
        return "id"
    return f"{', '.join(camel(key) for key in keys[:-1])} or {camel(keys[-1])}: give exactly one"


def root_fields() -> dict[str, Declaration]:
    """Return lookups and connections by name."""
    declared: list[Declaration] = []
    for name, (one, many) in LISTED.items():
        label, keys = words(name), _keys(name)
        declared.append(
            Lookup(
                name=one, type=name, target=name, arguments=_arguments(name, keys), keys=keys,
                description=f"The {label} with this {_one_of(keys)}; null if there is none you may see.",
            )
        )  # fmt: skip
        declared.append(
            Connection(name=many, type=f"{name}Connection!", target=name, description=f"Every {label} you may see.")
        )
    return {each.name: each for each in declared}
