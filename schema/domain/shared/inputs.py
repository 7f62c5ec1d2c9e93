"""Inputs derived from editable declarations: their GraphQL types, and writing their values into rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import String, select
from sqlalchemy.orm import Session

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
from schema.domain.shared.extending import Extending
from schema.domain.shared.external_ids import write_external_ids
from schema.domain.shared.faults import Faults
from schema.domain.shared.problems import bad, missing
from schema.request.context import Context
from schema.sql.pages import rows_statement
from schema.sql.scope import camel
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
}
"""Minimum and maximum of number columns, by name."""
CHARACTERS = 100_000
"""Maximum length of a text."""
MEMBERS = 500
"""Maximum length of a list."""


def editable(entity: Entity) -> Iterator[Declaration]:
    """Return the fields of an entity's input."""
    return (each for each in entity.fields.values() if each.editable)


def input_arguments(entity: Entity) -> list[Argument]:
    """Return the arguments of an entity's input: missing fields stay, null clears."""
    return [Argument(each.name, _input_type(each), each.description, None) for each in editable(entity)]


def _input_type(declaration: Declaration) -> str:
    if isinstance(declaration, Extended):
        return _input_type(declaration.inner)
    if isinstance(declaration, Localized) and not isinstance(declaration, LocalizedList):
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
        return "[ID!]"
    if isinstance(declaration, Batch):
        return declaration.type.rstrip("!")
    assert isinstance(declaration, Column), f"{declaration.name} can't be edited"
    return declaration.type.rstrip("!")


async def fill(
    context: Context,
    session: Session,
    entity: Entity,
    row: Row,
    given: GivenArguments,
    path: Sequence[str],
    faults: Faults | None = None,
) -> None:
    """Put what was given into `row`; raises RefusedError with every field that can't be used.

    With `faults` they are noted there instead, beside those of other parts. Memberships through a link table are
    written after a flush, so that the row is there.
    """
    declared = {each.name: each for each in editable(entity)}
    lists: list[tuple[Listing, list[str]]] = []
    extending = Extending(session, row)
    collected = Faults() if faults is None else faults
    for name, value in given.items():
        declaration = declared[name]
        where = (*path, camel(name))
        with collected.noting():
            aim = row
            if isinstance(declaration, Extended):
                aim, declaration = extending.row_of(declaration), declaration.inner
            if isinstance(declaration, Relation):
                setattr(aim, declaration.column, await _reference(context, declaration, value, aim, where))
            elif isinstance(declaration, Listing):
                ids = list(dict.fromkeys(value or ()))
                _check_members(context, declaration, ids, where)
                lists.append((declaration, ids))
            elif isinstance(declaration, Batch):
                write_external_ids(context, session, entity, row, value, where)
            else:
                _put(aim, declaration, value, where)
    if faults is None:
        collected.settle()
    if (lists or extending) and not collected.errors:
        session.add(row)
        extending.touch()
        session.flush()
        for declaration, ids in lists:
            write_links(session, declaration, row.id, ids)
        extending.write()


def _put(row: Row, declaration: Declaration, value: Any, where: tuple[str, ...]) -> None:
    if isinstance(declaration, Localized):
        setattr(row, declaration.column, _texts(row, declaration.column, value, where))
    elif isinstance(declaration, MoneyValue):
        setattr(row, declaration.amount, value["amount"] if value else None)
        setattr(row, declaration.currency, value["currency"] if value else None)
    elif isinstance(declaration, MoneyRange):
        _put_range(row, declaration, value, where)
    elif isinstance(declaration, PartialDateValue):
        setattr(row, declaration.column, PartialDate(value) if value else None)
    else:
        assert isinstance(declaration, Column)
        setattr(row, declaration.column, _checked(declaration, value, where))


def _put_range(row: Row, declaration: MoneyRange, value: Any, where: tuple[str, ...]) -> None:
    value = value or {}
    least, most = value.get("minimum"), value.get("maximum")
    if value and least is None and most is None:
        raise bad("Give a minimum, a maximum, or both.", *where)
    if least is not None and most is not None and least > most:
        raise bad(f"The minimum {least} is above the maximum {most}.", *where, "minimum")
    setattr(row, declaration.least, least)
    setattr(row, declaration.most, most)
    setattr(row, declaration.currency, value.get("currency"))


def _texts(row: Row, column: str, value: Sequence[Mapping[str, str]] | None, where: tuple[str, ...]) -> object:
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
    if texts or sql_column(type(row), column).nullable:
        return texts or None
    if column == "name":
        raise bad("Give a name in at least one language.", *where)
    return texts


def _checked(declaration: Column, value: Any, where: tuple[str, ...]) -> object:
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
    return [str(each) for each in value] if isinstance(value, list) else value


def _mailbox(value: str, where: tuple[str, ...]) -> str:
    from email_validator import EmailNotValidError, validate_email

    try:
        return str(validate_email(value.strip(), check_deliverability=False).normalized)
    except EmailNotValidError as error:
        raise bad(f"It is not an e-mail address ({error}) Write one such as name@example.org.", *where) from None


async def _reference(
    context: Context, declaration: Relation, value: str | None, row: Row, where: tuple[str, ...]
) -> str | None:
    if value is None:
        if not sql_column(type(row), declaration.column).nullable:
            raise bad("It can't be null; omit it to keep the stored value.", *where)
        return None
    entity = context.registry.of_id(value)
    fits = entity is not None and declaration.target in (entity.name, "Node")
    if not fits or await context.node(value) is None:
        raise missing(declaration.target.lower(), value, *where)
    return value


def _check_members(context: Context, declaration: Listing, ids: list[str], where: tuple[str, ...]) -> None:
    if len(ids) > MEMBERS:
        raise bad(f"The list has more than {MEMBERS} items.", *where)
    target = context.registry.entities[declaration.join.target]
    known = {row.id for row in context.session.execute(rows_statement(context.scope, target, ids))}
    faults = Faults()
    for position, identifier in enumerate(ids):
        with faults.noting():
            if identifier not in known:
                raise missing(target.name.lower(), identifier, *where, str(position))
    faults.settle()


def write_links(session: Session, declaration: Listing, parent: str, ids: Sequence[str]) -> None:
    """Replace a parent's link rows by `ids`; remaining ones keep their other columns."""
    join = declaration.join
    assert join.through is not None
    link: Any = join.through
    mine = select(link).where(getattr(link, join.near) == parent)
    present = {getattr(each, join.far): each for each in session.scalars(mine)}
    for identifier, each in present.items():
        if identifier not in ids:
            session.delete(each)
    for identifier in ids:
        if identifier not in present:
            session.add(link(**{join.near: parent, join.far: identifier}))


def _span(least: float | None, most: float | None) -> str:
    if most is None:
        return f"at least {least:g}"
    return f"{least:g} to {most:g}"
