"""Loads subjects' acts with projects: answers and exposures."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from recommender.pool.profiles import Evidence, EvidenceKind
from recommender.snapshot.loading.columns import grouped, only
from store.models.feedback import Exposure, Interest

INTEREST_KINDS: Mapping[str, EvidenceKind] = {
    "LIKE": EvidenceKind.LIKED,
    "PASS": EvidenceKind.PASSED,
    "BOOKMARK": EvidenceKind.BOOKMARKED,
}


def feedback(session: Session, ids: Collection[str] | None) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """Return answers (project, kind, time) and exposures (project) by subject, for ``ids`` or for all."""
    interests = session.execute(
        select(Interest.subject_id, Interest.project_id, Interest.kind, Interest.answered_at).where(
            Interest.archived_at.is_(None), *only(Interest.subject_id, ids)
        )
    )
    exposures = session.execute(select(Exposure.subject_id, Exposure.project_id).where(*only(Exposure.subject_id, ids)))
    return grouped(interests), grouped(exposures)


def answers(interests: Iterable[Sequence[Any]]) -> tuple[list[Evidence], set[str], set[str]]:
    """Return the acts, the projects passed on, and all projects answered."""
    acts = [
        Evidence(project_id, INTEREST_KINDS[str(kind)], np.datetime64(at.date(), "D"))
        for project_id, kind, at in interests
        if str(kind) in INTEREST_KINDS
    ]
    passed = {act.project_id for act in acts if act.kind is EvidenceKind.PASSED}
    return acts, passed, {act.project_id for act in acts}
