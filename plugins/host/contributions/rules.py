"""Roles that accounts hold beside core's, and rules of a plugin on who sees and does what."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from plugins.host.contributions.declarations import (
    ROLES,
    SCOPES,
    Declaration,
    must_be_camel,
    must_be_described,
    must_be_pascal,
    must_be_plain,
    must_be_roles,
    must_be_titled,
)

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Mapper

    RowCondition: TypeAlias = Callable[[Any, Any], ColumnElement[bool]]
    """(actor, model) -> which rows."""


@dataclass(frozen=True, kw_only=True)
class MemberRole(Declaration):
    """A role that accounts hold by memberships in `scopes`, get by invitations, and create keys for.

    In core its holders see what everybody with a key sees. The plugin's rules, grants and `visible_to` show them more,
    with `roadshow.holds(actor, column)` as the condition that the account holds the role in the scope named there.
    """

    name: str
    """In upper case: `JUDGE`."""
    title: Mapping[str, str]
    """What people read, by language: at least `en` and `zh`."""
    description: str
    scopes: Iterable[str]
    """The kinds of scopes in which it can be held: core's, such as `EDITION`, or those of plugins."""

    def check(self) -> None:
        _must_be_new("role", self.name, ROLES)
        must_be_described("role", self.name, self.description)
        must_be_titled("role", self.name, self.title)
        if isinstance(self.scopes, str) or not tuple(self.scopes):
            raise ValueError(f"the role '{self.name}' must have a list of the kinds of scopes in which it can be held")


@dataclass(frozen=True, kw_only=True)
class MemberScope(Declaration):
    """A kind of scope: memberships in it name a record of `on`, an entity with a name that can be archived.

    `given_by(actor, model)`, a SQL condition called as a `RowRule` that is `by_subject`, says who gives and withdraws
    plugins' roles in it, beside staff.
    """

    name: str
    """In upper case: `ENTRY`."""
    on: str
    """The GraphQL type of its records."""
    title: Mapping[str, str]
    description: str
    given_by: RowCondition | None = None

    def check(self) -> None:
        _must_be_new("scope", self.name, SCOPES)
        must_be_pascal("a type", self.on)
        must_be_described("scope", self.name, self.description)
        must_be_titled("scope", self.name, self.title)
        if self.given_by is not None:
            must_be_plain("scope", self.name, self.given_by)


def name_of(declared: MemberRole | MemberScope) -> str:
    """Return its name in messages and clashes, where a role and a scope may share one."""
    return declared.name if isinstance(declared, MemberRole) else f"in scope {declared.name}"


def _must_be_new(kind: str, name: str, taken: frozenset[str]) -> None:
    if not re.fullmatch(r"[A-Z][A-Z0-9_]{1,39}", name):
        raise ValueError(f"'{name}' can't name a {kind}; use 2 to 40 upper-case letters, digits and _")
    if name in taken:
        raise ValueError(f"the {kind} '{name}' is core's; choose another name")


@dataclass(frozen=True, kw_only=True)
class RowRule(Declaration):
    """Narrows which rows of a type an actor sees: `condition(actor, model)` returns a SQL condition.

    All rules on a type must hold. A rule that fails hides every row until it works again.
    """

    on: str
    condition: RowCondition
    description: str
    by_role: bool = False
    """Whether the condition follows from `actor.role` alone: then the function gets an actor with nothing else, and is
    called once per statement text instead of once per request."""
    by_subject: bool = False
    """As `by_role`, for a condition that also compares `actor.subject_id` in SQL: the actor has a role and a subject's
    id that can be compared with columns, or be None, but not read."""

    @property
    def each_time(self) -> bool:
        """Whether the function is called for each request."""
        return not (self.by_role or self.by_subject)

    def check(self) -> None:
        must_be_pascal("a type", self.on)
        must_be_described("rule on", self.on, self.description)
        if self.by_role and self.by_subject:
            raise ValueError(f"the rule on '{self.on}' is by_role and by_subject; give by_subject alone")


@dataclass(frozen=True, kw_only=True)
class OperationRule(Declaration):
    """Narrows who may run a mutation: `allows(actor, arguments)` returns True, or a sentence that says why not.

    A rule that fails refuses.
    """

    mutation: str
    allows: Callable[[Any, Mapping[str, Any]], bool | str]
    description: str

    def check(self) -> None:
        must_be_camel("a mutation", self.mutation)
        must_be_described("rule on", self.mutation, self.description)


@dataclass(frozen=True, kw_only=True)
class FieldRule(Declaration):
    """Hides a stored field of an entity from some roles, everywhere or on the rows where `shown_where` doesn't hold.

    `shown_where(actor, model)` returns a SQL condition, called as a `RowRule` that is `by_subject`; one that fails
    hides the field. Without it those roles can't read the field at all. Neither may they filter, order or count by it.
    `masked(actor, model)`, called alike, returns the SQL expression of a text that they read in its place.
    """

    on: str
    field: str
    hidden_from: Iterable[str]
    """Names of roles. Administrators always read it."""
    description: str
    shown_where: RowCondition | None = None
    masked: Callable[[Any, Any], ColumnElement[object]] | None = None

    def check(self) -> None:
        must_be_pascal("a type", self.on)
        must_be_camel("a field", self.field)
        must_be_described("rule on", self.coordinate, self.description)
        must_be_roles("rule on", self.coordinate, self.hidden_from)
        if not tuple(self.hidden_from) or "ADMIN" in self.hidden_from:
            raise ValueError(
                f"the rule on '{self.coordinate}' must name the roles that it hides the field from, without ADMIN"
            )
        for function in (self.shown_where, self.masked):
            if function is not None:
                must_be_plain("rule on", self.coordinate, function)

    @property
    def coordinate(self) -> str:
        """The field's schema coordinate, such as `Project.raised`."""
        return f"{self.on}.{self.field}"


@dataclass(frozen=True, kw_only=True)
class Grant(Declaration):
    """Shows single rows of an entity to single accounts, by the plugin's table `model`, whose rows are `models.Grant`.

    It holds for accounts that act in one of `roles`; rules by field, and row rules of plugins, hold all the same.
    """

    on: str
    model: type
    roles: Iterable[str]
    description: str

    @property
    def name(self) -> str:
        return self.on

    @property
    def table_name(self) -> str:
        return _columns_of(self.model)[0]

    def check(self) -> None:
        must_be_pascal("a type", self.on)
        must_be_described("grant of", self.on, self.description)
        must_be_roles("grant of", self.on, self.roles)
        if not tuple(self.roles) or {"PUBLIC", "ORGANISER", "ADMIN"} & {*self.roles}:
            raise ValueError(
                f"the grant of '{self.on}' must name the roles in which an account sees more by it: not PUBLIC, "
                "which is no account, nor ORGANISER and ADMIN, who see everything"
            )
        if not {"record_id", "account_id", "ends_at"} <= _columns_of(self.model)[1]:
            raise ValueError(f"the model of the grant of '{self.on}' must mix in models.Grant")


def _columns_of(model: type) -> tuple[str, frozenset[str]]:
    """Return the name of a mapped class's table, and its columns; nothing of any other class."""
    from sqlalchemy import inspect

    mapper: Mapper[object] | None = inspect(model, raiseerr=False)
    return ("", frozenset()) if mapper is None else (str(mapper.local_table), frozenset(mapper.columns.keys()))
