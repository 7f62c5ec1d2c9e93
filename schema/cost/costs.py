"""The cost of an operation in points, computed before execution. `schema.cost.prices` has the figures.

    cost(entity)     = 1 + cost of what is selected in it
    cost(value)      = cost of what is selected in it        (a text, an amount, a contribution: no entity)
    cost(list)       = expected length x cost(item)
    cost(connection) = 1 + page size x cost(item)            (`first` or `last`, or the default page)
    cost(matrix)     = cells / 5 + 5 x rows + rows or columns x cost(item)
    cost(arguments)  = 20 x fields beyond the first 50       (of filters, orders and weights in the whole operation;
                       100 values of a list count as one more; not what a mutation writes)

    cost(bulk write) = rows x (600 + cost of what is selected of each)

The limit of one operation is for what it reads; rows of bulk writes count in the rate limit alone.

The points of the field itself are added: a ranking, a fit, a facet, a write. A page costs no more rows than its
filter can find: `id: ["…"]` and other values that only one row has, such as a place's code, stand for one row each.

A selection's cost is linear in the page size of the connection around it, so it is kept as two numbers, and each
fragment is priced once however often it is spread: the time is linear in the document. Both branches of a
condition count, and what a document asks of each type of a union counts for all of them: the figure is the most
that the operation may ask for.
"""

from __future__ import annotations

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    NamedTypeNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    TypeNode,
    is_leaf_type,
)

from schema.cost.inspection import conditions, names_field, size_of
from schema.cost.pricing import PricedOperation, Pricing
from schema.declarations.base import GivenArguments
from store.cache import Cache


class Costs:
    """Prices one operation of a valid document for each request's variables."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> None:
        variables = operation.variable_definitions or ()
        self.priced = PricedOperation(
            schema,
            operation,
            {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)},
            {each.variable.name.value: each.default_value for each in variables if each.default_value is not None},
            {each.variable.name.value for each in variables if _is_single(schema, each.type)},
        )
        pricing = Pricing(self.priced, {})
        self._constant: tuple[int, int] | None = pricing.total(), round(pricing.written)
        self._names = tuple(sorted(pricing.asked))
        if self._names:
            self._constant = None
        self._cache: Cache[tuple[object, ...], tuple[int, int]] = Cache(64)

    def of(self, variables: GivenArguments) -> int:
        """Return the cost with ``variables``, in points."""
        return self.parts_of(variables)[0]

    def parts_of(self, variables: GivenArguments) -> tuple[int, int]:
        """Return the cost with ``variables`` in points, and how many of them are for the rows of bulk writes."""
        if self._constant is not None:
            return self._constant
        key = tuple(_sizes(variables.get(name)) for name in self._names)
        points = self._cache.get(key)
        if points is None:
            pricing = Pricing(self.priced, variables)
            points = pricing.total(), round(pricing.written)
            self._cache.put(key, points)
        return points


def _is_single(schema: GraphQLSchema, node: TypeNode) -> bool:
    if isinstance(node, NonNullTypeNode):
        node = node.type
    return isinstance(node, NamedTypeNode) and is_leaf_type(schema.get_type(node.name.value))


def _sizes(value: object) -> object:
    """Return everything about a variable's value that a price may depend on."""
    if isinstance(value, dict):
        return tuple((name, _sizes(each)) for name, each in value.items() if each is not None)
    if isinstance(value, list):
        nested = any(isinstance(each, dict | list) for each in value)
        return (len(value), conditions(value), names_field(value, "search")) if nested else len(value)
    return size_of(value)
