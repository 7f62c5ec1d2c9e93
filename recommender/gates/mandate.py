"""Gates on mandates: kinds, stages, places, industries and names that a subject excludes."""

from __future__ import annotations

import numpy as np

from recommender.features import Mask
from recommender.gates.base import Gate
from recommender.interface.lazy import Reason
from recommender.pool.profiles import Profile, SubjectKind
from recommender.pool.projects import ORDERED_STAGES, STAGE_CODE, Projects
from recommender.pool.taxonomies import Taxonomies

DEFAULT_KINDS = frozenset({"STARTUP", "TECHNOLOGY_RND", "PRODUCT", "PLATFORM"})
"""What an investor looks at unless it says otherwise: a fund or a cooperation agreement is no investment case."""
FURTHEST_STAGE = 1

_KIND_NAMES = {
    "STARTUP": ("a start-up", "初创企业"),
    "TECHNOLOGY_RND": ("a technology project", "技术研发项目"),
    "PRODUCT": ("a product", "产品"),
    "PLATFORM": ("a platform", "平台"),
    "ACCELERATOR": ("an accelerator", "加速器"),
    "FUND": ("a fund", "基金"),
    "STRATEGIC_COOPERATION": ("a cooperation agreement", "战略合作"),
}


class KindGate(Gate):
    """The kind of project: a fund is not offered to a venture capital firm as a start-up."""

    name = "kind"
    steady = True
    description = Reason("Kind of project", "项目类型")
    subjects = frozenset({SubjectKind.INVESTOR})

    def _taken(self, profile: Profile) -> frozenset[str]:
        return profile.project_kinds or DEFAULT_KINDS

    def passes(self, profile: Profile, projects: Projects, taxonomies: Taxonomies) -> Mask:
        names, codes = projects.kind_codes
        taken = self._taken(profile)
        return np.array([name in taken for name in names], bool)[codes]

    def passes_one(self, profile: Profile, projects: Projects, taxonomies: Taxonomies, row: int) -> bool:
        return projects.kinds[row] in self._taken(profile)

    def explain(self, profile: Profile, projects: Projects, taxonomies: Taxonomies, row: int, passed: bool) -> Reason:
        en, zh = _KIND_NAMES.get(projects.kinds[row], ("another kind", "其他类型"))
        if passed:
            return Reason(f"It is {en}, a kind that is looked at.", f"项目类型为{zh}，在关注范围内。")
        return Reason(f"It is {en}, a kind that is not looked at.", f"项目类型为{zh}，不在关注范围内。")


class StageGate(Gate):
    """A funding stage more than one step from every stage of the mandate. Unknown stages pass."""

    name = "stage"
    steady = True
    description = Reason("Funding stage within reach", "融资阶段可及")
    subjects = frozenset({SubjectKind.INVESTOR})

    def concerns(self, profile: Profile) -> bool:
        return bool(profile.stages)

    def _codes(self, profile: Profile) -> Mask:
        allowed = np.ones(len(STAGE_CODE) + 1, bool)
        wanted = [STAGE_CODE[stage] for stage in profile.stages if STAGE_CODE.get(stage, 99) < ORDERED_STAGES]
        if wanted:
            for code in range(ORDERED_STAGES):
                allowed[code] = min(abs(code - each) for each in wanted) <= FURTHEST_STAGE
        return allowed

    def passes(self, profile: Profile, projects: Projects, taxonomies: Taxonomies) -> Mask:
        return np.asarray(self._codes(profile)[projects.stages])

    def passes_one(self, profile: Profile, projects: Projects, taxonomies: Taxonomies, row: int) -> bool:
        return bool(self._codes(profile)[projects.stages[row]])

    def explain(self, profile: Profile, projects: Projects, taxonomies: Taxonomies, row: int, passed: bool) -> Reason:
        if passed:
            return Reason("Its funding stage is within reach of the mandate, or not stated.", "融资阶段可及或未说明。")
        return Reason(
            "Its funding stage is more than one step from the mandate.", "其融资阶段与投资范围相差超过一个阶段。"
        )


class PlaceGate(Gate):
    """Places that the mandate excludes, with everything in them. An unknown origin passes."""

    name = "excluded_place"
    steady = True
    description = Reason("Not from an excluded place", "不来自排除地区")

    def concerns(self, profile: Profile) -> bool:
        return bool(profile.excluded_places)

    def passes(self, profile: Profile, projects: Projects, taxonomies: Taxonomies) -> Mask:
        codes = [
            taxonomies.places.code_of[each] for each in profile.excluded_places if each in taxonomies.places.code_of
        ]
        if not codes:
            return np.ones(len(projects), bool)
        excluded = np.append(taxonomies.places.inside(codes), False)
        return np.asarray(~excluded[projects.origins])

    def explain(self, profile: Profile, projects: Projects, taxonomies: Taxonomies, row: int, passed: bool) -> Reason:
        code = int(projects.origins[row])
        if passed or code < 0:
            return Reason("It does not come from an excluded place.", "不来自被排除的地区。")
        en, zh = taxonomies.places.name(code, "en"), taxonomies.places.name(code, "zh")
        return Reason(f"It comes from {en}, which the mandate excludes.", f"来自{zh}，属于被排除的地区。")


class IndustryGate(Gate):
    """Industries that the mandate excludes."""

    name = "excluded_industry"
    steady = True
    description = Reason("Not of an excluded industry", "不属于排除的产业")

    def concerns(self, profile: Profile) -> bool:
        return bool(profile.excluded_concepts)

    def passes(self, profile: Profile, projects: Projects, taxonomies: Taxonomies) -> Mask:
        codes = [
            taxonomies.concepts.code_of[each]
            for each in profile.excluded_concepts
            if each in taxonomies.concepts.code_of
        ]
        if not codes or projects.concepts is None:
            return np.ones(len(projects), bool)
        chosen = np.zeros(len(taxonomies.concepts), np.float32)
        chosen[codes] = 1
        return np.asarray(projects.concepts @ chosen == 0)

    def explain(self, profile: Profile, projects: Projects, taxonomies: Taxonomies, row: int, passed: bool) -> Reason:
        if passed:
            return Reason("None of its industries is excluded.", "其产业均未被排除。")
        return Reason("One of its industries is excluded.", "其产业之一已被排除。")


class OwnGate(Gate):
    """An investor is not offered projects of its own organisation."""

    name = "own"
    steady = True
    description = Reason("Not its own", "非自有项目")
    subjects = frozenset({SubjectKind.INVESTOR})

    def concerns(self, profile: Profile) -> bool:
        return profile.own_organisation is not None

    def passes(self, profile: Profile, projects: Projects, taxonomies: Taxonomies) -> Mask:
        if profile.own_organisation is None:
            return np.ones(len(projects), bool)
        return np.asarray(projects.organisation_array != profile.own_organisation)

    def passes_one(self, profile: Profile, projects: Projects, taxonomies: Taxonomies, row: int) -> bool:
        return profile.own_organisation is None or projects.organisations[row] != profile.own_organisation

    def explain(self, profile: Profile, projects: Projects, taxonomies: Taxonomies, row: int, passed: bool) -> Reason:
        if passed:
            return Reason("It is of another organisation.", "项目属于其他机构。")
        return Reason("It is of the investor's own organisation.", "项目属于投资方自身机构。")


class ExclusionGate(Gate):
    """Projects and organisations that a subject asked never to see; private."""

    name = "exclusions"
    steady = True
    private = True
    description = Reason("Not excluded by name", "未被指定排除")

    def concerns(self, profile: Profile) -> bool:
        return bool(profile.excluded_projects or profile.excluded_organisations)

    def passes(self, profile: Profile, projects: Projects, taxonomies: Taxonomies) -> Mask:
        mask = np.ones(len(projects), bool)
        for project_id in profile.excluded_projects:
            row = projects.row_of.get(project_id)
            if row is not None:
                mask[row] = False
        if profile.excluded_organisations:
            mask &= ~np.isin(projects.organisation_array, sorted(profile.excluded_organisations))
        return mask

    def passes_one(self, profile: Profile, projects: Projects, taxonomies: Taxonomies, row: int) -> bool:
        by_name = projects.ids[row] in profile.excluded_projects
        return not by_name and projects.organisations[row] not in profile.excluded_organisations

    def explain(self, profile: Profile, projects: Projects, taxonomies: Taxonomies, row: int, passed: bool) -> Reason:
        if passed:
            return Reason("Neither it nor its organisation is excluded.", "项目及其机构均未被排除。")
        if projects.ids[row] in profile.excluded_projects:
            return Reason("The project is excluded by name.", "该项目已被指定排除。")
        return Reason("Its organisation is excluded.", "其所属机构已被排除。")
