"""Fields that lead to other entities."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement

from schema.declarations.base import Argument, Declaration, Model, Readers, Table
from store.enums import Role
from store.models import Identified

MAXIMUM_PAGE = 100
DEFAULT_PAGE = 20


def page_arguments(usual: object = DEFAULT_PAGE) -> tuple[Argument, ...]:
    """Return the arguments of pages; `usual` says how many rows they have if no size is given."""
    return (
        Argument(
            "first", "Int",
            f"How many from the start, 0 to {MAXIMUM_PAGE}; {usual} if neither `first` nor `last` is given.", None,
        ),
        Argument("after", "String", "Only rows after this cursor.", None),
        Argument("last", "Int", f"How many from the end, 0 to {MAXIMUM_PAGE}; with `first`, the last of those.", None),
        Argument("before", "String", "Only rows before this cursor.", None),
    )  # fmt: skip


PAGE_ARGUMENTS = page_arguments()


@dataclass(frozen=True, slots=True)
class Join:
    """How the rows of a target belong to a parent.

    `column` of the target holds the parent's id; or, with `through`, that link table's `near` column holds the parent's
    id and its `far` column the target's. `condition` narrows the link's rows (without a link, the target's). `order`
    names columns of the target, or with a link first of the link. `parent` is the table of the parents.
    """

    target: str
    column: str = ""
    through: type[Identified] | None = None
    near: str = ""
    far: str = ""
    condition: Callable[[Model], ColumnElement[bool]] | None = None
    order: tuple[str, ...] = ()
    parent: Table | None = None


@dataclass(frozen=True, kw_only=True)
class Relation(Declaration):
    """The one entity whose id is in `column` of this row. `target` may be `Node`: any type, by the prefix."""

    target: str
    column: str

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)


@dataclass(frozen=True, kw_only=True)
class Listing(Declaration):
    """All entities of a join, as a plain list, for small lists (a team, a project's tracks)."""

    join: Join

    def bind(self, name: str, model: Table | None) -> Listing:
        return replace(self, name=name, model=model, join=replace(self.join, parent=model))


@dataclass(frozen=True, kw_only=True)
class Connection(Declaration):
    """The entities of a join, or all of `target`, in pages by keyset; filtered and ordered as the target allows."""

    target: str
    join: Join | None = None

    def bind(self, name: str, model: Table | None) -> Connection:
        return replace(self, name=name, model=model, join=self.join and replace(self.join, parent=model))


@dataclass(frozen=True, kw_only=True)
class Lookup(Declaration):
    """A root field: the entity of one type by its id or another key, or null."""

    target: str
    keys: tuple[str, ...] = ("id",)
    """Arguments of which exactly one is given, by their names in Python."""


def relation(
    target: str,
    description: str,
    column: str,
    *,
    readers: Readers | None = None,
    filter: bool = False,
    edit: bool = False,
) -> Relation:
    """Declare a to-one relation: the `target` whose id this row's `column` holds; null if hidden from the reader."""
    return Relation(
        description=description, target=target, column=column, type=target, readers=readers, filterable=filter,
        editable=edit,
    )  # fmt: skip


def listing(
    target: str,
    description: str,
    column: str = "",
    *,
    through: type[Identified] | None = None,
    near: str = "",
    far: str = "",
    condition: Callable[[Model], ColumnElement[bool]] | None = None,
    order: tuple[str, ...] = (),
    readers: Readers | None = None,
    edit: bool = False,
    editors: Collection[Role] | None = None,
) -> Listing:
    """Declare a plain list, by the target's `column`, or through a link table.

    An edited list by the target's column holds parts: rows that have no mutations of their own.
    """
    join = Join(target, column, through, near, far, condition, order)
    reference = f"[{target}!]" if readers else f"[{target}!]!"
    return Listing(description=description, join=join, type=reference, readers=readers, editable=edit, editors=editors)


def connection(
    target: str,
    description: str,
    column: str = "",
    *,
    through: type[Identified] | None = None,
    near: str = "",
    far: str = "",
    condition: Callable[[Model], ColumnElement[bool]] | None = None,
    readers: Readers | None = None,
) -> Connection:
    """Declare pages (Relay), by the target's `column`, or through a link table; without either, all rows."""
    join = Join(target, column, through, near, far, condition) if column or through else None
    reference = f"{target}Connection" if readers else f"{target}Connection!"
    return Connection(description=description, target=target, join=join, type=reference, readers=readers)
