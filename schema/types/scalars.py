"""The custom scalars, with their input and output."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NewType

import strawberry
from graphql import GraphQLError
from graphql.language import EnumValueNode, StringValueNode, ValueNode
from strawberry.types.scalar import ScalarDefinition

from schema.declarations.base import GivenArguments
from schema.declarations.unreadable import unreadable
from schema.declarations.values import decimal_text
from store.values.localized import normalise_tag
from store.values.money import check_amount, check_currency
from store.values.partial_dates import PartialDate
from store.values.zoned_times import read_zoned_time

LanguageTag = NewType("LanguageTag", str)
CurrencyCode = NewType("CurrencyCode", str)
DecimalText = NewType("DecimalText", Decimal)
PartialDateText = NewType("PartialDateText", str)
ZonedDateTime = NewType("ZonedDateTime", str)
DateTime = NewType("DateTime", datetime)
Date = NewType("Date", date)
Json = NewType("Json", object)


def _from_text(name: str, read: Callable[[str], object], instead: object) -> Callable[[object], object]:
    """Reads a scalar; a mutation checks the rest of its input with `instead` where the text can't be read."""

    def parse(value: object) -> object:
        if not isinstance(value, str):
            raise GraphQLError(f"{name} must be a string.")
        try:
            return read(value)
        except ValueError as error:
            if (unread := unreadable(f"{name}: {error}", instead)) is not None:
                return unread
            raise GraphQLError(f"{name}: {error}") from error

    return parse


def _from_literal(parse: Callable[[object], object]) -> Callable[[ValueNode, GivenArguments | None], object]:
    def parse_literal(node: ValueNode, variables: GivenArguments | None = None) -> object:
        if isinstance(node, StringValueNode | EnumValueNode):
            return parse(node.value)
        raise GraphQLError('A language must be a string ("zh-Hant") or a name (ZH).', nodes=node)

    return parse_literal


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def plain_scalar(name: str, description: str) -> ScalarDefinition:
    """Return a scalar whose values are JSON, as they come and as they go."""
    return strawberry.scalar(
        name=name, description=description, serialize=lambda value: value, parse_value=lambda value: value
    )


_tag = _from_text("LanguageTag", normalise_tag, "und")

SCALARS: dict[object, ScalarDefinition] = {
    LanguageTag: strawberry.scalar(
        name="LanguageTag",
        description='A BCP 47 language tag, such as "en" or "zh-Hant"; in a query also as a name: EN, ZH, ZH_HANT.',
        serialize=str,
        parse_value=_tag,
        parse_literal=_from_literal(_tag),
    ),
    CurrencyCode: strawberry.scalar(
        name="CurrencyCode",
        description="An ISO 4217 currency, such as CNY, USD or EUR.",
        serialize=str,
        parse_value=_from_text("CurrencyCode", check_currency, "USD"),
    ),
    DecimalText: strawberry.scalar(
        name="Decimal",
        description='An exact decimal number as text, such as "1500000.25": at most 4 decimals.',
        serialize=lambda value: decimal_text(value) if isinstance(value, Decimal) else str(value),
        parse_value=_from_text("Decimal", check_amount, Decimal(1)),
    ),
    PartialDateText: strawberry.scalar(
        name="PartialDateText",
        description="A date as exactly as it is known: 2024, 2024-H1, 2024-Q3, 2024-07, 2024-07-mid (early, mid, "
        "late), 2024-07-16, or without a year --07 or --07-06.",
        serialize=str,
        parse_value=_from_text("PartialDateText", lambda text: PartialDate(text).text, "2000"),
    ),
    ZonedDateTime: strawberry.scalar(
        name="ZonedDateTime",
        description="A local time in its time zone (RFC 9557): 2026-05-01T17:00:00+08:00[Asia/Shanghai]; in inputs "
        "also 2026-05-01 17:00 Asia/Shanghai. A time that the zone's clock skips is refused, and so is one that it "
        "shows twice, unless an offset says which one is meant.",
        serialize=str,
        parse_value=_from_text("ZonedDateTime", read_zoned_time, "2000-01-01T00:00:00+00:00[UTC]"),
    ),
    DateTime: strawberry.scalar(
        name="DateTime",
        description="A moment (ISO 8601), returned in UTC; without a time zone it is read as UTC.",
        serialize=lambda moment: moment.isoformat(),
        parse_value=_from_text("DateTime", _moment, datetime(2000, 1, 1, tzinfo=UTC)),
    ),
    Date: strawberry.scalar(
        name="Date",
        description="A day (ISO 8601), such as 2024-07-16.",
        serialize=lambda day: day.isoformat(),
        parse_value=_from_text("Date", date.fromisoformat, date(2000, 1, 1)),
    ),
    Json: plain_scalar("JSON", "Any JSON value; only for data of plugins and kept rankings."),
}

NAMES: dict[str, object] = {
    "ID": strawberry.ID,
    "String": str,
    "Int": int,
    "Float": float,
    "Boolean": bool,
    "LanguageTag": LanguageTag,
    "CurrencyCode": CurrencyCode,
    "Decimal": DecimalText,
    "PartialDateText": PartialDateText,
    "ZonedDateTime": ZonedDateTime,
    "DateTime": DateTime,
    "Date": Date,
    "JSON": Json,
}
