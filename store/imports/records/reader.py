"""Reads a row into a record, cell by cell, with every problem of the row."""

import dataclasses
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from store.imports.kinds import Kind
from store.imports.kinds.column import Column
from store.imports.kinds.field import Field, Role
from store.imports.planning.headers import CONSTANT
from store.imports.problems import NoteLog, RowProblem
from store.imports.readers.source import EXTRA_CELLS
from store.imports.records.cells import LISTS, NAMIBIA, Knows, by_language, items_of, mapped, plain_cell, says_nothing
from store.imports.records.clearing import check_clearable, is_marker
from store.imports.records.identity import keys_of
from store.imports.records.passed_over import why_passed_over
from store.imports.records.record import LOCATION_PARTS, Record
from store.imports.records.rules import check_row
from store.imports.values.amounts import is_unstated, parse_unit
from store.imports.values.dates import time_of
from store.imports.values.folding import folded
from store.imports.values.texts import text_of
from store.values.money import check_currency

_LONGEST_NAME = 1_000
_DECIMAL_ID = re.compile(r"\d{1,15}\.0")


@dataclasses.dataclass(slots=True)
class _Row:
    """A row while its cells are read."""

    values: dict[str, Any] = dataclasses.field(default_factory=dict)
    cleared: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    languages: dict[str, str] = dataclasses.field(default_factory=dict)
    times: dict[str, str] = dataclasses.field(default_factory=dict)
    """Time of day of a date's cell, by field."""
    unnamed: set[str] = dataclasses.field(default_factory=set)
    """Fields of which a cell says that nobody is named."""
    notes: list[str] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(slots=True)
class ReadRow:
    """One row: its record without bad cells, or None if it is no record, and its problems."""

    number: int
    record: Record | None
    problems: list[RowProblem]
    is_good: bool
    """Whether the record can be imported, as far as its cells say."""


class RecordReader:
    """Reads the rows of one file.

    With `skip_bad_cells`, an optional cell that can't be read is dropped and still reported. `knows` says whether a
    scheme has a label, so that labels with commas aren't split.
    """

    def __init__(self, kind: Kind, columns: Sequence[Column], path: Path, notes: NoteLog | None = None) -> None:
        self.kind = kind
        self.path = path
        self.headers: dict[str, str] = {}
        self.id_is_mapped = any(column.field == "id" and column.by_mapping for column in columns)
        self.skip_bad_cells = False
        self.knows: Knows = lambda scheme, label: False
        self.notes = notes or NoteLog()
        self._fed: list[tuple[Column, Field]] = []
        for column in columns:
            field = kind.field(column.field) if column.field else None
            if field is not None:
                # The currency comes first: amounts need it.
                self._fed.insert(0 if field.name == "currency" else len(self._fed), (column, field))
                self.headers.setdefault(field.name, column.header.removeprefix(CONSTANT))

    def read(self, number: int, cells: Mapping[str, Any], take_notes: bool) -> "ReadRow":
        """Read a row into a record without its bad cells, and problems; no record if the row is none."""
        if why := why_passed_over({header: cell for header, cell in cells.items() if header != EXTRA_CELLS}):
            if take_notes:
                self.notes.add(self.path, f"{why}; it was skipped", number)
            return ReadRow(number, None, [], is_good=True)
        row = _Row()
        problems = [RowProblem(self.path, number, "", "", cells[EXTRA_CELLS])] if EXTRA_CELLS in cells else []
        problems += self._cells(row, number, cells)
        failed = {problem.field for problem in problems}
        problems += [
            RowProblem(self.path, number, self.headers.get(name, name), "", message, name)
            for name, message in check_row(
                self.kind, row.values, lambda name, text: row.notes.append(f"column {self.headers[name]}: {text}")
            )
            if name not in failed | row.unnamed
            and self._is_fed(name)
            and not (name == "place" and failed & set(LOCATION_PARTS))
        ]
        is_good = not problems or (self.skip_bad_cells and all(self.is_optional(one.field) for one in problems))
        if take_notes and is_good:
            for text in dict.fromkeys(row.notes):
                self.notes.add(self.path, text, number)
        return ReadRow(number, self._record(row, number, {one.field for one in problems}), problems, is_good)

    def _is_fed(self, name: str) -> bool:
        """Return whether a column provides the field; if not, the header is wrong, not each row."""
        return any(part in self.headers for part in (LOCATION_PARTS if name == "place" else (name,))) or name.endswith(
            ("_min", "_max")
        )

    def is_optional(self, name: str) -> bool:
        """Return whether a record can do without the field; an empty text stands for the whole row."""
        needs_place = "place" in self.kind.required and name in LOCATION_PARTS
        return bool(name) and name != "id" and name not in self.kind.required and not needs_place

    def _record(self, row: _Row, number: int, failed: set[str]) -> Record:
        values = row.values
        values.pop("currency", None)
        serial = values.pop("serial", None)
        given = values.pop("id", None)
        # Another column may say more than the one that clears the field.
        cleared = {name: tags for name, tags in row.cleared.items() if tags or name not in values}
        record = Record(self.kind, str(given), values, self.path, number, cleared, languages=row.languages)
        for name in failed:
            record.drop(name)
        if given is None:
            time = row.times.get("starts", "") if "starts" in self.kind.identity else ""
            keys, former = keys_of(self.kind, values, time)
            record.key, *others = keys
            record.other_keys = tuple(others)
            record.former_keys = (*former, *([serial] if serial else []))
        return record

    def _cells(self, row: _Row, number: int, cells: Mapping[str, object]) -> list[RowProblem]:
        problems = []
        for column, field in self._fed:
            cell = cells.get(column.header)
            try:
                self._cell(row, column, field, cell)
            except (ValueError, ArithmeticError) as error:
                header = column.header.removeprefix(CONSTANT)
                problems.append(RowProblem(self.path, number, header, text_of(cell)[:1000], str(error), field.name))
        return problems

    def _cell(self, row: _Row, column: Column, field: Field, cell: object) -> None:
        constant = column.header.startswith(CONSTANT)
        if constant:
            if field.name in row.values:
                return  # a constant is for rows without their own value
            cell = column.values[CONSTANT]
        cell = plain_cell(cell)
        if isinstance(cell, dict):
            if field.role is not Role.LOCALIZED:
                raise ValueError("is an object; give a single value or a list")
            if texts := by_language(cell):
                _merge(row.values, field, _checked_name(field, texts))
            return
        if says_nothing(cell, field) or (field.role is Role.AMOUNT and is_unstated(cell)):
            return
        if field.unnamed and is_unstated(cell):
            row.unnamed.add(field.name)
            return
        if field.role in LISTS:
            cell, at_commas = items_of(cell, column, field, self.knows)
            if at_commas:
                text = "cells are split at commas; name the column's 'separator' in the mapping file if that is wrong"
                row.notes.append(f"column {column.header}: {text}")
        elif isinstance(cell, list | tuple):
            raise ValueError("is a list; give a single value")
        if column.values and not constant:
            cell = mapped(cell, column.values)
            if says_nothing(cell, field):
                return
        if is_marker(cell):
            check_clearable(self.kind, field, column.language)
            tags = row.cleared.setdefault(field.name, [])
            tags += [column.language] if column.language and field.role is Role.LOCALIZED else []
            return
        self._value(row, column, field, cell)

    def _value(self, row: _Row, column: Column, field: Field, cell: object) -> None:
        if field.role is Role.AMOUNT and row.values.get("currency"):
            column = dataclasses.replace(column, currency=row.values["currency"])
        if field.role in (Role.ID, Role.REFERENCE) and isinstance(cell, str) and _DECIMAL_ID.fullmatch(cell.strip()):
            cell = cell.strip().removesuffix(".0")  # data frames write the whole number 7 as 7.0
        if field.description == "country" and text_of(cell) == NAMIBIA:
            row.notes.append(f"column {column.header}: NA is read as Namibia")
        value = _currency(text_of(cell)) if field.name == "currency" else field.read(cell, column)
        if value is None:
            return
        if field.role is Role.DATE and (time := time_of(cell)):
            row.times[field.name] = time
            told = "identifies records, but is not stored" if field.name in self.kind.identity else "is not stored"
            row.notes.append(f"column {column.header}: the time of day {told}")
        if column.language:
            row.languages[field.name] = column.language
        _merge(row.values, field, _checked_name(field, value))


def _checked_name(field: Field, value: object) -> object:
    texts = value.values() if field.name == "name" and isinstance(value, dict) else ()
    if any(len(text) > _LONGEST_NAME for text in texts):
        raise ValueError(f"is longer than {_LONGEST_NAME:,} characters; check for an unclosed quote")
    return value


def _merge(values: dict[str, object], field: Field, value: Any) -> None:
    known = values.get(field.name)
    if isinstance(known, dict):
        for tag, text in value.items():
            if tag in known and folded(known[tag]) != folded(text):
                raise ValueError(
                    f"is a second {field.name} in the language {tag}, besides {known[tag]!r}; name the language of one "
                    f"of the columns in the mapping file ('{field.name}@en'), or map it to another field"
                )
        values[field.name] = {**value, **known}
    elif isinstance(known, list):
        values[field.name] = known + [item for item in value if item not in known]
    else:
        values[field.name] = value


def _currency(text: str) -> str:
    unit = parse_unit(text)
    return unit.currency if unit and unit.currency else check_currency(text)
