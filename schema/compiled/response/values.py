"""Converts database values for a response: functions that generated code calls.

Each gives what the reference executor would. A stored value that its type doesn't allow raises NotCompilable.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Protocol

import orjson

from schema.compiled.response.failures import Failure, FieldLocation
from schema.execution.errors import NotCompilable, not_compilable
from schema.sql import cursors
from store.values.money import LIMIT, SCALE, check_currency
from store.values.partial_dates import PartialDate

_UNIT = 10**SCALE
_MOST = int(LIMIT) * _UNIT
loads = orjson.loads


class FailureMaker(Protocol):
    """Creates the placeholder of a field that can't be given."""

    def failure(self, problem: Exception, location: FieldLocation) -> Failure: ...


class KnownValues(dict[object, Any]):
    """A mapping that knows every value that may occur."""

    def __missing__(self, key: object) -> object:
        raise NotCompilable("value")


TRUTH = KnownValues({None: None, 0: False, 1: True})


def need(value: object, runtime: FailureMaker, location: FieldLocation) -> object:
    """A value where null may not stand."""
    return runtime.failure(location.null(), location) if value is None else value


def whole(value: object) -> object:
    """A GraphQL Int."""
    if value is None or (type(value) is int and -2147483648 <= value <= 2147483647):
        return value
    return not_compilable("value")


def real(value: object) -> object:
    """A GraphQL Float."""
    if value is None or (type(value) is float and math.isfinite(value)):
        return value
    return not_compilable("value")


def text_of(value: object) -> object:
    """A number in a column, as a GraphQL String."""
    return None if value is None else str(value)


def amount(scaled: int | None) -> str | None:
    """Convert a scaled integer to an exact decimal: plain digits, no trailing zeros."""
    if scaled is None:
        return None
    units, rest = divmod(abs(scaled), _UNIT)
    sign = "-" if scaled < 0 else ""
    return f"{sign}{units}" if not rest else f"{sign}{units}.{rest:0{SCALE}d}".rstrip("0")


def money_amount(scaled: int) -> str | None:
    """As `amount`, within the bounds of money."""
    return amount(scaled) if -_MOST < scaled < _MOST else not_compilable("value")


@lru_cache(maxsize=512)
def currency(code: str) -> str:
    """Check a currency code."""
    try:
        check_currency(code)
    except ValueError:
        raise NotCompilable("value") from None
    return code


def moment_sqlite(text: str | None) -> str | None:
    """Convert a moment as SQLite stores it (`2024-07-16 08:00:00.000000`, UTC) to ISO 8601."""
    if text is None:
        return None
    if len(text) != 26:
        raise NotCompilable("value")
    return f"{text[:10]}T{text[11:19] if text[19:] == '.000000' else text[11:]}+00:00"


def moment_postgresql(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat()


@lru_cache(maxsize=1024)
def picker(tags: tuple[str, ...]) -> Callable[[bytes | None], str | None]:
    """Return a function of a multilingual text in JSON bytes that gives what `pick` gives.

    It cuts the text out in place unless something is escaped; other languages aren't read.
    """
    first = tags[0].encode() if tags else b""
    marks = [(f'"{tag}"'.encode(), f'"{tag}":"'.encode(), len(tag) + 4) for tag in tags]

    def picked(packed: bytes | None) -> str | None:
        if packed is None:
            return None
        start = packed.split(b'"', 4)
        if len(start) == 5 and start[1] == first and start[2] == b":":
            text = start[3].decode()
            if text and "\\" not in text:
                return text
        return sought(packed)

    def sought(packed: bytes) -> str | None:
        for tag, mark, length in marks:
            place = packed.find(mark)
            if place < 0:
                if tag in packed:  # written with spaces, or a text that looks like a tag
                    break
                continue
            place += length
            text = packed[place : packed.find(b'"', place)].decode()
            if "\\" in text:
                break
            if text:
                return text
        return pick(loads(packed), tags)

    return picked


@lru_cache(maxsize=1024)
def text_picker(tags: tuple[str, ...]) -> Callable[[str | None], str | None]:
    """As `picker`, for text, which PostgreSQL writes with a space after each colon."""
    first = tags[0] if tags else ""
    sought = picker(tags)

    def picked(packed: str | None) -> str | None:
        if packed is None:
            return None
        start = packed.split('"', 4)
        if len(start) == 5 and start[1] == first and start[2] == ": ":
            text = start[3]
            if text and "\\" not in text:
                return text
        return sought(packed.encode())

    return picked


def pick(texts: Mapping[str, str] | None, tags: tuple[str, ...]) -> str | None:
    """Pick the text in the first available language, else any other, by tag."""
    if not texts:
        return None
    for tag in tags:
        text = texts.get(tag)
        if text:
            return text
    for tag in sorted(texts):
        if texts[tag]:
            return texts[tag]
    return None


def pick_each(items: list[Mapping[str, str]] | None, tags: tuple[str, ...]) -> list[str]:
    """Pick the first available language of each text; empty ones are left out."""
    return [text for texts in items or () if (text := pick(texts, tags))]


def translations(texts: Mapping[str, str] | None) -> list[tuple[str, str]]:
    """Return (tag, text) of all languages, by tag."""
    return [(tag, texts[tag]) for tag in sorted(texts) if texts[tag]] if texts else []


def strings(items: object) -> object:
    """A list of texts."""
    if type(items) is list and all(type(item) is str for item in items):
        return items
    return not_compilable("value")


def members(items: object, names: KnownValues) -> list[str]:
    """A list of an enum's values, as its members' names."""
    return [names[item] for item in items] if type(items) is list else not_compilable("value")


@lru_cache(maxsize=8192)
def partial_date(text: str) -> tuple[str, str, int | None, str | None, str | None]:
    """Text, precision, year, first and last day of a partial date."""
    date = PartialDate(text)
    earliest, latest = date.earliest, date.latest
    return (
        date.text,
        date.precision.name,
        date.year,
        None if earliest is None else earliest.isoformat(),
        None if latest is None else latest.isoformat(),
    )


def decimal(scaled: int | None) -> Decimal | None:
    """Return an exact decimal from its scaled integer, in Python."""
    return None if scaled is None else Decimal(scaled).scaleb(-SCALE)


def processed(
    process: Callable[[object], object] | None, serialize: Callable[[object], object]
) -> Callable[[object], object]:
    """A value of any other type: read as SQLAlchemy does, written as the GraphQL type does."""

    def convert(value: object) -> object:
        result = process(value) if process else value
        return None if result is None else serialize(result)

    return convert


encode = cursors.encode
