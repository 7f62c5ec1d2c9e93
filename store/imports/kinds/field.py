"""A field of a kind: how it is read from a cell, and its headers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from store.imports.kinds.column import Column
from store.imports.values import texts
from store.models.base import Identified

Reader = Callable[[object, Column], Any]


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
    ORGANISATION = "an organisation, created if missing"
    ORGANISATIONS = "links to organisations, created if missing"
    PEOPLE = "persons of a team, created if missing"
    AWARDS = "awards of a project"
    EXTRA = "a value that another field needs"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a kind. `headers` are its other names, in English and Chinese."""

    name: str
    role: Role
    headers: tuple[str, ...] = ()
    read: Reader = field(default=lambda cell, column: texts.text_of(cell))
    target: str = ""
    """For a reference: the kind it refers to; for a link: the link's name."""
    extension: type[Identified] | None = None
    """The plugin's table that holds it, with at most one row for each record; None where the record's own does."""
    unnamed: bool = False
    """Whether a cell may say, such as by `undisclosed`, that nobody is named."""
    description: str = ""
    """How it is written, in a few words."""

    @property
    def many(self) -> bool:
        """Whether several columns may feed it."""
        return self.role in (
            Role.LOCALIZED, Role.LIST, Role.LOCALIZED_LIST, Role.CONCEPTS, Role.TRACKS, Role.PLACES, Role.PEOPLE,
            Role.ORGANISATIONS, Role.AWARDS,
        )  # fmt: skip


def headers_of(names: str) -> tuple[str, ...]:
    return tuple(name for name in names.split("|") if name)


def at_most(length: int) -> Reader:
    def read(cell: object, column: Column) -> str:
        text = texts.text_of(cell)
        if len(text) > length:
            raise ValueError(f"is too long: {len(text)} characters of at most {length}; shorten it")
        return text

    return read
