"""From a row to a record: each cell read by its column, with every problem of the row."""

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson

from store.imports.kinds import Kind
from store.imports.kinds.column import Column
from store.imports.kinds.fields import Field, Role
from store.imports.planning.headers import CONSTANT
from store.imports.problems import RowProblem
from store.imports.readers.source import EXTRA_CELLS
from store.imports.readers.workbook import FormulaError
from store.imports.records.clearing import check_clearable, is_marker
from store.imports.values.amounts import AmountRange, is_unstated, parse_unit
from store.imports.values.texts import folded, is_empty, parse_list, text_of
from store.values.localized import normalise_tag
from store.values.money import check_currency

LOCATION_PARTS = ("place", "country", "region", "city")
_LISTS = (Role.LIST, Role.LOCALIZED_LIST, Role.CONCEPTS, Role.TRACKS, Role.PLACES, Role.PEOPLE, Role.ORGANISATIONS)
_SINGLE = ("raised", "amount", "stated_amount")
_LONGEST_KEY = 250
_LONGEST_NAME = 1_000
_COMPOUND = (list, tuple, dict, bytes)
_SPANS = (("starts", "ends"), ("valid_from", "valid_to"))


@dataclass(slots=True)
class Record:
    """A row's values by field, and the key that tells it from others of its kind."""

    kind: Kind
    key: str
    values: dict[str, Any]
    path: Path
    row: int
    cleared: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    """Fields that the row empties; of a multilingual text the languages, all for an empty list."""

    @property
    def name(self) -> str:
        """Its name in any language, for references by name."""
        names = self.values.get("name") or {}
        return next(iter(names.values()), "") if isinstance(names, dict) else ""

    @property
    def location(self) -> tuple[str, str, str, str]:
        """Place, country, region and city, each perhaps empty."""
        place, country, region, city = (str(self.values.get(part) or "") for part in LOCATION_PARTS)
        return place, country, region, city

    def fingerprint(self) -> str:
        """Changes when any value of the record does."""
        said = [self.values, self.cleared] if self.cleared else self.values
        content = orjson.dumps(said, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS, default=str)
        return hashlib.sha256(content).hexdigest()


class RecordReader:
    """Reads the rows of one file."""

    def __init__(self, kind: Kind, columns: Sequence[Column], path: Path) -> None:
        self.kind = kind
        self.path = path
        self.headers: dict[str, str] = {}
        self._fed: list[tuple[Column, Field]] = []
        for column in columns:
            field = kind.field(column.field) if column.field else None
            if field is not None:
                # The currency comes first: amounts need it.
                self._fed.insert(0 if field.name == "currency" else len(self._fed), (column, field))
                self.headers.setdefault(field.name, column.header.removeprefix(CONSTANT))

    def read(self, number: int, row: Mapping[str, Any]) -> tuple[Record | None, list[RowProblem]]:
        """The record of a row; None if there are problems."""
        problems: list[RowProblem] = []
        values: dict[str, Any] = {}
        cleared: dict[str, list[str]] = {}
        failed: set[str] = set()
        if EXTRA_CELLS in row:
            problems.append(RowProblem(self.path, number, "", "", row[EXTRA_CELLS]))
        for column, field in self._fed:
            cell = row.get(column.header)
            try:
                self._cell(values, cleared, column, field, cell)
            except (ValueError, ArithmeticError) as error:
                header = column.header.removeprefix(CONSTANT)
                failed |= {field.name, "place"} if field.name in LOCATION_PARTS else {field.name}
                problems.append(RowProblem(self.path, number, header, text_of(cell)[:1000], str(error)))
        problems += [
            RowProblem(self.path, number, self.headers.get(name, name), "", message)
            for name, message in self._whole(values)
            if name not in failed
        ]
        if problems:
            return None, problems
        kept = {name: tags for name, tags in cleared.items() if tags or name not in values}  # another column says more
        return Record(self.kind, self._key(values), values, self.path, number, kept), []

    def _cell(
        self, values: dict[str, Any], cleared: dict[str, list[str]], column: Column, field: Field, cell: Any
    ) -> None:
        constant = column.header.startswith(CONSTANT)
        if constant:
            if field.name in values:
                return  # a constant is for rows that say nothing themselves
            cell = column.values[CONSTANT]
        if isinstance(cell, FormulaError):
            raise ValueError("is a formula that failed; correct the formula in the spreadsheet")
        if isinstance(cell, str) and "\0" in cell:
            raise ValueError("holds a NUL character, which no database keeps; remove it")
        if isinstance(cell, bytes):
            cell = _decoded(cell)
        if isinstance(cell, dict):
            if field.role is not Role.LOCALIZED:
                raise ValueError("is an object; give a single value or a list")
            if found := _by_language(cell):
                _merge(values, field.name, _checked_name(field, found))
            return
        is_name = field.role in (Role.ID, Role.LOCALIZED, Role.REFERENCE)
        if is_empty(cell, name=is_name):
            return
        if field.role is Role.AMOUNT and is_unstated(cell):
            return
        if field.role in _LISTS:
            if isinstance(cell, list | tuple) and any(isinstance(item, _COMPOUND) for item in cell):
                raise ValueError("is a list with lists or objects in it; give a list of texts")
            cell = parse_list(cell, column.separators)
        elif isinstance(cell, list | tuple):
            raise ValueError("is a list; give a single value")
        if column.values and not constant:
            cell = _mapped(cell, column.values)
            if is_empty(cell, name=is_name):
                return
        if is_marker(cell):
            check_clearable(self.kind, field, column.language)
            tags = cleared.setdefault(field.name, [])
            tags += [column.language] if column.language and field.role is Role.LOCALIZED else []
            return
        if field.role is Role.AMOUNT and values.get("currency"):
            column = dataclasses.replace(column, currency=values["currency"])
        value = _currency(text_of(cell)) if field.name == "currency" else field.read(cell, column)
        _merge(values, field.name, _checked_name(field, value))

    def _whole(self, values: dict[str, Any]) -> Iterable[tuple[str, str]]:
        """What is wrong with the row as a whole, by field."""
        for name in self.kind.required:
            given = any(values.get(part) for part in LOCATION_PARTS) if name == "place" else values.get(name)
            if not given:
                yield name, f"is empty, but every row of {self.kind.name} needs it; fill it in"
        for name in ("ask", "cheque"):
            lowest, highest = values.pop(f"{name}_min", None), values.pop(f"{name}_max", None)
            if lowest or highest:
                try:
                    values[name] = _range(lowest, highest)
                except ValueError as error:
                    yield f"{name}_max", str(error)
        for field in self.kind.fields:
            amount = values.get(field.name) if field.role is Role.AMOUNT else None
            if amount is not None and amount.currency is None:
                message = "names no currency; write it in the cell, in the header, or as 'currency' in the mapping"
                yield field.name, message
            elif amount is not None and field.name in _SINGLE and amount.lowest != amount.highest:
                yield field.name, "is a range; write one amount"
        values.pop("currency", None)
        for begin, end in _SPANS:
            first, last = values.get(begin), values.get(end)
            if first and last and first.earliest and last.latest and last.latest < first.earliest:
                yield end, f"is before {begin} ({first}); correct one of them"

    def _key(self, values: dict[str, Any]) -> str:
        if (given := values.pop("id", None)) is not None:
            return str(given)
        parts = [_identity(values.get(name)) for name in self.kind.identity]
        if "place" in self.kind.identity:
            parts += [_identity(values.get(part)) for part in LOCATION_PARTS[1:]]
        text = "/".join(part for part in parts if part)
        if len(text) > _LONGEST_KEY:
            text = hashlib.sha256(text.encode()).hexdigest()
        return f"by-{self.kind.identity[0]}/{text}"


def _by_language(cell: Mapping[str, Any]) -> dict[str, str]:
    if not all(isinstance(text, str | None) for text in cell.values()):
        raise ValueError('is not a text by language; write an object such as {"en": "Dalian", "zh": "大连"}')
    return {normalise_tag(str(tag)): text_of(text) for tag, text in cell.items() if not is_empty(text, name=True)}


def _checked_name(field: Field, value: Any) -> Any:
    texts = value.values() if field.name == "name" and isinstance(value, dict) else ()
    if any(len(text) > _LONGEST_NAME for text in texts):
        raise ValueError(f"is longer than {_LONGEST_NAME:,} characters; look for a quote that isn't closed")
    return value


def _decoded(cell: bytes) -> str:
    try:
        return cell.decode()
    except UnicodeDecodeError:
        raise ValueError("is not text in UTF-8; write the column as text") from None


def _mapped(cell: Any, meanings: Mapping[str, Any]) -> Any:
    if isinstance(cell, list):
        mapped = [meanings.get(folded(item), item) for item in cell]
        return [item for item in mapped if not is_empty(item)]
    return meanings.get(folded(text_of(cell)), cell)


def _merge(values: dict[str, Any], name: str, value: Any) -> None:
    known = values.get(name)
    if isinstance(known, dict):
        values[name] = {**value, **known}
    elif isinstance(known, list):
        values[name] = known + [item for item in value if item not in known]
    else:
        values[name] = value


def _currency(text: str) -> str:
    unit = parse_unit(text)
    return unit.currency if unit and unit.currency else check_currency(text)


def _range(lowest: AmountRange | None, highest: AmountRange | None) -> AmountRange:
    currencies = {amount.currency for amount in (lowest, highest) if amount and amount.currency}
    if len(currencies) > 1:
        raise ValueError(f"is in another currency ({', '.join(sorted(currencies))}); give both in one")
    low: Decimal | None = lowest.lowest if lowest else None
    high = highest.highest if highest else None
    if low is not None and high is not None and high < low:
        raise ValueError("is below the lowest amount; correct one of them")
    return AmountRange(low, high, next(iter(currencies), None))


def _identity(value: Any) -> str:
    if isinstance(value, dict):
        value = value[min(value)]
    return folded(str(value)) if value else ""
