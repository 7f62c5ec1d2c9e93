"""Requests to the recommender: plain, immutable values."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from recommender.pool.profiles import SubjectKind

if TYPE_CHECKING:
    from recommender.interface.mandate_drafts import Draft


class Target(StrEnum):
    """What a ranking lists."""

    PROJECT = "PROJECT"
    INVESTOR = "INVESTOR"
    PLACE = "PLACE"
    ENTITY = "ENTITY"
    """Records of a plugin's entity, which ``RankingRequest.entity`` names."""


class Spread(StrEnum):
    """What a list is spread over."""

    NONE = "NONE"
    """Nothing: by the scores alone."""
    PRIORITIES = "PRIORITIES"
    """What the subject asks for: after the best lines, each next one is the best for what is answered least."""

    @staticmethod
    def usual(kind: SubjectKind, target: Target) -> Spread:
        """Return the default spread: a place's projects are spread over its aspects."""
        return Spread.PRIORITIES if kind is SubjectKind.PLACE and target is Target.PROJECT else Spread.NONE


@dataclass(frozen=True, slots=True)
class RankingRequest:
    """One question. Raises nothing by itself; the recommender checks it and answers with ``RecommenderError``.

    ``allowed`` holds the ids that the asking actor may see and that pass the caller's filters; ``None`` means every
    id. ``weights`` replaces single block weights for this call. ``diversity`` from 0 (none) to 1 trades fit against
    likeness to what is already on the list. ``exposure_cap`` is the largest share of the list that one industry may
    take, rounded up to whole lines (1.0: no cap). ``personalised=False`` ignores all history. ``explain`` may be
    switched off where only the order is wanted. ``priority_weights`` replaces, for this call, the weights of a place's
    priorities by their ids; those not named keep theirs. ``industry_weights`` multiplies what they want of a concept,
    by its id. ``draft`` ranks for an investor as if its mandate were another, which nobody has saved.
    ``spread`` orders the head of a list so that it answers each thing asked for. ``only`` names one of them (the id of
    a priority, need, concept or track), which alone is asked then. A list ends where scores fall below ``least_score``.
    ``private_gates`` is false in answers to anybody but the subject itself and organisers: gates that look at what
    only they may know aren't applied. ``entity`` names the entity of a plugin whose records are listed. ``from_end``
    wants the last ``first`` lines, none of them before ``offset``.
    """

    subject_id: str
    target: Target = Target.PROJECT
    entity: str | None = None
    allowed: Collection[str] | None = None
    weights: Mapping[str, float] | None = None
    priority_weights: Mapping[str, float] | None = None
    industry_weights: Mapping[str, float] | None = None
    draft: Draft | None = None
    exclude_seen: bool = False
    exclude_passed: bool = True
    exclude_portfolio: bool = True
    private_gates: bool = True
    diversity: float = 0.0
    exposure_cap: float = 1.0
    personalised: bool = True
    spread: Spread = Spread.NONE
    only: str | None = None
    least_score: float = 0.0
    explain: bool = True
    reasons: int = 3
    first: int = 20
    offset: int = 0
    from_end: bool = False

    def reach(self, total: int) -> int:
        """Return how many lines of a list of at most ``total`` must be known for this page."""
        return total if self.from_end else self.offset + self.first

    def placed(self, length: int) -> RankingRequest:
        """Return the request with the offset of its page in a list of this length."""
        if not self.from_end:
            return self
        return replace(self, offset=max(self.offset, length - self.first), from_end=False)

    @property
    def reweighs(self) -> bool:
        """Whether the request changes the subject, so that cached queries don't apply."""
        return bool(self.priority_weights or self.industry_weights or self.only) or self.draft is not None
