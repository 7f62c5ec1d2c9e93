"""A gate: a hard yes or no about a pair. Gates filter, never score, and answer "why not"."""

from __future__ import annotations

from abc import ABC, abstractmethod

from recommender.features import Mask
from recommender.interface.lazy import Reason
from recommender.pool.profiles import Profile, SubjectKind
from recommender.pool.projects import Projects
from recommender.pool.taxonomies import Taxonomies

EVERY_COUNTERPART = frozenset({SubjectKind.INVESTOR, SubjectKind.PLACE})


class Gate(ABC):
    """One hard condition. Subclass it, give ``name`` and ``description``, and write ``passes`` and ``explain``.

    ``option`` names a flag of ``RankingRequest`` that switches the gate off when false. ``about_subject`` marks
    a gate that looks at the subject alone: it applies only where subjects themselves are listed. ``private`` marks
    a gate that looks at what only the subject itself (and organisers) may know. In answers to anybody else it
    isn't applied: a missing line would reveal as much as a sentence.
    """

    name: str
    owner: str = "core"
    description: Reason
    subjects: frozenset[SubjectKind] = EVERY_COUNTERPART
    option: str | None = None
    about_subject: bool = False
    private: bool = False
    time_limit: float | None = None
    """Seconds that one call may take, of a plugin's gate; ``None`` means the host's ``call_time_limit``."""
    steady: bool = False
    """Whether ``passes`` depends on nothing but its arguments, so that its answer may be kept."""

    def concerns(self, profile: Profile) -> bool:
        """Return whether the gate could stop anything for this subject; a cheap answer that may err towards yes."""
        return True

    @abstractmethod
    def passes(self, profile: Profile, projects: Projects, taxonomies: Taxonomies) -> Mask:
        """Return which projects pass, shape (projects,)."""

    def passes_one(self, profile: Profile, projects: Projects, taxonomies: Taxonomies, row: int) -> bool:
        """Return whether a single project passes; override it where that is cheaper."""
        return bool(self.passes(profile, projects, taxonomies)[row])

    @abstractmethod
    def explain(self, profile: Profile, projects: Projects, taxonomies: Taxonomies, row: int, passed: bool) -> Reason:
        """Return a sentence on why the project passes or not."""
