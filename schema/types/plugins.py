"""Converts plugins' contributions to declarations and types like core's."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NewType, cast

from sqlalchemy import false
from strawberry.types.field import StrawberryField
from strawberry.types.scalar import ScalarDefinition

from plugins.host.contributions import contributions as plugin
from plugins.host.errors import PluginStartError
from schema.declarations.base import REQUIRED, Argument, Declaration, GivenArguments, Model, Readers
from schema.declarations.computed import Batch
from schema.declarations.entities import CORE, GROUPS, Group
from schema.declarations.errors import ForbiddenError
from schema.declarations.registry import ByIds, IdentifiedType, Registry
from schema.domain.accounts.by_id import IDENTIFIED
from schema.reference.core_references import referring_types, shown_value, visible_values
from schema.reference.resolvers import resolver_of
from schema.request.context import Context
from schema.sql.scope import snake
from schema.types.field_rules import narrowed
from schema.types.grants import grants_of
from schema.types.plugin_entities import check_targets, isolated, isolated_extension, ranking_of, similar_of
from schema.types.roles import add_givers
from schema.types.root import root_fields
from schema.types.scalars import plain_scalar
from schema.types.type_names import (
    Names,
    Resolver,
    enum_of,
    enum_type,
    identified_type,
    input_type,
    object_type,
    output_field,
)
from store.enums import Role

if TYPE_CHECKING:
    from plugins.host.contributions.contributions import Argument as PluginArgument
    from plugins.host.contributions.contributions import Field
    from plugins.host.contributions.registry import Entry
    from plugins.host.host import Host


def registry_with(host: Host | None) -> Registry:
    """Core's declarations with the fields and row rules that plugins add.

    Raises
    ------
    PluginStartError: a field is on a type that nobody declares, or an entity refers to one.
    """
    if host is None:
        identified = _by_prefix(IDENTIFIED)
        return Registry(entities=dict(CORE), groups=dict(GROUPS), root=root_fields(CORE), identified=identified)
    declared = {**CORE, **{entry.name: isolated(host, entry) for entry in host.contributions.plugin_entities}}
    extended = [(entry, isolated_extension(host, entry)) for entry in host.contributions.extensions]
    rankings = {each.name: each for each in map(ranking_of, declared.values()) if each is not None}
    for added in host.contributions.plugin_entities:
        check_targets(added, declared[added.name], declared)
    for extending, extension in extended:
        check_targets(extending, extension.entity, declared)
    entities = {
        name: dataclasses.replace(
            each,
            fields={
                **each.fields,
                **_added(host, name, each.model),
                **similar_of(each),
                **(rankings if name == "Project" else {}),
                **{
                    field.name: field
                    for entry, extension in extended
                    if extension.on == name
                    for field in extension.fields(each, entry.owner).values()
                },
            },
        )
        for name, each in declared.items()
    }
    entities = narrowed(host, entities)
    add_givers(host, entities)
    groups: dict[str, Group] = {
        name: dataclasses.replace(each, fields={**each.fields, **_added(host, name, each.model)})
        for name, each in GROUPS.items()
    }
    known = {*entities, *groups, *(entry.value.name for entry in host.contributions.types)}
    for entry in host.contributions.fields:
        if entry.value.on not in known:
            raise PluginStartError(
                f"The plugin '{entry.owner}' adds the field {entry.value.coordinate} at {entry.place}, but there is no "
                f"object type '{entry.value.on}' that fields can be added to."
            )
    return Registry(
        entities=entities,
        groups=groups,
        root=root_fields(entities),
        row_rules=lambda type_name, actor, model: host.row_conditions(type_name, actor, model, denied=false()),
        grants=grants_of(host),
        denials=lambda: host.denials,
        identified=_by_prefix([*IDENTIFIED, *_identified(host)]),
        referring=referring_types(
            [entry.value for entry in host.contributions.types if isinstance(entry.value, plugin.ObjectType)], entities
        ),
    )


def _by_prefix(types: Iterable[IdentifiedType]) -> dict[str, IdentifiedType]:
    return {each.prefix: each for each in types}


def _identified(host: Host) -> Iterator[IdentifiedType]:
    """Plugins' types that are found by id."""
    for entry in host.contributions.types:
        value = entry.value
        if isinstance(value, plugin.ObjectType):
            read = _by_ids(host, cast("Entry[plugin.ObjectType]", entry))
            yield from (IdentifiedType(value.name, prefix, read) for prefix in value.prefixes)


def _by_ids(host: Host, entry: Entry[plugin.ObjectType]) -> ByIds:
    def read(context: Context, ids: Sequence[str]) -> Sequence[object | None]:
        assert entry.value.by_ids is not None
        values = host.in_context(entry, entry.value.by_ids, context, ids)
        try:
            return visible_values(context, entry.value.name, values)
        except (ValueError, AttributeError, TypeError) as error:
            raise host.wrong_answer(entry, error) from error

    return read


def _added(host: Host, type_name: str, model: Model) -> dict[str, Declaration]:
    declarations = (field_declaration(entry, model) for entry in host.contributions.fields_on(type_name))
    return {each.name: each for each in declarations}


def field_declaration(entry: Entry[Field], model: Model) -> Batch:
    """Convert a plugin's field to a batch declaration. It is nullable whatever it says: its failure must not spread."""
    field = entry.value
    return Batch(
        name=snake(field.name),
        model=model,
        description=field.description,
        type=field.type.rstrip("!"),
        arguments=tuple(argument(each) for each in field.arguments),
        readers=readers_of(field.visible_to),
        deprecated=field.deprecated,
        owner=entry.owner,
        resolve=field.resolve,
        entry=entry,
        needs=("id", *field.needs) if field.needs else (),
        expression=field.expression,
    )


def define_plugin_types(names: Names, registry: Registry, host: Host) -> dict[object, ScalarDefinition]:
    """Define plugins' types, with the fields that other plugins add to them; return the scalars."""
    scalars: dict[object, ScalarDefinition] = {}
    for entry in host.contributions.types:
        value = entry.value
        if isinstance(value, plugin.ScalarType):
            scalars[names.define(value.name, NewType(value.name, object))] = plain_scalar(value.name, value.description)
        elif isinstance(value, plugin.EnumType):
            enum_type(names, enum_of(value.name, value.description, value.values))
        elif isinstance(value, plugin.InputType):
            input_type(names, value.name, value.description, [argument(each) for each in value.fields])
        else:
            own = [_type_field(names, value.name, each) for each in value.fields]
            added = [field_declaration(each, None) for each in host.contributions.fields_on(value.name)]
            fields = [*own, *declared_fields(names, value.name, added)]
            if value.prefixes:
                identified_type(names, value.name, value.description, fields, *value.prefixes)
            else:
                object_type(names, value.name, value.description, fields)
    return scalars


def declared_fields(names: Names, type_name: str, declarations: Iterable[Declaration]) -> list[StrawberryField]:
    """Strawberry fields of batch declarations."""
    return [
        output_field(
            names, each.name, each.type, each.description, arguments=each.arguments,
            resolve=resolver_of(type_name, each), declaration=each, deprecated=each.deprecated,
        )
        for each in declarations
    ]  # fmt: skip


def query_fields_of(names: Names, host: Host) -> list[StrawberryField]:
    """Return plugins' fields of `Query`. They are nullable: a failure must not affect the rest of the answer."""
    return [
        _root_field(names, entry, _asked(entry), f"Query.{entry.value.name}") for entry in host.contributions.queries
    ]


def mutation_fields_of(names: Names, host: Host) -> list[StrawberryField]:
    """Plugins' fields of `Mutation`."""
    return [
        _root_field(names, entry, _ran(entry), f"Mutation.{entry.value.name}") for entry in host.contributions.mutations
    ]


def _root_field(names: Names, entry: Entry[Any], resolve: Resolver, coordinate: str) -> StrawberryField:
    value = entry.value
    rule = readers_of(value.visible_to)

    def guarded(source: object, context: Context, arguments: GivenArguments) -> object:
        refuse_unread(rule, context, coordinate)
        return resolve(source, context, arguments)

    return output_field(
        names, snake(value.name), value.type.rstrip("!"), value.description,
        arguments=[argument(each) for each in value.arguments], resolve=guarded, deprecated=value.deprecated,
        owner=entry.owner, graphql_name=value.name,
    )  # fmt: skip


def _asked(entry: Entry[Any]) -> Resolver:
    def ask(source: object, context: Context, arguments: GivenArguments) -> object:
        return shown_value(entry, context, context.host.answer(entry, context, arguments))

    return ask


def _ran(entry: Entry[Any]) -> Resolver:
    def run(source: object, context: Context, arguments: GivenArguments) -> object:
        refusal = context.host.operation_refusal(entry.value.name, context.actor, arguments)
        if refusal is not None:
            raise ForbiddenError(refusal)
        context.may_write = True
        try:
            value = context.host.answer(entry, context, arguments)
        finally:
            context.may_write = False
            context.refresh()
        return shown_value(entry, context, value)

    return run


def _type_field(names: Names, type_name: str, field: plugin.TypeField) -> StrawberryField:
    name = snake(field.name)
    rule = readers_of(field.visible_to)
    resolve = None
    if rule is not None:

        def resolve(source: object, context: Context, arguments: GivenArguments) -> object:
            refuse_unread(rule, context, f"{type_name}.{field.name}")
            return source.get(name) if isinstance(source, Mapping) else getattr(source, name)

    reference = field.type if rule is None else field.type.rstrip("!")
    return output_field(names, name, reference, field.description, resolve=resolve, deprecated=field.deprecated)


def refuse_unread(rule: Readers | None, context: Context, coordinate: str) -> None:
    """Raise ForbiddenError unless the actor's role may read it."""
    if rule is not None and not rule.may_read(context.actor):
        raise ForbiddenError(f"{context.actor.role} may not read {coordinate}.")


def readers_of(visible_to: Iterable[str] | None) -> Readers | None:
    """Convert a plugin's list of roles to a rule; administrators always may."""
    if visible_to is None:
        return None
    return Readers(frozenset({*(Role.named(str(each)) for each in visible_to), Role.ADMIN}))


def argument(declared: PluginArgument) -> Argument:
    """Convert a plugin's argument to core's."""
    default = REQUIRED if declared.default is plugin.REQUIRED else declared.default
    if default is REQUIRED and not declared.type.endswith("!"):
        default = None
    return Argument(snake(declared.name), declared.type, declared.description, default, declared.name)


__all__: Sequence[str] = (
    "define_plugin_types",
    "mutation_fields_of",
    "query_fields_of",
    "readers_of",
    "registry_with",
)
