"""How a field of a kind is read from a cell, and under which headers it is known."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from store.imports.kinds.column import Column
from store.imports.values import amounts, choices, contacts, dates, texts
from store.imports.values.countries import parse_country, parse_language, with_country
from store.imports.values.lists import parse_list
from store.imports.values.scripts import language_of
from store.values.partial_dates import PartialDate

Reader = Callable[[Any, Column], Any]
_LONGEST_ITEM = 300


class Role(Enum):
    """What a field's value becomes."""

    ID = "the record's id in the file"
    COLUMN = "a column of the same name"
    LOCALIZED = "a multilingual text, by the language of its column"
    LOCALIZED_LIST = "a list of multilingual texts"
    LIST = "a list of texts or enum values"
    DATE = "a partial date"
    AMOUNT = "an amount or a range, with its currency"
    LOCATION = "a part of the place"
    PLACES = "links to places"
    CONCEPTS = "links to fields or industries"
    TRACKS = "links to tracks"
    REFERENCE = "another record"
    ORGANISATION = "an organisation, made on the way if there is none"
    ORGANISATIONS = "links to organisations, made on the way"
    PEOPLE = "persons of a team, made on the way"
    AWARDS = "awards of a project"
    EXTRA = "a value that another field needs"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a kind. `headers` are other names that a file may have for it, in English and Chinese."""

    name: str
    role: Role
    headers: tuple[str, ...] = ()
    read: Reader = field(default=lambda cell, column: texts.text_of(cell))
    target: str = ""
    """For a reference: the kind that it names; for a link: the name of the link."""
    description: str = ""
    """How it is written, in a few words."""

    @property
    def many(self) -> bool:
        """Whether several columns may feed it."""
        return self.role in (
            Role.LOCALIZED, Role.LIST, Role.LOCALIZED_LIST, Role.CONCEPTS, Role.TRACKS, Role.PLACES, Role.PEOPLE,
            Role.ORGANISATIONS, Role.AWARDS,
        )  # fmt: skip


def _headers(names: str) -> tuple[str, ...]:
    return tuple(name for name in names.split("|") if name)


def _at_most(length: int) -> Reader:
    def read(cell: Any, column: Column) -> str:
        text = texts.text_of(cell)
        if len(text) > length:
            raise ValueError(f"is too long: {len(text)} characters, at most {length} are kept; shorten it")
        return text

    return read


def _localized(cell: Any, column: Column) -> dict[str, str]:
    text = texts.text_of(cell)
    return {column.language or language_of(text): text}


def _list(cell: Any, column: Column) -> list[str]:
    items = cell if isinstance(cell, list) else parse_list(cell, column.separators)  # parted already, in a file
    for item in items:
        if len(item) > _LONGEST_ITEM:
            raise ValueError(
                f"has an item of {len(item)} characters, at most {_LONGEST_ITEM} are kept; shorten it, or name the "
                "column's 'separator' in the mapping file"
            )
    return items


def record_id() -> Field:
    """The record's id in its source."""
    return Field(
        "id",
        Role.ID,
        _headers("external id|key|code|编号|项目编号|唯一标识|代码"),
        _at_most(300),
        description="text",
    )


def serial_number() -> Field:
    """The number of a line in one list: no id, for next year's list begins with 1 again."""
    return Field(
        "serial",
        Role.EXTRA,
        _headers("no|number|s/n|sn|#|row|line|line number|serial number|serial no|序号|序|行号|编次"),
        _at_most(300),
        description="line number; not kept",
    )


def awards(name: str, headers: str = "") -> Field:
    """Titles of awards."""
    return Field(name, Role.AWARDS, _headers(headers), _list, description="list of awards")


def text(name: str, headers: str = "", length: int = 100_000) -> Field:
    """A text column."""
    return Field(name, Role.COLUMN, _headers(headers), _at_most(length), description="text")


def localized(name: str, headers: str = "") -> Field:
    """A multilingual text; its language comes from the header, the mapping or the script."""
    return Field(name, Role.LOCALIZED, _headers(headers), _localized, description="text, by language")


def localized_list(name: str, headers: str = "") -> Field:
    """A list of multilingual texts."""

    def read(cell: Any, column: Column) -> list[dict[str, str]]:
        return [{column.language or language_of(item): item} for item in _list(cell, column)]

    return Field(name, Role.LOCALIZED_LIST, _headers(headers), read, description="list of texts")


def choice(name: str, kind: type[Enum], headers: str = "") -> Field:
    """An enum."""
    return Field(
        name,
        Role.COLUMN,
        _headers(headers),
        lambda cell, column: choices.parse_choice(kind, cell),
        description=f"a {kind.__name__}",
    )


def choice_list(name: str, kind: type[Enum], headers: str = "") -> Field:
    """A list of enum values."""

    def read(cell: Any, column: Column) -> list[str]:
        return [str(choices.parse_choice(kind, item).value) for item in _list(cell, column)]

    return Field(name, Role.LIST, _headers(headers), read, description=f"list of {kind.__name__}")


def text_list(name: str, headers: str = "") -> Field:
    """A list of texts."""
    return Field(name, Role.LIST, _headers(headers), _list, description="list of texts")


def language_list(name: str, headers: str = "") -> Field:
    """A list of languages, as BCP 47 tags."""
    return Field(
        name,
        Role.LIST,
        _headers(headers),
        lambda cell, column: [parse_language(item) for item in _list(cell, column)],
        description="list of languages",
    )


def partial_date(name: str, headers: str = "") -> Field:
    """A partial date."""

    def read(cell: Any, column: Column) -> PartialDate:
        found = dates.parse_date(cell, day_first=column.day_first)
        return dates.without_filler(found) if column.first_day_is_filler else found

    return Field(name, Role.DATE, _headers(headers), read, description="date")


def amount(name: str, headers: str = "") -> Field:
    """An amount or a range of amounts."""

    def read(cell: Any, column: Column) -> amounts.AmountRange:
        return amounts.parse_amount(cell, unit=column.unit, currency=column.currency)

    return Field(name, Role.AMOUNT, _headers(headers), read, description="amount")


def boolean(name: str, headers: str = "") -> Field:
    """Yes or no."""
    return Field(
        name, Role.COLUMN, _headers(headers), lambda cell, column: texts.parse_boolean(cell), description="yes or no"
    )


def whole_number(name: str, headers: str = "", least: int = 0, greatest: int = 1_000_000) -> Field:
    """A whole number from `least` to `greatest`."""

    def read(cell: Any, column: Column) -> int:
        number = texts.parse_integer(cell)
        if not least <= number <= greatest:
            raise ValueError(f"is out of range; give a number from {least} to {greatest}")
        return number

    return Field(name, Role.COLUMN, _headers(headers), read, description=f"whole number from {least}")


def weight(name: str, headers: str = "") -> Field:
    """A number of at least 0."""

    def read(cell: Any, column: Column) -> float:
        cell_text = texts.text_of(cell)
        number = texts.parse_percentage(cell) / 100 if cell_text.endswith(("%", "％")) else texts.parse_decimal(cell)
        if not 0 <= number <= 1_000_000:
            raise ValueError("is out of range; a weight is a number of at least 0")
        return float(number)

    return Field(name, Role.COLUMN, _headers(headers), read, description="number of at least 0")


def readiness(name: str, headers: str = "") -> Field:
    """A technology readiness level."""
    return Field(
        name, Role.COLUMN, _headers(headers), lambda cell, column: texts.parse_readiness(cell), description="1 to 9"
    )


def website(name: str, headers: str = "") -> Field:
    """A web address."""
    return Field(
        name,
        Role.COLUMN,
        _headers(headers),
        lambda cell, column: contacts.parse_website(cell),
        description="web address",
    )


def email(name: str, headers: str = "") -> Field:
    """An address for mail."""
    return Field(
        name,
        Role.COLUMN,
        _headers(headers),
        lambda cell, column: contacts.parse_email(cell),
        description="e-mail address",
    )


def country_code(name: str, headers: str = "") -> Field:
    """A country, kept as its two-letter code."""
    return Field(
        name, Role.COLUMN, _headers(headers), lambda cell, column: parse_country(cell).code, description="country"
    )


def location() -> tuple[Field, ...]:
    """The parts of a place: any that the file has."""
    names = {
        "place": "location|where|所在地|地点|地区|所在地区|来源地",
        "country": "country code|nation|国家|所在国家|国别|国家地区",
        "region": "state|province|省|省份|州|所在省|省州",
        "city": "town|城市|所在城市|市",
    }
    return tuple(
        Field(name, Role.LOCATION, _headers(headers), _LOCATION_READERS.get(name, _at_most(300)), description=kind)
        for (name, headers), kind in zip(
            names.items(), ("place: key, code or name", "country", "state or province", "city"), strict=True
        )
    )


def _country(cell: Any, column: Column) -> str:
    return parse_country(cell).code


def _place(cell: Any, column: Column) -> str:
    """A place's text; a state's code at its end gets the country that the mapping names."""
    written: str = _at_most(300)(cell, column)
    return with_country(written, column.country) if column.country else written


_LOCATION_READERS: dict[str, Reader] = {"country": _country, "place": _place}


def places(name: str, headers: str = "") -> Field:
    """Links to places, each by key, code or name."""

    def read(cell: Any, column: Column) -> list[str]:
        items = _list(cell, column)
        return [with_country(item, column.country) for item in items] if column.country else items

    return Field(name, Role.PLACES, _headers(headers), read, description="list of places")


def concepts(name: str, headers: str = "") -> Field:
    """Links to fields or industries; each item with its scheme, and what to do where the scheme lacks it."""

    def read(cell: Any, column: Column) -> list[tuple[str | None, str, str | None]]:
        return [(column.scheme, item, column.unknown) for item in _list(cell, column)]

    return Field(name, Role.CONCEPTS, _headers(headers), read, description="list of fields or industries")


def tracks(name: str, headers: str = "") -> Field:
    """Links to tracks, each by key, code or name."""
    return Field(name, Role.TRACKS, _headers(headers), _list, description="list of tracks")


def reference(name: str, target: str, headers: str = "") -> Field:
    """Another record of the kind `target`, by id, key or name."""
    return Field(name, Role.REFERENCE, _headers(headers), _at_most(300), target, description=f"one of the {target}")


def organisation(name: str, headers: str = "") -> Field:
    """An organisation by key or name; made on the way."""
    return Field(name, Role.ORGANISATION, _headers(headers), _at_most(300), description="organisation")


def organisations(name: str, headers: str = "") -> Field:
    """Links to organisations by key or name; made on the way."""
    return Field(name, Role.ORGANISATIONS, _headers(headers), _list, description="list of organisations")


def people(name: str, headers: str = "") -> Field:
    """Persons as `Name (title)`."""
    return Field(name, Role.PEOPLE, _headers(headers), _list, description="list of persons")


def extra(name: str, headers: str = "", length: int = 300) -> Field:
    """A value that another field needs."""
    return Field(name, Role.EXTRA, _headers(headers), _at_most(length), description="currency of the row")
