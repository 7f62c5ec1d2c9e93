"""What each part of an operation costs: one walk over it, linear in the document."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
)

from schema.declarations.relations import DEFAULT_PAGE, MAXIMUM_PAGE
from schema.domain.rankings.matrices import MOST_BEST

RANKING = 10.0
"""Points of one ranking, whatever is read of it."""
MUTATION = 10.0
"""Points of one write, beside what its payload reads."""
CELLS = 250
"""Cells of a matrix for one point."""
CONDITION = 4
"""Points of one field of a filter, an order or weights, for the making of SQL."""
FREE_CONDITIONS = 50
"""So many in an operation cost nothing."""
VALUES = 100
"""Values of a list that count as one such field."""
EXPECTED = 2
"""Items expected in a list without pages: what such lists are for is small by nature."""
EXPECTED_OF: Mapping[tuple[str, str], int] = {
    ("Place", "children"): 20,
    ("Event", "children"): 10,
    ("Organisation", "children"): 10,
    ("EventEdition", "events"): 10,
    ("Place", "fitByTrack"): 10,
    ("RankingSnapshot", "items"): 20,
    ("PoolGaps", "priorities"): 100,
    ("PoolGaps", "needs"): 50,
    ("PoolGaps", "bringers"): 20,
    ("ProjectMap", "tracks"): 10,
}
"""Items expected in the lists that are longer."""
_RANKED = ("Ranked", "Search")
_OVERVIEWS = ("PoolGaps", "ProjectMap")
"""Types whose making looks at the whole pool."""
_COUNTS: Mapping[str, int] = {"best": MOST_BEST}
"""Arguments that say how long a list of their own is, and the most that they are read as."""
_MOST = 1e15


class Price(NamedTuple):
    """Points of a selection: ``fixed + size * each``, where ``size`` is the page size around it."""

    fixed: float = 0.0
    each: float = 0.0
    conditions: float = 0.0
    """Fields of its arguments, whatever the page size: SQL is made once."""

    def plus(self, other: Price) -> Price:
        """Both together."""
        return Price(self.fixed + other.fixed, self.each + other.each, self.conditions + other.conditions)


@dataclass(frozen=True)
class PricedOperation:
    """What the price of an operation follows from, beside the request's variables."""

    schema: GraphQLSchema
    operation: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    defaults: Mapping[str, ValueNode]
    """Default values of variables."""
    single: Collection[str]
    """Variables that are one value each."""


class Pricing:
    """One walk over the operation, with the values of one request's variables."""

    def __init__(self, priced: PricedOperation, variables: Mapping[str, Any]) -> None:
        self.priced = priced
        self.schema = priced.schema
        self.variables = variables
        self.asked: set[str] = set()
        """Variables that the price may depend on."""
        self._priced: dict[str, Price] = {}
        self._counted: dict[str, float] = {}

    def total(self) -> int:
        """Points of the whole operation."""
        operation = self.priced.operation
        root = self.schema.get_root_type(operation.operation)
        price = self._selections(operation.selection_set, root)
        writes = MUTATION * len(operation.selection_set.selections) if _writes(operation) else 0.0
        made = CONDITION * max(0.0, price.conditions - FREE_CONDITIONS)
        return max(1, round(min(price.fixed + price.each + made + writes, _MOST)))

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
        found = self._priced.get(name)
        if found is None:
            node = self.priced.fragments[name]
            kind = self.schema.get_type(node.type_condition.name.value)
            found = self._priced[name] = self._selections(node.selection_set, kind)
        return found

    def _field(self, node: FieldNode, parent: GraphQLNamedType | None) -> Price:
        definition = _definition(parent, node.name.value)
        if definition is None:
            return Price()
        if node.selection_set is None:
            return Price(conditions=sum(self._conditions(each) for each in _given(node)))
        inner = self._selections(node.selection_set, get_named_type(definition.type))
        price = self._read(node, definition, parent, inner)
        own = 0.0 if parent is self.schema.mutation_type else sum(self._conditions(each) for each in _given(node))
        return price._replace(conditions=inner.conditions + own)

    def _read(self, node: FieldNode, definition: GraphQLField, parent: GraphQLNamedType | None, inner: Price) -> Price:
        """The price of what is read, of which `inner` is selected; without what is done once."""
        kind = get_named_type(definition.type)
        own = 1.0 if _is_entity(kind) else RANKING if kind.name in _OVERVIEWS else 0.0
        if "first" in definition.args or "last" in definition.args:
            base = RANKING if kind.name.startswith(_RANKED) else 1.0
            return Price(base + inner.fixed + self._page(node, definition) * inner.each)
        lengths = self._lengths(node, definition)
        if isinstance(get_nullable_type(definition.type), GraphQLList):
            each = own + inner.fixed + inner.each
            if _sized_from_above(parent):
                return Price(0.0, each)
            assert parent is not None
            return Price(each * (lengths[0] if lengths else EXPECTED_OF.get((parent.name, node.name.value), EXPECTED)))
        if len(lengths) > 1:
            rows, columns = lengths[0], sum(lengths[1:])
            return Price(rows * columns / CELLS + inner.fixed + max(rows, columns) * inner.each)
        return Price(own + inner.fixed + inner.each, 0.0)

    def _conditions(self, node: ValueNode) -> float:
        """As `conditions`, of a value in the document."""
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
            return len(node.values) // VALUES + sum(self._conditions(each) for each in node.values)
        return 0.0

    def _page(self, node: FieldNode, definition: GraphQLField) -> int:
        given = {argument.name.value: argument.value for argument in node.arguments or ()}
        sizes = [self._value(given[name]) for name in ("first", "last") if name in given]
        known = [size for size in sizes if size is not None]
        if not known:
            return DEFAULT_PAGE
        return max(0, min(*known, MAXIMUM_PAGE))

    def _lengths(self, node: FieldNode, definition: GraphQLField) -> list[int]:
        """Lengths of the lists of ids among the arguments, in the order in which they are declared."""
        given = {argument.name.value: argument.value for argument in node.arguments or ()}
        found = []
        for name in sorted(definition.args):
            if name in _COUNTS and name in given:
                found.append(max(0, min(self._value(given[name]) or 0, _COUNTS[name])))
            kind = get_nullable_type(definition.args[name].type)
            if isinstance(kind, GraphQLList) and get_named_type(kind).name == "ID" and name in given:
                value = given[name]  # a single id is taken for a list of one
                found.append(1 if isinstance(value, IntValueNode) else self._value(value) or 0)
        return found

    def _value(self, node: ValueNode | None) -> int | None:
        """A number, or the length of a list; None for null and for what isn't given."""
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


def size_of(value: object) -> int | None:
    """A number, or the length of a list; None for anything else."""
    if isinstance(value, list | tuple):
        return len(value)
    return int(value) if isinstance(value, int | float) and abs(value) < 2**31 else None


def _given(node: FieldNode) -> list[ValueNode]:
    return [each.value for each in node.arguments or ()]


def conditions(value: object) -> float:
    """The fields of all objects in a value, however deep, and one more for each `VALUES` of a list."""
    if isinstance(value, dict):
        return sum(1 + conditions(each) for each in value.values())
    if isinstance(value, list):
        return len(value) // VALUES + sum(conditions(each) for each in value if isinstance(each, dict | list))
    return 0.0


def _writes(operation: OperationDefinitionNode) -> bool:
    return operation.operation is OperationType.MUTATION


def _definition(parent: GraphQLNamedType | None, name: str) -> GraphQLField | None:
    if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
        found: GraphQLField | None = parent.fields.get(name)
        return found
    return None


def _is_entity(kind: GraphQLNamedType) -> bool:
    if isinstance(kind, GraphQLUnionType):
        return True
    if isinstance(kind, GraphQLInterfaceType):
        return kind.name == "Node"
    return isinstance(kind, GraphQLObjectType) and any(each.name == "Node" for each in kind.interfaces)


def _sized_from_above(parent: GraphQLNamedType | None) -> bool:
    """Whether the length of the lists in ``parent`` is what its own field was asked for."""
    return isinstance(parent, GraphQLObjectType) and ("pageInfo" in parent.fields or parent.name == "FitMatrix")
