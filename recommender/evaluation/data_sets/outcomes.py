"""Outcomes of rankings as training data: which subject chose which project when, from the snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from recommender.evaluation.data_sets.data_set import LinkData, without_own
from recommender.pool.profiles import Evidence
from recommender.snapshot.pool_snapshot import PoolSnapshot


def outcomes_of(snapshot: PoolSnapshot, more: Iterable[Mapping[str, Sequence[Evidence]]] = ()) -> LinkData:
    """Return dated acts in favour of projects, by investors and places, as links; a project chosen twice counts once.

    ``more`` are acts that plugins know of, by subject: an investor, a place, or a record that a plugin has ranked.

    Sorted by subject, day, project. Acts without a day can't be put before or after a cut-off and are left out.
    """
    core = {**snapshot.investors, **snapshot.places}
    subjects = dict(core)
    for profiles in snapshot.ranked.values():
        subjects |= profiles
    acts = [(subject_id, act) for subject_id, profile in core.items() for act in profile.history]
    acts += [(own, act) for source in more for own, listed in source.items() if own in subjects for act in listed]
    row_of = snapshot.projects.row_of
    earliest: dict[tuple[str, int], np.datetime64] = {}
    for subject_id, act in acts:
        row = row_of.get(act.project_id)
        if row is None or act.day is None or not act.favourable:
            continue
        key = (subject_id, row)
        earliest[key] = min(act.day, earliest.get(key, act.day))
    ids = sorted({subject_id for subject_id, _ in earliest})
    code = {subject_id: position for position, subject_id in enumerate(ids)}
    links = sorted((code[subject_id], day, row) for (subject_id, row), day in earliest.items())
    data = LinkData(
        name="store",
        projects=snapshot.projects,
        taxonomies=snapshot.taxonomies,
        investors=ids,
        investor_names={},
        investor_of=np.array([subject for subject, _, _ in links], np.intp),
        project_of=np.array([row for _, _, row in links], np.intp),
        days=np.array([day for _, day, _ in links], dtype="datetime64[D]"),
        subjects={subject_id: subjects[subject_id] for subject_id in ids},
    )
    return without_own(data)
