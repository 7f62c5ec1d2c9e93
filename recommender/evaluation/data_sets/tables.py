"""Files of a data set as columns with parsed cells, read like an import."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from recommender.evaluation.data_sets.data_set import DataError

FILES: Mapping[str, Sequence[str]] = {
    "companies": ("companies", "projects", "项目", "企业"),
    "investors": ("investors", "投资机构", "投资人"),
    "investments": ("investments", "投资"),
}
"""Accepted file names, without suffix."""
COLUMNS: Mapping[str, Sequence[str]] = {
    "id": ("编号",),
    "name": ("名称", "项目名称", "企业名称", "机构名称"),
    "description": ("summary", "简介", "项目简介", "企业简介", "描述"),
    "categories": ("industries", "concepts", "fields", "领域", "行业", "产业"),
    "category_groups": (),
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
ROW = "#"
"""The column with the rows' numbers in their file."""
WITHOUT_ID, REPEATED = "rows without an id", "rows that repeat an id"

_SEPARATORS = re.compile(r"[,;，；、|\n]")
_WHOLE = re.compile(r"(\d+)\.0")
_EITHER_ORDER = re.compile(r"\s*(\d{1,2})[/-](\d{1,2})[/-]\d{4}\s*")

Columns = dict[str, list[Any]]


class Table:
    """The columns of one file by the names of ``COLUMNS``, and the number of rows left out by reason."""

    def __init__(self, path: Path, columns: Columns, left_out: Mapping[str, int]) -> None:
        self.path = path
        self.columns = columns
        self.left_out = dict(left_out)

    def __contains__(self, column: str) -> bool:
        return column in self.columns

    def __getitem__(self, column: str) -> list[Any]:
        return self.columns[column]

    def __len__(self) -> int:
        return len(self.columns[ROW])

    def texts(self, column: str) -> list[str]:
        """Return the column's cells as texts; empty ones where there is no such column."""
        if column not in self:
            return [""] * len(self)
        return [text_of(cell, name=column == "name") for cell in self.columns[column]]

    def days(self, column: str) -> list[np.datetime64 | None]:
        """Return the column's cells as days, a partial date as its first; ``None`` for an empty cell.

        The column itself decides whether 4/12/2019 is in April or December. Raises ``DataError``.
        """
        cells = self.columns[column]
        day_first = _day_first(cells)
        days: list[np.datetime64 | None] = []
        for number, cell in zip(self.columns[ROW], cells, strict=True):
            try:
                days.append(_day(cell, day_first))
            except (ValueError, OverflowError) as error:
                raise DataError(f"{self.path}, row {number}, column {column}: {cell!r} {_told(error, cell)}") from error
        return days


def file_of(directory: Path, name: str) -> Path | None:
    """Return the file of a data set that holds ``name``, in any import format."""
    from store.imports.readers import SUFFIXES

    wanted = {each + suffix for each in FILES[name] for suffix in SUFFIXES}
    matches = (
        sorted(each for each in directory.iterdir() if each.name.casefold() in wanted) if directory.is_dir() else []
    )
    if len(matches) > 1:
        raise DataError(f"{matches[0]} and {matches[1].name} both hold {name}; leave one of them there")
    return matches[0] if matches else None


def file_needed(directory: Path, name: str) -> Path:
    """Return ``file_of``. Raises ``DataError`` if there is none."""
    from store.imports.readers import SUFFIXES

    file = file_of(directory, name)
    if file is None:
        raise DataError(
            f"{directory / name} is missing; give a directory with companies, investors and investments, "
            f"each as one of {', '.join(SUFFIXES)}"
        )
    return file


def read_table(path: Path, needed: Sequence[str]) -> Table:
    """Return the columns of a file. If an ``id`` is needed, rows are ordered by it, and rows without one or with a
    repeated one are left out. Raises ``DataError`` for a file that can't be read or lacks a column.
    """
    from store.imports.readers import FileError, open_source

    try:
        source = open_source(path)
        header_of = _header_of(source.headers)
        columns: Columns = {name: [] for name in (ROW, *header_of)}
        for number, row in source.rows():
            columns[ROW].append(number)
            for name, header in header_of.items():
                columns[name].append(row.get(header))
    except FileError as error:
        raise DataError(str(error)) from error
    missing = [column for column in needed if column not in columns]
    if missing:
        raise DataError(f"{path} has no column {', '.join(missing)}; it has {', '.join(source.headers)}")
    return _by_id(path, columns) if "id" in needed else Table(path, columns, {})


def _header_of(headers: Iterable[str]) -> dict[str, str]:
    """Map each column to its header, preferring the column's own name."""
    plain: dict[str, str] = {}
    for header in headers:
        plain.setdefault(header.strip().casefold(), header)
    own = {
        name: next((plain[each] for each in (name, *others) if each in plain), None) for name, others in COLUMNS.items()
    }
    return {name: header for name, header in own.items() if header is not None}


def _by_id(path: Path, columns: Columns) -> Table:
    first: dict[str, int] = {}
    keys = [key_of(cell) for cell in columns["id"]]
    for row, key in enumerate(keys):
        if key:
            first.setdefault(key, row)
    order = [first[key] for key in sorted(first)]
    columns = {column: [cells[row] for row in order] for column, cells in columns.items()}
    nameless = keys.count("")
    columns["id"] = sorted(first)
    return Table(path, columns, {WITHOUT_ID: nameless, REPEATED: len(keys) - nameless - len(first)})


# ---- cells


def text_of(cell: object, *, name: bool = False) -> str:
    """Return a cell as text; empty for a placeholder such as ``null`` (except in ``name``)."""
    from store.imports.values import texts

    if isinstance(cell, list | tuple):
        return " ".join(text_of(each) for each in cell).strip()
    if texts.is_empty(cell, name=name):
        return ""
    return cell.strip() if isinstance(cell, str) else texts.text_of(cell)


def key_of(cell: object) -> str:
    """Return an id; 7 and 7.0 are the same id."""
    key = text_of(cell, name=True)
    integer = _WHOLE.fullmatch(key)
    return integer[1] if integer else key


def several_of(cell: object) -> list[str]:
    """Return the items of a cell: a list, a list in JSON or Python syntax, or texts separated by commas or the like."""
    if isinstance(cell, str):
        cell = _listed(cell.strip())
    items = cell if isinstance(cell, list | tuple | set | frozenset) else [cell]
    return [text for text in map(text_of, items) if text]


def _listed(text: str) -> Sequence[object]:
    if not (text.startswith("[") and text.endswith("]")):
        return _SEPARATORS.split(text)
    try:
        items = orjson.loads(text)
    except orjson.JSONDecodeError:
        return [part.strip(" '\"") for part in _SEPARATORS.split(text.strip("[]"))]
    return items if isinstance(items, list) else []


def _day(cell: object, day_first: bool | None) -> np.datetime64 | None:
    from store.imports.values.dates import parse_date

    if not text_of(cell):
        return None
    earliest = parse_date(cell, day_first=day_first).earliest
    if earliest is None:
        raise ValueError("has no year; write 2019, 2019-04 or 2019-04-12")
    return np.datetime64(earliest, "D")


def _day_first(cells: Iterable[object]) -> bool | None:
    """Return whether dates such as 4/12/2019 begin with the day; ``None`` if no date of the column decides it."""
    matches = [match for cell in cells if isinstance(cell, str) and (match := _EITHER_ORDER.fullmatch(cell))]
    return next((int(match[1]) > 12 for match in matches if int(match[1]) > 12 or int(match[2]) > 12), None)


def _told(error: Exception, cell: object) -> str:
    """Return what is wrong with a date, without the remedies that only an import has."""
    message = str(error).removeprefix(repr(cell)).strip()
    if "mapping file" in message:
        return message.partition(";")[0] + "; write the year first"
    return message
