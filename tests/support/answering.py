"""Who answers, by what a server counts of itself."""

from __future__ import annotations

import time
from collections.abc import Callable

from prometheus_client.parser import text_string_to_metric_families as families


def answered(metrics: Callable[[], str]) -> dict[tuple[str, str], float]:
    """How many operations were answered, by executor and reason."""
    return {
        (sample.labels["executor"], sample.labels["reason"]): sample.value
        for family in families(metrics())
        for sample in family.samples
        if sample.name == "roadshow_planned_queries_total"
    }


def planned_alone(metrics: Callable[[], str], before: dict[tuple[str, str], float]) -> bool:
    """Whether the planner answered whatever was asked since `before`. Waits until it is counted, which comes after."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        now = answered(metrics)
        new = {each for each, count in now.items() if count > before.get(each, 0)}
        if new:
            return new == {("planner", "")}
        time.sleep(0.05)
    return False
