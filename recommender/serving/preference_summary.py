"""The preference summary: how much a subject's acts move projects of an industry, track, stage or place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import numpy as np

from recommender.blocks import GeographyBlock, IndustryBlock, StageBlock, TrackBlock
from recommender.blocks.funding import STAGE_NAMES
from recommender.features import Floats
from recommender.fit.query_vectors import Queries
from recommender.fit.scoring import DIGITS, Scale
from recommender.fit.weights import Weights
from recommender.interface.answers import LearnedPreference
from recommender.interface.lazy import Reason
from recommender.pool.profiles import Profile
from recommender.pool.projects import STAGES
from recommender.pool.taxonomies import name_in
from recommender.snapshot.pool_snapshot import PoolSnapshot

MOST_LESSONS = 12
LEAST_POINTS = 0.05
_EN = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def preference_summary(
    snapshot: PoolSnapshot, queries: Queries, weights: Weights, unit: float, scale: Scale, profile: Profile
) -> list[LearnedPreference]:
    """Return what history adds to a project of one industry, track, stage or place, in points mid-scale.

    Names only what the subject acted on, and only if its acts agree with the direction: more of what it chose more
    often than it passed on, less of what it passed on more often. Strongest first.
    """
    if unit <= 1e-9:
        return []
    acts = [(snapshot.projects.row_of[act.project_id], act.favourable) for act in profile.history
            if act.project_id in snapshot.projects.row_of]  # fmt: skip
    slope = scale.slope * scale.middle * (1 - scale.middle / 100.0)
    preferences: list[LearnedPreference] = []
    for block in snapshot.model.blocks:
        part = queries.history.get(block.name)
        weight = weights.blocks.get(block.name, 0.0)
        if part is None or weight == 0:
            continue
        chosen: Counter[int] = Counter()
        passed: Counter[int] = Counter()
        for row, favourable in set(acts):
            for code in _codes(snapshot, block, row):
                (chosen if favourable else passed)[code] += 1
        for code in sorted(chosen.keys() | passed.keys()):
            alone = _alone(snapshot, block, code)
            if alone is None:
                continue
            value = float(alone.astype(np.float64) @ part.coefficients[0, 0]) - float(part.offsets[0, 0])
            points = round(slope * weight * value / unit, DIGITS)
            more = chosen[code] > passed[code]
            if abs(points) < LEAST_POINTS or (points > 0) != more or chosen[code] == passed[code]:
                continue
            own, name = _named(snapshot, block, code)
            reason = _reason(name, chosen[code], passed[code], more)
            preferences.append(LearnedPreference(block.name, own, name, points, chosen[code], passed[code], reason))
    preferences.sort(key=lambda each: (-abs(each.points), each.block, each.code))
    return preferences[:MOST_LESSONS]


def _codes(snapshot: PoolSnapshot, block: object, row: int) -> Iterator[int]:
    projects = snapshot.projects
    if isinstance(block, IndustryBlock) and projects.concepts is not None:
        yield from map(int, projects.concepts[row].indices)
    elif isinstance(block, TrackBlock) and projects.tracks is not None:
        yield from map(int, projects.tracks[row].indices)
    elif isinstance(block, StageBlock) and projects.stages[row] >= 0:
        yield int(projects.stages[row])
    elif isinstance(block, GeographyBlock) and projects.origins[row] >= 0:
        yield int(projects.origins[row])


def _alone(snapshot: PoolSnapshot, block: object, code: int) -> Floats | None:
    """Return the coordinates of a project with only this code."""
    if isinstance(block, IndustryBlock):
        return block.query_of_concepts({snapshot.taxonomies.concepts.ids[code]: 1.0})
    if isinstance(block, TrackBlock | StageBlock | GeographyBlock):
        alone = np.zeros(block.features_.size, np.float32)
        alone[code] = 1.0
        return alone
    return None


def _named(snapshot: PoolSnapshot, block: object, code: int) -> tuple[str, Mapping[str, str]]:
    taxonomies = snapshot.taxonomies
    if isinstance(block, IndustryBlock):
        return taxonomies.concepts.ids[code], taxonomies.concepts.names[code]
    if isinstance(block, TrackBlock):
        return taxonomies.tracks.ids[code], taxonomies.tracks.names[code]
    if isinstance(block, GeographyBlock):
        return taxonomies.places.ids[code], taxonomies.places.names[code]
    return STAGES[code], {"en": STAGE_NAMES["en"][code], "zh": STAGE_NAMES["zh"][code]}


def _reason(name: Mapping[str, str], chosen: int, passed: int, more: bool) -> Reason:
    en, zh = name_in(name, "en", ""), name_in(name, "zh", "")
    parts_en = [f"{_word(count)} {verb}" for count, verb in ((chosen, "chosen"), (passed, "passed on")) if count]
    parts_zh = [f"{verb} {count} 个" for count, verb in ((chosen, "选过"), (passed, "婉拒过")) if count]
    first_en, effect_zh = ("More", "加分") if more else ("Fewer", "减分")
    return Reason(
        f"{first_en} of {en}: {', '.join(parts_en)}.", f"“{zh}”：您{'，'.join(parts_zh)}，此类项目略有{effect_zh}。"
    )


def _word(count: int) -> str:
    return _EN[count] if count < len(_EN) else f"{count:,}"
