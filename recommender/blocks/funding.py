"""Money: the stage of funding, and the ask against the cheque."""

from __future__ import annotations

import math

import numpy as np

from recommender.blocks.base import Block, Pair
from recommender.features import CodeFeatures, Features, Floats
from recommender.interface.lazy import Reason
from recommender.pool.profiles import Profile, SubjectKind
from recommender.pool.projects import ORDERED_STAGES, STAGE_CODE, STAGES, Projects

ADJACENT_STAGE = 0.5
"""Value of a stage next to a wanted one; two steps away is worth nothing."""

_STAGE_ZH = (
    "创意 种子前 种子轮 天使轮 Pre-A轮 A轮 B轮 C轮 D轮及以后 上市前 已上市 战略投资 资助 债权".split()  # noqa: SIM905
)
_STAGE_EN = (
    "idea",
    "pre-seed",
    "seed",
    "angel",
    "pre-A",
    "series A",
    "series B",
    "series C",
    "series D or later",
    "pre-IPO",
    "listed",
    "strategic",
    "grant",
    "debt",
)

STAGE_NAMES = {"en": _STAGE_EN, "zh": tuple(_STAGE_ZH)}
"""Names of stages by language, in the order of their codes."""

BAND_WIDTH = 0.5
"""Width of a band of amounts in powers of ten: a factor of about three."""
LOWEST_BAND = 3.0
BANDS = 14
"""Bands from a thousand to ten thousand million US dollars."""


class StageBlock(Block):
    """Categorical: the funding stage, with half a match for the stage before or after."""

    name = "stage"
    weight = 0.5
    permits = True
    by_row = True
    description = Reason("Funding stage", "融资阶段")
    subjects = frozenset({SubjectKind.INVESTOR, SubjectKind.PROJECT})
    learnable = True

    def project(self, projects: Projects) -> Features:
        return CodeFeatures(projects.stages, len(STAGES))

    def query(self, profile: Profile) -> Floats | None:
        codes = [STAGE_CODE[stage] for stage in profile.stages if stage in STAGE_CODE]
        if not codes:
            return None
        coefficients = np.zeros(len(STAGES), np.float32)
        for code in codes:
            if code < ORDERED_STAGES:
                for neighbour in (code - 1, code + 1):
                    if 0 <= neighbour < ORDERED_STAGES:
                        coefficients[neighbour] = max(coefficients[neighbour], ADJACENT_STAGE)
        coefficients[codes] = 1.0
        return coefficients

    def explain(self, pair: Pair) -> Reason:
        code = int(self.context_.projects.stages[pair.row])
        if code < 0:
            return Reason("Its funding stage is not stated.", "未说明融资阶段。")
        en, zh = _STAGE_EN[code], _STAGE_ZH[code]
        if pair.by_history:
            stages = self.context_.projects.stages
            if pair.points > 0 and any(stages[row] == code for row in pair.others_chosen):
                return Reason(f"Its stage ({en}) was chosen before.", f"以往曾选择该阶段（{zh}）的项目。")
            if pair.points > 0:
                return Reason(f"Its stage ({en}) is near those chosen before.", f"其融资阶段（{zh}）与以往选择的相近。")
            return Reason(f"Its stage ({en}) was seldom chosen before.", f"以往较少选择该阶段（{zh}）的项目。")
        if pair.profile.kind is SubjectKind.PROJECT:
            return Reason(f"Its stage is {en}.", f"其融资阶段为{zh}。")
        if STAGES[code] in pair.profile.stages:
            return Reason(f"Its stage ({en}) is in the mandate.", f"其融资阶段（{zh}）在投资范围内。")
        if pair.points > 0:
            return Reason(f"Its stage ({en}) is next to one in the mandate.", f"其融资阶段（{zh}）与投资范围相邻。")
        return Reason(f"Its stage ({en}) is outside the mandate.", f"其融资阶段（{zh}）不在投资范围内。")


def band_of(amount: float) -> int:
    """Return the band of an amount in approximate US dollars, -1 if unknown."""
    if not amount > 0 or math.isnan(amount):
        return -1
    return int(min(BANDS - 1, max(0, (math.log10(amount) - LOWEST_BAND) // BAND_WIDTH)))


def middle_of(low: float, high: float) -> float:
    """Return the geometric middle of an ask, one end of which may be unknown; NaN if both are."""
    first, second = (high if math.isnan(low) else low), (low if math.isnan(high) else high)
    return math.sqrt(first * second) if first > 0 and second > 0 else math.nan


class ChequeBlock(Block):
    """Categorical: the band of the ask (the geometric middle of its range) against the cheque's range."""

    name = "cheque"
    weight = 0.4
    permits = True
    by_row = True
    description = Reason("Ask against cheque", "融资额与单笔投资额")
    subjects = frozenset({SubjectKind.INVESTOR})

    def project(self, projects: Projects) -> Features:
        codes = [band_of(middle_of(*ask)) for ask in zip(projects.ask_low, projects.ask_high, strict=True)]
        return CodeFeatures(np.array(codes, np.int32), BANDS)

    def query(self, profile: Profile) -> Floats | None:
        low, high = band_of(profile.cheque_low), band_of(profile.cheque_high)
        if low < 0 and high < 0:
            return None
        lowest, highest = (low if low >= 0 else 0), (high if high >= 0 else BANDS - 1)
        bands = np.arange(BANDS)
        away = np.maximum(np.maximum(lowest - bands, bands - highest), 0)
        return np.asarray(np.maximum(0.0, 1.0 - away / 2.0), dtype=np.float32)

    def explain(self, pair: Pair) -> Reason:
        if not pair.known:
            return Reason("Its ask is not stated.", "未说明融资额。")
        if pair.by_history:
            side = ("like", "相近") if pair.points > 0 else ("unlike", "不同")
            return Reason(f"Its ask is {side[0]} those chosen before.", f"其融资额与以往选择的{side[1]}。")
        if pair.points > 0:
            return Reason("Its ask is within reach of the cheque.", "其融资额在单笔投资额可及范围内。")
        return Reason("Its ask is far from the cheque.", "其融资额与单笔投资额相差较大。")
