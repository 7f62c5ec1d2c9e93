"""The base of all that a plugin declares: it knows where it was written, and checks itself."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass, field

from plugins.places import Place, place_of_caller
from plugins.type_references import FIELD_NAME, TYPE_NAME

HERE = frozenset({__file__, "<string>"})  # "<string>": the __init__ that dataclasses writes


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """Base of all that a plugin declares. `place` is found by itself."""

    place: Place = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "place", place_of_caller(HERE))
        self.check()

    def check(self) -> None:
        """Raises ValueError with a sentence, if the declaration is wrong in itself."""


def options(kind: type[Declaration]) -> tuple[str, ...]:
    """Names of what can be given to a declaration of this kind, in the order of the file."""
    return tuple(each.name for each in dataclasses.fields(kind) if each.init)


def must_be_camel(kind: str, name: str) -> None:
    if not FIELD_NAME.fullmatch(name):
        raise ValueError(f"'{name}' is no name for {kind}: use camelCase, letters and digits only")


def must_be_pascal(kind: str, name: str) -> None:
    if not TYPE_NAME.fullmatch(name):
        raise ValueError(f"'{name}' is no name for {kind}: use PascalCase, letters and digits only")


def must_be_described(kind: str, name: str, description: str) -> None:
    if not description.strip():
        raise ValueError(f"{kind} '{name}' has no description: say in a sentence what it holds")


def must_be_slug(kind: str, name: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_-]*", name):
        raise ValueError(f"'{name}' is no name for {kind}: use lower case, digits, - and _")


def must_be_path(path: str) -> None:
    if not re.fullmatch(r"/[^\s?#]*", path):
        raise ValueError(f"'{path}' is no path: begin with / and leave out spaces, ? and #")
