"""Inputs derived from editable declarations: their GraphQL types, and the values that a row takes from them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import String

from schema.declarations.base import Argument, Declaration, GivenArguments, Row
from schema.declarations.columns import (
    Column,
    Localized,
    LocalizedList,
    MoneyRange,
    MoneyValue,
    PartialDateValue,
    sql_column,
)
from schema.declarations.computed import Batch
from schema.declarations.entities import Entity
from schema.declarations.extensions import Extended
from schema.declarations.relations import Listing, Relation
from schema.domain.shared.faults import Faults
from schema.domain.shared.problems import bad
from store.documents.vocabulary import CHOICES
from store.enums import Role
from store.values.money import check_amount
from store.values.partial_dates import PartialDate

BOUNDS: Mapping[str, tuple[float | None, float | None]] = {
    "technology_readiness": (1, 9),
    "weight": (0, None),
    "latitude": (-90, 90),
    "longitude": (-180, 180),
    "quantity": (0, None),
    "capacity": (0, None),
    "resident_count": (0, None),
    "ordinal": (0, None),
    "year": (1, 9999),
    "rate": (0, None),
    "rank": (1, None),
    "field_size": (1, None),
}
"""Minimum and maximum of number columns, by name."""
OBJECTS = ("Advancement", "Degree")
"""Types of objects in a column; their inputs have the same fields."""
CHARACTERS = 100_000
"""Maximum length of a text."""
MEMBERS = 500
"""Maximum length of a list."""


STATED_BY_ROLE: Mapping[Role, str] = {Role.PLANNER: "place_id", Role.INVESTOR: "investor_id"}
"""Columns of new records that are the writer's own subject unless given, by the role that writes."""


def editable(entity: Entity) -> Iterator[Declaration]:
    """Return the fields of an entity's input."""
    return (each for each in entity.fields.values() if each.editable)


def input_arguments(entity: Entity) -> list[Argument]:
    """Return the arguments of an entity's input: missing fields stay, null clears."""
    return [Argument(each.name, _input_type(each), each.description, None) for each in editable(entity)]


def required(entity: Entity) -> dict[str, Declaration]:
    """Return the fields that a new record of an entity needs, by column: those without a default, and its name."""
    needed: dict[str, Declaration] = {}
    for each in editable(entity):
        for name in () if isinstance(each, Batch) else each.columns:
            column = sql_column(each.model, name)
            is_name = name in ("name", "title") and entity.name != "Position"
            if is_name or (not column.nullable and column.default is None):
                needed[name] = each
    return needed


def create_arguments(entity: Entity) -> list[Argument]:
    """Return the arguments of the input that creates a record: what every writer must state isn't null.

    Such an argument has no default of the schema, but one here: an operation with the input of changes, which older
    clients send, may omit it and gets a user error.
    """
    filled = {STATED_BY_ROLE.get(each.role) for each in entity.writers or ()}
    needed = {each.name for column, each in required(entity).items() if column not in filled}
    return [
        dataclasses.replace(each, type=f"{each.type}!") if each.name in needed else each
        for each in input_arguments(entity)
    ]


def _input_type(declaration: Declaration) -> str:
    if isinstance(declaration, Extended):
        return _input_type(declaration.inner)
    if isinstance(declaration, LocalizedList):
        return "[[LocalizedTextInput!]!]"
    if isinstance(declaration, Localized):
        return "[LocalizedTextInput!]"
    if isinstance(declaration, MoneyValue):
        return "MoneyInput"
    if isinstance(declaration, MoneyRange):
        return "MoneyRangeInput"
    if isinstance(declaration, PartialDateValue):
        return "PartialDateText"
    if isinstance(declaration, Relation):
        return "ID"
    if isinstance(declaration, Listing):
        return "[ID!]" if declaration.join.through is not None else f"[{declaration.join.target}Input!]"
    if isinstance(declaration, Batch):
        return declaration.type.rstrip("!")
    assert isinstance(declaration, Column), f"{declaration.name} can't be edited"
    for name in OBJECTS:
        if name in declaration.type:
            return declaration.type.rstrip("!").replace(name, f"{name}Input")
    return declaration.type.rstrip("!")


def put(row: Row, declaration: Declaration, value: Any, where: tuple[str, ...]) -> None:
    """Set the columns of a field that isn't a reference or a list of records; raises RefusedError."""
    if isinstance(declaration, LocalizedList):
        setattr(row, declaration.column, _text_list(value, where))
    elif isinstance(declaration, Localized):
        setattr(row, declaration.column, _texts(row, declaration.column, value, where))
    elif isinstance(declaration, MoneyValue):
        _require_positive(value or {}, "amount", where)
        setattr(row, declaration.amount, value["amount"] if value else None)
        setattr(row, declaration.currency, value["currency"] if value else None)
    elif isinstance(declaration, MoneyRange):
        _put_range(row, declaration, value, where)
    elif isinstance(declaration, PartialDateValue):
        setattr(row, declaration.column, PartialDate(value) if value else None)
    else:
        assert isinstance(declaration, Column)
        setattr(row, declaration.column, _checked(row, declaration, value, where))


def _require_positive(value: GivenArguments, name: str, where: tuple[str, ...]) -> None:
    amount = value.get(name)
    if amount is not None and amount < 0:
        raise bad(f"{amount} is out of range: an amount is at least 0.", *where, name)


def _put_range(row: Row, declaration: MoneyRange, value: Any, where: tuple[str, ...]) -> None:
    value = value or {}
    least, most = value.get("minimum"), value.get("maximum")
    if value and least is None and most is None:
        raise bad("Give a minimum, a maximum, or both.", *where)
    for name in ("minimum", "maximum"):
        _require_positive(value, name, where)
    if least is not None and most is not None and least > most:
        raise bad(f"The minimum {least} is above the maximum {most}.", *where, "minimum")
    setattr(row, declaration.least, least)
    setattr(row, declaration.most, most)
    setattr(row, declaration.currency, value.get("currency"))


def _text_list(value: Sequence[Sequence[Mapping[str, str]]] | None, where: tuple[str, ...]) -> list[dict[str, str]]:
    if len(value or ()) > MEMBERS:
        raise bad(f"The list has more than {MEMBERS} items.", *where)
    faults, items = Faults(), []
    for position, each in enumerate(value or ()):
        with faults.noting():
            texts = _languages(each, (*where, str(position)))
            if not texts:
                raise bad("Give a text in at least one language, or leave the item out.", *where, str(position))
            items.append(texts)
    faults.settle()
    return items


def _texts(row: Row, column: str, value: Sequence[Mapping[str, str]] | None, where: tuple[str, ...]) -> object:
    texts = _languages(value, where)
    if texts or sql_column(type(row), column).nullable:
        return texts or None
    if column == "name":
        raise bad("Give a name in at least one language.", *where)
    return texts


def _languages(value: Sequence[Mapping[str, str]] | None, where: tuple[str, ...]) -> dict[str, str]:
    texts: dict[str, str] = {}
    faults = Faults()
    for position, each in enumerate(value or ()):
        with faults.noting():
            if each["language"] in texts:
                raise bad(f"The language {each['language']} is given twice.", *where, str(position), "language")
            if len(each["text"]) > CHARACTERS:
                raise bad(f"The text is longer than {CHARACTERS} characters.", *where, str(position), "text")
            if each["text"].strip():
                texts[each["language"]] = each["text"]
    faults.settle()
    return texts


def _checked(row: Row, declaration: Column, value: Any, where: tuple[str, ...]) -> object:
    column = sql_column(declaration.model, declaration.column)
    if value is None:
        if declaration.type.startswith("["):
            return []
        if not column.nullable:
            raise bad("It can't be null; omit it to keep the stored value.", *where)
        return None
    if isinstance(value, str) and isinstance(column.type, String) and column.type.length:
        if len(value) > column.type.length:
            raise bad(f"It has more than {column.type.length} characters.", *where)
        if declaration.column in ("website", "url") and not value.startswith(("http://", "https://")):
            raise bad("An address on the web begins with https:// or http://.", *where)
        if declaration.column == "email":
            return _mailbox(value, where)
    if isinstance(value, list) and len(value) > MEMBERS:
        raise bad(f"The list has more than {MEMBERS} items.", *where)
    least, most = BOUNDS.get(declaration.column, (None, None))
    if (least is not None and value < least) or (most is not None and value > most):
        raise bad(f"{value} is out of range: {_span(least, most)}.", *where)
    if declaration.type.startswith("Decimal"):
        return check_amount(value)
    allowed = CHOICES.get((type(row), declaration.column))
    if allowed is not None and isinstance(value, str) and value not in allowed:
        raise bad(f"{value!r} is not one of {', '.join(allowed)}.", *where)
    if declaration.type.startswith("Advancement"):
        return {**value, "channels": value.get("channels") or []}
    if isinstance(value, list):
        return [each if isinstance(each, dict) else str(each) for each in value]
    return value


def _mailbox(value: str, where: tuple[str, ...]) -> str:
    from email_validator import EmailNotValidError, validate_email

    try:
        return str(validate_email(value.strip(), check_deliverability=False).normalized)
    except EmailNotValidError as error:
        raise bad(f"It is not an e-mail address ({error}) Write one such as name@example.org.", *where) from None


def _span(least: float | None, most: float | None) -> str:
    if most is None:
        return f"at least {least:g}"
    return f"{least:g} to {most:g}"
