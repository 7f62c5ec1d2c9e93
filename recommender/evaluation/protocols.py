"""Runs a protocol: the model and the baselines on the same cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from recommender.blocks import Block, Context, LexicalBlock, core_blocks
from recommender.evaluation.baselines import LinkBaselines, reverse_baseline
from recommender.evaluation.data_sets.data_set import Case, DataError, LinkData, case_profile
from recommender.evaluation.data_sets.splits import Split, cases_needed, cold, forward_cases, too_few
from recommender.evaluation.metrics import averaged, differences, metrics_of, ordered, paired
from recommender.evaluation.results import (
    ACTIVITY,
    ACTIVITY_GAIN,
    ALL_TIME,
    PRIOR_WEIGHTS,
    RECENCY_GAIN,
    ROADSHOW,
    TIMELESS,
    Result,
)
from recommender.evaluation.tuning import LEAST_CASES, activity_factor, search
from recommender.features import Floats, Mask
from recommender.fit.calibration import reliability
from recommender.fit.model import FitModel
from recommender.fit.scoring import Scale
from recommender.fit.weights import Weights
from recommender.pool.profiles import Profile
from recommender.text.lexical import LexicalEncoder

NEVER = 1e6
"""A half-life in years after which nothing is forgotten."""
REVERSE_LEAST_HISTORY = 10
ACTIVITY_DAYS = 730
NOTHING = np.zeros(0, np.intp)


def fitted_model(context: Context, weights: Weights | None = None, blocks: Sequence[Block] | None = None) -> FitModel:
    """Return core's blocks fitted on ``context``, the lexical reduction included."""
    ready = list(blocks or core_blocks())
    texts = sorted({text for by_tag in context.projects.texts for text in by_tag.values()})
    for block in ready:
        if isinstance(block, LexicalBlock) and block.encoder is None and len(texts) >= 3:
            block.encoder = LexicalEncoder.fit(texts)
    return FitModel(ready, weights).fit(context)


def at_time(model: FitModel, day: np.datetime64) -> None:
    """Date the model at ``day``."""
    model.context_ = replace(model.context_, taxonomies=replace(model.context_.taxonomies, today=day))


def fits_of(model: FitModel, data: LinkData, cases: Sequence[Case], rows: npt.NDArray[np.intp] | None) -> Floats:
    """Return fits of the cases' investors for ``rows`` in deviations, shape (cases, rows)."""
    return fits_for(model, [case_profile(data, case) for case in cases], rows)


def fits_for(model: FitModel, profiles: Sequence[Profile], rows: npt.NDArray[np.intp] | None) -> Floats:
    """Return fits of profiles for ``rows``, as ``fits_of``."""
    return model.product_many(model.queries(profiles), model.weights, rows)


def forward(
    data: LinkData,
    split: Split,
    model: FitModel,
    *,
    least: int = 10,
    weights: Weights | None = None,
    scale: Scale | None = None,
    seed: int = 0,
    baselines: LinkBaselines | None = None,
) -> Result:
    """Rank projects for investors. ``weights``, if given, are measured beside the model's own.

    Raises ``DataError`` where no investor can be measured.
    """
    cases = cases_needed(data, split, least)
    at_time(model, split.cut)
    rows = split.candidates if split.candidates is not None else np.arange(len(data.projects))
    column = np.full(len(data.projects), -1, np.intp)
    column[rows] = np.arange(len(rows))
    baselines = baselines or LinkBaselines(data, split, seed)
    fits: dict[str, Floats] = {}
    if weights is not None:
        fits[ROADSHOW] = fits_at(model, weights, data, cases, rows)
        fits[PRIOR_WEIGHTS] = fits_of(model, data, cases, rows)
    else:
        fits[ROADSHOW] = fits_of(model, data, cases, rows)
    forgetting, model.half_life = model.half_life, NEVER
    fits[TIMELESS] = fits_at(model, weights or model.weights, data, cases, rows)
    model.half_life = forgetting
    collected: dict[str, list[dict[str, float]]] = {name: [] for name in [*baselines.methods(), *fits]}
    curves: dict[str, list[npt.NDArray[np.float64]]] = {ROADSHOW: []}
    shown = np.zeros(len(rows), np.int64)
    pairs: list[tuple[Floats, Mask]] = []
    for position, case in enumerate(cases):
        keep = np.ones(len(rows), bool)
        own = column[case.history]
        keep[own[own >= 0]] = False
        itself = column[data.own_rows.get(case.investor, NOTHING)]
        keep[itself[itself >= 0]] = False
        relevant = np.zeros(len(rows), bool)
        relevant[column[case.relevant]] = True
        for name, method in baselines.methods().items():
            collected[name].append(metrics_of(method(case.history)[rows][keep], relevant[keep], seed))
        for name, values in fits.items():
            collected[name].append(metrics_of(values[position][keep], relevant[keep], seed))
        order = ordered(np.where(keep, fits[ROADSHOW][position], -np.inf), seed)
        curves[ROADSHOW].append(np.cumsum(relevant[order[:200]]) / relevant.sum())
        shown[order[:50]] += 1
        pairs.append((fits[ROADSHOW][position][keep], relevant[keep]))
    return Result(
        data.name,
        split.protocol,
        {
            "projects": len(data.projects),
            "links": len(data.days),
            "candidates": len(rows),
            "cut_off": str(split.cut),
            "investors": len(cases),
            "test_items": int(sum(len(case.relevant) for case in cases)),
            "least_history": least,
        },
        {name: averaged(values) for name, values in collected.items()},
        (weights or model.weights).flat(),
        {name: [float(value) for value in np.mean(values, axis=0)] for name, values in curves.items()},
        sorted((int(count) for count in shown), reverse=True),
        reliability(pairs, scale) if scale is not None else (),
        {"slope": scale.slope, "intercept": scale.intercept} if scale is not None else {},
        {RECENCY_GAIN: paired(collected[ROADSHOW], collected[TIMELESS])},
        data.left_out,
        differences(collected, ROADSHOW),
    )


def pairs_of(data: LinkData, split: Split, model: FitModel, least: int) -> list[tuple[Floats, Mask]]:
    """Return fits in deviations, and outcomes, of every candidate for every case of a split."""
    cases = forward_cases(data, split, least)
    if not cases:
        return []
    at_time(model, split.cut)
    rows = split.candidates if split.candidates is not None else np.arange(len(data.projects))
    fits = fits_of(model, data, cases, rows)
    return [(fits[line], np.isin(rows, case.relevant)) for line, case in enumerate(cases)]


def fits_at(
    model: FitModel, weights: Weights, data: LinkData, cases: Sequence[Case], rows: npt.NDArray[np.intp]
) -> Floats:
    """Return the fits of ``queries`` at other weights."""
    own = model.weights
    model.weights = weights
    try:
        return fits_of(model, data, cases, rows)
    finally:
        model.weights = own


def recent_deals(data: LinkData, split: Split, case: Case) -> int:
    """Count each investor's links in the two years before the cut-off."""
    return int((case.days >= split.cut - np.timedelta64(ACTIVITY_DAYS, "D")).sum())


def reverse(
    data: LinkData,
    split: Split,
    model: FitModel,
    least: int = REVERSE_LEAST_HISTORY,
    *,
    recent: Callable[[LinkData, Split, Case], int] = recent_deals,
    weights: Weights | None = None,
    seed: int = 0,
) -> Result:
    """Rank investors with at least ``least`` links for new projects: who funded the project later?

    ``recent`` counts an investor's recent deals, for its activity. ``weights``, where given, are measured beside the
    model's own. Projects that all of them funded are left
    out: any order would be as good. Raises ``DataError`` if nothing is left.
    """
    at_time(model, split.cut)
    every, funders = _asked_for(data, split, least)
    rows = np.array(sorted(funders), np.intp)
    used = weights or model.weights
    fits = fits_at(model, used, data, every, rows)
    deals = np.log1p(np.array([len(case.history) for case in every]))
    lively = _activity(data, split, every, recent)
    baselines = LinkBaselines(data, split, seed)
    methods: dict[str, npt.NDArray[np.floating]] = {
        "random": np.random.default_rng(seed).random((len(rows), len(every))),
        ALL_TIME: np.repeat(deals[None], len(rows), axis=0),
        ACTIVITY: np.repeat(lively[None], len(rows), axis=0),
        "TF-IDF + category + city": reverse_baseline(baselines, every, [int(row) for row in rows]),
        "Roadshow without activity": fits.T,
        ROADSHOW: fits.T + used.activity * lively[None],
    }
    if weights is not None and weights != model.weights:
        prior = fits_of(model, data, every, rows)
        methods[PRIOR_WEIGHTS] = prior.T + model.weights.activity * lively[None]
    collected: dict[str, list[dict[str, float]]] = {name: [] for name in methods}
    for line, row in enumerate(rows):
        relevant = np.zeros(len(every), bool)
        relevant[funders[int(row)]] = True
        others = np.array([row not in data.own_rows.get(case.investor, NOTHING) for case in every])
        for name, scores in methods.items():
            collected[name].append(metrics_of(scores[line][others], relevant[others], seed))
    facts = {"new_projects": len(rows), "investors": len(every), "cut_off": str(split.cut), "least_history": least}
    return Result(
        data.name,
        f"{split.protocol}, reverse",
        facts,
        {name: averaged(values) for name, values in collected.items()},
        used.flat(),
        gains={ACTIVITY_GAIN: paired(collected[ACTIVITY], collected[ALL_TIME])},
        left_out=data.left_out,
        differences=differences(collected, ROADSHOW),
    )


def _activity(
    data: LinkData, split: Split, cases: Sequence[Case], recent: Callable[[LinkData, Split, Case], int] = recent_deals
) -> npt.NDArray[np.float64]:
    """Return each investor's recent activity in deviations, shape (cases,)."""
    activity = np.log1p(np.array([recent(data, split, case) for case in cases], np.float64))
    return np.asarray((activity - activity.mean()) / (activity.std() + 1e-9))


def with_activity(data: LinkData, split: Split, model: FitModel, weights: Weights, least: int) -> Weights:
    """Return ``weights`` with the weight of recent activity tuned on the projects new after the split's cut-off.

    Unchanged if those are too few.
    """
    try:
        every, funders = _asked_for(data, split, least)
    except DataError:
        return weights
    at_time(model, split.cut)
    rows = np.array(sorted(funders), np.intp)
    relevant = np.zeros((len(rows), len(every)), bool)
    for line, row in enumerate(rows):
        relevant[line, funders[int(row)]] = True
    fits = fits_at(model, weights, data, every, rows).T.astype(np.float64)
    factor = activity_factor(fits, weights.activity * _activity(data, split, every), relevant)
    return replace(weights, activity=weights.activity * factor)


def _asked_for(data: LinkData, split: Split, least: int) -> tuple[list[Case], dict[int, list[int]]]:
    """Return the ranked investors, and for each new project the positions of its funders."""
    histories = _histories(data, split.history)
    every = [
        Case(int(investor), data.project_of[own], data.days[own], np.zeros(0, np.intp))
        for investor, own in histories.items()
        if len(own) >= least
    ]
    if len(every) < 2:
        second = sorted(map(len, histories.values()))[-2] if len(histories) > 1 else 0
        remedy = f"; --least-history {second} would rank two" if second else ""
        raise DataError(
            f"{data.name} has {len(every)} investors with {least} links before {split.cut}; two are the least that "
            f"can be put into an order{remedy}"
        )
    column = {case.investor: position for position, case in enumerate(every)}
    funders: dict[int, list[int]] = {}
    for link in split.test:
        investor, row = int(data.investor_of[link]), int(data.project_of[link])
        position = column.get(investor)
        if position is not None and row not in data.own_rows.get(investor, NOTHING):
            funders.setdefault(row, []).append(position)
    itself = Counter(int(row) for case in every for row in data.own_rows.get(case.investor, NOTHING))
    funders = {row: positions for row, positions in funders.items() if len(positions) < len(every) - itself[row]}
    if not funders:
        raise DataError(too_few(data, split, least, 0))
    return every, funders


def _histories(data: LinkData, links: npt.NDArray[np.intp]) -> dict[int, npt.NDArray[np.intp]]:
    order = links[np.argsort(data.investor_of[links], kind="stable")]
    starts = np.flatnonzero(np.diff(data.investor_of[order], prepend=-1))
    return {int(data.investor_of[own[0]]): own for own in np.split(order, starts[1:]) if len(own)}


def learned_weights(data: LinkData, split: Split, model: FitModel, least: int = 5) -> Weights:
    """Choose weights on an inner time split of the history, without looking past the cut-off."""
    if len(split.history) < LEAST_CASES:
        return model.weights
    inner = cold(data, split.history)
    weights = search(data, inner, model, forward_cases(data, inner, least))
    return with_activity(data, inner, model, weights, least)
