"""The base of every field declaration: plain data for any executor."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select

from schema.declarations.errors import BadUserInputError
from schema.declarations.unreadable import Unreadable
from store.access.actors import Actor
from store.enums import Role
from store.models import Base, Identified

Model: TypeAlias = Any
"""A mapped class, or an alias of one."""
Row: TypeAlias = Any
"""A row of any entity from a statement or the ORM: its columns are attributes."""
GivenArguments: TypeAlias = Mapping[str, Any]
"""The arguments of a field, or the fields of an input, as plain data by their names in Python."""
RowsSelect: TypeAlias = Select[*tuple[Any, ...]]
"""A statement that gives rows, whatever their columns."""
Table: TypeAlias = type[Base] | type[Identified]
"""A mapped class."""
RowRule: TypeAlias = Callable[[Actor, Model], ColumnElement[bool]]
"""Which rows an actor may see, as a SQL condition on `model`."""
Mask: TypeAlias = Callable[[Actor, Model], ColumnElement[object]]
"""What an actor reads in place of a text, as a SQL expression of `model`."""

STAFF = frozenset({Role.ORGANISER, Role.ADMIN})
"""Roles that see every row."""
REQUIRED: object = type("Required", (), {"__repr__": lambda self: "REQUIRED"})()
"""The default of an argument that has none."""


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a field, or a field of an input: `type` as written in a schema (`[ID!]!`)."""

    name: str
    type: str
    description: str
    default: object = REQUIRED
    graphql_name: str | None = None
    """If it isn't the camel case of `name`."""


@dataclass(frozen=True, slots=True)
class Readers:
    """Who may read a field: `roles`, of which those in `own_only` may where `own` holds for the row.

    Other roles get null and FORBIDDEN, also for a filter or an order by the field. A role in `own_only` gets null
    without an error on other rows, and may not filter or order by the field.
    """

    roles: frozenset[Role]
    own_only: frozenset[Role] = frozenset()
    own: RowRule | None = None

    def may_read(self, actor: Actor) -> bool:
        return actor.role in self.roles

    def everywhere(self, actor: Actor) -> bool:
        """Return whether the actor reads it on every visible row, so that order and counts reveal nothing."""
        return actor.role in self.roles - self.own_only


def readers(*roles: Role, own_only: Collection[Role] = (), own: RowRule | None = None) -> Readers:
    """Build a rule by field: `roles`, those in `own_only` only where `own` holds; administrators always."""
    return Readers(frozenset({*roles, *own_only, Role.ADMIN}), frozenset(own_only), own)


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """One field: its name, type and readers. Subclasses define where its value comes from.

    `entity` fills in `name` (snake case) and `model`; everything else is given once, at the field.
    """

    description: str
    type: str = ""
    arguments: tuple[Argument, ...] = ()
    readers: Readers | None = None
    narrowed: bool = False
    """Whether `readers` follow from a plugin's rule: then counts by the field are refused to those whom it hides it
    from, not left out of the schema."""
    masked: Mask | None = None
    """What a reader gets in place of null on rows where `readers` show it nothing."""
    filterable: bool = False
    sortable: bool = False
    editable: bool = False
    editors: Collection[Role] | None = None
    """If it is editable: the roles that write it, beside staff; None means all that write the record."""
    deprecated: str | None = None
    owner: str = "core"
    name: str = ""
    model: Table | None = field(default=None, repr=False)

    def bind(self, name: str, model: Table | None) -> Declaration:
        """Return the declaration with its name and model, and what follows from them."""
        return dataclasses.replace(self, name=name, model=model)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the entity's own row that its value is built from."""
        return ()


def plain(value: object, lenient: bool = False) -> Any:
    """An argument as plain Python data: inputs become dicts without what wasn't given.

    Raises BadUserInputError for text that no database takes, and unless `lenient` for a scalar that can't be read.
    """
    from strawberry.types.base import has_object_definition
    from strawberry.types.unset import UNSET

    if isinstance(value, str):
        _check_text(value)
        return value
    if isinstance(value, list):
        return [plain(item, lenient) for item in value]
    if isinstance(value, Mapping):
        return {name: plain(item, lenient) for name, item in value.items()}
    if has_object_definition(value):
        return {
            each.python_name: plain(getattr(value, each.python_name), lenient)
            for each in type(value).__strawberry_definition__.fields  # type: ignore[attr-defined]
            if getattr(value, each.python_name) is not UNSET
        }
    if isinstance(value, Unreadable) and not lenient:
        raise BadUserInputError(value.message)
    return value


def _check_text(text: str) -> None:
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise BadUserInputError("A text holds U+0000 or half of a surrogate pair; leave it out.")
