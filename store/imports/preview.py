"""The preview of an import: how headers were understood, problems by remedy, and rows with their cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice

from store.imports.kinds import KINDS, Kind
from store.imports.kinds.field import Field
from store.imports.planning.headers import PROBLEM_HEADER
from store.imports.planning.plans import FilePlan
from store.imports.problems import RowProblem
from store.imports.readers.opening import rows_of
from store.imports.readers.sheet import SheetSource
from store.imports.readers.source import EXTRA_CELLS
from store.imports.values.scripts import language_of
from store.imports.values.texts import text_of

FIRST_ROWS = 20
"""Rows shown from the beginning, whether or not they have problems."""
MOST_ROWS = 300
"""Rows with problems that are shown with their cells."""
MOST_VALUES = 50
"""Different values listed of one group of problems."""
_LONGEST_CELL = 500

Json = dict[str, object]


@dataclass(slots=True)
class ProblemGroup:
    """Problems of one column with one remedy."""

    first: RowProblem
    count: int = 0
    values: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Preview:
    """Collects every problem of a check as it is found; `shown` says what was found, as JSON."""

    most_rows: int | None = MOST_ROWS
    """Rows whose problems are kept; None for all."""
    groups: dict[tuple[str, str], ProblemGroup] = field(default_factory=dict)
    by_row: dict[int, list[RowProblem]] = field(default_factory=dict)

    def add(self, problems: Sequence[RowProblem]) -> None:
        """Add problems."""
        for problem in problems:
            group = self.groups.setdefault((problem.column, problem.remedy), ProblemGroup(problem))
            group.count += 1
            if problem.value in group.values or len(group.values) < MOST_VALUES:
                group.values[problem.value] += 1
            room = self.most_rows is None or len(self.by_row) < self.most_rows
            if problem.row and (room or problem.row in self.by_row):
                self.by_row.setdefault(problem.row, []).append(problem)

    def shown(self, plan: FilePlan | None) -> Json:
        """Return columns, groups of problems, and rows; without a plan the file couldn't be opened."""
        return {
            "kind": None if plan is None else plan.kind.name,
            "kinds": list(KINDS),
            "fields": [] if plan is None else _fields(plan.kind),
            "columns": [] if plan is None else _columns(plan),
            "missing": [] if plan is None else _missing(plan),
            "sheets": plan.source.sheets if plan is not None and isinstance(plan.source, SheetSource) else [],
            "groups": [_group(key[1], group) for key, group in self.groups.items()],
            "rows": [] if plan is None else [self._row(plan, *row) for row in self._wanted(plan)],
        }

    def _wanted(self, plan: FilePlan) -> Iterator[tuple[int, Mapping[str, object]]]:
        """Yield the first rows and those with problems, as the file has them."""
        rows = rows_of(plan.source)
        yield from islice(rows, FIRST_ROWS)
        last = max(self.by_row, default=0)
        for number, cells in rows:
            if number > last:
                return
            if number in self.by_row:
                yield number, cells

    def _row(self, plan: FilePlan, number: int, cells: Mapping[str, object]) -> Json:
        corrected = plan.corrections.cells.get(number, {})
        texts = {header: _text(cell) for header, cell in {**cells, **corrected}.items() if header != EXTRA_CELLS}
        return {
            "row": number,
            "cells": {header: text[:_LONGEST_CELL] for header, text in texts.items()},
            "long": [header for header, text in texts.items() if len(text) > _LONGEST_CELL],
            "corrected": list(corrected),
            "leftOut": number in plan.corrections.left_out,
            "problems": [
                {"column": each.column, "value": each.value, "problem": each.problem, "remedy": each.remedy}
                for each in self.by_row.get(number, ())
            ],
        }


def rows_with_problems(plan: FilePlan, found: Preview) -> Iterator[list[str]]:
    """Yield the headers, then the rows with problems, as corrected so far, each with what is wrong."""
    headers = [header for header in plan.source.headers if header and header != PROBLEM_HEADER]
    yield [*headers, PROBLEM_HEADER]
    for number, cells in plan.corrections.applied(rows_of(plan.source)):
        if problems := found.by_row.get(number):
            said = [f"{each.column}: {each.message}".removeprefix(": ") for each in problems]
            yield [*(_text(cells.get(header)) for header in headers), "\n".join(said)]


def _text(cell: object) -> str:
    return "" if cell is None else text_of(cell)


def _fields(kind: Kind) -> list[Json]:
    return [
        {
            "name": each.name,
            "label": _label(each),
            "written": each.description,
            "required": each.name in kind.required,
            "role": each.role.name,
        }
        for each in kind.fields
    ]


def _label(field: Field) -> dict[str, str]:
    """Return a field's name for people: in Chinese its first Chinese header, but `名称` for a name."""
    english = field.name.replace("_", " ")
    chinese = [each for each in field.headers if language_of(each) == "zh"] or [english]
    return {"en": english, "zh": "名称" if "名称" in chinese else chinese[0]}


def _columns(plan: FilePlan) -> list[Json]:
    unusable = {each.header: each for each in plan.unusable}
    known = {column.header: column for column in plan.columns}
    found: list[Json] = []
    for header in (each for each in plan.source.headers if each):
        column, problem = known.get(header), unusable.get(header)
        found.append({
            "header": header,
            "field": None if column is None else column.field,
            "recognition": None if column is None else column.recognition.name,
            "language": None if column is None else column.language,
            "unit": None if column is None or column.unit is None else asdict(column.unit),
            "suggestion": None if problem is None else problem.suggestion or None,
            "problem": None if problem is None else problem.message,
        })  # fmt: skip
    return found


def _missing(plan: FilePlan) -> list[str]:
    """Required fields that no column provides."""
    return [each.header for each in plan.unusable if each.header not in plan.source.headers]


def _group(remedy: str, group: ProblemGroup) -> Json:
    return {
        "column": group.first.column,
        "field": group.first.field,
        "problem": group.first.problem,
        "remedy": remedy,
        "file": not group.first.row,
        "row": group.first.row,
        "count": group.count,
        "values": [{"value": value, "count": count} for value, count in group.values.items() if value],
    }
