"""Who may read and write what, in the schema's words: `capabilities { rules }`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from plugins.host.contributions.contributions import ObjectType
from plugins.host.host import Host
from plugins.host.manifest import CORE
from schema.declarations.base import STAFF, Readers
from schema.declarations.registry import Registry
from schema.domain.accounts import governing
from schema.domain.documents import mutations as documents
from schema.domain.jobs import mutations as jobs
from schema.domain.notifications import mutations as notifications
from schema.domain.shared.bulk import mutation_of
from schema.domain.shared.inputs.values import editable
from schema.domain.shared.writers import NAMED
from schema.sql.scope import camel
from schema.types.plugins import readers_of
from schema.types.type_names import Names, object_type, output_field
from store.access.scopes import plugin_roles
from store.enums import Role


@dataclass(frozen=True, slots=True)
class AccessRule:
    """One rule; `on` is a schema coordinate, `owner` is core or the plugin that adds it."""

    on: str
    roles: tuple[Role, ...] | None
    own_only: tuple[Role, ...]
    description: str
    owner: str = CORE


def define_access(names: Names) -> None:
    """Define the type."""
    object_type(names, "AccessRule", "Who may read a field or a type's records, or use a mutation. All rules on "
                "the same thing must hold.", [
        output_field(names, "on", "String!", "Its subject, as a schema coordinate: `Type`, or `Type.field`."),
        output_field(names, "roles", "[Role!]", "Roles that may at all; null if it depends on the record or call."),
        output_field(names, "own_only", "[Role!]!", "Those of them that may only on their own records."),
        output_field(names, "description", "String!", "The rule in a sentence."),
        output_field(names, "owner", "String!", "Its origin: core, or a plugin."),
    ])  # fmt: skip


def rules_of(registry: Registry, host: Host | None) -> list[AccessRule]:
    """Yield the rules of all types, fields and mutations that have one, in order of coordinates.

    A plugin's rule on rows or on a mutation is a function of the actor and the call; its description is shown.
    """
    rules = {
        *_rows(registry),
        *_fields(registry),
        *_editors(registry),
        *_rankings(),
        *_mutations(registry),
        *_plugins(host),
    }
    return sorted(rules, key=lambda rule: (rule.on, rule.owner != CORE, rule.owner, rule.description))


def _rows(registry: Registry) -> Iterator[AccessRule]:
    for entity in registry.entities.values():
        if entity.rows is not None:
            rule = (entity.rows.__doc__ or "").strip().split("\n")[0]
            yield AccessRule(entity.name, None, (), f"{rule} Organisers and administrators: all of them.", entity.owner)


def _fields(registry: Registry) -> Iterator[AccessRule]:
    fields = {kind.name: kind.fields for kind in registry.entities.values()}
    fields |= {kind.name: kind.fields for kind in registry.groups.values()}
    for name, declared in fields.items():
        for declaration in declared.values():
            if declaration.readers is not None:
                yield _of_readers(f"{name}.{camel(declaration.name)}", declaration.readers, declaration.owner or CORE)


def _editors(registry: Registry) -> Iterator[AccessRule]:
    for name, entity in registry.entities.items():
        for each in editable(entity) if entity.writable else ():
            if each.editors is not None:
                roles = _ordered({*STAFF, *each.editors})
                rule = "Of those who write the record, these roles alone."
                yield AccessRule(f"{name}Input.{camel(each.name)}", roles, (), rule, each.owner)


def _rankings() -> Iterator[AccessRule]:
    """Yield the rules of `schema.domain.rankings.rules`."""
    for coordinate, own in (
        ("Investor.rankedProjects", (Role.INVESTOR,)),
        ("Project.rankedInvestors", (Role.TALENT, Role.SCOPED_ORGANISER)),
    ):
        yield AccessRule(coordinate, _ordered({*STAFF, *own}), own, "Readable by the list's subject.")


def _of_readers(coordinate: str, readers: Readers, owner: str) -> AccessRule:
    own = "; some of them on their own records alone" if readers.own_only else ""
    return AccessRule(
        coordinate, _ordered(readers.roles), _ordered(readers.own_only), f"Readable by some roles only{own}.", owner
    )


def _mutations(registry: Registry) -> Iterator[AccessRule]:
    for name, entity in registry.entities.items():
        for verb in ("create", "update", "archive", "restore") if entity.writable else ():
            own = tuple(each.role for each in entity.writers or () if each.create or verb != "create")
            yield _of_writers(f"{verb}{name}", own, entity.owner)
        if (many := mutation_of(entity)) is not None:
            yield _of_writers(camel(many), tuple(each.role for each in entity.writers or ()), entity.owner)
    for name, roles in NAMED.items():
        yield _of_writers(name, roles)
    for name, rule in {**governing.RULES, **jobs.RULES, **documents.RULES, **notifications.RULES}.items():
        yield AccessRule(f"Mutation.{name}", None, (), rule)


def _of_writers(mutation: str, own: tuple[Role, ...], owner: str = CORE) -> AccessRule:
    rule = "Organisers write all; others only their own." if own else "For organisers and administrators."
    return AccessRule(f"Mutation.{mutation}", _ordered({*STAFF, *own}), own, rule, owner)


def _plugins(host: Host | None) -> Iterator[AccessRule]:
    if host is None:
        return
    given = host.contributions
    for rule in given.permission_rules:
        yield AccessRule(rule.name, None, (), rule.value.description, rule.owner)
    roots = {"Query": given.queries, "Mutation": given.mutations, "Subscription": given.subscriptions}
    for root, entries in roots.items():
        for entry in entries:
            yield from _of_output(f"{root}.{entry.value.name}", entry.value, entry.owner)
    for kind in given.types:
        if isinstance(kind.value, ObjectType):
            for field in kind.value.fields:
                yield from _of_output(f"{kind.value.name}.{field.name}", field, kind.owner)
            for added in given.fields_on(kind.value.name):
                yield from _of_output(f"{kind.value.name}.{added.value.name}", added.value, added.owner)


def _of_output(coordinate: str, declared: Any, owner: str) -> Iterator[AccessRule]:
    readers = readers_of(declared.visible_to)
    if readers is not None:
        yield _of_readers(coordinate, readers, owner)


def _ordered(roles: frozenset[Role] | set[Role]) -> tuple[Role, ...]:
    return tuple(role for role in (*Role, *sorted(plugin_roles())) if role in roles)
