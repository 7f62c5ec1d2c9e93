"""Which tests run together in one process, and which begin first, where pytest-xdist has several (`make test`)."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from xdist.scheduler.loadscope import LoadScopeScheduling

TOGETHER = (
    "tests/pages/",
    "tests/conformance/",
    "tests/packaging/",
    "tests/recommender/judged/",
    "tests/plugins/test_stranger.py",
    "tests/plugins/test_tutorial.py",
    "tests/plugins/test_bad_plugins.py",
    "tests/plugins/digest/test_crashes.py",
    "tests/api/test_end_to_end.py",
    "tests/schema/execution/test_without_compiled.py",
)
"""Folders that share a server, a browser or a wheel, and modules of few tests that take long: these begin first."""


def by_module(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Give a process whole modules, or whole folders of `TOGETHER`, so that what their tests share is set up once."""
    config.option.loadscopereorder = False  # the collection has its order already
    scheduling = LoadScopeScheduling(config, log)
    scheduling._split_scope = together
    return scheduling


def together(nodeid: str) -> str:
    """The folder or module whose tests stay in one process."""
    module = nodeid.partition("::")[0]
    return next((each for each in TOGETHER if module.startswith(each)), module)


def longest_first(items: list[pytest.Item]) -> None:
    """Put what takes long before the rest, so that the processes end at the same time."""
    counts = Counter(together(item.nodeid) for item in items)

    def rank(item: pytest.Item) -> tuple[int, int, str]:
        unit = together(item.nodeid)
        return TOGETHER.index(unit) if unit in TOGETHER else len(TOGETHER), -counts[unit], unit

    items.sort(key=rank)
