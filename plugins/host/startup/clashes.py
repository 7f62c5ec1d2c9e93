"""Two owners that define the same thing: found at the start, told in one message."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import cast

from plugins.host.contributions.contributions import Implementation, ObjectType, Page, Route, Tables
from plugins.host.contributions.entities import StoredEntity, StoredExtension, names_of, names_of_extension
from plugins.host.contributions.kinds import Kind
from plugins.host.contributions.registry import Contributions, Entry
from plugins.host.errors import ClashError
from plugins.host.manifest import CORE


def check_clashes(contributions: Contributions) -> None:
    """Raises ClashError, with every clash: both owners, and the place of each."""
    holders: dict[tuple[Kind, str], list[Entry[object]]] = defaultdict(list)
    for entry in contributions:
        for name in claims(entry):
            holders[name].append(entry)
    clashes = [(name, found) for name, found in holders.items() if len(found) > 1]
    if clashes:
        raise ClashError(clash_message([describe(*name, found) for name, found in sorted(clashes, key=_by_name)]))


def claims(entry: Entry[object]) -> Iterator[tuple[Kind, str]]:
    """The names that an entry takes, as what they are compared by."""
    value = entry.value
    if isinstance(value, Tables):
        yield from ((Kind.TABLE, name.lower()) for name in value.table_names())
    elif isinstance(value, Route):
        yield from ((Kind.ADDRESS, f"{method.upper()} {_shape(value.path)}") for method in value.methods)
    elif isinstance(value, Page):
        yield (Kind.ADDRESS, f"GET {_shape(value.path)}")
    elif isinstance(value, ObjectType):
        yield (Kind.TYPE, value.name)
        yield from ((Kind.FIELD, f"{value.name}.{each.name}") for each in value.fields)
        yield from ((Kind.PREFIX, each) for each in value.prefixes)
    elif entry.kind is Kind.ENTITY and entry.owner != CORE:
        yield (entry.kind, entry.name)
        yield from names_of(cast(StoredEntity, value))
    elif entry.kind is Kind.EXTENSION:
        yield from names_of_extension(cast(StoredExtension, value))
    elif entry.kind in (Kind.LISTENER, Kind.TASK, Kind.ERASER):
        yield (entry.kind, f"{entry.owner}.{entry.name}")  # its cursor, its lock, carries the owner's name
    elif isinstance(value, Implementation):
        yield (entry.kind, f"{entry.owner} {entry.name}")  # of several plugins, one each
    elif entry.kind is Kind.ADDRESS:
        method, _, path = entry.name.partition(" ")
        yield (Kind.ADDRESS, f"{method} {_shape(path)}")
    elif entry.kind not in (
        Kind.DATA,
        Kind.GRANT,
        Kind.RULE,
        Kind.STATIC,
        Kind.SECTION,
    ):  # several owners may add facts, or rules, about one thing
        yield (entry.kind, entry.name)


def describe(kind: Kind, name: str, found: list[Entry[object]]) -> str:
    """`field Project.sketch: plugin 'alpha' (…:12) and core (…:30)`."""
    core_first = sorted(found, key=lambda entry: entry.owner != CORE)
    return f"{kind} {name}: " + " and ".join(f"{owner(entry.owner)} ({entry.place})" for entry in core_first)


def owner(name: str) -> str:
    """Return how messages call an owner."""
    return "core" if name == CORE else f"plugin '{name}'"


def clash_message(lines: list[str]) -> str:
    """Return the one message that stops the start."""
    return (
        "The same name is defined twice, so Roadshow doesn't start:\n"
        + "\n".join(f"  - {line}" for line in lines)
        + "\nDisable one of the plugins (plugins.<name>.enabled = false in the settings), or rename it in one of them."
    )


def _shape(path: str) -> str:
    # What a parameter is called makes no difference to which URLs match.
    return re.sub(r"\{[^}]*\}", "{}", path).rstrip("/") or "/"


def _by_name(clash: tuple[tuple[Kind, str], list[Entry[object]]]) -> tuple[str, str]:
    (kind, name), _ = clash
    return kind.value, name
