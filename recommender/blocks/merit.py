"""Merit: results of appraisals and competitions."""

from __future__ import annotations

import numpy as np

from recommender.blocks.base import Block, Pair
from recommender.features import CodeFeatures, Features, Floats
from recommender.interface.lazy import Reason
from recommender.pool.profiles import Profile
from recommender.pool.projects import LEVEL_CODE, LEVELS, Projects

_LEVEL_EN = ("internationally leading", "internationally advanced", "leading in the country", "advanced in the country")
_LEVEL_ZH = ("国际领先", "国际先进", "国内领先", "国内先进")


class TechnologyLevelBlock(Block):
    """Categorical: the level of appraisal. Subjects that state none prefer higher levels, evenly spaced."""

    name = "technology_level"
    weight = 0.2
    by_row = True
    description = Reason("Technology level", "技术水平")

    def project(self, projects: Projects) -> Features:
        return CodeFeatures(projects.levels, len(LEVELS))

    def query(self, profile: Profile) -> Floats | None:
        ladder = np.linspace(1.0, 0.0, len(LEVELS), dtype=np.float32)
        wanted = LEVEL_CODE.get(profile.level_wanted or "")
        return ladder if wanted is None else np.maximum(ladder, (np.arange(len(LEVELS)) <= wanted).astype(np.float32))

    def explain(self, pair: Pair) -> Reason:
        code = int(self.context_.projects.levels[pair.row])
        if code < 0:
            return Reason("Its technology level is not stated.", "未说明技术水平。")
        return Reason(f"Its technology is appraised as {_LEVEL_EN[code]}.", f"其技术水平评价为{_LEVEL_ZH[code]}。")


RESULT_BANDS = 5


class ResultBlock(Block):
    """Categorical: the share of a competition's field that ranked below the project, in fifths."""

    name = "result"
    weight = 0.15
    by_row = True
    description = Reason("Results in competitions", "比赛成绩")

    def project(self, projects: Projects) -> Features:
        shares = np.where(np.isnan(projects.result), -1.0, projects.result)
        bands = np.minimum((shares * RESULT_BANDS).astype(np.int32), RESULT_BANDS - 1)
        return CodeFeatures(np.where(shares < 0, -1, bands).astype(np.int32), RESULT_BANDS)

    def query(self, profile: Profile) -> Floats | None:
        return np.linspace(0.0, 1.0, RESULT_BANDS, dtype=np.float32)

    def explain(self, pair: Pair) -> Reason:
        if not pair.known:
            return Reason("No result in a competition is known.", "没有已知的比赛成绩。")
        share = float(self.context_.projects.result[pair.row])
        return Reason(
            f"In a competition it left {share:.0%} of the field behind.", f"在比赛中超过了{share:.0%}的参赛项目。"
        )
