"""Builders of fields by type, used by all kinds; and the fields and headers that several kinds share."""

import re
from datetime import datetime
from enum import Enum

from store.imports.kinds.column import Column
from store.imports.kinds.field import Field, Role, at_most, headers_of
from store.imports.values import amounts, choices, contacts, dates, texts
from store.imports.values.countries import parse_language
from store.imports.values.lists import parse_list
from store.imports.values.scripts import language_of
from store.values.partial_dates import PartialDate
from store.values.zoned_times import read_zoned_time

_LONGEST_ITEM = 300
_SLASH = re.compile(r"\s*[/／]\s*")


_SEVERAL = re.compile(r"[、；;\n]")


def _localized(cell: object, column: Column) -> dict[str, str]:
    text = texts.text_of(cell)
    return {column.language or language_of(text): text}


def list_of(cell: object, column: Column) -> list[str]:
    items = cell if isinstance(cell, list) else parse_list(cell, column.separators)  # already split, in a file
    for item in items:
        if len(item) > _LONGEST_ITEM:
            raise ValueError(
                f"has an item of {len(item)} characters of at most {_LONGEST_ITEM}; shorten it, or name the "
                "column's 'separator' in the mapping file"
            )
    return items


def record_id() -> Field:
    """Return the record's id in its source."""
    return Field(
        "id",
        Role.ID,
        headers_of("external id|key|code|编号|项目编号|唯一标识|代码"),
        at_most(300),
        description="text",
    )


def serial_number() -> Field:
    """Return the number of a line in one list; not an id, because the next list starts at 1 again."""
    return Field(
        "serial",
        Role.EXTRA,
        headers_of("no|number|s/n|sn|#|row|line|line number|serial number|serial no|序号|序|行号|编次"),
        at_most(300),
        description="line number; not stored",
    )


def awards(name: str, headers: str = "") -> Field:
    """Titles of awards."""
    return Field(name, Role.AWARDS, headers_of(headers), list_of, description="list of awards")


def text(name: str, headers: str = "", length: int = 100_000) -> Field:
    """Return a text column."""
    return Field(name, Role.COLUMN, headers_of(headers), at_most(length), description="text")


def localized(name: str, headers: str = "") -> Field:
    """Return a multilingual text; its language comes from the header, the mapping or the script."""
    return Field(name, Role.LOCALIZED, headers_of(headers), _localized, description="text, by language")


def person(name: str, headers: str = "") -> Field:
    """Return the multilingual name of one person."""

    def read(cell: object, column: Column) -> dict[str, str]:
        if _SEVERAL.search(texts.text_of(cell)):
            raise ValueError("may be several persons; give each a row of its own")
        return _localized(cell, column)

    return Field(name, Role.LOCALIZED, headers_of(headers), read, description="text, by language")


def localized_list(name: str, headers: str = "") -> Field:
    """Return a list of multilingual texts."""

    def read(cell: object, column: Column) -> list[dict[str, str]]:
        return [{column.language or language_of(item): item} for item in list_of(cell, column)]

    return Field(name, Role.LOCALIZED_LIST, headers_of(headers), read, description="list of texts")


def choice(name: str, kind: type[Enum], headers: str = "") -> Field:
    """Return an enum."""
    return Field(
        name,
        Role.COLUMN,
        headers_of(headers),
        lambda cell, column: choices.parse_choice(kind, cell),
        description=f"a {kind.__name__}",
    )


def choice_list(name: str, kind: type[Enum], headers: str = "") -> Field:
    """Return a list of enum values."""

    def read(cell: object, column: Column) -> list[str]:
        members = (member for item in list_of(cell, column) for member in choices.parse_choices(kind, item))
        return list(dict.fromkeys(str(member.value) for member in members))

    return Field(name, Role.LIST, headers_of(headers), read, description=f"list of {kind.__name__}")


def text_list(name: str, headers: str = "") -> Field:
    """Return a list of texts."""
    return Field(name, Role.LIST, headers_of(headers), list_of, description="list of texts")


def language_list(name: str, headers: str = "") -> Field:
    """Return a list of languages, as BCP 47 tags."""
    return Field(
        name,
        Role.LIST,
        headers_of(headers),
        lambda cell, column: [parse_language(part) for item in list_of(cell, column) for part in _SLASH.split(item)],
        description="list of languages",
    )


def partial_date(name: str, headers: str = "") -> Field:
    """Return a partial date."""

    def read(cell: object, column: Column) -> PartialDate:
        date = dates.parse_date(cell, day_first=column.day_first)
        return dates.without_filler(date) if column.first_day_is_filler else date

    return Field(name, Role.DATE, headers_of(headers), read, description="date")


def zoned_time(name: str, headers: str = "") -> Field:
    """Return a local time in its time zone."""

    def read(cell: object, column: Column) -> str:
        written = cell.isoformat(" ", "seconds") if isinstance(cell, datetime) else texts.text_of(cell)
        local = dates.local_time_of(written, day_first=column.day_first)
        if local is not None and column.time_zone is None:
            raise ValueError(
                "names no time zone; write one as in 2026-05-01 17:00 Asia/Shanghai, or say "
                "'time_zone: Asia/Shanghai' for the column in the mapping file"
            )
        return read_zoned_time(local or written, column.time_zone)

    return Field(name, Role.COLUMN, headers_of(headers), read, description="time and zone")


def amount(name: str, headers: str = "") -> Field:
    """Return an amount or a range of amounts."""

    def read(cell: object, column: Column) -> amounts.AmountRange:
        return amounts.parse_amount(cell, unit=column.unit, currency=column.currency)

    return Field(name, Role.AMOUNT, headers_of(headers), read, description="amount")


def boolean(name: str, headers: str = "") -> Field:
    """Yes or no."""
    return Field(
        name, Role.COLUMN, headers_of(headers), lambda cell, column: texts.parse_boolean(cell), description="yes or no"
    )


def whole_number(name: str, headers: str = "", least: int = 0, greatest: int = 1_000_000) -> Field:
    """Return a whole number from `least` to `greatest`."""

    def read(cell: object, column: Column) -> int:
        number = texts.parse_integer(cell)
        if not least <= number <= greatest:
            raise ValueError(f"is out of range; give a number from {least} to {greatest}")
        return number

    return Field(name, Role.COLUMN, headers_of(headers), read, description=f"whole number from {least}")


def weight(name: str, headers: str = "") -> Field:
    """Return a number of at least 0."""

    def read(cell: object, column: Column) -> float:
        cell_text = texts.text_of(cell)
        number = texts.parse_percentage(cell) / 100 if cell_text.endswith(("%", "％")) else texts.parse_decimal(cell)
        if not 0 <= number <= 1_000_000:
            raise ValueError("is out of range; a weight is a number of at least 0")
        return float(number)

    return Field(name, Role.COLUMN, headers_of(headers), read, description="number of at least 0")


def readiness(name: str, headers: str = "") -> Field:
    """Return a technology readiness level."""
    return Field(
        name, Role.COLUMN, headers_of(headers), lambda cell, column: texts.parse_readiness(cell), description="1 to 9"
    )


def website(name: str, headers: str = "") -> Field:
    """Return a web address."""
    return Field(
        name,
        Role.COLUMN,
        headers_of(headers),
        lambda cell, column: contacts.parse_website(cell),
        description="web address",
    )


def email(name: str, headers: str = "") -> Field:
    """Return an address for mail."""
    return Field(
        name,
        Role.COLUMN,
        headers_of(headers),
        lambda cell, column: contacts.parse_email(cell),
        description="e-mail address",
    )


def concepts(name: str, headers: str = "") -> Field:
    """Links to fields or industries; each item with its scheme, and what to do if the scheme lacks it."""

    def read(cell: object, column: Column) -> list[tuple[str | None, str, str | None]]:
        return [(column.scheme, item, column.unknown) for item in list_of(cell, column)]

    return Field(name, Role.CONCEPTS, headers_of(headers), read, description="list of fields or industries")


def tracks(name: str, headers: str = "") -> Field:
    """Links to tracks, each by key, code or name."""
    return Field(name, Role.TRACKS, headers_of(headers), list_of, description="list of tracks")


def reference(name: str, target: str, headers: str = "") -> Field:
    """Another record of the kind `target`, by id, key or name."""
    return Field(name, Role.REFERENCE, headers_of(headers), at_most(300), target, description=f"one of the {target}")


def organisation(name: str, headers: str = "") -> Field:
    """Return an organisation by key or name; created if missing."""
    return Field(name, Role.ORGANISATION, headers_of(headers), at_most(300), description="organisation")


def organisations(name: str, headers: str = "") -> Field:
    """Links to organisations by key or name; created if missing."""
    return Field(name, Role.ORGANISATIONS, headers_of(headers), list_of, description="list of organisations")


def people(name: str, headers: str = "") -> Field:
    """Persons as `Name (title)`."""
    return Field(name, Role.PEOPLE, headers_of(headers), list_of, description="list of persons")


def extra(name: str, headers: str = "", length: int = 300) -> Field:
    """Return a value that another field needs."""
    return Field(name, Role.EXTRA, headers_of(headers), at_most(length), description="currency of the row")


CURRENCY = extra("currency", "币种|货币|currency code")
FICTIONAL = boolean("fictional", "示例|虚构")
QUOTE = text("quote", "原文|source text")
ALIASES = text_list("aliases", "alias|other names|aka|别名|曾用名|简称")
CONCEPT_HEADERS = (
    "category|industry|industries|sector|sectors|fields|field|categories|"
    "领域|行业|产业|技术领域|所属领域|所属行业|产业领域|行业领域"
)
TRACK_HEADERS = "track|赛道|所属赛道|参赛赛道|报名赛道"
