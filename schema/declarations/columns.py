"""Fields stored in the entity's own row."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, EnumMeta

from sqlalchemy import Column as SqlColumn
from sqlalchemy import TypeDecorator, inspect

from schema.declarations.base import Argument, Declaration, Readers, Table
from store.enums import Role
from store.values.column_types import ExactDecimal

LANGUAGE_ARGUMENT = Argument(
    "lang", "[LanguageTag!]", "Languages to try, best first; then those of the request, then any.", None
)
_SCALARS: dict[type, str] = {
    bool: "Boolean", int: "Int", float: "Float", str: "String", Decimal: "Decimal", datetime: "DateTime", date: "Date",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Column(Declaration):
    """One column as it is: a text, a number, a moment, an enum, or a list in a JSON column."""

    column: str = ""
    items: EnumMeta | None = None
    """For a JSON list: the enum of its items."""
    identifying: bool = False
    """Whether its values are unique, so that a filter by it finds one row per value."""

    def bind(self, name: str, model: Table | None) -> Column:
        column = self.column or name
        reference = self.type or _type_of(sql_column(model, column), self.readers)
        return dataclasses.replace(self, name=name, model=model, column=column, type=reference)

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)


@dataclass(frozen=True, kw_only=True)
class TwofoldColumn(Column):
    """A column for those who read everything in the row, and another one for those who don't.

    So a version tells nobody of a write of what it may not read.
    """

    public: str
    whole: Readers
    """Who reads everything in the row."""

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column, self.public)

    @property
    def forms(self) -> tuple[Column, Column]:
        """The column for those who read everything, with them as its readers, and the one for the others."""
        plain = {each.name: getattr(self, each.name) for each in dataclasses.fields(Column)}
        return Column(**plain | {"readers": self.whole}), Column(**plain | {"column": self.public})


@dataclass(frozen=True, kw_only=True)
class Localized(Declaration):
    """A multilingual text in one language: the first available one requested.

    The name that each record of an entity has isn't null; nobody writes an empty one, but it would be the empty text.
    """

    column: str = ""
    type: str = "String"
    arguments: tuple[Argument, ...] = (LANGUAGE_ARGUMENT,)

    def bind(self, name: str, model: Table | None) -> Localized:
        column = self.column or name
        always = name == "name" and self.type == "String" and not sql_column(model, column).nullable
        reference = "String!" if always and self.readers is None else self.type
        return dataclasses.replace(self, name=name, model=model, column=column, type=reference)

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)


@dataclass(frozen=True, kw_only=True)
class LocalizedList(Localized):
    """A list of multilingual texts, each in one language."""

    type: str = "[String!]!"


@dataclass(frozen=True, kw_only=True)
class Translations(Declaration):
    """A multilingual text in all its languages, by tag."""

    column: str = ""
    type: str = "[LocalizedText!]!"

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)


@dataclass(frozen=True, kw_only=True)
class MoneyValue(Declaration):
    """An exact amount and its currency, from two columns."""

    amount: str
    currency: str
    type: str = "Money"

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.amount, self.currency)


@dataclass(frozen=True, kw_only=True)
class MoneyRange(Declaration):
    """Minimum and maximum of an amount in one currency, from three columns."""

    least: str
    most: str
    currency: str
    type: str = "MoneyRange"

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.least, self.most, self.currency)


@dataclass(frozen=True, kw_only=True)
class PartialDateValue(Declaration):
    """A date as exactly as it is known; columns `x_earliest` and `x_latest` accompany the column `x`."""

    column: str = ""
    type: str = "PartialDate"

    def bind(self, name: str, model: Table | None) -> PartialDateValue:
        return dataclasses.replace(self, name=name, model=model, column=self.column or name)

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)


@dataclass(frozen=True, kw_only=True)
class Part(Declaration):
    """An object of other fields of the same row, such as an investor's mandate. `type` names a `Group`."""


def column(
    description: str,
    name: str = "",
    *,
    type: str = "",
    items: EnumMeta | None = None,
    readers: Readers | None = None,
    filter: bool = False,
    order: bool = False,
    edit: bool = False,
    editors: Collection[Role] | None = None,
    identifying: bool = False,
) -> Column:
    """Declare a column of the same name, or `name`; its GraphQL type follows from the column unless given."""
    return Column(
        description=description, column=name, type=type, items=items, readers=readers, filterable=filter,
        sortable=order, editable=edit, editors=editors, identifying=identifying,
    )  # fmt: skip


def localized(
    description: str, name: str = "", *, readers: Readers | None = None, order: bool = False, edit: bool = False
) -> Localized:
    """Declare a multilingual text, queried as `field(lang: ZH)`."""
    return Localized(description=description, column=name, readers=readers, sortable=order, editable=edit)


def localized_list(description: str, name: str = "", *, edit: bool = False) -> LocalizedList:
    """Declare a list of multilingual texts."""
    return LocalizedList(description=description, column=name, editable=edit)


def translations(description: str, name: str) -> Translations:
    """Declare all languages of the multilingual text in column `name`."""
    return Translations(description=description, column=name)


def money(
    description: str,
    amount: str,
    currency: str,
    *,
    readers: Readers | None = None,
    filter: bool = False,
    edit: bool = False,
) -> MoneyValue:
    """Declare an amount with its currency."""
    return MoneyValue(
        description=description, amount=amount, currency=currency, readers=readers, filterable=filter, editable=edit
    )


def money_range(description: str, prefix: str, *, filter: bool = False, edit: bool = False) -> MoneyRange:
    """Declare a range of amounts from the columns `<prefix>_min`, `<prefix>_max` and `<prefix>_currency`."""
    return MoneyRange(
        description=description, least=f"{prefix}_min", most=f"{prefix}_max", currency=f"{prefix}_currency",
        filterable=filter, editable=edit,
    )  # fmt: skip


def partial_date(
    description: str, name: str = "", *, filter: bool = False, order: bool = False, edit: bool = False
) -> PartialDateValue:
    """Declare a date of some precision."""
    return PartialDateValue(description=description, column=name, filterable=filter, sortable=order, editable=edit)


def part(type: str, description: str) -> Part:
    """Declare an object of fields of the same row, defined with `group`."""
    return Part(description=description, type=f"{type}!")


def sql_column(model: Table | None, name: str) -> SqlColumn[object]:
    """The column behind a mapped attribute; raises LookupError where there is none."""
    assert model is not None
    columns = inspect(model).columns
    if name not in columns:
        close = difflib.get_close_matches(name, columns.keys(), n=1)
        hint = f"; did you mean '{close[0]}'?" if close else ""
        raise LookupError(f"{model.__name__} has no column '{name}'{hint}")
    found: SqlColumn[object] = columns[name]
    return found


def python_type(sql: SqlColumn[object]) -> type:
    """The Python type of a column's values."""
    if isinstance(sql.type, ExactDecimal):
        return Decimal
    kind = sql.type.impl_instance if isinstance(sql.type, TypeDecorator) else sql.type
    return kind.python_type


def _type_of(sql: SqlColumn[object], restricted: Readers | None) -> str:
    kind = python_type(sql)
    name = kind.__name__ if issubclass(kind, Enum) else _SCALARS[kind]
    # A field with restricted readers is nullable.
    return name if sql.nullable or restricted else f"{name}!"
