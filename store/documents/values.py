"""Converts YAML nodes to column values."""

import re
import typing
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any

import yaml
from sqlalchemy.orm import Mapped

from store.bulk import shape_of
from store.documents.reading import is_null, shown
from store.documents.vocabulary import CHOICES
from store.models.base import Identified
from store.values.localized import normalise_tag
from store.values.money import Money, check_amount, check_currency, parse_range
from store.values.partial_dates import PartialDate
from store.values.zoned_times import read_zoned_time

RANGES: dict[str, tuple[float, float]] = {
    "technology_readiness": (1, 9),
    "confidence": (0, 1),
    "equity_percent": (0, 100),
    "latitude": (-90, 90),
    "longitude": (-180, 180),
    "weight": (0, 1_000_000),
    "capacity": (1, 10_000),
    "ordinal": (-1_000_000, 1_000_000),
    "rank": (1, 1_000_000),
    "field_size": (1, 10_000_000),
    "year": (1000, 9999),
}
"""Minimum and maximum of a field, in any model."""
_TRUE, _FALSE = {"true", "yes", "on"}, {"false", "no", "off"}
_INTEGER_LIMIT = 2**31


_ANNOTATIONS: dict[type, dict[str, object]] = {}


def _annotations(model: type[Identified]) -> dict[str, object]:
    found = _ANNOTATIONS.get(model)
    if found is not None:
        return found
    made: dict[str, object] = {
        attribute: typing.get_args(hint)[0]
        for attribute, hint in typing.get_type_hints(model).items()
        if typing.get_origin(hint) is Mapped
    }
    return _ANNOTATIONS.setdefault(model, made)


def kind_of(model: type[Identified], name: str) -> Any:
    """Return the Python type of the column, without None: `str`, `dict[str, str]`, an enum, …"""
    kind = _annotations(model)[name]
    options = [option for option in typing.get_args(kind) if option is not type(None)]
    return options[0] if type(None) in typing.get_args(kind) else kind


def convert(model: type[Identified], name: str, node: yaml.Node) -> object:
    """Convert a node to the value of the column `name`; raises ValueError that says what is allowed."""
    kind = kind_of(model, name)
    if is_null(node):
        if name in shape_of(model).nullable or name in shape_of(model).defaults:
            return None
        raise ValueError("can't be empty")
    choices = CHOICES.get((model, name))
    if kind == dict[str, str]:
        return localized(node)
    if kind == list[str]:
        return [_choice(_text(item), choices) for item in _items(node)]
    if kind == list[dict[str, str]]:
        return [localized(item) for item in _items(node)]
    if typing.get_origin(kind) in (dict, list):
        return _json(node, typing.get_origin(kind))
    if name in shape_of(model).zoned_times:
        return read_zoned_time(_text(node))
    value = _scalar(kind, _text(node))
    if isinstance(value, str) and not isinstance(value, Enum):
        _check_text(model, name, value, choices)
        if name == "currency" or name.endswith("_currency"):
            return check_currency(value)
    check_range(name, value)
    return value


def check_range(name: str, value: object) -> None:
    """Raise ValueError if `value` is outside the range of the field `name`."""
    if name in RANGES and isinstance(value, int | float | Decimal):
        least, greatest = RANGES[name]
        if not least <= value <= greatest:
            raise ValueError(f"is out of range; give a number from {least:g} to {greatest:g}")


def check_address(value: str) -> str:
    """Check a web address; raises ValueError for anything but http and https."""
    if not re.match(r"https?://[^\s/]+", value, re.IGNORECASE):
        raise ValueError("is not a web address; write one that begins with https:// or http://")
    return value


def localized(node: yaml.Node) -> dict[str, str]:
    """Multilingual text."""
    if not isinstance(node, yaml.MappingNode):
        raise ValueError("must be given by language, such as {en: Dalian, zh: 大连}")
    texts: dict[str, str] = {}
    for tag, text in node.value:
        if not is_null(text):
            texts[normalise_tag(_text(tag))] = _text(text).strip()
    if not any(texts.values()):
        raise ValueError("is empty; give a text in at least one language")
    return texts


def money(node: yaml.Node) -> Money:
    """Return one amount."""
    return Money.parse(_text(node))


def money_range(node: yaml.Node) -> tuple[Decimal | None, Decimal | None, str]:
    """Parse lowest and highest amount and currency of `1000000-5000000 CNY`, `from …`, `up to …` or one amount."""
    return parse_range(_text(node))


def boolean(node: yaml.Node) -> bool:
    """Return `true` or `false`."""
    return bool(_scalar(bool, _text(node)))


def _items(node: yaml.Node) -> list[yaml.Node]:
    if not isinstance(node, yaml.SequenceNode):
        raise ValueError("must be a list, such as [a, b]")
    return list(node.value)


def _text(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise ValueError(f"must be a single value, not {shown(node)}")
    return str(node.value)


def _choice(text: str, choices: tuple[str, ...] | None) -> str:
    if choices and text not in choices:
        raise ValueError(f"has {text!r}, which is not one of {', '.join(choices)}")
    return text


def _check_text(model: type[Identified], name: str, value: str, choices: tuple[str, ...] | None) -> None:
    _choice(value, choices)
    length = getattr(shape_of(model).table.c[name].type, "length", None)
    if length is not None and len(value) > length:
        raise ValueError(f"is too long: {len(value)} characters of at most {length}; shorten it")
    if name in ("website", "url"):
        check_address(value)


def _scalar(kind: object, text: str) -> object:
    reader: Callable[[str], object] | None = _READERS.get(kind)
    if reader is not None:
        return reader(text)
    if isinstance(kind, type) and issubclass(kind, Enum):
        try:
            return kind(text)
        except ValueError:
            raise ValueError(
                f"is not one of {', '.join(str(member.value) for member in kind)}; write one of them"
            ) from None
    return text


def _boolean(text: str) -> bool:
    if text.lower() not in _TRUE | _FALSE:
        raise ValueError("is neither true nor false; write one of them")
    return text.lower() in _TRUE


def _integer(text: str) -> int:
    try:
        value = int(text)
    except ValueError:
        raise ValueError("is not a whole number") from None
    if abs(value) >= _INTEGER_LIMIT:
        raise ValueError(f"is out of range; whole numbers are below {_INTEGER_LIMIT}")
    return value


def _float(text: str) -> float:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise ValueError("is not a number") from None
    if not value.is_finite():
        raise ValueError("is not a finite number")
    return float(value)


_READERS: dict[object, Callable[[str], object]] = {
    bool: _boolean,
    int: _integer,
    float: _float,
    Decimal: lambda text: check_amount(text.replace("_", "")),
    PartialDate: lambda text: PartialDate(text.strip()),
    str: lambda text: text,
}


def _json(node: yaml.Node, kind: type) -> object:
    value = _construct(node)
    if not isinstance(value, kind):
        raise ValueError("must be a mapping" if kind is dict else "must be a list")
    return value


def _construct(node: yaml.Node) -> object:
    """Construct plain JSON: numbers, booleans and null by YAML's rules, dates as text."""
    if isinstance(node, yaml.MappingNode):
        return {_text(name): _construct(value) for name, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_construct(item) for item in node.value]
    if node.tag.endswith((":int", ":float", ":bool", ":null")):
        return yaml.safe_load(node.value) if not is_null(node) else None
    return node.value
