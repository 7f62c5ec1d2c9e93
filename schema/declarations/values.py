"""Small values of fields: money, texts in all languages, ends of pages."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from types import SimpleNamespace

from store.values.money import Money


@dataclass(frozen=True, slots=True)
class LocalizedText:
    """A text and its language."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class MoneyOut:
    """An exact amount as text, and its currency."""

    amount: str
    currency: str

    @classmethod
    def of(cls, amount: Decimal | None, currency: str | None) -> MoneyOut | None:
        """None where either isn't stated."""
        if amount is None or currency is None:
            return None
        return cls(Money(amount, currency).amount_text, currency)


@dataclass(frozen=True, slots=True)
class MoneyRangeOut:
    """Minimum and maximum, either may be open."""

    minimum: MoneyOut | None
    maximum: MoneyOut | None

    @classmethod
    def of(cls, least: Decimal | None, most: Decimal | None, currency: str | None) -> MoneyRangeOut | None:
        """None where neither is stated."""
        if currency is None or (least is None and most is None):
            return None
        return cls(MoneyOut.of(least, currency), MoneyOut.of(most, currency))


@dataclass(frozen=True, slots=True)
class PageInfo:
    """Where a page begins and ends."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


class WrittenRow(SimpleNamespace):
    """The columns of a row as a mutation wrote it, or would in a dry run; each is an attribute."""


def decimal_text(value: Decimal) -> str:
    """Plain digits, without exponent and trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
