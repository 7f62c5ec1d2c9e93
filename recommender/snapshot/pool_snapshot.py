"""The pool snapshot of a process: the store as columns, and the model fitted on it, at one position of the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from recommender.features import Floats
from recommender.fit.model import MODEL_VERSION, FitModel
from recommender.fit.scoring import Scale
from recommender.index import CandidateIndex
from recommender.interface.errors import RecommenderError
from recommender.pool.profiles import Profile, SubjectKind
from recommender.pool.projects import Projects
from recommender.pool.taxonomies import Taxonomies
from recommender.snapshot.loading import project_profile
from recommender.snapshot.subject_caches import SubjectCaches
from recommender.snapshot.trained_weights import Learned

ACTIVITY_YEARS = 2.0


@dataclass
class PoolSnapshot:
    """One consistent, immutable state. What is derived from it for subjects is in ``caches``."""

    position: int
    at: datetime
    taxonomies: Taxonomies
    projects: Projects
    model: FitModel
    encoder: str
    investors: dict[str, Profile]
    places: dict[str, Profile]
    fitted_at: int
    """Position of the log whose pool the model was fitted on. What was learned of it stays until the next fit."""
    followed: int = 0
    """Projects projected since the fit."""
    index: CandidateIndex | None = None
    """Finds candidates where the pool is large; ``None``: everything is looked at."""
    learned: Learned | None = None
    """Learned weights and calibration in use; ``None``: the prior weights and the fixed scale."""
    ranked: dict[str, dict[str, Profile]] = field(default_factory=dict)
    """Profiles of plugins' records, by entity and id."""
    caches: SubjectCaches = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.caches = SubjectCaches(
            self.model, self.projects, self.taxonomies, self.investors, self.places, self.ranked
        )

    @property
    def version(self) -> str:
        """The model's version, with the number of trained weights if they are in use."""
        return self.learned.version if self.learned is not None else MODEL_VERSION

    @property
    def scale(self) -> Scale:
        """The curve from fits of projects for a subject to scores."""
        return self.learned.scale_for(self.encoder) if self.learned is not None else Scale()

    def profile(self, subject_id: str) -> Profile:
        """Return the profile of an investor, a place or a project. Raises ``RecommenderError`` (NOT_FOUND)."""
        profile = self.investors.get(subject_id) or self.places.get(subject_id)
        if profile is not None:
            return profile
        for profiles in self.ranked.values():
            if subject_id in profiles:
                return profiles[subject_id]
        row = self.projects.row_of.get(subject_id)
        if row is not None:
            return project_profile(self.projects, self.taxonomies, row)
        code = self.taxonomies.places.code_of.get(subject_id)
        if code is not None:
            return Profile(subject_id, SubjectKind.PLACE, self.taxonomies.places.names[code], own_place=subject_id)
        raise RecommenderError(
            f"{subject_id!r} is no investor, place or project that can be ranked for; it may be archived",
            field="subject_id",
            code="NOT_FOUND",
        )

    def scale_of(self, profile: Profile) -> Scale:
        """Return the scale of a subject's fits; outcomes of investors and places say nothing of plugins' records."""
        return Scale() if profile.kind is SubjectKind.ENTITY else self.scale

    def group_of(self, profile: Profile) -> str:
        """Return whom a subject is ranked among: its kind, or the entity of a plugin's record."""
        of_entity = (name for name, profiles in self.ranked.items() if profile.id in profiles)
        return next(of_entity, profile.kind.value)

    def subjects(self, kind: SubjectKind, entity: str | None = None) -> Mapping[str, Profile]:
        """Return the profiles of all investors, all places, or all records of a plugin's entity."""
        if kind is SubjectKind.ENTITY:
            return self.ranked.get(entity or "", {})
        return self.investors if kind is SubjectKind.INVESTOR else self.places

    @property
    def unencoded(self) -> int:
        """The number of projects whose text isn't encoded yet."""
        block = self.model.by_name_.get("text")
        if block is None:
            return 0
        return sum(
            1 for texts, known in zip(self.projects.texts, block.features_.known, strict=True) if texts and not known
        )

    def activity(self, ids: Sequence[str]) -> Floats:
        """Return ``log(1 + deals in the last two years)`` of investors, up to the latest deal in the store."""
        since = self.taxonomies.today - np.timedelta64(int(ACTIVITY_YEARS * 365.25), "D")
        deals = [
            sum(1 for act in self.investors[each].history if act.kind == "INVESTED" and act.day and act.day >= since)
            for each in ids
        ]
        return np.log1p(np.array(deals, np.float32))
