"""`roadshow evaluate`: finds what can be measured in a directory and measures it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from recommender.blocks import Context
from recommender.calibration import calibrated
from recommender.encoders import Encoder
from recommender.evaluation.data import DataError, LinkData, load_labels, load_links
from recommender.evaluation.protocols import (
    Result,
    fitted_model,
    forward,
    label_world,
    labels,
    learned_weights,
    pairs_of,
    reverse,
)
from recommender.evaluation.splits import cold, per_investor
from recommender.evaluation.vectors import Progress, vectors_of
from recommender.projects import Projects

LEAST_TO_CALIBRATE = 5
"""Links of an investor whose outcomes the curve from fits to scores is fitted on."""
Tell = Callable[[str], None]


def data_sets(path: Path) -> Iterator[Path]:
    """Link data sets (directories with ``companies.parquet``) and label files at or below ``path``, in order."""
    if path.is_file():
        yield path
        return
    if not path.is_dir():
        raise DataError(f"{path} is neither a directory nor a file; give a data set or a directory of them")
    found = [each.parent for each in path.rglob("companies.parquet")]
    known = {"companies", "investors", "investments"}
    found += [each for each in path.rglob("*.parquet") if each.stem not in known]
    if not found:
        raise DataError(
            f"{path} holds no data set: neither companies.parquet with investors.parquet and investments.parquet, "
            "nor a Parquet file with the columns id, text and labels"
        )
    yield from sorted(found)


def texts_of(projects: Projects) -> list[str]:
    """All texts of the pool."""
    return [text for by_tag in projects.texts for text in by_tag.values()]


def evaluate(
    path: Path,
    encoders: Sequence[Encoder],
    *,
    protocols: Sequence[str] = ("cold", "reverse"),
    least: int = 10,
    learn: bool = True,
    cache: Path | None = None,
    progress: Progress | None = None,
    tell: Tell = lambda text: None,
    seed: int = 0,
    shuffle: str | None = None,
    without: Sequence[str] = (),
) -> list[Result]:
    """Every protocol on every data set at ``path``. ``learn`` chooses weights on an inner split of the history.

    ``shuffle`` (``dates`` or ``links``) destroys what could be learned, to show that nothing leaks. ``without``
    takes columns away: ``places``, ``categories``, ``texts``.
    Raises ``DataError``.
    """
    results: list[Result] = []
    for each in data_sets(path):
        started = time.monotonic()
        if each.is_file():
            data = load_labels(each)
            vectors = vectors_of([*texts_of(data.projects), *data.labels], encoders, cache, progress)
            results.append(labels(data, vectors, fitted_model(Context(data.projects, label_world(data), vectors))))
        else:
            results.extend(_links(each, encoders, protocols, least, learn, cache, progress, seed, shuffle, without))
        tell(f"{each.name}: {time.monotonic() - started:.0f} s")
    return results


def replace_columns(data: LinkData, without: Sequence[str]) -> LinkData:
    """The data with columns taken away. Raises ``DataError`` for a column that isn't one of the three."""
    projects = data.projects
    for column in without:
        if column == "places":
            projects = replace(projects, origins=np.full(len(projects), -1, np.int32))
        elif column == "categories":
            projects = replace(projects, concepts=None)
        elif column == "texts":
            projects = replace(projects, texts=[{}] * len(projects))
        else:
            raise DataError(f"without is {column!r}; it can be places, categories or texts")
    return replace(data, projects=projects)


def _links(
    directory: Path,
    encoders: Sequence[Encoder],
    protocols: Sequence[str],
    least: int,
    learn: bool,
    cache: Path | None,
    progress: Progress | None,
    seed: int,
    shuffle: str | None,
    without: Sequence[str],
) -> list[Result]:
    from recommender.evaluation.leaks import shuffled

    data = replace_columns(load_links(directory), without)
    vectors = vectors_of(texts_of(data.projects), encoders, cache, progress)
    if shuffle is not None:
        data = shuffled(data, shuffle, np.random.default_rng(seed))
    model = fitted_model(Context(data.projects, data.world, vectors))
    results: list[Result] = []
    split = cold(data)
    if "cold" in protocols:
        inner = cold(data, split.history)
        weights = learned_weights(data, split, model) if learn else None
        pairs = pairs_of(data, inner, model, min(least, LEAST_TO_CALIBRATE))
        scale = calibrated(pairs) if pairs else None
        results.append(forward(data, split, model, least=least, weights=weights, scale=scale, seed=seed))
    if "per_investor" in protocols:
        results.append(forward(data, per_investor(data), model, least=least, seed=seed))
    if "reverse" in protocols:
        results.append(reverse(data, split, model, least))
    return results
