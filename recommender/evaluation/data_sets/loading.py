"""Data sets read from files in the import formats."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse

from recommender.evaluation.data_sets.data_set import DataError, Days, LabelData, LinkData, without_own
from recommender.evaluation.data_sets.tables import Table, file_needed, key_of, read_table, several_of, text_of
from recommender.pool.projects import Projects
from recommender.pool.taxonomies import ConceptGraph, PlaceTree, Taxonomies
from recommender.text import language_of

LEAST_TEXTS = 20
"""Minimum texts of a label that serves as a query."""

Link = tuple[str, int, np.datetime64]


def load_links(directory: Path) -> LinkData:
    """Read ``companies``, ``investors`` and ``investments`` from files in ``directory``, in any import format.

    Companies need ``id``; ``description``, ``name``, ``categories``, ``category_groups``, ``country``, ``region``,
    ``city`` are used where present. What is only known later (stage, rounds, exits) is left out. Links name a company
    by its id, or else by its name. Raises ``DataError``.
    """
    companies = read_table(file_needed(directory, "companies"), ["id"])
    investors = read_table(file_needed(directory, "investors"), ["id"])
    table = read_table(file_needed(directory, "investments"), ["investor_id", "company_id", "date"])
    places, origins = _places(companies)
    graph, memberships = _concepts(companies)
    names = [name or key for name, key in zip(companies.texts("name"), companies["id"], strict=True)]
    projects = Projects(
        ids=companies["id"],
        texts=[{language_of(text): text} if text else {} for text in companies.texts("description")],
        names=[{language_of(name): name} for name in names],
        origins=origins,
        concepts=memberships,
    )
    links, left_out = _links(table, projects, names)
    investor_ids = sorted({investor for investor, _, _ in links})
    code = {each: position for position, each in enumerate(investor_ids)}
    investor_of = np.array([code[investor] for investor, _, _ in links], np.intp)
    project_of = np.array([row for _, row, _ in links], np.intp)
    days: Days = np.array([day for _, _, day in links], dtype="datetime64[D]")
    order = np.lexsort((project_of, days, investor_of))
    pairs = investor_of[order] * len(projects) + project_of[order]
    order = order[np.sort(np.unique(pairs, return_index=True)[1])]
    left_out["links that repeat an earlier one"] = len(links) - len(order)
    left_out |= {f"{reason} (companies)": count for reason, count in companies.left_out.items()}
    own_names = [name or key for name, key in zip(investors.texts("name"), investors["id"], strict=True)]
    return without_own(
        LinkData(
            name=directory.resolve().name,
            projects=projects,
            taxonomies=Taxonomies(places=places, concepts=graph),
            investors=investor_ids,
            investor_names=dict(zip(investors["id"], own_names, strict=True)),
            investor_of=investor_of[order],
            project_of=project_of[order],
            days=days[order],
            left_out={reason: count for reason, count in left_out.items() if count},
        )
    )


def _links(table: Table, projects: Projects, names: list[str]) -> tuple[list[Link], dict[str, int]]:
    """Return the usable links in file order, and the number of unusable ones by reason."""
    named = Counter(names)
    by_name = {name: row for row, name in enumerate(names) if named[name] == 1}
    links: list[Link] = []
    nobody, nowhere, undated = (
        "links without an investor",
        "links to companies that aren't there",
        "links without a date",
    )
    left_out = dict.fromkeys((nobody, nowhere, undated), 0)
    strange = ""
    rows = zip(map(key_of, table["investor_id"]), map(key_of, table["company_id"]), table.days("date"), strict=True)
    for investor, company, day in rows:
        row = projects.row_of.get(company, by_name.get(company))
        if not investor:
            left_out[nobody] += 1
        elif row is None:
            left_out[nowhere] += 1
            strange = strange or company
        elif day is None:
            left_out[undated] += 1
        else:
            links.append((investor, row, day))
    if not links:
        counts = ", ".join(f"{count} {reason}" for reason, count in left_out.items() if count)
        example = f" (such as {strange!r}, neither the id nor the name of one)" if strange else ""
        raise DataError(f"{table.path} has no link that can be used: {counts or 'it has no rows'}{example}")
    return links, left_out


def _places(companies: Table) -> tuple[PlaceTree, npt.NDArray[np.int32]]:
    columns = [column for column in ("country", "region", "city") if column in companies]
    codes: dict[tuple[str, ...], int] = {}
    parents: list[int] = []
    origins = np.full(len(companies), -1, np.int32)
    cells = [[text_of(cell, name=column == "country") for cell in companies[column]] for column in columns]
    for row, parts in enumerate(zip(*cells, strict=True)):
        path: tuple[str, ...] = ()
        code = -1
        for column, part in zip(columns, parts, strict=True):
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
    size = len(companies)
    for row in range(size):
        own = {each.lower() for column in columns for each in several_of(companies[column][row])}
        for each in sorted(own):
            rows.append(row)
            chosen.append(codes.setdefault(each, len(codes)))
    if not codes:
        return ConceptGraph(), None
    shape = (size, len(codes))
    memberships = sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, chosen)), shape=shape)
    graph = ConceptGraph(list(codes), [{"en": name} for name in codes], np.full(len(codes), -1, np.int32))
    return graph, memberships


def load_labels(path: Path, least: int = LEAST_TEXTS) -> LabelData:
    """Read texts with labels from a file with the columns ``id``, ``text`` and ``labels``.

    Labels with fewer than ``least`` texts are dropped, and those that every text has. Raises ``DataError``.
    """
    table = read_table(path, ["id", "text", "labels"])
    per_text = [sorted(set(several_of(labels))) for labels in table["labels"]]
    counts = Counter(label for labels in per_text for label in labels)
    names = sorted(label for label, count in counts.items() if least <= count < len(per_text))
    if not names:
        common = ", ".join(f"{label!r} has {count}" for label, count in counts.most_common(1)) or "there are none"
        raise DataError(
            f"{path}: no label has {least} texts or more, and not every one of the {len(per_text)}; there is nothing "
            f"to measure (the commonest: {common})"
        )
    code = {label: position for position, label in enumerate(names)}
    pairs = [(row, code[label]) for row, labels in enumerate(per_text) for label in labels if label in code]
    rows, columns = zip(*pairs, strict=True)
    members = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(per_text), len(names)))
    texts = [{language_of(text): text} if text else {} for text in table.texts("text")]
    left_out = {reason: count for reason, count in table.left_out.items() if count}
    return LabelData(path.stem, Projects(ids=table["id"], texts=texts), names, members, left_out)
