"""The keys of a record without an id: its name in each language, and other identifying fields."""

import hashlib
from collections.abc import Callable
from typing import Any

from store.imports.kinds import Kind
from store.imports.records.record import LOCATION_PARTS
from store.imports.values.folding import folded, folded_without_signs

_LONGEST_KEY = 250
Fold = Callable[[str], str]


def keys_of(kind: Kind, values: dict[str, object], time: str = "") -> tuple[list[str], list[str]]:
    """Return the keys of a record, and those that earlier versions gave it.

    A multilingual name gives a key for each language, in alphabetical order of languages. `time` is the time of day of
    the date in the identity.
    """
    keys = _keys(kind, values, folded, time)
    former = [key for key in _keys(kind, values, folded_without_signs, "") if key not in keys]
    return keys, former


def _keys(kind: Kind, values: dict[str, Any], fold: Fold, time: str) -> list[str]:
    names = [name for name in kind.identity if isinstance(values.get(name), dict)]
    texts = values[names[0]] if names else {"": ""}
    keys = dict.fromkeys(_key(kind, values, language, fold, time) for language in sorted(texts))
    return list(keys)


def _key(kind: Kind, values: dict[str, object], language: str, fold: Fold, time: str) -> str:
    parts = []
    for name in kind.identity:
        value = values.get(name)
        text = value.get(language, "") if isinstance(value, dict) else value
        parts.append(fold(str(text)) if text else "")
        if time and name == "starts":
            parts[-1] += f"t{time}"
    if "place" in kind.identity:
        parts += [fold(str(values[part])) if values.get(part) else "" for part in LOCATION_PARTS[1:]]
    text = "/".join(part for part in parts if part)
    if len(text) > _LONGEST_KEY:
        text = hashlib.sha256(text.encode()).hexdigest()
    return f"by-{kind.identity[0]}/{text}"
