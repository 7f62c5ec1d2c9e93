"""Amounts as people write them: units, currencies, ranges, in Chinese and English."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from store.imports.values.numerals import with_digits
from store.imports.values.texts import text_of
from store.values.money import SCALE, check_amount, check_currency

_MULTIPLIERS = {
    "万亿": 10**12, "千亿": 10**11, "百亿": 10**10, "十亿": 10**9, "亿": 10**8,
    "千万": 10**7, "百万": 10**6, "十万": 10**5, "万": 10**4, "千": 10**3, "百": 10**2,
    "億": 10**8, "萬": 10**4, "crores": 10**7, "crore": 10**7, "cr": 10**7, "lakhs": 10**5, "lakh": 10**5,
    "lacs": 10**5, "lac": 10**5,
    "trillion": 10**12, "billion": 10**9, "million": 10**6, "thousand": 10**3,
    "trn": 10**12, "bn": 10**9, "mio": 10**6, "mln": 10**6, "mn": 10**6, "mm": 10**6,
    "t": 10**12, "b": 10**9, "m": 10**6, "k": 10**3, "w": 10**4,
}  # fmt: skip
_CURRENCIES = {
    "人民币元": "CNY", "人民币": "CNY", "人民幣": "CNY", "rmb": "CNY", "cny": "CNY", "yuan": "CNY", "元": "CNY",
    "圆": "CNY", "块": "CNY", "cn¥": "CNY", "us$": "USD", "美元": "USD", "美金": "USD", "dollars": "USD",
    "dollar": "USD", "$us": "USD", "欧元": "EUR", "歐元": "EUR", "euros": "EUR", "euro": "EUR", "€": "EUR",
    "英镑": "GBP", "英鎊": "GBP", "pounds": "GBP", "£": "GBP", "日元": "JPY", "日圆": "JPY", "円": "JPY",
    "yen": "JPY", "jp¥": "JPY", "港元": "HKD", "港币": "HKD", "港幣": "HKD", "hk$": "HKD", "加元": "CAD",
    "加币": "CAD", "c$": "CAD", "ca$": "CAD", "澳元": "AUD", "澳币": "AUD", "a$": "AUD", "au$": "AUD",
    "新加坡元": "SGD", "新币": "SGD", "s$": "SGD", "韩元": "KRW", "₩": "KRW", "新台币": "TWD", "新台幣": "TWD",
    "台币": "TWD", "台幣": "TWD", "nt$": "TWD", "瑞士法郎": "CHF", "卢布": "RUB", "₽": "RUB", "₹": "INR",
    "rupees": "INR", "rs.": "INR", "rs": "INR", "卢比": "INR",
}  # fmt: skip
_CURRENCY_NAMES = sorted(_CURRENCIES, key=len, reverse=True)
_DOLLARS = frozenset({"USD", "CAD", "AUD", "HKD", "SGD", "TWD", "NZD", "MXN"})
_AT_LEAST_BEFORE = r"(?:from|over|more than|at least|above|>=|>|≥|不低于|不少于|至少|超过|超)"
_AT_LEAST_AFTER = r"(?:or more|and more|and above|\+|及以上|以上|起)"
_AT_MOST_BEFORE = r"(?:up to|at most|less than|below|under|<=|<|≤|不超过|不高于|至多|最多)"
_AT_MOST_AFTER = r"(?:or less|or below|及以下|以下|以内|之内)"
_ABOUT = r"(?:about|around|approximately|approx\.?|circa|ca\.|约为|大约|约|近|将近|~)"
_NEXT_UNIT = 10**4
"""Units with nothing between them: 万 is next below 亿."""
_NUMBER = r"(?:\d{1,3}(?:[,' _]\d{3})+|\d+)(?:\.\d+)?"
_UNITS = "|".join(sorted(map(re.escape, _MULTIPLIERS), key=len, reverse=True))
_PART = rf"(?P<number>{_NUMBER})\s*(?P<unit>(?:{_UNITS})(?![a-z]))?"
_TO = re.compile(r"\s*(?:-|–|—|~|〜|至|到|\bto\b|\band\b)\s*")
_CURRENCY_IN_BRACKETS = re.compile(r"[(\[]\s*([^\d()\[\]]{1,8}?)\s*[)\]]")
_TWO_READINGS = re.compile(r"(?<![\d.,])[1-9]\d{0,2}\.\d{3}(?![\d.,])")
"""One thousand with a dot, or one with three decimals."""
_OTHER_NOTATIONS = (
    (re.compile(r"\d\s*e[+-]?\d"), "is in scientific notation, which may have lost digits; write all digits"),
    (re.compile(r"\d\.\d{3}[.,]\d|\d,\d{1,2}(?!\d)"), "has a dot or a comma in an odd place; write 1,234,567.89"),
)
_INDIAN = re.compile(r"(?<![\d,.])\d{1,2}(?:,\d{2})+,\d{3}(?![\d,])")
"""Two-digit groups before the last three have one reading: 1,00,000 is a hundred thousand."""
_UNSTATED = frozenset({
    "无", "面议", "另议", "待议", "待定", "未定", "待商议", "保密", "不详", "不便透露", "未披露", "未公开", "未透露",
    "无需融资", "未公布", "不公开", "未知", "暂未披露", "暂不披露", "undisclosed",
    "unknown",
    "confidential", "negotiable", "undisclosed amount", "not disclosed", "amount undisclosed", "tbd", "tba", "tbc",
})  # fmt: skip
_VAGUE_ENGLISH = {
    "hundreds of thousands": 10**5, "millions": 10**6, "tens of millions": 10**7, "hundreds of millions": 10**8,
    "billions": 10**9, "hundred thousand": 10**5, "hundred million": 10**8,
}  # fmt: skip
_VAGUE_UNITS = "|".join(
    sorted([*_VAGUE_ENGLISH, *(unit for unit in _MULTIPLIERS if not unit.isascii() or len(unit) > 6)], key=len)[::-1]
)
_VAGUE_UNIT = re.compile(_VAGUE_UNITS)
_VAGUE = re.compile(
    r"(?:约|大约|about|around)?\s*"
    r"(?:(?P<below>近|将近|接近|不到|nearly|almost|up to)|(?P<above>超过|超|逾|过|上|over|more than))?"
    r"\s*(?P<some>数|几|好几|若干|several|a few|multi-?)?\s*"
    rf"(?P<unit>{_VAGUE_UNITS})(?P<order>级别|量级|级)?\s*(?P<more>及以上|以上|\+)?(?:左右|不等)?"
)
_REMEDY = (
    "write an amount such as 500万元, 1.5亿, $2 million or 1500000 CNY, or a range such as 500-800万元, or state "
    "under 'values' in the mapping file what the cell means"
)


@dataclass(frozen=True, slots=True)
class AmountRange:
    """Lowest and highest amount, equal for a single one; None if open. Currency None: not written."""

    lowest: Decimal | None
    highest: Decimal | None
    currency: str | None


class VagueAmount(AmountRange):
    """An amount in words alone: 数千万 is 10 to 100 million, 近亿元 up to 100 million."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit that a header states for its column's amounts, such as 万元."""

    multiplier: int = 1
    currency: str | None = None


@lru_cache(maxsize=256)
def parse_unit(text: str) -> Unit | None:
    """Parse the unit in a header's brackets (`万元`, `USD`, `k€`, `million CNY`); None if it isn't one."""
    rest = unicodedata.normalize("NFKC", text).casefold().strip().removeprefix("单位").lstrip(":").strip()
    try:
        currency, rest = _take_currency(rest, None)
    except ValueError:
        return None  # (CTO) looks like a currency code but isn't one
    rest = rest.strip()
    if rest in _MULTIPLIERS:
        return Unit(_MULTIPLIERS[rest], currency)
    return Unit(1, currency) if currency and not rest else None


def is_unstated(value: object) -> bool:
    """Return whether a cell says in words that there is no amount, such as 面议 or `undisclosed`."""
    if not isinstance(value, str):
        return False
    plain = unicodedata.normalize("NFKC", text_of(value)).casefold().removeprefix("金额").removesuffix("金额")
    return plain in _UNSTATED


def parse_amount(value: object, *, unit: Unit | None = None, currency: str | None = None) -> AmountRange:
    """Parse an amount or a range of amounts, not negative.

    `unit` comes from the header and applies if the text has no multiplier; `currency` is the column's and says which
    dollar `$` is. Raises ValueError with the remedy.
    """
    default = (unit.currency if unit else None) or (currency and check_currency(currency)) or None
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        # Round binary fractions: 0.1 + 0.2 in a cell means 0.3.
        amount = _exact(Decimal(f"{value:.{SCALE}f}") if isinstance(value, float) else Decimal(value), unit)
        return AmountRange(amount, amount, default)
    return _parse_text(text_of(value), unit, default)


@lru_cache(maxsize=10_000)
def _parse_text(written: str, unit: Unit | None, default: str | None) -> AmountRange:
    plain = unicodedata.normalize("NFKC", written).casefold()
    if (vague := _vague(plain, default)) is not None:
        return vague
    original = _INDIAN.sub(lambda match: match[0].replace(",", ""), with_digits(plain))
    if not re.search(r"\d", original):
        raise ValueError(f"is not an amount; {_REMEDY}")
    if re.match(r"[^\d-]{0,3}-\s*\d", original):
        raise ValueError("is negative; write an amount of 0 or more")
    for notation, says in _OTHER_NOTATIONS:
        if notation.search(original):
            raise ValueError(says)
    text = re.sub(r"^(?:between|从)\s*", "", original)
    text = _CURRENCY_IN_BRACKETS.sub(_without_brackets, text)
    text, at_least = _take(text, _AT_LEAST_BEFORE, _AT_LEAST_AFTER)
    text, at_most = _take(text, _AT_MOST_BEFORE, _AT_MOST_AFTER)
    text = re.sub(rf"^{_ABOUT}\s*|\s*(?:左右|上下)$", "", text)
    text = re.sub(r"(?<=[元圆块])整$", "", text)
    currency, text = _take_currency(text, default)
    if unit is None or unit.multiplier == 1:
        _check_readings(text)
    ends = _TO.split(text.strip())
    if not 1 <= len(ends) <= 2 or not all(ends) or (at_least and at_most) or ((at_least or at_most) and len(ends) == 2):
        raise ValueError(f"is not an amount; {_REMEDY}")
    amounts = [_sum(end) for end in ends]
    multipliers = [multiplier for _, multiplier in amounts]
    if len(ends) == 2 and multipliers[0] is None:
        multipliers[0] = multipliers[1]  # 500-800万: the unit counts for both
    numbers = [
        _exact(number * (multiplier or 1), unit if multiplier is None else None)
        for (number, _), multiplier in zip(amounts, multipliers, strict=True)
    ]
    if numbers[-1] < numbers[0]:
        raise ValueError("is a range that ends below its beginning; write the smaller amount first")
    return AmountRange(None if at_most else numbers[0], None if at_least else numbers[-1], currency or default)


def _vague(text: str, default: str | None) -> AmountRange | None:
    """Return the range of 数百万, 千万级, 近亿元 or `several million`; None for an amount in figures."""
    if re.search(r"\d", text) or not _VAGUE_UNIT.search(text):
        return None
    currency, rest = _take_currency(text, default)
    rest = re.sub(r"(?<![a-z])\s+|\s+(?![a-z])", "", re.sub(r"\s+of\s*$", "", rest))
    match = _VAGUE.fullmatch(rest)
    says = ("some", "order", "below", "above", "more")
    if match is None or not (any(match[name] for name in says) or match["unit"] in _VAGUE_ENGLISH):
        return None
    least = Decimal(_VAGUE_ENGLISH.get(match["unit"]) or _MULTIPLIERS[match["unit"]])
    low: Decimal | None = least
    high: Decimal | None = least * 10
    if match["below"]:
        low, high = None, least
    elif match["above"] or match["more"]:
        high = None
    return VagueAmount(low, high, currency or default)


def _without_brackets(match: re.Match[str]) -> str:
    """Interpret 1000万（人民币）: the content of brackets counts if it is a currency."""
    unit = parse_unit(match[1])
    return f" {match[1]} " if unit is not None and unit.currency and unit.multiplier == 1 else match[0]


def _check_readings(text: str) -> None:
    """Raise ValueError for 1.000 without a unit: a thousand in some countries, one in others."""
    if (match := _TWO_READINGS.search(text)) and not re.match(rf"\s*(?:{_UNITS})(?![a-z])", text[match.end() :]):
        plain = match[0].replace(".", "")
        raise ValueError(f"is ambiguous; write {plain}, or {Decimal(match[0]):.2f}")


def _exact(number: Decimal, unit: Unit | None) -> Decimal:
    if not number.is_finite():
        raise ValueError(f"is not an amount; {_REMEDY}")
    amount = number * (unit.multiplier if unit else 1)
    if amount < 0:
        raise ValueError("is negative; write an amount of 0 or more")
    return check_amount(amount)


def _take(text: str, before: str, after: str) -> tuple[str, bool]:
    """Remove the words from `text`; return the rest and whether there were any."""
    shorter = re.sub(rf"^{before}\s*|\s*{after}$", "", text)
    if shorter == text:  # 500万以上人民币: the currency may follow the word
        shorter = re.sub(rf"\s*{after}(?=\D*$)", "", text)
    return shorter, shorter != text


def _take_currency(text: str, default: str | None) -> tuple[str | None, str]:
    """Return the currency named in `text`, and `text` without it. Raises ValueError for two different ones."""
    currencies: set[str] = set()
    for name in _CURRENCY_NAMES:
        if name not in text:
            continue
        pattern = rf"(?<![a-z]){re.escape(name)}(?![a-z])" if name.isascii() and name.isalpha() else re.escape(name)
        text, count = re.subn(pattern, " ", text)
        if count:
            currencies.add(_CURRENCIES[name])
    if "$" in text:
        text = text.replace("$", " ")
        if not currencies & _DOLLARS:
            currencies.add(default if default in _DOLLARS else "USD")
    if "¥" in text:
        text = text.replace("¥", " ")
        if not currencies & {"CNY", "JPY"}:
            currencies.add(default if default == "JPY" else "CNY")
    for code in re.findall(r"(?<![a-z])[a-z]{3}(?![a-z])", text):
        if code in _MULTIPLIERS or code in ("and", "mio", "mln", "trn"):
            continue
        currencies.add(check_currency(code))
        text = re.sub(rf"(?<![a-z]){code}(?![a-z])", " ", text)
    if len(currencies) > 1:
        raise ValueError(f"names several currencies ({', '.join(sorted(currencies))}); give one amount in one currency")
    return (currencies.pop() if currencies else None), text.strip()


def _sum(text: str) -> tuple[Decimal, int | None]:
    """Return number and multiplier of one end; `1亿2000万` adds up and has the multiplier 1."""
    parts = list(re.finditer(_PART, text.strip()))
    if not parts or re.sub(r"\s", "", "".join(part[0] for part in parts)) != re.sub(r"\s", "", text):
        raise ValueError(f"is not an amount; {_REMEDY}")
    values = [(Decimal(re.sub(r"[,' _]", "", part["number"])), _MULTIPLIERS.get(part["unit"] or "")) for part in parts]
    if len(values) == 1:
        return values[0]
    falling = [multiplier or 1 for _, multiplier in values]
    if falling != sorted(falling, reverse=True) or len(set(falling)) != len(falling):
        raise ValueError(f"is not an amount; {_REMEDY}")
    for (part, multiplier), above in zip(zip(parts[1:], falling[1:], strict=True), falling, strict=False):
        bare = multiplier == 1 and len(part["number"].split(".")[0]) != len(str(above)) - 1
        if bare or above // multiplier > _NEXT_UNIT:  # 1亿5 and 1亿5千 are short for 1.5亿 to some
            raise ValueError("is ambiguous; write the last unit too, such as 1亿5000万, or 1.5亿")
    return sum((number * multiplier for (number, _), multiplier in zip(values, falling, strict=True)), Decimal(0)), 1
