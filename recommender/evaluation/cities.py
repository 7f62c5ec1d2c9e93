"""The city protocol: which new projects landed in a city, or have their headquarters there?

In the store the outcomes are landings and signatures of places. In a data set of companies they are headquarters:
a company's seat is removed from it and counts as a landing there on the day of its first link; the city states as
priorities the categories in which its earlier companies differ from the pool.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from recommender.blocks import Context
from recommender.evaluation.baselines import LinkBaselines
from recommender.evaluation.data_sets.data_set import Case, DataError, LinkData, case_profile
from recommender.evaluation.data_sets.splits import cases_needed, cold
from recommender.evaluation.metrics import averaged, differences, metrics_of
from recommender.evaluation.protocols import at_time, fits_for, fitted_model
from recommender.evaluation.results import BY_HISTORY, BY_PRIORITIES, CITIES_PROTOCOL, ROADSHOW, Result
from recommender.fit.model import FitModel
from recommender.pool.profiles import Evidence, EvidenceKind, Profile, StatedPriority, SubjectKind
from recommender.text.vectors import TextVectors

STATED = 6
"""Categories that a city of the protocol states as priorities, at most."""
SMOOTHING = 10.0
"""Companies of the whole pool that a city's own categories are smoothed with."""
BASELINES = ("random", "TF-IDF, centroid of the history", "category cosine")


def headquarters(data: LinkData) -> LinkData:
    """Return cities with their companies as links, dated by each company's first one, and remove the seats.

    Raises ``DataError`` where no company with a link says where it sits.
    """
    first = np.full(len(data.projects), np.datetime64("9999-12-31", "D"))
    np.minimum.at(first, data.project_of, data.days)
    linked = np.zeros(len(data.projects), bool)
    linked[data.project_of] = True
    rows = np.flatnonzero(linked & (data.projects.origins >= 0))
    if not len(rows):
        raise DataError(f"{data.name} says of no funded company where it sits; there are no headquarters to find")
    codes = data.projects.origins[rows]
    order = np.lexsort((rows, first[rows], codes))
    used, position = np.unique(codes[order], return_inverse=True)
    places = data.taxonomies.places
    return LinkData(
        name=data.name,
        projects=replace(data.projects, origins=np.full(len(data.projects), -1, np.int32)),
        taxonomies=data.taxonomies,
        investors=[places.ids[code] for code in used],
        investor_names={places.ids[code]: places.names[code].get("en", "") for code in used},
        investor_of=position.astype(np.intp),
        project_of=rows[order],
        days=first[rows[order]],
        left_out=data.left_out,
    )


def landings(data: LinkData) -> LinkData:
    """Return the outcomes of places alone. Raises ``DataError`` where there are none."""
    places = [
        position
        for position, each in enumerate(data.investors)
        if each in data.subjects and data.subjects[each].kind is SubjectKind.PLACE
    ]
    keep = np.isin(data.investor_of, places)
    if not keep.any():
        raise DataError(f"{data.name} has no dated landing or signature of a place")
    return replace(data, investor_of=data.investor_of[keep], project_of=data.project_of[keep], days=data.days[keep])


def cities(data: LinkData, vectors: TextVectors, least: int = 10, seed: int = 0) -> Result:
    """Return the protocol on headquarters of a data set. Raises ``DataError``."""
    own = headquarters(data)
    return city_result(own, fitted_model(Context(own.projects, own.taxonomies, vectors)), least, seed)


def city_result(data: LinkData, model: FitModel, least: int = 10, seed: int = 0) -> Result:
    """Rank new projects for cities, by priorities and history together and by each alone. Raises ``DataError``."""
    split = cold(data)
    cases = cases_needed(data, split, least)
    at_time(model, split.cut)
    rows = split.candidates
    assert rows is not None
    profiles = [case_profile(data, case) if data.subjects else stating_profile(data, case) for case in cases]
    fits = {
        BY_PRIORITIES: fits_for(model, [profile.without_history() for profile in profiles], rows),
        BY_HISTORY: fits_for(model, [Profile(each.id, each.kind, history=each.history) for each in profiles], rows),
        ROADSHOW: fits_for(model, profiles, rows),
    }
    methods = {name: method for name, method in LinkBaselines(data, split, seed).methods().items() if name in BASELINES}
    collected: dict[str, list[dict[str, float]]] = {each: [] for each in (*methods, *fits)}
    for position, case in enumerate(cases):
        keep = ~np.isin(rows, case.history)
        relevant = np.isin(rows, case.relevant)
        scores: dict[str, npt.NDArray[np.floating]] = {name: of(case.history)[rows] for name, of in methods.items()}
        scores |= {name: values[position] for name, values in fits.items()}
        for name, values in scores.items():
            collected[name].append(metrics_of(values[keep], relevant[keep], seed))
    return Result(
        data.name,
        CITIES_PROTOCOL,
        {
            "projects": len(data.projects),
            "candidates": len(rows),
            "cities": len(cases),
            "test_items": int(sum(len(case.relevant) for case in cases)),
            "cut_off": str(split.cut),
            "least_history": least,
            "seed": seed,
        },
        {name: averaged(values) for name, values in collected.items()},
        model.weights.flat(),
        left_out=data.left_out,
        differences=differences(collected, ROADSHOW),
    )


def stating_profile(data: LinkData, case: Case) -> Profile:
    """Return a city whose priorities are the concepts that distinguish its earlier companies, by divergence.

    The divergence is that of the city's concepts from those of the pool, smoothed by ``SMOOTHING`` companies of it.
    """
    place = data.investors[case.investor]
    memberships = data.projects.memberships(data.projects.concepts, max(1, len(data.taxonomies.concepts)))
    background = np.asarray(memberships.sum(axis=0)).ravel() / max(1, len(data.projects))
    counts = np.asarray(memberships[case.history].sum(axis=0)).ravel()
    shares = (counts + SMOOTHING * background) / (len(case.history) + SMOOTHING)
    telling = np.where(counts > 0, shares * np.log(shares / np.maximum(background, 1e-9)), -np.inf)
    chosen = [int(code) for code in np.argsort(-telling, kind="stable")[:STATED] if telling[code] > 0]
    concepts = data.taxonomies.concepts
    stated = [
        StatedPriority(concepts.ids[code], 1.0, concepts=(concepts.ids[code],), name=concepts.names[code])
        for code in chosen
    ]
    acts = [
        Evidence(data.projects.ids[row], EvidenceKind.LANDED, day)
        for row, day in zip(case.history, case.days, strict=True)
    ]
    return Profile(place, SubjectKind.PLACE, history=acts, priorities=stated).with_priorities()
