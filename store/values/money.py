"""Money: an exact decimal amount and an ISO 4217 currency."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from babel.numbers import list_currencies

SCALE = 4
"""Digits after the point: every ISO 4217 minor unit fits."""
LIMIT = Decimal(10) ** 14
"""Amounts are below one hundred trillion, so that a scaled amount fits a signed 64-bit integer."""

_CURRENCIES = frozenset(list_currencies())


def check_currency(currency: str) -> str:
    """Return `currency` in upper case; raises ValueError if ISO 4217 doesn't know it."""
    code = currency.strip().upper()
    if code not in _CURRENCIES:
        raise ValueError(f"{currency!r} is not an ISO 4217 currency; give one such as CNY, USD or EUR")
    return code


def check_amount(amount: Decimal | str | int) -> Decimal:
    """Return `amount` as an exact decimal; raises ValueError for what can't be stored exactly."""
    try:
        value = Decimal(amount)
    except InvalidOperation as error:
        raise ValueError(f"{amount!r} is not an amount; give a decimal number such as 1500000.00") from error
    if not value.is_finite() or value.copy_abs() >= LIMIT:  # abs() itself can't take a number of any size
        raise ValueError(f"{amount} is out of range; amounts are finite and below {LIMIT:f}")
    rounded = round(value, SCALE)
    if value != rounded:
        raise ValueError(f"{amount} has more than {SCALE} decimals; round it")
    exponent = value.as_tuple().exponent
    plain = isinstance(exponent, int) and -SCALE <= exponent <= 0
    return value if plain else rounded  # written out, 0E-100000000 would be as long as it says


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in one currency. Amounts of different currencies neither add nor compare."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "amount", check_amount(self.amount))
        object.__setattr__(self, "currency", check_currency(self.currency))

    @classmethod
    def parse(cls, text: str) -> "Money":
        """Read `"1500000000 CNY"` or `"CNY 1500000000"`; raises ValueError with the remedy."""
        match = re.fullmatch(r"\s*(?:([A-Za-z]{3})\s+)?([-+]?[\d,_]+(?:\.\d+)?)(?:\s+([A-Za-z]{3}))?\s*", text)
        if not match or bool(match[1]) == bool(match[3]):
            raise ValueError(f"{text!r} is not money; write an amount and a currency, such as '1500000 CNY'")
        return cls(check_amount(re.sub("[,_]", "", match[2])), match[1] or match[3])

    def __str__(self) -> str:
        return f"{self.amount_text} {self.currency}"

    @property
    def amount_text(self) -> str:
        """Format the amount as plain digits, without exponent and trailing zeros."""
        text = f"{self.amount:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text


def parse_range(text: str) -> tuple[Decimal | None, Decimal | None, str]:
    """Read `1000000-5000000 CNY`, `from 1000000 CNY`, `up to 5000000 CNY`, or one amount, which is both ends.

    Raises ValueError with the remedy.
    """
    remedy = "write '1000000-5000000 CNY', 'from 1000000 CNY', 'up to 5000000 CNY' or '1000000 CNY'"
    match = re.fullmatch(
        r"(?:(?P<open>from|up to)\s+)?(?P<low>[\d.,_]+)(?:\s*[-–]\s*(?P<high>[\d.,_]+))?\s+(?P<currency>[A-Za-z]{3})",
        text.strip(),
    )
    if not match or (match["open"] and match["high"]):
        raise ValueError(f"is not an amount or a range; {remedy}")
    low = Money.parse(f"{match['low']} {match['currency']}")
    if match["open"] == "from":
        return low.amount, None, low.currency
    if match["open"]:
        return None, low.amount, low.currency
    high = Money.parse(f"{match['high'] or match['low']} {match['currency']}")
    if high.amount < low.amount:
        raise ValueError(f"ends below its beginning; {remedy}")
    return low.amount, high.amount, low.currency
