"""Data sets for measuring, in the import formats: companies, investors and investments; or texts with labels."""

from __future__ import annotations

import re
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
_SEPARATORS = re.compile(r"[,;，；、|\n]")


FILES: Mapping[str, Sequence[str]] = {
    "companies": ("companies", "projects", "项目", "企业"),
    "investors": ("investors", "投资机构", "投资人"),
    "investments": ("investments", "投资"),
}
"""What files may be called, before their ending."""
COLUMNS: Mapping[str, Sequence[str]] = {
    "id": ("编号",),
    "name": ("名称", "项目名称", "企业名称", "机构名称"),
    "description": ("summary", "简介", "项目简介", "描述"),
    "categories": ("industries", "concepts", "fields", "领域", "行业", "产业"),
    "country": ("国家",),
    "region": ("province", "省份", "省"),
    "city": ("城市",),
    "investor_id": ("investor", "投资机构", "投资人"),
    "company_id": ("company", "project", "project_id", "项目", "企业"),
    "date": ("invested", "日期", "投资时间", "投资日期"),
    "text": ("文本",),
    "labels": ("标签",),
}
"""Other headers of the columns that are read."""


def file_of(directory: Path, name: str) -> Path | None:
    """The file of a data set that holds ``name``, in any of the import formats."""
    from store.imports.readers import SUFFIXES

    wanted = {each + suffix for each in FILES[name] for suffix in SUFFIXES}
    found = sorted(each for each in directory.iterdir() if each.name.casefold() in wanted) if directory.is_dir() else []
    if len(found) > 1:
        raise DataError(f"{found[0]} and {found[1].name} both hold {name}; leave one of them there")
    return found[0] if found else None


def _file(directory: Path, name: str) -> Path:
    from store.imports.readers import SUFFIXES

    found = file_of(directory, name)
    if found is None:
        raise DataError(
            f"{directory / name} is missing; give a directory with companies, investors and investments, "
            f"each as one of {', '.join(SUFFIXES)}"
        )
    return found


def _table(path: Path, needed: Iterable[str]) -> Table:
    """The columns of a file; rows that repeat an ``id`` are dropped, the others ordered by it."""
    from store.imports.readers import FileError, open_source

    try:
        source = open_source(path)
        names = {header: _column(header) for header in source.headers}
        table: Table = {name: [] for name in names.values()}
        for _, row in source.rows():
            for header, name in names.items():
                table[name].append(row.get(header))
    except FileError as error:
        raise DataError(str(error)) from error
    missing = [column for column in needed if column not in table]
    if missing:
        raise DataError(f"{path} has no column {', '.join(missing)}; it has {', '.join(source.headers)}")
    if "id" in table:
        first: dict[str, int] = {}
        for row_number, own in enumerate(table["id"]):
            first.setdefault(str(own), row_number)
        order = [first[own] for own in sorted(first)]
        table = {column: [values[row] for row in order] for column, values in table.items()}
    return table


def _column(header: str) -> str:
    plain = header.strip().casefold()
    return next((name for name, others in COLUMNS.items() if plain == name or plain in others), header)


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _several(value: object) -> list[str]:
    if value is None or isinstance(value, float):
        return []
    if isinstance(value, str):
        return [part.strip() for part in _SEPARATORS.split(value.strip("[]")) if part.strip(" '\"")]
    return [str(part).strip() for part in value if str(part).strip()]  # type: ignore[attr-defined]


def load_links(directory: Path) -> LinkData:
    """Read ``companies``, ``investors`` and ``investments`` from files in ``directory``, in any import format.

    Companies need ``id`` and ``description``; ``name``, ``categories``, ``category_groups``, ``country``,
    ``region``, ``city`` are used where present. What is only known later (stage, rounds, exits) is left out.
    Raises ``DataError``.
    """
    companies = _table(_file(directory, "companies"), ["id", "description"])
    investors = _table(_file(directory, "investors"), ["id"])
    links = _table(_file(directory, "investments"), ["investor_id", "company_id", "date"])
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
        if str(company) in known and str(date or "").strip()
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


def _concepts(companies: Table) -> tuple[ConceptGraph, sparse.csr_matrix | None]:
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
    if not codes:
        return ConceptGraph(), None
    shape = (size, len(codes))
    memberships = sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, chosen)), shape=shape)
    graph = ConceptGraph(list(codes), [{"en": name} for name in codes], np.full(len(codes), -1, np.int32))
    return graph, memberships


def load_labels(path: Path, least: int = 20) -> LabelData:
    """Read texts with labels from a file with the columns ``id``, ``text`` and ``labels``.

    Labels with fewer than ``least`` texts are dropped, and those that every text has. Raises ``DataError``.
    """
    table = _table(path, ["id", "text", "labels"])
    counts: dict[str, int] = {}
    per_text = [sorted(set(_several(labels))) for labels in table["labels"]]
    for labels in per_text:
        for label in labels:
            counts[label] = counts.get(label, 0) + 1
    kept = sorted(label for label, count in counts.items() if least <= count < len(per_text))
    if not kept:
        raise DataError(f"{path}: no label has {least} texts or more, and not every one; there is nothing to measure")
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
