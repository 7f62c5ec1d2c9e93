"""From what a hook returned to entries of the registry, whose fields say what each hook may return."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, get_args, get_type_hints

from plugins.host.contributions.components import Component
from plugins.host.contributions.contributions import Declaration, FieldRule, Implementation, RowRule, TakenName
from plugins.host.contributions.declarations import DeclarationError
from plugins.host.contributions.entities import StoredEntity, StoredExtension
from plugins.host.contributions.kinds import Kind
from plugins.host.contributions.registry import Contributions, Entry
from plugins.host.contributions.rules import name_of
from plugins.host.contributions.source_location import SourceLocation, location_of
from plugins.host.manifest import CORE, Permission

_DECLARED = get_type_hints(Contributions)


@dataclass(frozen=True)
class Collection:
    """What one hook collects."""

    attribute: str
    """Its name in `Contributions`."""
    kind: Kind
    name: Callable[[Any], str]
    permission: Permission | None = None
    """What a plugin must ask for in its manifest to contribute it."""

    @property
    def accepts(self) -> tuple[type, ...]:
        """Types of what it returns, as `Contributions` declares them; empty means any object with a `name`."""
        entry = get_args(_DECLARED[self.attribute])[0]
        value = get_args(entry)[0]
        return () if value in (Component, StoredEntity, StoredExtension) else get_args(value) or (value,)


def _named(value: Any) -> str:
    return str(value.name)


COLLECTIONS: dict[str, Collection] = {
    "register_tables": Collection(
        "tables", Kind.TABLE, lambda tables: ", ".join(tables.table_names()), Permission.TABLES
    ),
    "register_entities": Collection("plugin_entities", Kind.ENTITY, _named, Permission.TABLES),
    "register_extensions": Collection("extensions", Kind.EXTENSION, _named, Permission.TABLES),
    "register_data": Collection(
        "data", Kind.DATA, lambda data: ", ".join(path.name for path in data.paths)
    ),
    "register_importers": Collection("importers", Kind.IMPORTER, _named),
    "register_exporters": Collection("exporters", Kind.EXPORTER, _named),
    "register_change_listeners": Collection(
        "change_listeners", Kind.LISTENER, _named, Permission.CHANGES
    ),
    "register_types": Collection("types", Kind.TYPE, _named),
    "register_fields": Collection("fields", Kind.FIELD, lambda field: field.coordinate),
    "register_queries": Collection("queries", Kind.FIELD, lambda query: f"Query.{query.name}"),
    "register_mutations": Collection(
        "mutations", Kind.FIELD, lambda each: f"Mutation.{each.name}", Permission.MUTATIONS
    ),
    "register_subscriptions": Collection(
        "subscriptions", Kind.FIELD, lambda each: f"Subscription.{each.name}"
    ),
    "register_permission_rules": Collection(
        "permission_rules", Kind.RULE,
        lambda rule: (
            rule.on if isinstance(rule, RowRule)
            else rule.coordinate if isinstance(rule, FieldRule) else f"Mutation.{rule.mutation}"
        ),
        Permission.PERMISSION_RULES,
    ),
    "register_roles": Collection("roles", Kind.ROLE, name_of),
    "register_grants": Collection("grants", Kind.GRANT, _named, Permission.GRANTS),
    "register_blocks": Collection("blocks", Kind.BLOCK, _named),
    "register_gates": Collection("gates", Kind.GATE, _named),
    "register_encoders": Collection("encoders", Kind.ENCODER, _named),
    "register_rerankers": Collection("rerankers", Kind.RERANKER, _named),
    "register_calibrators": Collection("calibrators", Kind.CALIBRATOR, _named),
    "register_outcomes": Collection("outcomes", Kind.OUTCOMES, _named, Permission.TABLES),
    "register_routes": Collection(
        "routes", Kind.ADDRESS, lambda route: f"{','.join(route.methods)} {route.path}",
        Permission.ROUTES,
    ),
    "register_pages": Collection(
        "pages", Kind.ADDRESS, lambda page: f"GET {page.path}", Permission.ROUTES
    ),
    "register_sections": Collection("sections", Kind.SECTION, _named, Permission.ROUTES),
    "register_static": Collection("static", Kind.STATIC, lambda folder: folder.path.name, Permission.ROUTES),
    "register_services": Collection(
        "services", Kind.SERVICE, lambda each: f"of {each.hook}" if isinstance(each, Implementation) else _named(each)
    ),
    "register_commands": Collection("commands", Kind.COMMAND, _named, Permission.COMMANDS),
    "register_tasks": Collection("tasks", Kind.TASK, _named, Permission.TASKS),
    "register_job_kinds": Collection("job_kinds", Kind.JOB, _named, Permission.TASKS),
    "register_notification_kinds": Collection(
        "notification_kinds", Kind.NOTIFICATION, _named, Permission.NOTIFICATIONS
    ),
    "register_channels": Collection("channels", Kind.CHANNEL, _named, Permission.NOTIFICATIONS),
    "register_erasers": Collection("erasers", Kind.ERASER, _named, Permission.TABLES),
    "register_identity_providers": Collection("identity_providers", Kind.IDENTITY_PROVIDER, _named, Permission.ROUTES),
    "register_storages": Collection("storages", Kind.STORAGE, _named),
    "register_upload_checks": Collection("upload_checks", Kind.UPLOAD_CHECK, _named),
    "taken_names": Collection("taken", Kind.TYPE, _named),
    "core_entities": Collection("entities", Kind.ENTITY, _named),
}  # fmt: skip


class PermissionMissingError(Exception):
    """A plugin contributes what its manifest doesn't ask for."""


def entries(
    hook: str, owner: str, returned: object, asked_for: frozenset[Permission], implementation: Callable[..., object]
) -> Contributions:
    """Return the entries for what `owner`'s implementation of `hook` returned.

    Raises
    ------
    TypeError: it returned something else than an iterable of what the hook collects.
    PermissionMissingError: the manifest doesn't ask for what this needs.
    """
    collection = COLLECTIONS[hook]
    if returned is None:
        return Contributions()
    if not isinstance(returned, Iterable) or isinstance(returned, str | bytes):
        raise TypeError(f"{hook} must return a list, it returned {type(returned).__name__}")
    collected = tuple(_entry(collection, hook, owner, value, implementation) for value in returned)
    if collection.kind is Kind.TABLE and len(collected) > 1:
        raise ValueError(
            f"{hook} must return one Tables, it returned {len(collected)}: a plugin has one chain of migrations"
        )
    if collection.kind is Kind.STATIC and len(collected) > 1:
        raise ValueError(f"{hook} must return one StaticFolder, it returned {len(collected)}: they have one address")
    if collection.kind is Kind.SERVICE:
        for each in collected:
            if not isinstance(each.value, Implementation) and each.name.partition(".")[0] != owner:
                raise DeclarationError(f"service '{each.name}' must be named '{owner}.…' ({each.place})")
    needed = collection.permission
    if collected and owner != CORE and needed is not None and needed not in asked_for:
        raise PermissionMissingError(
            f"it contributes {collection.attribute.replace('_', ' ')} ({collected[0].place}), but its manifest doesn't "
            f"ask for the permission '{needed}': add it to Manifest.permissions"
        )
    return Contributions(**{collection.attribute: collected})


def _entry(
    collection: Collection, hook: str, owner: str, value: object, implementation: Callable[..., object]
) -> Entry[Any]:
    if collection.accepts and not isinstance(value, collection.accepts):
        allowed = " or ".join(each.__name__ for each in collection.accepts)
        raise TypeError(f"{hook} must return {allowed}, it returned {type(value).__name__}")
    if not collection.accepts and not isinstance(getattr(value, "name", None), str):
        raise TypeError(f"{hook} must return objects with a name, {type(value).__name__} has none")
    place = value.place if isinstance(value, Declaration) else _place(value, implementation)
    kind = Kind(value.kind) if isinstance(value, TakenName) else collection.kind
    return Entry(kind, collection.name(value), owner, place, value)


def _place(value: object, implementation: Callable[..., object]) -> SourceLocation:
    """Where the object's class was written, if that is in the owner's own code; else where the hook was."""
    root = type(value).__module__.partition(".")[0]
    return location_of(value if root == implementation.__module__.partition(".")[0] else implementation)
