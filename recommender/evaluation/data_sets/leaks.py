"""Data with what could be learned destroyed: an evaluation on it must fall to chance.

Shuffled *links* leave no bond between investors and what projects are: every ranking must fall to chance. Shuffled
*dates* leave that bond, so tastes stay to be found; what is gone is what hangs on time. There the gains must vanish
that come of knowing when things happened (``Result.gains``): a method that knows it may be no better than its twin
that doesn't, query by query. One that looks at what came after the cut-off stays better, on either; the tests build
such leaks and see them found.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from recommender.evaluation.data_sets.data_set import DataError, LinkData


def shuffled(data: LinkData, what: str, random: np.random.Generator) -> LinkData:
    """Return ``data`` with its ``links`` or its ``dates`` dealt out anew.

    With ``links`` the projects of all links are dealt out anew among the links of the same part of the time line,
    so that numbers and days stay. With ``dates`` the days are dealt out anew among all links.
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
