"""Types that a plugin names but nobody defines: what names them is left out, with the reason."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

from plugins.host.contributions.contributions import EnumType, Field, InputType, ObjectType, RowRule
from plugins.host.contributions.kinds import Kind
from plugins.host.contributions.registry import Contributions, Entry


def dangling(contributions: Contributions) -> list[tuple[Entry[Any], str]]:
    """Each entry that names an unknown type, and a sentence about it.

    Leaving one out may leave another dangling, so call it until it finds nothing. Without types of core (they
    come from `taken_names`) nothing can be known, and nothing is found.
    """
    known = {entry.name for entry in contributions.taken if entry.kind is Kind.TYPE}
    if not known:
        return []
    known.update(entry.name for entry in contributions.types)
    no_objects = {entry.name for entry in contributions.types if not isinstance(entry.value, ObjectType)}
    found = []
    for entry in contributions:
        if isinstance(entry.value, Field) and entry.value.on in no_objects:
            where = f"'{entry.value.on}', which is no object type, so no fields can be added to it"
            found.append((entry, f"{entry.point} ({entry.place}) is on {where}"))
            continue
        for name in _named_types(entry.value):
            if name not in known:
                found.append((entry, f"{entry.point} ({entry.place}) names the type '{name}', {_hint(name, known)}"))
                break
    return found


def _named_types(value: object) -> Iterator[str]:
    if isinstance(value, EnumType):
        return
    if isinstance(value, ObjectType):
        for each in value.fields:
            yield each.reference.name
            yield from (argument.reference.name for argument in each.arguments)
    elif isinstance(value, InputType):
        yield from (each.reference.name for each in value.fields)
    elif isinstance(value, RowRule):
        yield value.on
    elif hasattr(value, "reference"):  # every field
        if isinstance(value, Field):
            yield value.on
        yield value.reference.name
        yield from (argument.reference.name for argument in getattr(value, "arguments", ()))


def _hint(name: str, known: set[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"which doesn't exist; did you mean '{close[0]}'?" if close else "which doesn't exist"
