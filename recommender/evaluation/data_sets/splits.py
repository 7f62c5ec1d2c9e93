"""Which links are history, which are tested, and which projects are candidates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recommender.evaluation.data_sets.data_set import Case, DataError, LinkData

Indices = npt.NDArray[np.intp]
HISTORY_SHARE = 0.7
LEAST_WARM = 100
"""Minimum later links to known projects for a cut-off in time."""


@dataclass(frozen=True)
class Split:
    """One protocol on one data set. ``history`` and ``test`` are positions among the links."""

    protocol: str
    cut: np.datetime64
    history: Indices
    test: Indices
    candidates: Indices | None
    """Rows of the projects that are ranked; ``None``: all but those of the investor's history."""


def cold(data: LinkData, links: Indices | None = None, share: float = HISTORY_SHARE) -> Split:
    """Return a new edition: every candidate is new. One cut-off at the ``share`` quantile of the days of ``links``.

    History are links before it to projects first funded before it; candidates are the projects first funded
    on or after it. ``links`` restricts everything, for an inner split of a history; ``None`` means all.
    """
    own = np.arange(len(data.days)) if links is None else links
    days, projects = data.days[own], data.project_of[own]
    cut = np.sort(days)[int(len(days) * share)]
    first = np.full(len(data.projects), np.datetime64("9999-12-31", "D"))
    np.minimum.at(first, projects, days)
    is_new = first[projects] >= cut
    history = own[(days < cut) & ~is_new]
    return Split("cold", cut, history, own[is_new], np.unique(projects[is_new]))


def per_investor(data: LinkData, share: float = HISTORY_SHARE) -> Split:
    """Take each investor's oldest ``share`` of links as history and test the rest, without a common cut-off."""
    history: list[int] = []
    test: list[int] = []
    order = np.lexsort((data.project_of, data.days, data.investor_of))
    starts = np.flatnonzero(np.diff(data.investor_of[order], prepend=-1))
    for own in np.split(order, starts[1:]):
        count = int(np.ceil(len(own) * share))
        history.extend(own[:count])
        test.extend(own[count:])
    cut = np.sort(data.days)[int(len(data.days) * share)]
    return Split("per_investor", cut, np.array(history, np.intp), np.array(test, np.intp), None)


def warm(data: LinkData, seed: int = 0, share: float = HISTORY_SHARE) -> Split:
    """Return the split for projects that had deals before: one cut-off; candidates have a link in the history.

    With fewer than ``LEAST_WARM`` later links to such projects (some sources date every link by the company's first),
    a seeded ``1 - share`` of all links is held out instead, which says nothing about later times.
    """
    cut = np.sort(data.days)[int(len(data.days) * share)]
    history = np.flatnonzero(data.days < cut)
    known = np.zeros(len(data.projects), bool)
    known[data.project_of[history]] = True
    test = np.flatnonzero((data.days >= cut) & known[data.project_of])
    if len(test) >= LEAST_WARM:
        return Split("warm", cut, history, test, np.flatnonzero(known))
    held_out = np.random.default_rng(seed).random(len(data.days)) >= share
    history = np.flatnonzero(~held_out)
    known[:] = False
    known[data.project_of[history]] = True
    test = np.flatnonzero(held_out & known[data.project_of])
    last = data.days.max() + np.timedelta64(1, "D")
    return Split("warm, links held out", last, history, test, np.flatnonzero(known))


def forward_cases(data: LinkData, split: Split, least: int = 10) -> list[Case]:
    """Investors with at least ``least`` links of history and one tested link to a candidate not in it.

    Investors who chose every candidate are left out: any order would be as good.
    """
    cases: list[Case] = []
    allowed = np.ones(len(data.projects), bool)
    if split.candidates is not None:
        allowed = np.zeros(len(data.projects), bool)
        allowed[split.candidates] = True
    history_by = _by_investor(data, split.history)
    test_by = _by_investor(data, split.test)
    for investor in sorted(history_by):
        own = history_by[investor]
        rows = data.project_of[own]
        relevant = np.setdiff1d(data.project_of[test_by.get(investor, np.zeros(0, np.intp))], rows)
        itself = data.own_rows.get(investor, np.zeros(0, np.intp))
        relevant = np.setdiff1d(relevant[allowed[relevant]], itself)
        excluded = np.union1d(rows, itself)
        others = int(allowed.sum()) - int(allowed[excluded].sum()) - len(relevant)
        if len(own) >= least and len(relevant) and others > 0:
            cases.append(Case(investor, rows, data.days[own], relevant))
    return cases


def cases_needed(data: LinkData, split: Split, least: int) -> list[Case]:
    """Return ``forward_cases``. If none, raises ``DataError`` with the minimum history that would give some."""
    cases = forward_cases(data, split, least)
    if cases:
        return cases
    if len(set(data.investor_of)) == 1 and split.candidates is not None:
        raise DataError(
            f"{data.name} has one investor, who funded every new company, so that no order of these is better than "
            "another; --protocol per_investor measures it among all companies"
        )
    longest = max((len(case.history) for case in forward_cases(data, split, 1)), default=0)
    raise DataError(too_few(data, split, least, longest))


def too_few(data: LinkData, split: Split, least: int, longest: int) -> str:
    """Return why no investor with ``least`` links of history can be measured, and a remedy; ``longest`` is the longest
    history."""
    if split.protocol == "per_investor":
        apart = f"{data.name} has no investor with {least} links of history and a later one"
    else:
        apart = (
            f"{data.name} has no investor with {least} links before {split.cut}, the day that parts history from test, "
            "and one after it to a company that was new then"
        )
    if not longest:
        return f"{apart}, nor with fewer; investors with links at several times are needed"
    return f"{apart}; the most that such an investor has is {longest}: --least-history {longest} would measure it"


def _by_investor(data: LinkData, links: Indices) -> dict[int, Indices]:
    order = links[np.argsort(data.investor_of[links], kind="stable")]
    investors = data.investor_of[order]
    starts = np.flatnonzero(np.diff(investors, prepend=-1))
    return {int(data.investor_of[own[0]]): own for own in np.split(order, starts[1:]) if len(own)}
