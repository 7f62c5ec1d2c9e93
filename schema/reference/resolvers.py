"""The reference executor: for each kind of declaration a resolver that reads what it says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from functools import singledispatch
from typing import Any, TypeAlias, cast

import orjson
from sqlalchemy import select

from schema.declarations.base import Declaration, GivenArguments, Model, Row
from schema.declarations.columns import (
    Column,
    Localized,
    LocalizedList,
    MoneyRange,
    MoneyValue,
    Part,
    PartialDateValue,
    Translations,
    TwofoldColumn,
)
from schema.declarations.computed import Batch, Ranking
from schema.declarations.errors import ForbiddenError
from schema.declarations.extensions import Extended
from schema.declarations.relations import Connection, Listing, Lookup, Relation
from schema.declarations.values import LocalizedText, MoneyOut, MoneyRangeOut
from schema.domain.rankings.questions import RankedSource
from schema.reference.connections import ConnectionSource
from schema.reference.core_references import ReferringObject, shown_values
from schema.request.context import Context
from schema.sql import lookups
from schema.sql.pages import PARENT, PageQuery, listing_statement
from schema.sql.scope import camel
from store.merging import survivor
from store.values.localized import pick

Resolver: TypeAlias = Callable[[Any, Context, GivenArguments], object]
"""(the parent's row, the context, the arguments as plain data) -> the value or an awaitable of it."""


def resolver_of(type_name: str, declaration: Declaration) -> Resolver | None:
    """Return the resolver of a declared field, its reader rule included; None if the row's attribute is the value."""
    resolve = read(declaration, type_name)
    if declaration.readers is None:
        return resolve
    return _guarded(type_name, declaration, resolve or (lambda row, context, _: getattr(row, declaration.name)))


@singledispatch
def read(declaration: Declaration, type_name: str) -> Resolver | None:
    """Return how the value of a declaration is read."""
    raise TypeError(f"{type(declaration).__name__} has no resolver")


@read.register
def _column(declaration: Column, type_name: str) -> Resolver | None:
    name = declaration.column
    if name == declaration.name and declaration.type not in ("Decimal", "Decimal!"):
        return None
    return lambda row, context, _: getattr(row, name)


@read.register
def _twofold(declaration: TwofoldColumn, type_name: str) -> Resolver:
    full, public = declaration.forms

    def resolve(row: Row, context: Context, _: object) -> object:
        if declaration.whole.everywhere(context.actor):
            return getattr(row, full.column)
        if not declaration.whole.may_read(context.actor):
            return getattr(row, public.column)
        return own(row, context)

    async def own(row: Row, context: Context) -> object:
        return getattr(row, full.column if await owns(type_name, full, row, context) else public.column)

    return resolve


@read.register
def _localized(declaration: Localized, type_name: str) -> Resolver:
    name, absent = declaration.column, "" if declaration.type.endswith("!") else None
    return lambda row, context, arguments: pick(getattr(row, name), context.preferred(arguments.get("lang"))) or absent


@read.register
def _localized_list(declaration: LocalizedList, type_name: str) -> Resolver:
    name = declaration.column

    def resolve(row: Row, context: Context, arguments: GivenArguments) -> list[str]:
        languages = context.preferred(arguments.get("lang"))
        return [text for texts in getattr(row, name) or () if (text := pick(texts, languages))]

    return resolve


@read.register
def _translations(declaration: Translations, type_name: str) -> Resolver:
    name = declaration.column

    def resolve(row: Row, context: Context, _: object) -> list[LocalizedText]:
        texts: dict[str, str] = getattr(row, name) or {}
        return [LocalizedText(language=tag, text=texts[tag]) for tag in sorted(texts) if texts[tag]]

    return resolve


@read.register
def _money(declaration: MoneyValue, type_name: str) -> Resolver:
    return lambda row, context, _: MoneyOut.of(getattr(row, declaration.amount), getattr(row, declaration.currency))


@read.register
def _money_range(declaration: MoneyRange, type_name: str) -> Resolver:
    return lambda row, context, _: MoneyRangeOut.of(
        getattr(row, declaration.least), getattr(row, declaration.most), getattr(row, declaration.currency)
    )


@read.register
def _partial_date(declaration: PartialDateValue, type_name: str) -> Resolver | None:
    name = declaration.column
    return None if name == declaration.name else lambda row, context, _: getattr(row, name)


@read.register
def _part(declaration: Part, type_name: str) -> Resolver:
    return lambda row, context, _: row


@read.register
def _relation(declaration: Relation, type_name: str) -> Resolver:
    def resolve(row: Row, context: Context, _: object) -> Awaitable[object] | None:
        identifier = getattr(row, declaration.column)
        return None if identifier is None else context.node(identifier)

    return resolve


@read.register
def _lookup(declaration: Lookup, type_name: str) -> Resolver:
    async def resolve(_: object, context: Context, arguments: GivenArguments) -> object:
        target = context.registry.entities[declaration.target]
        name, value = lookups.key_of(target, arguments, declaration.keys, context.actor)
        if name == "id":
            if context.registry.of_id(value) is not target:
                return None
            row = await context.row(declaration.target, value)
            kept = survivor(context.session, value) if row is None else None
            return row if kept is None else await context.row(declaration.target, kept)
        given = lookups.parameters(name, value)
        ids = context.session.scalars(lookups.ids_with(context.scope, target, name), given).all()
        rows = [row for each in ids if (row := await context.row(declaration.target, each)) is not None]
        return lookups.only(rows, name, value)

    return resolve


@read.register
def _listing(declaration: Listing, type_name: str) -> Resolver:
    def resolve(row: Row, context: Context, _: object) -> Awaitable[list[Row]]:
        def read_lists(parents: list[str]) -> list[list[Row]]:
            entity = context.registry.entities[declaration.join.target]
            rows_by_parent: dict[str, list[Row]] = defaultdict(list)
            for each in context.session.execute(listing_statement(context.scope, entity, declaration.join, parents)):
                rows_by_parent[getattr(each, PARENT)].append(each)
            return [rows_by_parent[parent] for parent in parents]

        return context.load(("listing", type_name, declaration.name), row.id, read_lists)

    return resolve


@read.register
def _connection(declaration: Connection, type_name: str) -> Resolver:
    def resolve(row: Row, context: Context, arguments: GivenArguments) -> ConnectionSource:
        key = (type_name, declaration.name, orjson.dumps(arguments, default=str, option=orjson.OPT_SORT_KEYS))
        entity = context.registry.entities[declaration.target]
        query = context.once(key, lambda: PageQuery(context.scope, entity, declaration.join, arguments))
        return ConnectionSource(context, query, key, None if declaration.join is None else row.id)

    return resolve


@read.register
def _extended(declaration: Extended, type_name: str) -> Resolver:
    inner = read(declaration.inner, type_name) or (lambda row, context, _: getattr(row, declaration.name))
    model = cast(Model, declaration.extension.model)

    async def resolve(row: Row, context: Context, arguments: GivenArguments) -> object:
        def read_rows(ids: list[str]) -> list[Row | None]:
            there = context.session.execute(select(*model.__table__.c).where(model.record_id.in_(ids)))
            rows = {each.record_id: each for each in there}
            return [rows.get(each) for each in ids]

        stored = await context.load(("extension", declaration.extension.table_name), row.id, read_rows)
        value = None if stored is None else inner(stored, context, arguments)
        return await value if isinstance(value, Awaitable) else value

    return resolve


@read.register
def _ranking(declaration: Ranking, type_name: str) -> Resolver:
    return lambda row, context, arguments: RankedSource(context, declaration, row.id, arguments)


@read.register
def _batch(declaration: Batch, type_name: str) -> Resolver:
    def resolve(row: Row, context: Context, arguments: GivenArguments) -> Awaitable[object]:
        key = (type_name, declaration.name, orjson.dumps(arguments, default=str, option=orjson.OPT_SORT_KEYS))

        def read_values(parents: list[_Parent]) -> Sequence[object]:
            return call_batch(declaration, [parent.row for parent in parents], context, arguments)

        return context.load(key, _Parent(row), read_values)

    return resolve


def call_batch(
    declaration: Batch, parents: Sequence[Row], context: Context, arguments: GivenArguments
) -> Sequence[object]:
    """The values of a batch field for `parents`; a plugin's function runs isolated by the host."""
    if declaration.entry is None:
        return declaration.resolve(parents, context, **arguments)
    own = [parent.original if isinstance(parent, ReferringObject) else parent for parent in parents]
    return shown_values(declaration.entry, context, context.host.resolve(declaration.entry, own, context, arguments))


class _Parent:
    """A parent's row as a loader's key: compared by id alone."""

    __slots__ = ("identifier", "row")

    def __init__(self, row: Row) -> None:
        self.row = row
        self.identifier = getattr(row, "id", id(row))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Parent) and self.identifier == other.identifier

    def __hash__(self) -> int:
        return hash(self.identifier)


def _guarded(type_name: str, declaration: Declaration, resolve: Resolver) -> Resolver:
    """Guard `resolve` for restricted fields. An own-only reader gets null on other rows."""
    rule = declaration.readers
    assert rule is not None

    def guarded(row: Row, context: Context, arguments: GivenArguments) -> object:
        context.scope.require(type_name, declaration)
        if rule.everywhere(context.actor):
            return resolve(row, context, arguments)
        return _own(row, context, arguments)

    async def _own(row: Row, context: Context, arguments: GivenArguments) -> object:
        if not await owns(type_name, declaration, row, context):
            return None if declaration.masked is None else await _masked(type_name, declaration, row, context)
        value = resolve(row, context, arguments)
        return await value if isinstance(value, Awaitable) else value

    return guarded


async def _masked(type_name: str, declaration: Declaration, row: Row, context: Context) -> str | None:
    """Return what the actor reads in place of a field's value, by one statement for all rows."""
    mask, model = declaration.masked, cast(Model, declaration.model)
    assert mask is not None

    def read_masked(ids: list[str]) -> list[str | None]:
        rows = context.session.execute(select(model.id, mask(context.actor, model)).where(model.id.in_(ids)))
        found = {each[0]: each[1] for each in rows}
        return [found.get(each) for each in ids]

    text: str | None = await context.load(("masked", type_name, declaration.name), row.id, read_masked)
    return text


async def owns(type_name: str, declaration: Declaration, row: Row, context: Context) -> bool:
    """Return whether the field's own-rule holds for `row`, decided in SQL for all rows at once."""
    rule, model = declaration.readers, cast(Model, declaration.model)
    if rule is None or rule.own is None or model is None:
        raise ForbiddenError(f"{context.actor.role} may not read {type_name}.{camel(declaration.name)}.")
    own = rule.own

    def read_own(ids: list[str]) -> list[bool]:
        identifier = model.id
        mine = select(identifier).where(identifier.in_(ids), own(context.actor, model))
        found = set(context.session.scalars(mine))
        return [each in found for each in ids]

    return bool(await context.load(("own", type_name, declaration.name), row.id, read_own))
