"""Counterfactuals: the one change of a subject's declarations that would bring a project to the top."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from recommender.blocks.funding import middle_of
from recommender.gates import Gate
from recommender.index.candidate_mask import slack_of
from recommender.interface.answers import Counterfactual
from recommender.interface.lazy import Reason
from recommender.pool.profiles import Profile, SubjectKind
from recommender.pool.projects import STAGES
from recommender.serving.explanation import Explainer
from recommender.snapshot.pool_snapshot import PoolSnapshot

Change = tuple[str, Profile, Reason]
_TRIED = {
    True: ("the cheque, the stages, the places or the industries", "投资额、阶段、地域和产业"),
    False: ("the industries", "各产业"),
}
"""What changes for an investor, and for a place."""


def find(snapshot: PoolSnapshot, gates: Sequence[Gate], profile: Profile, row: int, within: int) -> Counterfactual:
    """Try the changes in favour of the project one at a time, and return the first that suffices."""
    project_id = snapshot.projects.ids[row]
    if _rank(snapshot, gates, profile, row) <= within:
        return Counterfactual(
            project_id, within, True, Reason(f"It is among the first {within} already.", f"已在前{within}名之内。")
        )
    for block, changed, reason in _changes(snapshot, profile, row):
        if _rank(snapshot, gates, changed, row) <= within:
            en = f"It would be among the first {within} if {reason.en}."
            return Counterfactual(project_id, within, True, Reason(en, f"若{reason.zh}，将进入前{within}名。"), block)
    tried = _TRIED[profile.kind is SubjectKind.INVESTOR]
    return Counterfactual(
        project_id,
        within,
        False,
        Reason(
            f"No single change of {tried[0]} brings it among the first {within}.",
            f"仅调整{tried[1]}中的一项，无法使其进入前{within}名。",
        ),
    )


def _rank(snapshot: PoolSnapshot, gates: Sequence[Gate], profile: Profile, row: int) -> float:
    """Return the project's rank for a (changed) profile; infinite if a gate rejects it."""
    model, weights = snapshot.model, snapshot.model.weights
    queries = model.queries([profile])
    fits = model.product(queries, weights)
    mask = np.ones(len(snapshot.projects), bool)
    for gate in gates:
        if profile.kind in gate.subjects and not gate.about_subject and gate.option != "exclude_seen":
            mask &= gate.passes(profile, snapshot.projects, snapshot.taxonomies)
    if not mask[row]:
        return math.inf
    near = np.flatnonzero(mask & (np.abs(fits - fits[row]) <= slack_of(fits)))  # exact fits and ids part these
    explainer = Explainer(snapshot, queries, weights, snapshot.scale, profile)
    ordered, _ = explainer.ordered(near)
    above = int(np.count_nonzero(mask & (fits > fits[row]))) - int(np.count_nonzero(fits[near] > fits[row]))
    return above + int(np.flatnonzero(ordered == row)[0]) + 1


def _changes(snapshot: PoolSnapshot, profile: Profile, row: int) -> Iterator[Change]:
    projects, taxonomies = snapshot.projects, snapshot.taxonomies
    if profile.kind is SubjectKind.INVESTOR:
        yield from _cheque(profile, float(projects.ask_low[row]), float(projects.ask_high[row]))
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
            place = taxonomies.places.ids[origin]
            en, zh = taxonomies.places.name(origin, "en"), taxonomies.places.name(origin, "zh")
            yield (
                "geography",
                replace(profile, places=profile.places | {place}, excluded_places=profile.excluded_places - {place}),
                Reason(f"the mandate took in {en}", f"投资地域包含{zh}"),
            )
    if projects.concepts is not None:
        strongest = max(profile.concepts.values(), default=1.0)
        for code in projects.concepts[row].indices:
            concept = taxonomies.concepts.ids[code]
            en, zh = taxonomies.concepts.name(int(code), "en"), taxonomies.concepts.name(int(code), "zh")
            if profile.concepts.get(concept, 0.0) < strongest:
                yield (
                    "industry",
                    replace(profile, concepts={**profile.concepts, concept: strongest}),
                    Reason(f"{en} counted as much as its first priority", f"“{zh}”与首要重点同等重要"),
                )


def _cheque(profile: Profile, ask_low: float, ask_high: float) -> Iterator[Change]:
    """Yield the change that widens the cheque's range, at its nearer end, to include the ask."""
    ask = middle_of(ask_low, ask_high)
    if ask < profile.cheque_low:
        low = math.floor(ask)
        reason = Reason(f"the cheque range began at {low:,} US dollars", f"单笔投资额下限为{low:,}美元")
        yield "cheque", replace(profile, cheque_low=float(low)), reason
    elif ask > profile.cheque_high:
        high = math.ceil(ask)
        reason = Reason(f"the cheque range ended at {high:,} US dollars", f"单笔投资额上限为{high:,}美元")
        yield "cheque", replace(profile, cheque_high=float(high)), reason
