"""Scalars in a mutation's variables that can't be read: user errors beside the others, not a refused request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What stands in place of a scalar that can't be read."""

    message: str
    instead: Any
    """A value to check everything else with."""


_found: ContextVar[list[Unreadable] | None] = ContextVar("unreadable scalars", default=None)


@contextmanager
def reading_leniently() -> Iterator[list[Unreadable]]:
    """Within it, scalars that can't be read don't refuse the request; collects what stands in their place."""
    found: list[Unreadable] = []
    token = _found.set(found)
    try:
        yield found
    finally:
        _found.reset(token)


def unreadable(message: str, instead: Any) -> Unreadable | None:
    """What to put in place of a scalar; None where the request is refused instead."""
    found = _found.get()
    if found is None:
        return None
    found.append(made := Unreadable(message, instead))
    return made
