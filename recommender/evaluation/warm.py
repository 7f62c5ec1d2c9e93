"""The warm protocol: projects with public deals, and what their backers reveal.

The collaborative block sees the links of the history alone, as public deals. The methods are the
product's fit, the same without that block, and that block alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

from recommender.blocks import CoInvestorBlock, Context
from recommender.evaluation.baselines import LinkBaselines
from recommender.evaluation.data_sets.data_set import Case, LinkData, case_profile
from recommender.evaluation.data_sets.splits import Split, cases_needed, warm
from recommender.evaluation.metrics import averaged, differences, metrics_of
from recommender.evaluation.protocols import at_time, fits_at, fitted_model
from recommender.evaluation.results import CO_INVESTORS_ALONE, ROADSHOW, WITHOUT_CO_INVESTORS, Result
from recommender.features import Floats
from recommender.fit.model import FitModel
from recommender.pool.projects import Backer
from recommender.text.vectors import TextVectors

BASELINES = ("random", "popularity", "TF-IDF + category + city")


def with_backers(data: LinkData, split: Split) -> LinkData:
    """Return the data with the links of the split's history as the public deals of its projects."""
    backers: list[list[Backer]] = [[] for _ in range(len(data.projects))]
    names = [Backer(each, {"en": data.investor_names.get(each, "")}) for each in data.investors]
    for link in split.history:
        backers[int(data.project_of[link])].append(names[int(data.investor_of[link])])
    return replace(data, projects=replace(data.projects, backers=[tuple(each) for each in backers]))


def warm_projects(
    data: LinkData, vectors: TextVectors, least: int = 10, seed: int = 0, split: Split | None = None
) -> Result:
    """Rank projects that had deals before, for investors with ``least`` links of history. Raises ``DataError``."""
    split = split or warm(data, seed)
    cases = cases_needed(data, split, least)
    known = with_backers(data, split)
    model = fitted_model(Context(known.projects, known.taxonomies, vectors))
    at_time(model, split.cut)
    rows = split.candidates
    assert rows is not None
    column = np.full(len(data.projects), -1, np.intp)
    column[rows] = np.arange(len(rows))
    own, name = model.weights, CoInvestorBlock.name
    fits = {
        CO_INVESTORS_ALONE: _alone(model, known, cases, rows),
        WITHOUT_CO_INVESTORS: fits_at(model, own.changed({name: 0.0}), known, cases, rows),
        ROADSHOW: fits_at(model, own, known, cases, rows),
    }
    baselines = LinkBaselines(known, split, seed)
    methods = {each: method for each, method in baselines.methods().items() if each in BASELINES}
    collected: dict[str, list[dict[str, float]]] = {each: [] for each in (*methods, *fits)}
    for position, case in enumerate(cases):
        keep = np.ones(len(rows), bool)
        excluded = column[np.union1d(case.history, data.own_rows.get(case.investor, np.zeros(0, np.intp)))]
        keep[excluded[excluded >= 0]] = False
        relevant = np.isin(rows, case.relevant)
        for each, method in methods.items():
            collected[each].append(metrics_of(method(case.history)[rows][keep], relevant[keep], seed))
        for each, values in fits.items():
            collected[each].append(metrics_of(values[position][keep], relevant[keep], seed))
    backed = sparse.csr_matrix(
        (np.ones(len(split.history)), (data.project_of[split.history], data.investor_of[split.history]))
    )
    facts = {
        "projects": len(data.projects),
        "candidates": len(rows),
        "investors": len(cases),
        "test_items": int(sum(len(case.relevant) for case in cases)),
        "deals_of_a_candidate": round(float(backed.getnnz() / max(1, len(rows))), 2),
        "least_history": least,
        "seed": seed,
    }
    return Result(
        data.name,
        split.protocol,
        facts,
        {each: averaged(values) for each, values in collected.items()},
        own.flat(),
        left_out=data.left_out,
        differences=differences(collected, ROADSHOW),
    )


def _alone(model: FitModel, data: LinkData, cases: Sequence[Case], rows: npt.NDArray[np.intp]) -> Floats:
    """Return the block's raw values, shape (cases, rows): a single block has no spread to divide by."""
    features = model.features(CoInvestorBlock.name)
    part = model.queries([case_profile(data, case) for case in cases]).history.get(CoInvestorBlock.name)
    if part is None:
        return np.zeros((len(cases), len(rows)), np.float32)
    values = features.product_many(part.coefficients, rows) - features.offsets_at(part.offsets, rows)
    return np.asarray(values * features.known[rows], dtype=np.float32)
