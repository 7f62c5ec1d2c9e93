"""Roles and kinds of scopes that plugins add: members of enums, and who gives the roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, false

from plugins.host.calls.restricted_actor import restricted
from plugins.host.contributions.contributions import MemberScope
from schema.declarations.base import Model, RowRule
from schema.declarations.entities import Entity
from schema.domain.accounts.governing import GIVEN_BY
from store.access.actors import Actor
from store.enums import Role, ScopeKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plugins.host.contributions.registry import Entry
    from plugins.host.host import Host


def member_names(host: Host) -> dict[str, dict[str, str]]:
    """Return the members that plugins add to enums of the schema, each with its description."""
    return {
        Role.__name__: {each.name: each.value.description for each in host.contributions.member_roles()},
        ScopeKind.__name__: {each.value.name: each.value.description for each in host.contributions.member_scopes()},
    }


def add_givers(host: Host, entities: Mapping[str, Entity]) -> None:
    """Let whom plugins name give roles in their scopes."""
    for entry in host.contributions.member_scopes():
        if entry.value.given_by is not None:
            GIVEN_BY[ScopeKind.named(entry.value.name)] = (entities[entry.value.on].model, _rule(host, entry))


def _rule(host: Host, entry: Entry[MemberScope]) -> RowRule:
    given_by = entry.value.given_by
    assert given_by is not None

    def rule(actor: Actor, model: Model) -> ColumnElement[bool]:
        return host.condition(entry, given_by, restricted(actor), model, false())

    return rule
