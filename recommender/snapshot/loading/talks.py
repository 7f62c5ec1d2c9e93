"""Loads a subject's talks: confirmed meetings and signatures, passes, and projects that it knows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from recommender.pool.profiles import Evidence, EvidenceKind
from store.enums import MatchStage
from store.models.matches import Match, MatchStep

SIGNED_STAGES = frozenset({MatchStage.SIGNED, MatchStage.LANDED, MatchStage.FUNDED, MatchStage.TRACKING})
MET_STAGES = frozenset(
    {MatchStage.MET, MatchStage.INTENT, MatchStage.NEGOTIATION, MatchStage.DUE_DILIGENCE, MatchStage.TERM_SHEET}
)
UNKNOWN_STAGES = frozenset({MatchStage.SUGGESTED})
"""A suggestion is somebody else's: the subject may not know the project yet."""


@dataclass(frozen=True)
class Talks:
    """The talks of one subject."""

    acts: Sequence[Evidence] = ()
    """The furthest that each pair came to: signed, met, or passed on."""
    passed: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()
    """Projects that it has on its list or talked with."""

    def besides(self, settled: Collection[str]) -> list[Evidence]:
        """Return the acts with projects that aren't ``settled``; for those the investment or landing counts."""
        return [act for act in self.acts if act.project_id not in settled]


NO_TALKS = Talks()


@dataclass
class _Pair:
    stage: MatchStage
    steps: list[tuple[MatchStage, date | None]] = field(default_factory=list)
    """Confirmed ones: what one side alone states is no evidence."""
    stated: set[MatchStage] = field(default_factory=set)
    """The stages of all steps."""

    def act(self, project_id: str) -> Evidence | None:
        for stages, kind in ((SIGNED_STAGES, EvidenceKind.SIGNED), (MET_STAGES, EvidenceKind.MET)):
            days = [day for stage, day in self.steps if stage in stages]
            if days:
                if kind is EvidenceKind.MET and self.stage is MatchStage.PASSED:
                    break
                known = [day for day in days if day is not None]
                return Evidence(project_id, kind, np.datetime64(max(known), "D") if known else None)
        if self.stage is not MatchStage.PASSED:
            return None
        known = [day for stage, day in self.steps if stage is MatchStage.PASSED and day is not None]
        return Evidence(project_id, EvidenceKind.PASSED, np.datetime64(max(known), "D") if known else None)


def load_talks(session: Session, ids: Collection[str] | None = None) -> dict[str, Talks]:
    """Return the talks of every subject, or of those in ``ids``, that aren't archived."""
    statement = (
        select(
            Match.subject_id,
            Match.project_id,
            Match.stage,
            MatchStep.stage,
            MatchStep.happened_earliest,
            MatchStep.confirmed,
        )
        .outerjoin(MatchStep, MatchStep.match_id == Match.id)
        .where(Match.archived_at.is_(None))
        .order_by(Match.subject_id, Match.project_id)
    )
    if ids is not None:
        statement = statement.where(Match.subject_id.in_(list(ids)))
    pairs: dict[str, dict[str, _Pair]] = defaultdict(dict)
    rows: Any = session.execute(statement)
    for subject_id, project_id, stage, step, day, confirmed in rows:
        pair = pairs[subject_id].setdefault(project_id, _Pair(stage))
        if step is not None:
            pair.stated.add(step)
            if confirmed:
                pair.steps.append((step, day))
    return {subject_id: _talks(own) for subject_id, own in pairs.items()}


def _talks(pairs: dict[str, _Pair]) -> Talks:
    acts = [act for project_id, pair in pairs.items() if (act := pair.act(project_id)) is not None]
    passed = frozenset(act.project_id for act in acts if act.kind is EvidenceKind.PASSED)
    known = frozenset(
        project_id
        for project_id, pair in pairs.items()
        if pair.stage not in UNKNOWN_STAGES or bool(pair.stated - UNKNOWN_STAGES)
    )
    return Talks(acts, passed, known)
