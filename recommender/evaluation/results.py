"""The result of a protocol on one data set, and the names of the methods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from recommender.evaluation.metrics import Measured
from recommender.fit.calibration import Bin

ROADSHOW = "Roadshow"
PRIOR_WEIGHTS = "Roadshow, prior weights"
TIMELESS = "Roadshow, old acts like new"
ACTIVITY, ALL_TIME = "activity alone", "number of all deals"
RECENCY_GAIN = "recent acts counting more"
ACTIVITY_GAIN = "recent activity over the number of all deals"
LABELS_PROTOCOL = "label as query"
PRIORITIES_PROTOCOL = "priorities"
SUM_OF_SINGLE = "sum of single fits"
MAX_OF_SINGLE = "maximum of single fits"
BY_SCORES = "Roadshow by scores alone"
CITIES_PROTOCOL = "cities"
BY_PRIORITIES = "Roadshow by priorities alone"
BY_HISTORY = "Roadshow by history alone"
CO_INVESTORS_ALONE = "co-investors alone"
WITHOUT_CO_INVESTORS = "Roadshow without co-investors"


@dataclass(frozen=True)
class Result:
    """One protocol on one data set: metrics of each method, and what they were measured on."""

    data: str
    protocol: str
    facts: Mapping[str, object]
    methods: Mapping[str, Mapping[str, Measured]]
    weights: Mapping[str, float] = field(default_factory=dict)
    recall_curve: Mapping[str, Sequence[float]] = field(default_factory=dict)
    exposure: Sequence[int] = ()
    reliability: Sequence[Bin] = ()
    calibration: Mapping[str, float] = field(default_factory=dict)
    gains: Mapping[str, Measured] = field(default_factory=dict)
    """AUC of a method that knows when things happened, less that of its twin that doesn't, query by query."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Rows of the data set that could not be used, by the reason."""
    differences: Mapping[str, Mapping[str, Measured]] = field(default_factory=dict)
    """How much better Roadshow is than each other method, metric by metric, query by query."""
    measures: Mapping[str, Measured] = field(default_factory=dict)
    """Figures of the whole protocol that belong to no single ranking."""
    problem: str = ""
    """Why nothing could be measured, where it couldn't."""
