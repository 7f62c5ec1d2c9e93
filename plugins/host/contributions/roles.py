"""Roles that accounts may hold, and scopes to hold them in, beside core's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from plugins.host.contributions.declarations import (
    ROLES,
    SCOPES,
    Declaration,
    must_be_described,
    must_be_pascal,
    must_be_plain,
    must_be_titled,
)

if TYPE_CHECKING:
    from plugins.host.contributions.rules import RowCondition


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
