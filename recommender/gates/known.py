"""Gates on what a subject knows already (portfolio, passes, exposures) and on what isn't on offer."""

from __future__ import annotations

from collections.abc import Set

import numpy as np

from recommender.features import Mask
from recommender.gates.base import Gate
from recommender.interface.lazy import Reason
from recommender.pool.profiles import Profile, SubjectKind
from recommender.pool.projects import Projects
from recommender.pool.taxonomies import Taxonomies


def _all_but(projects: Projects, ids: Set[str]) -> Mask:
    mask = np.ones(len(projects), bool)
    rows = [projects.row_of[each] for each in ids if each in projects.row_of]
    mask[rows] = False
    return mask


class OfferedGate(Gate):
    """Drafts and withdrawn projects are not on offer."""

    name = "offered"
    steady = True
    description = Reason("On offer", "正在提供")

    def passes(self, profile: Profile, projects: Projects, taxonomies: Taxonomies) -> Mask:
        return projects.offered

    def passes_one(self, profile: Profile, projects: Projects, taxonomies: Taxonomies, row: int) -> bool:
        return bool(projects.offered[row])

    def explain(self, profile: Profile, projects: Projects, taxonomies: Taxonomies, row: int, passed: bool) -> Reason:
        if passed:
            return Reason("The project is on offer.", "项目正在提供。")
        return Reason("The project is a draft or was withdrawn.", "项目为草稿或已撤回。")


class PortfolioGate(Gate):
    """An investor is not offered what it already holds, nor a place what already landed there."""

    name = "portfolio"
    steady = True
    description = Reason("Not in the portfolio", "不在投资组合中")
    option = "exclude_portfolio"

    def concerns(self, profile: Profile) -> bool:
        return bool(profile.portfolio)

    def passes(self, profile: Profile, projects: Projects, taxonomies: Taxonomies) -> Mask:
        return _all_but(projects, profile.portfolio)

    def passes_one(self, profile: Profile, projects: Projects, taxonomies: Taxonomies, row: int) -> bool:
        return projects.ids[row] not in profile.portfolio

    def explain(self, profile: Profile, projects: Projects, taxonomies: Taxonomies, row: int, passed: bool) -> Reason:
        if passed:
            return Reason("It is not in the portfolio yet.", "尚不在投资组合中。")
        if profile.kind is SubjectKind.PLACE:
            return Reason("It has already landed here.", "已在本地落地。")
        return Reason("It is already in the portfolio.", "已在投资组合中。")


class PassedGate(Gate):
    """What a subject passed on isn't offered until it withdraws the pass."""

    name = "passed"
    steady = True
    private = True
    description = Reason("Not passed on", "未被婉拒")
    option = "exclude_passed"

    def concerns(self, profile: Profile) -> bool:
        return bool(profile.passed)

    def passes(self, profile: Profile, projects: Projects, taxonomies: Taxonomies) -> Mask:
        return _all_but(projects, profile.passed)

    def passes_one(self, profile: Profile, projects: Projects, taxonomies: Taxonomies, row: int) -> bool:
        return projects.ids[row] not in profile.passed

    def explain(self, profile: Profile, projects: Projects, taxonomies: Taxonomies, row: int, passed: bool) -> Reason:
        if passed:
            return Reason("It was not passed on.", "未被婉拒。")
        return Reason("It was passed on before.", "此前已被婉拒。")


class SeenGate(Gate):
    """What a subject was shown in a delivered list, or answered, on request."""

    name = "seen"
    steady = True
    private = True
    description = Reason("Not seen before", "此前未见")
    option = "exclude_seen"

    def concerns(self, profile: Profile) -> bool:
        return bool(profile.seen)

    def passes(self, profile: Profile, projects: Projects, taxonomies: Taxonomies) -> Mask:
        return _all_but(projects, profile.seen)

    def passes_one(self, profile: Profile, projects: Projects, taxonomies: Taxonomies, row: int) -> bool:
        return projects.ids[row] not in profile.seen

    def explain(self, profile: Profile, projects: Projects, taxonomies: Taxonomies, row: int, passed: bool) -> Reason:
        if passed:
            return Reason("It was not shown before.", "此前未曾展示。")
        return Reason("It was shown before.", "此前已展示过。")


class ActiveGate(Gate):
    """An investor that no longer invests is not offered to projects."""

    name = "active"
    steady = True
    description = Reason("The investor is active", "投资方活跃")
    subjects = frozenset({SubjectKind.INVESTOR})
    about_subject = True

    def concerns(self, profile: Profile) -> bool:
        return not profile.active

    def passes(self, profile: Profile, projects: Projects, taxonomies: Taxonomies) -> Mask:
        return np.full(len(projects), profile.active)

    def passes_one(self, profile: Profile, projects: Projects, taxonomies: Taxonomies, row: int) -> bool:
        return profile.active

    def explain(self, profile: Profile, projects: Projects, taxonomies: Taxonomies, row: int, passed: bool) -> Reason:
        if passed:
            return Reason("The investor is active.", "投资方处于活跃状态。")
        return Reason("The investor is no longer active.", "投资方已不再活跃。")
