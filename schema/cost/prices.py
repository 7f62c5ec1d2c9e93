"""Prices of fields in points: one is the cost of a row of a page, about 6 microseconds of processor time.

All figures are measured, with 2,000 projects: `python benchmarks/costs.py` compares points with seconds for each kind
of field and fails beyond a factor of three.
"""

from __future__ import annotations

from collections.abc import Mapping

ROW = 1.0
"""An entity that is read."""
CONNECTION = 1.0
"""A page, beside its rows."""
COUNT = 20.0
"""The count of a connection, a statement of its own."""
MUTATION = 600.0
"""A write, without the reads of its payload."""
WRITTEN_ROW = 600.0
"""A row of a bulk write, without the reads of its payload."""
COMPUTED = 5.0
"""A value that a function computes for each of many parents."""
PLUGIN_ROOT = 2_000.0
"""A plugin's field of Query or Mutation, whose work is unknown."""
PLUGIN_FIELD = 20.0
"""A plugin's field of another type, for each parent."""
CELLS = 5.0
"""Cells of a matrix for one point."""
MATRIX_PLACE = 10.0
"""A row of a matrix, beside its cells."""
CONDITION = 20.0
"""A field of a filter, an order or weights beyond the free ones: the cost of building SQL."""
FREE_CONDITIONS = 50
"""Fields of arguments that cost nothing, in the whole operation."""
VALUES = 100
"""Values of a list that count as one such field."""

FACET = 1_500.0
"""A facet, unless `FIELDS` has its price."""
FIELDS: Mapping[str, float] = {
    "Query.search": 150.0,
    "Query.changes": 3_000.0,
    "SearchEdge.highlights": 40.0,
    "ProjectFacets.byTrack": 1_500.0,
    "ProjectFacets.byIndustry": 1_500.0,
    "ProjectFacets.byStation": 1_500.0,
    "ProjectFacets.byOrigin": 1_500.0,
    "ProjectFacets.byStage": 1_000.0,
    "ProjectFacets.byTechnologyLevel": 1_000.0,
    "ProjectFacets.byKind": 1_000.0,
    "ProjectFacets.byStatus": 1_000.0,
    "Place.rankedProjects": 1_500.0,
    "Investor.rankedProjects": 1_500.0,
    "Project.rankedInvestors": 3_500.0,
    "Project.rankedPlaces": 800.0,
    "Project.similar": 900.0,
    "RankingChange.ranking": 1_500.0,
    "Query.fit": 450.0,
    "Fit.standing": 100.0,
    "Fit.counterfactual": 8_000.0,
    "Query.whyNot": 300.0,
    "Query.fitMatrix": 7_000.0,
    "FitMatrix.rowOrder": 150.0,
    "FitMatrix.columnOrder": 150.0,
    "Place.fitByTrack": 5_000.0,
    "PoolGaps.priorities": 6_000.0,
    "PoolGaps.needs": 6_000.0,
    "PoolGaps.unplaced": 9_000.0,
    "PoolGaps.bringers": 2_500.0,
    "Query.projectMap": 700.0,
    "Capabilities.rules": 300.0,
    "Mutation.keepRanking": 6_000.0,
    "Subscription.rankingChanged": 1_500.0,
}
"""Points of a field, per parent, without its selections."""
EACH_LINE: Mapping[str, float] = {"contributions": 15.0, "reasons": 15.0, "moves": 500.0}
"""Points of fields by name, where the type is a line of a ranking, a ranking, or a fit."""
ARGUMENTS: Mapping[str, float] = {"mandate": 1_300.0, "place": 5_000.0}
"""Points of arguments: a ranking's draft mandate, and a map's place."""
SEARCHED = 80.0
"""A filter by words."""
EXPECTED = 2
"""Expected items of a list without pages: such lists are small by nature."""
EXPECTED_OF: Mapping[str, int] = {
    "Place.children": 20,
    "Event.children": 10,
    "Organisation.children": 10,
    "EventEdition.events": 10,
    "Place.fitByTrack": 10,
    "RankingSnapshot.items": 20,
    "PoolGaps.priorities": 100,
    "PoolGaps.needs": 50,
    "PoolGaps.bringers": 20,
    "ProjectMap.tracks": 10,
}
"""Expected items of longer lists."""
