"""Outcomes of rankings as training data: which subject chose which project when, from the snapshot."""

from __future__ import annotations

import numpy as np

from recommender.evaluation.data_sets.data_set import LinkData, without_own
from recommender.snapshot.pool_snapshot import PoolSnapshot


def outcomes_of(snapshot: PoolSnapshot) -> LinkData:
    """Return dated acts in favour of projects, by investors and places, as links; a project chosen twice counts once.

    Sorted by subject, day, project. Acts without a day can't be put before or after a cut-off and are left out.
    """
    subjects = {**snapshot.investors, **snapshot.places}
    row_of = snapshot.projects.row_of
    earliest: dict[tuple[str, int], np.datetime64] = {}
    for subject_id in sorted(subjects):
        for act in subjects[subject_id].history:
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
