"""Columns that rankings read: a ranking reveals them to whoever sees it."""

from __future__ import annotations

from collections.abc import Mapping

RANKED_COLUMNS: Mapping[str, frozenset[str]] = {
    table: frozenset(columns.split())
    for table, columns in {
        "award": "rank field_size",
        "concept": "name description",
        "concept_mapping": "relation",
        "industry_priority": "name description weight tier valid_from valid_to",
        "interest": "kind answered_at",
        "investment": "confirmed invested",
        "investor": "name thesis description stages project_kinds cheque_min cheque_max cheque_currency active",
        "investor_concept": "weight excluded",
        "investor_place": "excluded",
        "investor_track": "weight",
        "landing_preference": "weight",
        "match": "stage",
        "match_step": "stage confirmed happened",
        "matching_need": "name description state deadline deadline_time deadline_time_at",
        "park": "resident_count",
        "place": "name",
        "project": "name summary core_technology description kind status funding_stage technology_level "
        "ask_min ask_max ask_currency landed",
        "project_concept": "confidence",
        "project_track": "confidence",
        "track": "name description",
    }.items()
}
"""By table, without references to other records."""
