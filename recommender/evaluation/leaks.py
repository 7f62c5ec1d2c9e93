"""Data with what could be learned destroyed: an evaluation on it must fall to chance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from recommender.evaluation.data import DataError, LinkData


def shuffled(data: LinkData, what: str, random: np.random.Generator) -> LinkData:
    """``links``: each link's project becomes a random one of its kind in time; ``histories``: investors swap theirs.

    With ``links`` the projects of all links are dealt out anew among the links of the same half of the time
    line, so that numbers and days stay and any bond between investors and what projects are is gone. With
    ``dates`` the days are dealt out anew: no past is left to learn a future from, though likes stay alike.
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
