"""Data sets: companies as projects with dated investments, or texts with labels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse

from recommender.pool.profiles import Evidence, EvidenceKind, Profile, SubjectKind, WeightedText
from recommender.pool.projects import Projects
from recommender.pool.taxonomies import Taxonomies

Days = npt.NDArray[np.datetime64]


class DataError(ValueError):
    """A data set can't be used; the message names the file, what is missing, and what is allowed."""


@dataclass(frozen=True)
class LinkData:
    """Companies as projects, and dated investments. ``links`` are sorted by investor, day, project row."""

    name: str
    projects: Projects
    taxonomies: Taxonomies
    investors: Sequence[str]
    investor_names: Mapping[str, str]
    investor_of: npt.NDArray[np.intp]
    project_of: npt.NDArray[np.intp]
    days: Days
    subjects: Mapping[str, Profile] = field(default_factory=dict)
    """What investors declare, by id, if known."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Number of unusable rows of the files, by reason."""

    @cached_property
    def own_rows(self) -> Mapping[int, npt.NDArray[np.intp]]:
        """Return the rows of each investor's own company, which is never recommended to it.

        Its own company has its id or name, or belongs to its organisation.
        """
        rows: dict[str, list[int]] = defaultdict(list)
        for row, (project, names) in enumerate(zip(self.projects.ids, self.projects.names, strict=True)):
            for key in {_key(project), *map(_key, names.values())}:
                rows[key].append(row)
        for row, organisation in enumerate(self.projects.organisations):
            if organisation:
                rows[_organisation(organisation)].append(row)
        rows_by_investor: dict[int, npt.NDArray[np.intp]] = {}
        for position, investor in enumerate(self.investors):
            known = self.subjects.get(investor)
            keys = {_key(investor), _key(self.investor_names.get(investor, ""))}
            if known is not None:
                keys |= {_key(name) for name in known.name.values()}
                keys |= {_organisation(known.own_organisation)} if known.own_organisation else set()
            own = sorted({row for key in keys - {""} for row in rows.get(key, ())})
            if own:
                rows_by_investor[position] = np.array(own, np.intp)
        return rows_by_investor


def without_own(data: LinkData) -> LinkData:
    """Return the data without investors' links to themselves, counted in ``left_out``."""
    own = [(position, int(row)) for position, rows in data.own_rows.items() for row in rows]
    if not own:
        return data
    pairs = {position * len(data.projects) + row for position, row in own}
    keep = ~np.isin(data.investor_of * len(data.projects) + data.project_of, list(pairs))
    if keep.all():
        return data
    return replace(
        data,
        investor_of=data.investor_of[keep],
        project_of=data.project_of[keep],
        days=data.days[keep],
        left_out={**data.left_out, "links of investors to their own company": int((~keep).sum())},
    )


def _key(name: str) -> str:
    return " ".join(name.casefold().split())


def _organisation(organisation_id: str) -> str:
    return f"organisation {organisation_id}"


@dataclass(frozen=True)
class Case:
    """One evaluated investor: rows of its history with their days, and the rows that should rank first."""

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
    """Return an investor as of the end of the case's history: with those links, and its declarations where known.

    For a subject of the store, passes up to the day of the last link count too.
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
    """Return a profile whose only text is the label's name."""
    return Profile(label, SubjectKind.TEXT, texts=[WeightedText(label)])
