"""Column types that store values exactly, and identically on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum as PythonEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Enum, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

from store.enums.described import Open
from store.values.money import SCALE, check_amount
from store.values.partial_dates import PartialDate

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""JSON text on SQLite, JSONB on PostgreSQL; Python's None is SQL NULL."""


class ExactDecimal(TypeDecorator[Decimal]):
    """An exact decimal as a 64-bit integer scaled by 10**4: sorts, compares and adds exactly on both databases."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:
        return None if value is None else int(check_amount(value).scaleb(SCALE))

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-SCALE)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, with its time zone in Python, in UTC in the database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class PartialDateText(TypeDecorator[PartialDate]):
    """A partial date as its canonical text."""

    impl = String(16)
    cache_ok = True

    def process_bind_param(self, value: PartialDate | str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return value.text if isinstance(value, PartialDate) else PartialDate(value).text

    def process_result_value(self, value: str | None, dialect: Dialect) -> PartialDate | None:
        return None if value is None else PartialDate(value)


def enum_of(kind: type[PythonEnum]) -> TypeEngine[Any]:
    """Declare a text column restricted to members of `kind` (checked here, not by the database)."""
    return Enum(
        kind,
        native_enum=False,
        length=40,
        create_constraint=False,
        validate_strings=True,
        values_callable=lambda members: [member.value for member in members],
    )


class OpenEnum(TypeDecorator[Open]):
    """A member of an enum that plugins add to; one that no running plugin declares is read all the same."""

    impl = String(40)
    cache_ok = True

    def __init__(self, kind: type[Open]) -> None:
        super().__init__(40)
        self.kind = kind

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Open | None:
        return None if value is None else self.kind.named(value)


def open_enum_of(kind: type[Open]) -> TypeEngine[Any]:
    """As `enum_of`, for an enum that plugins add to."""
    return OpenEnum(kind)
