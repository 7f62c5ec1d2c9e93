"""Opaque cursors: the key values of one row, and a signature of their order."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import orjson

from schema.declarations.errors import BadUserInputError


def signature(parts: Sequence[str]) -> str:
    """Return a short signature of an order: a cursor of one order is refused in another."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:6]


def encode(mark: str, values: Sequence[object]) -> str:
    """The cursor of a row with these key values."""
    packed = orjson.dumps([mark, *(_packed(value) for value in values)])
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def decode(cursor: str, mark: str, count: int, field: str) -> list[object]:
    """The key values of a cursor; raises BadUserInputError for what isn't one of this order."""
    try:
        packed = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        stated_mark, *values = packed
        if len(values) != count or not isinstance(stated_mark, str):
            raise ValueError
        unpacked = [_unpacked(value) for value in values]
    except (ValueError, TypeError, KeyError, ArithmeticError, binascii.Error) as error:
        raise BadUserInputError(
            f"{field} is not a cursor of this connection; give one from its endCursor or cursor.",
            field=field,
        ) from error
    if stated_mark != mark:
        raise BadUserInputError(
            f"{field} is a cursor of another order or language; start again without it after changing orderBy.",
            field=field,
        )
    return unpacked


def _packed(value: object) -> object:
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, Decimal):
        return {"n": str(value)}
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def _unpacked(value: object) -> object:
    if not isinstance(value, dict):
        if isinstance(value, list):
            raise ValueError("a list is no key")
        return value
    ((kind, text),) = value.items()
    if kind == "t":
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return moment
    return date.fromisoformat(text) if kind == "d" else Decimal({"n": text}[kind])
