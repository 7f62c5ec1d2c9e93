"""The base of plugins' declarations: knows its source location and validates itself."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from plugins.host.contributions.source_location import SourceLocation, location_of_caller
from plugins.host.contributions.type_references import FIELD_NAME, TYPE_NAME

HERE = frozenset({__file__, "<string>"})  # "<string>": the __init__ that dataclasses generate

ROLES = frozenset({"PUBLIC", "TALENT", "INVESTOR", "PLANNER", "REVIEWER", "SCOPED_ORGANISER", "ORGANISER", "ADMIN"})
"""Names of core's roles; a test holds them equal to those of the store, as it does `SCOPES`."""
SCOPES = frozenset({
    "INSTALLATION", "PROGRAMME", "SERIES", "EDITION", "TRACK", "PLACE", "INVESTOR", "TALENT", "PROJECT", "ORGANISATION",
})  # fmt: skip
"""Names of core's kinds of scopes."""


class DeclarationError(ValueError):
    """A declaration is wrong in itself; the text says what and where."""


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """Base of plugins' declarations. `place` is filled in automatically."""

    place: SourceLocation = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "place", location_of_caller(HERE))
        try:
            self.check()
        except ValueError as error:
            raise DeclarationError(f"{error} ({self.place})") from error

    def check(self) -> None:
        """Raise ValueError with a sentence if the declaration is wrong in itself."""


def options(kind: type[Declaration]) -> tuple[str, ...]:
    """Return the options of a kind of declaration, in source order."""
    return tuple(each.name for each in dataclasses.fields(kind) if each.init)


def must_be_camel(kind: str, name: str) -> None:
    if not FIELD_NAME.fullmatch(name):
        raise ValueError(f"'{name}' can't name {kind}; use camelCase, letters and digits only")


def must_be_pascal(kind: str, name: str) -> None:
    if not TYPE_NAME.fullmatch(name):
        raise ValueError(f"'{name}' can't name {kind}; use PascalCase, letters and digits only")


def must_be_roles(kind: str, name: str, roles: Iterable[str] | None) -> None:
    """Check the form of roles; whether each exists is known once all plugins have declared theirs."""
    if isinstance(roles, str):
        raise ValueError(f"visible_to of {kind} '{name}' is the text '{roles}'; give a list of roles")
    for role in roles or ():
        if not re.fullmatch(r"[A-Z][A-Z0-9_]*", str(role)):
            raise ValueError(
                f"'{role}', in visible_to of {kind} '{name}', is not a role; use {', '.join(sorted(ROLES))}"
            )


def must_be_titled(kind: str, name: str, title: Mapping[str, str]) -> None:
    if missing := {"en", "zh"} - set(title):
        raise ValueError(f"{kind} '{name}' has no title in {', '.join(sorted(missing))}")


def must_be_plain(kind: str, name: str, function: Callable[..., object]) -> None:
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        raise ValueError(f"{kind} '{name}' has an async function; write a plain one, which runs in its own thread")


def must_be_described(kind: str, name: str, description: str) -> None:
    if not description.strip():
        raise ValueError(f"{kind} '{name}' has no description; say in a sentence what it holds")


def must_be_slug(kind: str, name: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_-]*", name):
        raise ValueError(f"'{name}' is no name for {kind}: use lower case, digits, - and _")


def must_be_path(path: str) -> None:
    if not re.fullmatch(r"/[^\s?#]*", path):
        raise ValueError(f"'{path}' is not a path; begin with / and omit spaces, ? and #")


def must_be_suffixes(kind: str, name: str, suffixes: Iterable[str]) -> None:
    if isinstance(suffixes, str):
        raise ValueError(f"suffixes of {kind} '{name}' is the text '{suffixes}'; give a list such as ['{suffixes}']")
    for suffix in suffixes:
        if not re.fullmatch(r"(\.[^\s./]+)+", suffix):
            raise ValueError(f"'{suffix}', of {kind} '{name}', is no file suffix; use one such as '.csv'")
