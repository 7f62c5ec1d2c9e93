"""Data sets for measuring, in the import formats: companies, investors and investments; or texts with labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from recommender.profiles import Evidence, EvidenceKind, Profile, SubjectKind, WeightedText
from recommender.projects import Projects
from recommender.text import language_of
from recommender.world import ConceptGraph, PlaceTree, World

Days = npt.NDArray[np.datetime64]


class DataError(ValueError):
    """A data set can't be used; the message names the file, what is missing, and what is allowed."""


@dataclass(frozen=True)
class LinkData:
    """Companies as projects, and who funded which when. ``links`` are sorted by investor, day, project row."""

    name: str
    projects: Projects
    world: World
    investors: Sequence[str]
    investor_names: Mapping[str, str]
    investor_of: npt.NDArray[np.intp]
    project_of: npt.NDArray[np.intp]
    days: Days
    subjects: Mapping[str, Profile] = field(default_factory=dict)
    """What investors declare, by id, where the data has it."""


@dataclass(frozen=True)
class Case:
    """One evaluated investor: rows of its history with their days, and the rows that should come first."""

    investor: int
    history: npt.NDArray[np.intp]
    days: Days
    relevant: npt.NDArray[np.intp]


@dataclass(frozen=True)
class LabelData:
    """Texts with labels; a label's own name is the query."""

    name: str
    projects: Projects
    labels: Sequence[str]
    members: sparse.csr_matrix
    """Which text has which label, shape (texts, labels)."""


Table = dict[str, list[Any]]


def _table(path: Path, needed: Iterable[str]) -> Table:
    """The columns of a Parquet file; rows that repeat an ``id`` are dropped, the others ordered by it."""
    from pyarrow import ArrowInvalid, parquet

    if not path.is_file():
        raise DataError(f"{path} is missing; give a directory with companies, investors and investments as Parquet")
    try:
        table: Table = parquet.read_table(path).to_pydict()
    except ArrowInvalid as error:
        raise DataError(f"{path} is no Parquet file: {error}") from error
    missing = [column for column in needed if column not in table]
    if missing:
        raise DataError(f"{path} has no column {', '.join(missing)}; it has {', '.join(table)}")
    if "id" in table:
        first: dict[str, int] = {}
        for row, own in enumerate(table["id"]):
            first.setdefault(str(own), row)
        order = [first[own] for own in sorted(first)]
        table = {column: [values[row] for row in order] for column, values in table.items()}
    return table


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _several(value: object) -> list[str]:
    if value is None or isinstance(value, float):
        return []
    if isinstance(value, str):
        return [part.strip() for part in value.replace(";", ",").split(",") if part.strip()]
    return [str(part).strip() for part in value if str(part).strip()]  # type: ignore[attr-defined]


def load_links(directory: Path) -> LinkData:
    """Read ``companies``, ``investors`` and ``investments`` from Parquet files in ``directory``.

    Companies need ``id`` and ``description``; ``name``, ``categories``, ``category_groups``, ``country``,
    ``region``, ``city`` are used where present. What is only known later (stage, rounds, exits) is left out.
    Raises ``DataError``.
    """
    companies = _table(directory / "companies.parquet", ["id", "description"])
    investors = _table(directory / "investors.parquet", ["id"])
    links = _table(directory / "investments.parquet", ["investor_id", "company_id", "date"])
    places, origins = _places(companies)
    graph, memberships = _concepts(companies)
    ids = [str(each) for each in companies["id"]]
    names = companies.get("name", companies["id"])
    texts: list[dict[str, str]] = []
    for text in map(_text, companies["description"]):
        texts.append({language_of(text): text} if text else {})
    projects = Projects(
        ids=ids,
        texts=texts,
        names=[{language_of(str(name)): str(name)} for name in names],
        origins=origins,
        concepts=memberships,
    )
    known = set(ids)
    kept = [
        (str(investor), str(company), str(date))
        for investor, company, date in zip(links["investor_id"], links["company_id"], links["date"], strict=True)
        if str(company) in known and date is not None
    ]
    days = np.array([_day(date) for _, _, date in kept], dtype="datetime64[D]")
    investor_ids = sorted({investor for investor, _, _ in kept})
    investor_code = {each: code for code, each in enumerate(investor_ids)}
    investor_of = np.array([investor_code[investor] for investor, _, _ in kept], np.intp)
    project_of = np.array([projects.row_of[company] for _, company, _ in kept], np.intp)
    order = np.lexsort((project_of, days, investor_of))
    pairs = investor_of[order] * len(projects) + project_of[order]
    order = order[np.sort(np.unique(pairs, return_index=True)[1])]
    known_names = investors.get("name", investors["id"])
    return LinkData(
        name=directory.name,
        projects=projects,
        world=World(places=places, concepts=graph),
        investors=investor_ids,
        investor_names=dict(zip(map(str, investors["id"]), map(str, known_names), strict=True)),
        investor_of=investor_of[order],
        project_of=project_of[order],
        days=days[order],
    )


def _day(text: str) -> np.datetime64:
    """A partial date (year, month or day) as its first day."""
    try:
        return np.datetime64(text[:10], "D")
    except ValueError as error:
        raise DataError(f"investments: {text!r} is no date; write 2019, 2019-04 or 2019-04-12") from error


def _places(companies: Table) -> tuple[PlaceTree, npt.NDArray[np.int32]]:
    columns = [column for column in ("country", "region", "city") if column in companies]
    codes: dict[tuple[str, ...], int] = {}
    parents: list[int] = []
    origins = np.full(len(companies["id"]), -1, np.int32)
    for row, parts in enumerate(zip(*(companies[column] for column in columns), strict=True) if columns else ()):
        path: tuple[str, ...] = ()
        code = -1
        for column, part in zip(columns, map(_text, parts), strict=True):
            if not part:
                continue
            path = (*path, f"{column}:{part}")
            if path not in codes:
                codes[path] = len(codes)
                parents.append(code)
            code = codes[path]
        # A country alone says nothing where all are from one; it does elsewhere.
        origins[row] = code
    names = [{"en": path[-1].partition(":")[2]} for path in codes]
    ids = ["/".join(path) for path in codes]
    return PlaceTree(ids, names, np.array(parents, np.int32)), origins


def _concepts(companies: Table) -> tuple[ConceptGraph, sparse.csr_matrix]:
    columns = [column for column in ("categories", "category_groups") if column in companies]
    codes: dict[str, int] = {}
    rows: list[int] = []
    chosen: list[int] = []
    size = len(companies["id"])
    for row in range(size):
        own = {each.lower() for column in columns for each in _several(companies[column][row])}
        for each in sorted(own):
            rows.append(row)
            chosen.append(codes.setdefault(each, len(codes)))
    shape = (size, len(codes))
    memberships = sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, chosen)), shape=shape)
    graph = ConceptGraph(list(codes), [{"en": name} for name in codes], np.full(len(codes), -1, np.int32))
    return graph, memberships


def load_labels(path: Path, least: int = 20) -> LabelData:
    """Read texts with labels from a Parquet file with ``id``, ``text`` and ``labels``.

    Labels with fewer than ``least`` texts are dropped. Raises ``DataError``.
    """
    table = _table(path, ["id", "text", "labels"])
    counts: dict[str, int] = {}
    per_text = [sorted(set(_several(labels))) for labels in table["labels"]]
    for labels in per_text:
        for label in labels:
            counts[label] = counts.get(label, 0) + 1
    kept = sorted(label for label, count in counts.items() if count >= least)
    code = {label: position for position, label in enumerate(kept)}
    pairs = [(row, code[label]) for row, labels in enumerate(per_text) for label in labels if label in code]
    rows, columns = zip(*pairs, strict=True) if pairs else ((), ())
    members = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(per_text), len(kept)))
    texts = [{language_of(text): text} if text else {} for text in map(_text, table["text"])]
    return LabelData(path.stem, Projects(ids=[str(own) for own in table["id"]], texts=texts), kept, members)


def case_profile(data: LinkData, case: Case) -> Profile:
    """An investor as it stood at the end of the case's history: with those links, and what it declares where known.

    Of a subject of the store, what it passed on up to the day of the last link counts too.
    """
    investor_id = data.investors[case.investor]
    known = data.subjects.get(investor_id)
    if known is not None:
        last = case.days.max()
        own = {data.projects.ids[row] for row in case.history}
        acts = [
            act
            for act in known.history
            if act.day is not None and act.day <= last and (act.project_id in own or not act.favourable)
        ]
        return replace(known, history=acts)
    acts = [
        Evidence(data.projects.ids[row], EvidenceKind.INVESTED, day)
        for row, day in zip(case.history, case.days, strict=True)
    ]
    return Profile(investor_id, SubjectKind.INVESTOR, {"en": data.investor_names.get(investor_id, "")}, history=acts)


def label_profile(label: str) -> Profile:
    """A query that is a label's own name."""
    return Profile(label, SubjectKind.TEXT, texts=[WeightedText(label)])
