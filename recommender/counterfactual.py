"""What would have to change for a project to come among the first: one change of what the subject declares."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from recommender.gates import Gate
from recommender.image import Image
from recommender.profiles import Profile, SubjectKind
from recommender.projects import STAGES
from recommender.types import Counterfactual, Reason

Change = tuple[str, Profile, Reason]


def find(image: Image, gates: Sequence[Gate], profile: Profile, row: int, within: int) -> Counterfactual:
    """Try the changes that would speak for the project, one at a time, and name the first that is enough."""
    project_id = image.projects.ids[row]
    if _rank(image, gates, profile, row) <= within:
        return Counterfactual(
            project_id, within, True, Reason(f"It is among the first {within} already.", f"已在前{within}名之内。")
        )
    for block, changed, reason in _changes(image, profile, row):
        if _rank(image, gates, changed, row) <= within:
            en = f"It would be among the first {within} if {reason.en}."
            return Counterfactual(project_id, within, True, Reason(en, f"若{reason.zh}，将进入前{within}名。"), block)
    return Counterfactual(
        project_id,
        within,
        False,
        Reason(f"No single change brings it among the first {within}.", f"单项调整无法使其进入前{within}名。"),
    )


def _rank(image: Image, gates: Sequence[Gate], profile: Profile, row: int) -> float:
    """The project's rank for a (changed) profile; infinite where a gate stops it."""
    queries = image.model.queries([profile])
    fits = image.model.product(queries, image.model.weights)
    mask = np.ones(len(image.projects), bool)
    for gate in gates:
        if profile.kind in gate.subjects and not gate.about_subject and gate.option != "exclude_seen":
            mask &= gate.passes(profile, image.projects, image.world)
    if not mask[row]:
        return math.inf
    return int((fits[mask] > fits[row]).sum()) + 1


def _changes(image: Image, profile: Profile, row: int) -> Iterator[Change]:
    projects, world = image.projects, image.world
    if profile.kind is SubjectKind.INVESTOR:
        ask = projects.ask_low[row] if projects.ask_low[row] > 0 else projects.ask_high[row]
        if ask > 0 and (profile.cheque_low > 0 or profile.cheque_high > 0):
            low, high = np.fmin(profile.cheque_low, ask), np.fmax(profile.cheque_high, ask)
            side = ("began", "下限") if ask < profile.cheque_low else ("ended", "上限")
            shown = f"{ask:,.0f}"
            yield (
                "cheque",
                replace(profile, cheque_low=float(low), cheque_high=float(high)),
                Reason(
                    f"the cheque range {side[0]} at about {shown} US dollars", f"单笔投资额{side[1]}约为{shown}美元"
                ),
            )
        stage = int(projects.stages[row])
        if stage >= 0 and profile.stages and STAGES[stage] not in profile.stages:
            name = STAGES[stage]
            yield (
                "stage",
                replace(profile, stages=profile.stages | {name}),
                Reason(f"the mandate took in the stage {name}", f"投资阶段包含{name}"),
            )
        origin = int(projects.origins[row])
        if origin >= 0:
            place = world.places.ids[origin]
            en, zh = world.places.name(origin, "en"), world.places.name(origin, "zh")
            yield (
                "geography",
                replace(profile, places=profile.places | {place}, excluded_places=profile.excluded_places - {place}),
                Reason(f"the mandate took in {en}", f"投资地域包含{zh}"),
            )
    if projects.concepts is not None:
        strongest = max(profile.concepts.values(), default=1.0)
        for code in projects.concepts[row].indices:
            concept = world.concepts.ids[code]
            en, zh = world.concepts.name(int(code), "en"), world.concepts.name(int(code), "zh")
            if profile.concepts.get(concept, 0.0) < strongest:
                yield (
                    "industry",
                    replace(profile, concepts={**profile.concepts, concept: strongest}),
                    Reason(f"{en} counted as much as its first priority", f"“{zh}”与首要重点同等重要"),
                )
