"""What is measured: companies as projects with who funded which when, or texts with labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

from recommender.pool.profiles import Evidence, EvidenceKind, Profile, SubjectKind, WeightedText
from recommender.pool.projects import Projects
from recommender.pool.taxonomies import World

Days = npt.NDArray[np.datetime64]


class DataError(ValueError):
    """A data set can't be used; the message names the file, what is missing, and what is allowed."""


@dataclass(frozen=True)
class LinkData:
    """Companies as projects, and who funded which when. ``links`` are sorted by investor, day, project row."""

    name: str
    projects: Projects
    world: World
    investors: Sequence[str]
    investor_names: Mapping[str, str]
    investor_of: npt.NDArray[np.intp]
    project_of: npt.NDArray[np.intp]
    days: Days
    subjects: Mapping[str, Profile] = field(default_factory=dict)
    """What investors declare, by id, where the data has it."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """How many rows of the files could not be used, by the reason."""


@dataclass(frozen=True)
class Case:
    """One evaluated investor: rows of its history with their days, and the rows that should come first."""

    investor: int
    history: npt.NDArray[np.intp]
    days: Days
    relevant: npt.NDArray[np.intp]


@dataclass(frozen=True)
class LabelData:
    """Texts with labels; a label's own name is the query."""

    name: str
    projects: Projects
    labels: Sequence[str]
    members: sparse.csr_matrix
    """Which text has which label, shape (texts, labels)."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """As in ``LinkData``."""


def case_profile(data: LinkData, case: Case) -> Profile:
    """An investor as it stood at the end of the case's history: with those links, and what it declares where known.

    Of a subject of the store, what it passed on up to the day of the last link counts too.
    """
    investor_id = data.investors[case.investor]
    known = data.subjects.get(investor_id)
    if known is not None:
        last = case.days.max()
        own = {data.projects.ids[row] for row in case.history}
        acts = [
            act
            for act in known.history
            if act.day is not None and act.day <= last and (act.project_id in own or not act.favourable)
        ]
        return replace(known, history=acts)
    acts = [
        Evidence(data.projects.ids[row], EvidenceKind.INVESTED, day)
        for row, day in zip(case.history, case.days, strict=True)
    ]
    return Profile(investor_id, SubjectKind.INVESTOR, {"en": data.investor_names.get(investor_id, "")}, history=acts)


def label_profile(label: str) -> Profile:
    """A query that is a label's own name."""
    return Profile(label, SubjectKind.TEXT, texts=[WeightedText(label)])
