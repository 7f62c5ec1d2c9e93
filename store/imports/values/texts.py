"""Texts, booleans, numbers."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

_MARKS = ("\ufeff", "\u200b")
_ESCAPED_CONTROL = re.compile(r"_x(000[1-9A-F]|001[0-9A-F])_", re.IGNORECASE)
_TRUE = frozenset(["true", "yes", "y", "t", "1", "x", "on", "是", "有", "对", "真", "√", "✓", "✔", "☑"])
_FALSE = frozenset(["false", "no", "n", "f", "0", "off", "否", "无", "没有", "不是", "错", "假", "×", "✗", "☐"])


def text_of(value: object) -> str:
    """Convert `value` to text without surrounding blanks, lines ended by `\\n`, whole numbers without `.0`."""
    if isinstance(value, str):
        text = value.replace("\r\n", "\n").replace("\r", "\n") if "\r" in value else value
        text = text.strip()  # strips wide and non-breaking blanks too
        return text.strip("\ufeff\u200b").strip() if text[:1] in _MARKS or text[-1:] in _MARKS else text
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return str(value).strip()


def with_controls(value: object) -> object:
    """Decode workbooks' escapes of control characters, such as `_x000D_`, that another program copied as text."""
    if isinstance(value, list):
        return [with_controls(item) for item in value]
    if not isinstance(value, str) or "_x" not in value:
        return value
    return _ESCAPED_CONTROL.sub(lambda match: chr(int(match[1], 16)), value)


def is_empty(value: object, *, name: bool = False) -> bool:
    """Return whether a cell is empty; a `name` may be a word such as `null`."""
    if value is None or value == "":
        return True
    if isinstance(value, float):
        return value != value  # data frames write an empty cell as NaN
    if isinstance(value, list | tuple):
        return all(is_empty(item) for item in value)
    text = text_of(value)
    if len(text) > _LONGEST_NOTHING:
        return False
    text = text.casefold()
    return text == "" or text in _BLANKS or (text in _NOTHING and not name)


_BLANKS = frozenset({"-", "--", "—", "/", "#n/a", "n/a"})
_LONGEST_NOTHING = 4
_NOTHING = frozenset({"na", "<na>", "n.a.", "null", "none", "nan", "nat", "未知", "不详", "暂无", "待定", "未填"})


def parse_boolean(value: object) -> bool:
    """Yes or no, in English or Chinese."""
    if isinstance(value, bool):
        return value
    text = unicodedata.normalize("NFKC", text_of(value)).casefold()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise ValueError("is neither yes nor no; write yes, no, true, false, 1, 0, 是 or 否")


def parse_decimal(value: object) -> Decimal:
    """Parse a number; digits may be grouped in threes, or as in India in twos before the last three."""
    if isinstance(value, bool):
        raise ValueError("is not a number")
    text = unicodedata.normalize("NFKC", text_of(value)).replace("−", "-")
    if re.fullmatch(r"[-+]?(?:\d{1,3}([,' _]\d{3})+|\d{1,2}(,\d{2})+,\d{3})(\.\d+)?", text):
        text = re.sub(r"[,' _]", "", text)
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError("is not a number; write digits, such as 1250 or 12.5") from None
    if not number.is_finite():
        raise ValueError("is not a finite number")
    return number


def parse_integer(value: object) -> int:
    """Return a whole number."""
    number = parse_decimal(value)
    if number != number.to_integral_value():
        raise ValueError("is not a whole number")
    if abs(number) >= 2**31:
        raise ValueError(f"is out of range; whole numbers are below {2**31}")
    return int(number)


def parse_percentage(value: object) -> Decimal:
    """Percent, from 0 to 100: `35`, `35%`, `百分之35`."""
    text = unicodedata.normalize("NFKC", text_of(value)).removeprefix("百分之").rstrip("% ")
    try:
        number = parse_decimal(text)
    except ValueError:
        raise ValueError("is not a percentage; write 35%, 35 or 百分之35") from None
    if not 0 <= number <= 100:
        raise ValueError("is out of range; a percentage is from 0 to 100")
    return number


def parse_readiness(value: object) -> int:
    """Return a technology readiness level from 1 to 9: `6`, `TRL 6`, `TRL6`, `6级`, `第六级`."""
    text = unicodedata.normalize("NFKC", text_of(value)).casefold()
    match = re.fullmatch(r"(?:trl|技术成熟度|第|level)*[\s:-]*([0-9]+|[一二三四五六七八九])(?:\.0)?\s*级?", text)
    level = int(match[1]) if match and match[1].isascii() else "一二三四五六七八九".find(match[1]) + 1 if match else 0
    if not 1 <= level <= 9:
        raise ValueError("is not a technology readiness level; write a number from 1 to 9, such as TRL 6")
    return level
