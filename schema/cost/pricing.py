"""Prices each part of an operation in one walk, linear in the document."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLList,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
)

from schema.cost import prices
from schema.cost.inspection import (
    conditions,
    definition_of,
    identifying,
    is_entity,
    names_field,
    size_of,
    sized_from_above,
)
from schema.declarations.base import GivenArguments
from schema.declarations.computed import Batch
from schema.declarations.relations import DEFAULT_PAGE, MAXIMUM_PAGE
from schema.domain.rankings.matrices import MOST_BEST
from schema.types.type_names import DECLARATION, OWNER

_COUNTS: Mapping[str, int] = {"best": MOST_BEST}
"""Arguments that bound the length of a list of their own, and their maximum."""
_MOST = 1e15
_EXPLAINED = ("Ranked", "KeptRanked", "Fit")
"""Prefixes of the types whose fields are in `prices.EACH_LINE`."""


class Price(NamedTuple):
    """Points of a selection: ``fixed + size * each``, where ``size`` is the page size around it."""

    fixed: float = 0.0
    each: float = 0.0
    conditions: float = 0.0
    """Fields of its arguments, independent of the page size: SQL is built once."""

    def plus(self, other: Price) -> Price:
        """Return both together."""
        return Price(self.fixed + other.fixed, self.each + other.each, self.conditions + other.conditions)


@dataclass(frozen=True)
class PricedOperation:
    """What the price of an operation depends on, beside the request's variables."""

    schema: GraphQLSchema
    operation: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    defaults: Mapping[str, ValueNode]
    """Default values of variables."""
    single: Collection[str]
    """Variables that are one value each."""


class Pricing:
    """One walk over the operation, with the values of one request's variables."""

    def __init__(self, priced: PricedOperation, variables: GivenArguments) -> None:
        self.priced = priced
        self.schema = priced.schema
        self.variables = variables
        self.written = 0.0
        """Points for the rows of bulk writes."""
        self.asked: set[str] = set()
        """Variables that the price may depend on."""
        self._priced: dict[str, Price] = {}
        self._counted: dict[str, float] = {}

    def total(self) -> int:
        """Points of the whole operation."""
        operation = self.priced.operation
        root = self.schema.get_root_type(operation.operation)
        price = self._selections(operation.selection_set, root)
        total = prices.CONDITION * max(0.0, price.conditions - prices.FREE_CONDITIONS)
        return max(1, round(min(price.fixed + price.each + total, _MOST)))

    def _selections(self, node: SelectionSetNode | None, kind: GraphQLNamedType | None) -> Price:
        total = Price()
        for selection in node.selections if node else ():
            if isinstance(selection, FieldNode):
                total = total.plus(self._field(selection, kind))
            elif isinstance(selection, FragmentSpreadNode):
                total = total.plus(self._fragment(selection.name.value))
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                inner = self.schema.get_type(condition.name.value) if condition else kind
                total = total.plus(self._selections(selection.selection_set, inner))
        return total

    def _fragment(self, name: str) -> Price:
        price = self._priced.get(name)
        if price is None:
            node = self.priced.fragments[name]
            kind = self.schema.get_type(node.type_condition.name.value)
            price = self._priced[name] = self._selections(node.selection_set, kind)
        return price

    def _field(self, node: FieldNode, parent: GraphQLNamedType | None) -> Price:
        definition = definition_of(parent, node.name.value)
        if definition is None:
            return Price()
        assert parent is not None
        own = self._own(node, definition, parent)
        if node.selection_set is None:
            return Price(own, conditions=sum(self._conditions(each) for each in _given(node)))
        inner = self._selections(node.selection_set, get_named_type(definition.type))
        price = self._read(node, definition, parent, inner)
        fields = 0.0 if parent is self.schema.mutation_type else sum(self._conditions(each) for each in _given(node))
        return Price(price.fixed + own, price.each, inner.conditions + fields)

    def _own(self, node: FieldNode, definition: GraphQLField, parent: GraphQLNamedType) -> float:
        """Return the points of a field per parent, without its selections."""
        name = node.name.value
        usual = prices.FACET if parent.name.endswith("Facets") else 0.0
        points = prices.FIELDS.get(f"{parent.name}.{name}", usual)
        root = parent in (self.schema.query_type, self.schema.mutation_type, self.schema.subscription_type)
        if parent is self.schema.mutation_type:
            points += prices.MUTATION
        if parent.name.startswith(_EXPLAINED):
            points += prices.EACH_LINE.get(name, 0.0)
        if name == "totalCount" and not parent.name.startswith("Ranked"):
            points += prices.COUNT
        metadata = getattr(definition.extensions.get("strawberry-definition"), "metadata", None) or {}
        declaration = metadata.get(DECLARATION)
        if metadata.get(OWNER) is not None:
            points += prices.PLUGIN_ROOT if root else prices.PLUGIN_FIELD
        elif isinstance(declaration, Batch):
            points += prices.PLUGIN_FIELD if declaration.entry is not None else prices.COMPUTED
        for argument in node.arguments or ():
            if argument.name.value == "options" and self._names(argument.value, "mandate"):
                points += prices.ARGUMENTS["mandate"]
            elif argument.name.value == "filter" and self._names(argument.value, "search"):
                points += prices.SEARCHED
            elif argument.name.value == "place" and parent.name == "Query" and name == "projectMap":
                points += prices.ARGUMENTS["place"]
        return points

    def _read(self, node: FieldNode, definition: GraphQLField, parent: GraphQLNamedType, inner: Price) -> Price:
        """Return the price of reading a field with the selections `inner`."""
        kind = get_named_type(definition.type)
        own = prices.ROW if is_entity(kind) else 0.0
        if parent is self.schema.mutation_type and "rows" in definition.args:
            given = {argument.name.value: argument.value for argument in node.arguments or ()}
            rows = self._value(given.get("rows")) or 0
            self.written += rows * prices.WRITTEN_ROW
            return Price(inner.fixed + rows * (inner.each + prices.WRITTEN_ROW))
        if "first" in definition.args or "last" in definition.args:
            return Price(prices.CONNECTION + inner.fixed + self._page(node, definition) * inner.each)
        lengths = self._lengths(node, definition)
        if isinstance(get_nullable_type(definition.type), GraphQLList):
            each = own + inner.fixed + inner.each
            if sized_from_above(parent):
                return Price(0.0, each)
            expected = prices.EXPECTED_OF.get(f"{parent.name}.{node.name.value}", prices.EXPECTED)
            return Price(each * (lengths[0] if lengths else expected))
        if len(lengths) > 1:
            rows, columns = lengths[0], sum(lengths[1:])
            cells = rows * columns / prices.CELLS + rows * prices.MATRIX_PLACE
            return Price(cells + inner.fixed + max(rows, columns) * inner.each)
        return Price(own + inner.fixed + inner.each, 0.0)

    def _conditions(self, node: ValueNode) -> float:
        """As `conditions`, for a value in the document."""
        if isinstance(node, VariableNode):
            name = node.name.value
            if name in self.priced.single:
                return 0.0
            self.asked.add(name)
            if name not in self._counted:  # a document may name it often
                default = self.priced.defaults.get(name)
                self._counted[name] = (
                    conditions(self.variables[name]) if name in self.variables
                    else 0.0 if default is None else self._conditions(default)
                )  # fmt: skip
            return self._counted[name]
        if isinstance(node, ObjectValueNode):
            return sum(1 + self._conditions(field.value) for field in node.fields)
        if isinstance(node, ListValueNode):
            return len(node.values) // prices.VALUES + sum(self._conditions(each) for each in node.values)
        return 0.0

    def _page(self, node: FieldNode, definition: GraphQLField) -> int:
        """Return the rows of a page: its size, or fewer if a filter names them by ids or other unique values."""
        given = {argument.name.value: argument.value for argument in node.arguments or ()}
        sizes = [self._value(given[name]) for name in ("first", "last") if name in given]
        known = [size for size in sizes if size is not None]
        size = max(0, min(*known, MAXIMUM_PAGE)) if known else DEFAULT_PAGE
        single = self._single(given.get("filter"), identifying(self.schema, definition))
        return size if single is None else min(size, single)

    def _single(self, node: ValueNode | None, names: Collection[str]) -> int | None:
        """Return how many rows a filter can match at most by unique fields; None without a bound."""
        if isinstance(node, VariableNode):
            name = node.name.value
            self.asked.add(name)
            given = self.variables.get(name) if name in self.variables else None
            if not isinstance(given, dict):
                return self._single(self.priced.defaults.get(name), names) if name not in self.variables else None
            counts = [len(value) for name, value in given.items() if name in names and isinstance(value, list)]
        elif isinstance(node, ObjectValueNode):
            values = [self._value(each.value) for each in node.fields if each.name.value in names]
            counts = [value for value in values if value is not None]
        else:
            return None
        return min(counts) if counts else None

    def _names(self, node: ValueNode, name: str) -> bool:
        """Return whether an object gives a field a value, at its top or in nested objects."""
        if isinstance(node, VariableNode):
            variable = node.name.value
            self.asked.add(variable)
            if variable in self.variables:
                return names_field(self.variables[variable], name)
            default = self.priced.defaults.get(variable)
            return default is not None and self._names(default, name)
        if isinstance(node, ObjectValueNode):
            return any(
                (each.name.value == name and not isinstance(each.value, NullValueNode)) or self._names(each.value, name)
                for each in node.fields
            )
        return isinstance(node, ListValueNode) and any(self._names(each, name) for each in node.values)

    def _lengths(self, node: FieldNode, definition: GraphQLField) -> list[int]:
        """Return the lengths of the lists of ids among the arguments, in declaration order."""
        given = {argument.name.value: argument.value for argument in node.arguments or ()}
        lengths = []
        for name in sorted(definition.args):
            if name in _COUNTS and name in given:
                lengths.append(max(0, min(self._value(given[name]) or 0, _COUNTS[name])))
            kind = get_nullable_type(definition.args[name].type)
            if isinstance(kind, GraphQLList) and get_named_type(kind).name == "ID" and name in given:
                value = given[name]  # a single id counts as a list of one
                lengths.append(1 if isinstance(value, IntValueNode) else self._value(value) or 0)
        return lengths

    def _value(self, node: ValueNode | None) -> int | None:
        """Return a number, or the length of a list; None for null and missing values."""
        if isinstance(node, VariableNode):
            name = node.name.value
            self.asked.add(name)
            if name in self.variables:
                return size_of(self.variables[name])
            return self._value(self.priced.defaults.get(name))
        if isinstance(node, IntValueNode):
            return int(node.value)
        if isinstance(node, ListValueNode):
            return len(node.values)
        return None


def _given(node: FieldNode) -> list[ValueNode]:
    return [each.value for each in node.arguments or ()]
