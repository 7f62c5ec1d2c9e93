"""Shuffled data, on which an evaluation must fall to chance.

Shuffled *links* destroy any relation between investors and projects: every ranking must fall to chance. Shuffled
*dates* keep that relation and destroy the order in time: a method that knows the dates may be no better than its twin
that doesn't, query by query (``Result.gains``). A method that looks past the cut-off stays better on either; the tests
build such leaks and detect them.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from recommender.evaluation.data_sets.data_set import DataError, LinkData


def shuffled(data: LinkData, what: str, random: np.random.Generator) -> LinkData:
    """Return ``data`` with its ``links`` or its ``dates`` shuffled.

    ``links`` shuffles projects among the links of the same part of the time line, so that counts and days stay;
    ``dates`` shuffles days among all links.
    Raises ``DataError`` for another word.
    """
    if what == "dates":
        return replace(data, days=random.permutation(data.days))
    if what != "links":
        raise DataError(f"shuffle is {what!r}; it can be dates or links")
    projects = data.project_of.copy()
    middle = np.sort(data.days)[int(len(data.days) * 0.7)]
    first = np.full(len(data.projects), np.datetime64("9999-12-31", "D"))
    np.minimum.at(first, data.project_of, data.days)
    for is_new in (False, True):
        own = np.flatnonzero((first[data.project_of] >= middle) == is_new)
        projects[own] = random.permutation(projects[own])
    return replace(data, project_of=projects)
