"""The tasks of an evaluation: one protocol on one data set each, with finished ones cached on disk."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from recommender.blocks import Context
from recommender.encoders import Encoder
from recommender.evaluation.cities import cities, city_result, landings
from recommender.evaluation.data_sets.data_set import DataError, LabelData, LinkData
from recommender.evaluation.data_sets.leaks import shuffled
from recommender.evaluation.data_sets.loading import load_labels, load_links
from recommender.evaluation.data_sets.splits import Split, cold, per_investor
from recommender.evaluation.data_sets.vectors import Progress, vectors_of
from recommender.evaluation.labels import label_taxonomies, labels
from recommender.evaluation.metrics import Measured
from recommender.evaluation.priorities import priorities
from recommender.evaluation.protocols import fitted_model, forward, learned_weights, pairs_of, reverse
from recommender.evaluation.results import LABELS_PROTOCOL, PRIORITIES_PROTOCOL, Result
from recommender.evaluation.warm import warm_projects
from recommender.fit.calibration import calibrated
from recommender.fit.model import FitModel
from recommender.fit.weights import Weights
from recommender.pool.projects import Projects
from recommender.text.vectors import TextVectors

OF_LINKS = ("cold", "per_investor", "reverse", "warm", "cities")
"""Protocols of companies with investors and investments."""
LABELS = "labels"
PRIORITIES = "priorities"
OF_LABELS = (LABELS, PRIORITIES)
"""Protocols of texts with labels."""
PROTOCOLS = (*OF_LINKS, *OF_LABELS)
DEFAULT_PROTOCOLS = ("cold", "reverse", "warm", "cities", *OF_LABELS)
LEAST_TO_CALIBRATE = 5
"""Links of an investor whose outcomes the curve from fits to scores is fitted on."""


@dataclass(frozen=True)
class Task:
    """One protocol on the data set at ``path`` (a directory of links, or a file of texts with labels)."""

    path: Path
    protocol: str
    least: int = 10
    learn: bool = False
    seed: int = 0
    shuffle: str | None = None
    without: tuple[str, ...] = ()


def texts_of(projects: Projects) -> list[str]:
    """Return all texts of the pool."""
    return [text for by_tag in projects.texts for text in by_tag.values()]


def encode_for(task: Task, encoders: Sequence[Encoder], directory: Path | None, progress: Progress | None) -> None:
    """Encode the task's texts into ``directory``."""
    if task.protocol in OF_LABELS:
        data = load_labels(task.path)
        vectors_of([*texts_of(data.projects), *data.labels], encoders, directory, progress)
    else:
        links = replace_columns(load_links(task.path), task.without)
        vectors_of(texts_of(links.projects), encoders, directory, progress)


def run(task: Task, encoders: Sequence[Encoder], directory: Path | None) -> Result:
    """Return the task's result. Raises ``DataError``."""
    if task.protocol in OF_LABELS:
        data, vectors, model = _fitted_labels(task, encoders, directory)
        measure = labels if task.protocol == LABELS else priorities
        return measure(data, vectors, model, task.seed)
    if task.protocol in ("warm", "cities"):
        own = _links(task)
        vectors = vectors_of(texts_of(own.projects), encoders, directory)
        measure_links = warm_projects if task.protocol == "warm" else cities
        return measure_links(own, vectors, task.least, task.seed)
    links, model = _fitted(task, encoders, directory)
    return measured(links, model, task.protocol, least=task.least, learn=task.learn, seed=task.seed)


def not_measured(task: Task, error: DataError) -> Result:
    """Return a result that says why a task can't be measured."""
    titles = {LABELS: LABELS_PROTOCOL, PRIORITIES: PRIORITIES_PROTOCOL, "reverse": "cold, reverse"}
    name = task.path.stem if task.path.is_file() else task.path.resolve().name
    return Result(name, titles.get(task.protocol, task.protocol), {}, {}, problem=str(error))


def measured(data: LinkData, model: FitModel, protocol: str, *, least: int, learn: bool, seed: int = 0) -> Result:
    """Return the result of one protocol for a fitted model. Raises ``DataError`` for an unknown protocol and for data
    without cases."""
    if len(data.days) < 10:
        unused = ", ".join(f"{count} {reason}" for reason, count in data.left_out.items())
        raise DataError(
            f"{data.name} has {len(data.days)} dated links, ten are the least; there is nothing to measure"
            + (f" (left out: {unused})" if unused else "")
        )
    if protocol == "cities":
        return city_result(landings(data), model, least, seed)
    if protocol == "warm":
        return warm_projects(data, model.context_.vectors, least, seed)
    split = cold(data)
    if protocol == "per_investor":
        return forward(data, per_investor(data), model, least=least, seed=seed)
    if protocol == "reverse":
        trained = trained_weights(data, split, model) if learn else None
        return reverse(data, split, model, least, weights=trained, seed=seed)
    if protocol != "cold":
        raise DataError(f"protocol is {protocol!r}; it can be {', '.join(OF_LINKS)}")
    weights = trained_weights(data, split, model) if learn else None
    scale = None
    if len(split.history) >= 10:
        scale = calibrated(pairs_of(data, cold(data, split.history), model, min(least, LEAST_TO_CALIBRATE)))
    return forward(data, split, model, least=least, weights=weights, scale=scale, seed=seed)


_TRAINED: list[tuple[FitModel, Weights]] = []
"""The weights that were trained last in this process, with their model: two protocols of a data set share them."""


def trained_weights(data: LinkData, split: Split, model: FitModel) -> Weights:
    """Choose weights on an inner split of the history."""
    if not _TRAINED or _TRAINED[0][0] is not model:
        _TRAINED[:] = [(model, learned_weights(data, split, model))]
    return _TRAINED[0][1]


_LAST: list[tuple[object, LinkData, FitModel]] = []
"""The model that was fitted last in this process: the protocols of one data set share it."""


def _links(task: Task) -> LinkData:
    data = replace_columns(load_links(task.path), task.without)
    if task.shuffle is not None:
        data = shuffled(data, task.shuffle, np.random.default_rng(task.seed))
    return data


def _fitted(task: Task, encoders: Sequence[Encoder], directory: Path | None) -> tuple[LinkData, FitModel]:
    key = (task.path, task.without, task.shuffle, task.seed, tuple(each.name for each in encoders), fingerprint(task))
    if _LAST and _LAST[0][0] == key:
        return _LAST[0][1:]
    _LAST.clear()
    data = _links(task)
    vectors = vectors_of(texts_of(data.projects), encoders, directory)
    _LAST.append((key, data, fitted_model(Context(data.projects, data.taxonomies, vectors))))
    return _LAST[0][1:]


_LAST_LABELS: list[tuple[object, LabelData, TextVectors, FitModel]] = []
"""The same for texts with labels."""


def _fitted_labels(
    task: Task, encoders: Sequence[Encoder], directory: Path | None
) -> tuple[LabelData, TextVectors, FitModel]:
    key = (task.path, tuple(each.name for each in encoders), fingerprint(task))
    if not _LAST_LABELS or _LAST_LABELS[0][0] != key:
        _LAST_LABELS.clear()
        data = load_labels(task.path)
        vectors = vectors_of([*texts_of(data.projects), *data.labels], encoders, directory)
        _LAST_LABELS.append((key, data, vectors, fitted_model(Context(data.projects, label_taxonomies(data), vectors))))
    return _LAST_LABELS[0][1:]


def replace_columns(data: LinkData, without: Sequence[str]) -> LinkData:
    """Return the data without some columns. Raises ``DataError`` for a column other than the three."""
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


# ---- what is finished


def fingerprint(task: Task) -> str:
    """Return a hash over the data set's files."""
    paths = [task.path] if task.path.is_file() else sorted(each for each in task.path.iterdir() if each.is_file())
    stamps = [(each.name, each.stat().st_size, each.stat().st_mtime_ns) for each in paths]
    return hashlib.sha256(repr(stamps).encode()).hexdigest()


@cache
def _code() -> str:
    """Return a hash over the recommender's code: results of other code are computed anew."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def part_of(task: Task, encoders: Sequence[Encoder], directory: Path) -> Path:
    """Return the path at which the task's result is cached until the evaluation ends."""
    key = repr((task, fingerprint(task), [each.name for each in encoders], _code()))
    return directory / "parts" / f"{hashlib.sha256(key.encode()).hexdigest()[:24]}.json"


def write_part(path: Path, result: Result) -> None:
    """Write a result atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(asdict(result)), encoding="utf-8")
    partial.replace(path)


def read_part(path: Path) -> Result | None:
    """Return a cached result; ``None`` if there is none."""
    if not path.is_file():
        return None
    fields: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    fields["methods"] = {name: _measures(values) for name, values in fields["methods"].items()}
    fields["differences"] = {name: _measures(values) for name, values in fields["differences"].items()}
    fields["gains"], fields["measures"] = _measures(fields["gains"]), _measures(fields["measures"])
    fields["reliability"] = [tuple(each) for each in fields["reliability"]]
    return Result(**fields)


def _measures(values: Mapping[str, Mapping[str, float]]) -> dict[str, Measured]:
    return {name: Measured(value["mean"], value["error"], int(value["queries"])) for name, value in values.items()}
