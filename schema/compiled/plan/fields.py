"""The expression of each kind of value from a row `r`: the counterpart of the reference resolvers.

Expressions are Python source. Names in them are `r` (the row), `x0`… (slots), `k0`… (constants) and the functions of
`schema.compiled.response.values`; external texts appear only as literals by `repr`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial, singledispatch

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLObjectType,
    get_named_type,
    is_enum_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from sqlalchemy import Boolean, Enum, Float, Integer, String
from sqlalchemy import Column as SqlColumn

from schema.compiled.plan.builder import Builder, needed
from schema.compiled.plan.levels import Level, Source
from schema.compiled.response import values
from schema.compiled.response.completing import ResponseBuilder, completer
from schema.compiled.response.failures import FieldLocation
from schema.compiled.run.runtime import Runtime
from schema.declarations.base import Declaration
from schema.declarations.columns import (
    Column,
    Localized,
    LocalizedList,
    MoneyRange,
    MoneyValue,
    Part,
    PartialDateValue,
    Translations,
)
from schema.declarations.extensions import Extended
from schema.execution.errors import NotCompilable
from store.values.column_types import ExactDecimal, PartialDateText, UtcDateTime


@singledispatch
def expression(
    declaration: Declaration, builder: Builder, source: Source, definition: GraphQLField, location: FieldLocation
) -> str:
    """Return the value of a declared field of `source`'s row."""
    raise NotCompilable(type(declaration).__name__)


@expression.register
def _column(
    declaration: Column, builder: Builder, source: Source, definition: GraphQLField, location: FieldLocation
) -> str:
    place = source.column(declaration.column)
    column: SqlColumn[object] = source.entity.table.c[declaration.column]
    value = _column_value(builder, source.level, column, definition, location, f"r[{place}]")
    return needed(value, source.level, definition, location) if column.nullable else value


def _column_value(
    builder: Builder,
    level: Level,
    column: SqlColumn[object],
    definition: GraphQLField,
    location: FieldLocation,
    value: str,
) -> str:
    kind = get_named_type(definition.type)
    inner = definition.type.of_type if is_non_null_type(definition.type) else definition.type
    sqlite = builder.dialect.name == "sqlite"
    sql = column.type
    if is_list_type(inner) or is_object_type(kind) or kind.name == "JSON":
        return _json_value(builder, level, definition, location, f"loads({value})" if sqlite else value, column)
    if is_enum_type(kind) and isinstance(sql, Enum) and sql.enum_class is not None:
        names = values.KnownValues({None: None})
        for member in sql.enum_class:
            names[member.value] = kind.coerce_output_value(member)
        return f"{level.constant(names)}[{value}]"
    if kind.name == "String" and isinstance(sql, String) and not isinstance(sql, Enum):
        return value
    if kind.name == "Int" and isinstance(sql, Integer):
        return f"whole({value})"
    if kind.name == "Float" and isinstance(sql, Float):
        return f"real({value})"
    if kind.name == "Boolean" and isinstance(sql, Boolean):
        return f"TRUTH[{value}]" if sqlite else value
    if kind.name == "DateTime" and isinstance(sql, UtcDateTime):
        return f"moment_{builder.dialect.name}({value})"
    if kind.name == "Decimal" and isinstance(sql, ExactDecimal):
        return f"amount({value})"
    if kind.name == "String" and isinstance(sql, Integer):
        return f"text_of({value})"
    if not is_leaf_type(kind):
        raise NotCompilable("type")
    process = sql.dialect_impl(builder.dialect).result_processor(builder.dialect, None)
    return f"{level.constant(values.processed(process, kind.coerce_output_value))}({value})"


def _json_value(
    builder: Builder,
    level: Level,
    definition: GraphQLField,
    location: FieldLocation,
    value: str,
    column: SqlColumn[object],
) -> str:
    kind = get_named_type(definition.type)
    empty = "" if not column.nullable else "None if r_ is None else "
    if empty:
        raw = value.removeprefix("loads(").removesuffix(")")
        empty = empty.replace("r_", raw)
    if str(definition.type) in ("[String!]!", "[LanguageTag!]!"):
        return f"({empty}strings({value}))"
    if str(definition.type) == f"[{kind.name}!]!" and is_enum_type(kind):
        names = values.KnownValues({each.value: name for name, each in kind.values.items()})
        return f"({empty}members({value}, {level.constant(names)}))"
    if kind.name == "JSON":
        return f"({empty}{value})"
    place = completer(builder, definition.type, location)

    def complete(given: object, runtime: Runtime) -> object:
        holder: dict[str, object] = {}
        building = ResponseBuilder(runtime)
        place(given, building, holder, "value")
        building.settle()
        return holder["value"]

    return f"({empty}{level.constant(complete)}({value}, q))"


def _asked_languages(
    builder: Builder, definition: GraphQLField, node: FieldNode
) -> Callable[[Runtime], tuple[str, ...]] | None:
    """A function of the runtime that gives the tags to try for a field; None where it can't ask for languages."""
    arguments = builder.arguments(definition, node)
    if arguments.constant is not None and not arguments.constant.get("lang"):
        return None
    return lambda runtime: runtime.tags_for(arguments.read(runtime.variables).get("lang"))


@expression.register
def _localized(
    declaration: Localized, builder: Builder, source: Source, definition: GraphQLField, location: FieldLocation
) -> str:
    place = source.column(declaration.column, raw=True)
    tags = _asked_languages(builder, definition, location.nodes[0])
    if tags is None:
        picker = source.level.picking_slot()
    else:
        make_picker = values.picker if builder.dialect.name == "sqlite" else values.text_picker
        picker = source.level.slot(lambda runtime, rows, _: make_picker(tags(runtime)), location)
    value = f"{picker}(r[{place}])"
    return f"({value} or '')" if is_non_null_type(definition.type) else value


@expression.register
def _localized_list(
    declaration: LocalizedList, builder: Builder, source: Source, definition: GraphQLField, location: FieldLocation
) -> str:
    tags = _asked_languages(builder, definition, location.nodes[0]) or (lambda runtime: runtime.tags)
    slot = source.level.slot(lambda runtime, rows, _: partial(values.pick_each, tags=tags(runtime)), location)
    return f"{slot}({_loaded(builder, source, declaration.column)})"


def _loaded(builder: Builder, source: Source, column: str) -> str:
    value = f"r[{source.column(column)}]"
    return f"(None if {value} is None else loads({value}))" if builder.dialect.name == "sqlite" else value


@expression.register
def _translations(
    declaration: Translations, builder: Builder, source: Source, definition: GraphQLField, location: FieldLocation
) -> str:
    item = _value(builder, definition, location.nodes, {"language": "t[0]", "text": "t[1]"})
    return f"[{item} for t in translations({_loaded(builder, source, declaration.column)})]"


@expression.register
def _money(
    declaration: MoneyValue, builder: Builder, source: Source, definition: GraphQLField, location: FieldLocation
) -> str:
    amount = f"r[{source.column(declaration.amount)}]"
    currency = f"r[{source.column(declaration.currency)}]"
    return _money_value(builder, definition, location.nodes, amount, currency)


def _money_value(
    builder: Builder, definition: GraphQLField, nodes: Sequence[FieldNode], amount: str, currency: str
) -> str:
    item = _value(
        builder, definition, nodes, {"amount": f"money_amount({amount})", "currency": f"currency({currency})"}
    )
    return f"(None if {amount} is None or {currency} is None else {item})"


@expression.register
def _money_range(
    declaration: MoneyRange, builder: Builder, source: Source, definition: GraphQLField, location: FieldLocation
) -> str:
    least, most, currency = (
        f"r[{source.column(each)}]" for each in (declaration.least, declaration.most, declaration.currency)
    )
    kind = builder.object_type(get_named_type(definition.type).name)
    parts = []
    for key, same in builder.selections.of(kind, location.nodes).items():
        name = same[0].name.value
        if name == "__typename":
            parts.append(f"{key!r}: {kind.name!r}")
        else:
            end = {"minimum": least, "maximum": most}[name]
            parts.append(f"{key!r}: {_money_value(builder, kind.fields[name], same, end, currency)}")
    item = "{" + ", ".join(parts) + "}"
    return f"(None if {currency} is None or ({least} is None and {most} is None) else {item})"


@expression.register
def _partial_date(
    declaration: PartialDateValue, builder: Builder, source: Source, definition: GraphQLField, location: FieldLocation
) -> str:
    column = source.entity.table.c[declaration.column]
    if not isinstance(column.type, PartialDateText):
        raise NotCompilable("column")
    value = f"r[{source.column(declaration.column)}]"
    item = _value(
        builder, definition, location.nodes,
        {name: f"d[{place}]" for place, name in enumerate(("text", "precision", "year", "earliest", "latest"))},
    )  # fmt: skip
    return f"(None if {value} is None else [{item} for d in (partial_date({value}),)][0])"


def _value(builder: Builder, definition: GraphQLField, nodes: Sequence[FieldNode], parts: dict[str, str]) -> str:
    """Return the expression of an object of a plain type, from those of its fields by name."""
    kind: GraphQLObjectType = builder.object_type(get_named_type(definition.type).name)
    items = []
    for key, same in builder.selections.of(kind, nodes).items():
        name = same[0].name.value
        items.append(f"{key!r}: {kind.name!r}" if name == "__typename" else f"{key!r}: {parts[name]}")
    return "{" + ", ".join(items) + "}"


@expression.register
def _part(
    declaration: Part, builder: Builder, source: Source, definition: GraphQLField, location: FieldLocation
) -> str:
    return builder.object(source, builder.object_type(get_named_type(definition.type).name), location.nodes)


@expression.register
def _extended(
    declaration: Extended, builder: Builder, source: Source, definition: GraphQLField, location: FieldLocation
) -> str:
    row = source.level.extend(source, declaration.extension)
    value = expression(declaration.inner, builder, row, definition, location)
    return f"(None if r[{row.column('id')}] is None else {value})"
