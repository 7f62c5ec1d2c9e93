"""Values of fields as texts that people write, for proposals: what a field says, and what it should say.

An amount is `10000000 CNY`, a range `1000000-5000000 CNY`, a date `2024-07`, another record its id; a list has one item
a line. Reading a text that was written here gives the same value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import TypeAlias

from sqlalchemy import Enum as SqlEnum

from schema.declarations.base import Declaration, Row
from schema.declarations.columns import (
    Column,
    Localized,
    LocalizedList,
    MoneyRange,
    MoneyValue,
    PartialDateValue,
    python_type,
    sql_column,
)
from schema.declarations.entities import Entity
from schema.declarations.relations import Relation
from schema.declarations.values import decimal_text
from schema.domain.shared.inputs.values import OBJECTS, editable
from store.values.money import Money, check_amount, parse_range
from store.values.partial_dates import PartialDate
from store.values.zoned_times import read_zoned_time

Given: TypeAlias = object
"""What a mutation's input holds for a field."""


def correctable(entity: Entity) -> Iterator[Declaration]:
    """Return the fields of which corrections can be asked for: what everybody who sees the record reads as a text."""
    for each in editable(entity):
        if each.readers is None and each.editors is None and each.masked is None and _is_text(each):
            yield each


def _is_text(declaration: Declaration) -> bool:
    if isinstance(declaration, LocalizedList):
        return False
    if isinstance(declaration, Column):
        return not any(name in declaration.type for name in (*OBJECTS, "JSON"))
    return isinstance(declaration, Localized | MoneyValue | MoneyRange | PartialDateValue | Relation)


def value_as_text(declaration: Declaration, row: Row, language: str | None) -> str | None:
    """Return what a field of a row says; None for nothing. `language` is that of a multilingual text."""
    if isinstance(declaration, Localized):
        texts = getattr(row, declaration.column) or {}
        return texts.get(language) or None
    if isinstance(declaration, MoneyValue):
        amount = getattr(row, declaration.amount)
        return None if amount is None else f"{decimal_text(amount)} {getattr(row, declaration.currency)}"
    if isinstance(declaration, MoneyRange):
        return _range_text(declaration, row)
    assert isinstance(declaration, Column | PartialDateValue | Relation)
    return _plain(getattr(row, declaration.column))


def _range_text(declaration: MoneyRange, row: Row) -> str | None:
    least, most = getattr(row, declaration.least), getattr(row, declaration.most)
    if least is None and most is None:
        return None
    ends = [decimal_text(each) for each in (least, most) if each is not None]
    begin = "up to " if least is None else "from " if most is None else ""
    return f"{begin}{'-'.join(ends)} {getattr(row, declaration.currency)}"


def _plain(value: object) -> str | None:
    if value is None or value in ("", []):
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "\n".join(str(each) for each in value)
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, date):
        return value.isoformat()
    return decimal_text(value) if isinstance(value, Decimal) else str(value)


def text_as_given(declaration: Declaration, row: Row, text: str | None, language: str | None) -> Given:
    """Return what a mutation's input would hold. Raises ValueError with the remedy for a text that can't be read."""
    if isinstance(declaration, Localized):
        texts = {**(getattr(row, declaration.column) or {}), str(language): text or ""}
        return [{"language": each, "text": said} for each, said in texts.items() if said]
    if text is None or not text.strip():
        return None
    text = text.strip()
    if isinstance(declaration, MoneyValue):
        money = Money.parse(text)
        return {"amount": money.amount, "currency": money.currency}
    if isinstance(declaration, MoneyRange):
        least, most, currency = parse_range(text)
        return {"minimum": least, "maximum": most, "currency": currency}
    if isinstance(declaration, PartialDateValue):
        return PartialDate(text).text
    if isinstance(declaration, Relation):
        return text
    assert isinstance(declaration, Column)
    if declaration.type.startswith("["):
        return [_item(declaration, each.strip()) for each in text.splitlines() if each.strip()]
    return _scalar(declaration, text)


def _item(declaration: Column, text: str) -> object:
    return text if declaration.items is None else _member(list(declaration.items), text)


def _scalar(declaration: Column, text: str) -> object:
    sql = sql_column(declaration.model, declaration.column)
    if isinstance(sql.type, SqlEnum) and sql.type.enum_class is not None:
        return _member(list(sql.type.enum_class), text)
    kind = declaration.type.rstrip("!")
    if kind == "Boolean":
        if text.lower() not in ("true", "false"):
            raise ValueError(f"{text[:60]!r} is neither true nor false.")
        return text.lower() == "true"
    if kind == "ZonedDateTime":
        return read_zoned_time(text)
    if kind == "DateTime":
        return _moment(text)
    if kind == "Decimal":
        return check_amount(text)
    if kind in ("Int", "Float"):
        try:
            return python_type(sql)(text)
        except ValueError:
            raise ValueError(f"{text[:60]!r} is not a number; write one such as 12.") from None
    return text


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = datetime.min
    if moment.tzinfo is None:
        raise ValueError(f"{text[:60]!r} is no time with an offset; write one such as 2026-05-01T17:00+08:00.")
    return moment.astimezone(UTC)


def _member(members: Sequence[Enum], text: str) -> Enum:
    for each in members:
        if str(each.value).casefold() == text.casefold():
            return each
    raise ValueError(f"{text[:60]!r} is not one of {', '.join(str(each.value) for each in members)}.")
