"""Everything that is wrong with an input at once, in the order of the input."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeAlias

from schema.declarations.base import GivenArguments
from schema.declarations.errors import SchemaError
from schema.declarations.unreadable import Unreadable
from schema.domain.shared.problems import Payload, RefusedError, UserError, bad
from schema.request.context import Context
from schema.sql.scope import camel

Run: TypeAlias = Callable[[Any, Context, GivenArguments], Awaitable[Payload]]
Path: TypeAlias = tuple[str, ...]
_LAST = 1_000_000
"""The position of what isn't in the input."""
_WHOLE = ("currency", "language")
"""Fields of values whose other fields mean nothing without them."""


class Faults:
    """Collects what is wrong, so that one fault doesn't hide the next."""

    def __init__(self) -> None:
        self.errors: list[UserError] = []

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Go on after a RefusedError within it."""
        try:
            yield
        except RefusedError as refused:
            self.errors += refused.errors

    def settle(self) -> None:
        """Raises RefusedError with all that was noted, if anything was."""
        if self.errors:
            raise RefusedError(*self.errors)


def told_at_once(run: Run) -> Run:
    """A mutation that reports unreadable scalars beside its own user errors, in the order of its arguments."""

    async def all_told(source: object, context: Context, arguments: GivenArguments) -> Payload:
        given = dict(arguments)
        unread = dict(_substituted(given, ()))
        if not unread:
            payload = await run(source, context, given)
            return _ordered(payload, payload.user_errors, given) if len(payload.user_errors) > 1 else payload
        wholes = [_whole(given, path) for path in unread]
        try:
            checked = await run(source, context, {**given, "dry_run": True})
        except SchemaError:  # the unreadable scalars are told whatever else fails
            checked = Payload()
        others = [each for each in checked.user_errors if not any(_within(each.field, whole) for whole in wholes)]
        faults = [fault for path, each in unread.items() for fault in bad(each.message, *path).errors]
        dry_run = bool(given.get("dry_run"))
        return _ordered(Payload(dry_run=dry_run), [*others, *faults], given)

    return all_told


def _substituted(value: Any, path: Path) -> list[tuple[Path, Unreadable]]:
    """Unreadable scalars within `value` with their paths; others take their place there."""
    substituted: list[tuple[Path, Unreadable]] = []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in [*items]:
        here = (*path, _name(key))
        if isinstance(item, Unreadable):
            substituted.append((here, item))
            value[key] = item.instead
        else:
            substituted += _substituted(item, here)
    return substituted


def _name(key: str | int) -> str:
    return str(key) if isinstance(key, int) else camel(key.rstrip("_"))


def _whole(arguments: GivenArguments, path: Path) -> Path:
    """The path of the value that can't be judged without the scalar at `path`: its object, or the scalar itself."""
    value: Any = arguments
    for name in path[:-1]:
        value = value[int(name)] if isinstance(value, list) else {_name(key): each for key, each in value.items()}[name]
    return path[:-1] if isinstance(value, Mapping) and any(name in value for name in _WHOLE) else path


def _within(field: Sequence[str], whole: Path) -> bool:
    return tuple(field[: len(whole)]) == whole


def _ordered(payload: Payload, errors: Sequence[UserError], arguments: GivenArguments) -> Payload:
    return replace(payload, user_errors=sorted(errors, key=lambda each: _position(arguments, each.field)))


def _position(value: Any, path: Sequence[str]) -> tuple[int, ...]:
    position: list[int] = []
    for name in path:
        if isinstance(value, Mapping):
            names = [_name(key) for key in value]
            place = names.index(name) if name in names else _LAST
            value = list(value.values())[place] if place < _LAST else None
        else:
            place = int(name) if name.isdigit() else _LAST
            value = value[place] if isinstance(value, Sequence) and place < len(value) else None
        position.append(place)
    return tuple(position)
