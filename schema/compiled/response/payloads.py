"""Mutations and events: existing values, which a plan completes like a query's.

A mutation runs once, whatever becomes of its payload: if the plan can't complete one, the reference executor does, from
the same payload.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLField,
    GraphQLResolveInfo,
    OperationDefinitionNode,
    SelectionSetNode,
    located_error,
)

from schema.compiled.plan.builder import Builder, required, shape_of
from schema.compiled.response.completing import Completer, Holder, Key, ResponseBuilder, completer, declared_field
from schema.compiled.response.failures import FieldLocation, Shape, settled
from schema.compiled.run.runtime import Runtime
from schema.declarations.base import GivenArguments
from schema.execution.calls import Answered
from schema.execution.errors import NotCompilable
from schema.execution.running import complete, executed
from schema.request.context import Context


@dataclass(frozen=True, slots=True)
class _Root:
    """One field of the root type. Without `make`, the name of the type."""

    key: str
    location: FieldLocation
    required: bool
    make: Callable[[Runtime], object] | None
    place: Completer


class MutationPlan:
    """The compiled answer of one mutation, for one role and one combination of its conditions."""

    def __init__(self, builder: Builder, document: DocumentNode, operation: OperationDefinitionNode) -> None:
        self._builder = builder
        self._document = document
        self._operation = operation
        self._roots = _roots(builder, operation, _maker)
        self._shape = shape_of(builder, operation)

    def run(self, runtime: Runtime, variables: GivenArguments) -> Answered:
        """Run the fields one after the other, each with its selections. `variables` are the request's own.

        A field's errors are not raised; InterruptedError is, if the operation was stopped.
        """
        payloads: dict[str, object] = {}
        errors: list[GraphQLError] = []
        beneath: list[GraphQLError] = []
        fallbacks: list[Exception] = []
        for root in self._roots:
            if root.make is None:
                payloads[root.key] = _placed(None, root, runtime)
                continue
            try:
                payload = root.make(runtime)
            except InterruptedError:
                raise
            except Exception as problem:
                one = Answered({root.key: None}, [located_error(problem, root.location.nodes, [root.key])])
            else:
                one = self._completed(root, payload, runtime, variables)
            errors += one.errors
            beneath += one.beneath
            fallbacks += one.fallbacks
            value = None if one.data is None else one.data[root.key]
            if value is None and root.required:  # later fields are not run, as the specification says
                return Answered(None, errors, beneath, fallbacks)
            payloads[root.key] = value
        return Answered(payloads, errors, beneath, fallbacks)

    def _completed(self, root: _Root, payload: object, runtime: Runtime, variables: GivenArguments) -> Answered:
        try:
            runtime.failed = False
            return _settled({root.key: _placed(payload, root, runtime)}, runtime, self._shape)
        except InterruptedError:
            raise
        except Exception as problem:
            reason = problem
        runtime.needed_context().refresh()  # loaders may be left that wait for abandoned work
        result = self._referred(root, payload, runtime, variables)
        return Answered(result.data, result.errors or (), fallbacks=[reason])

    def _referred(self, root: _Root, payload: object, runtime: Runtime, variables: GivenArguments) -> ExecutionResult:
        """What the reference executor makes of a payload that is there."""

        def made(
            following: Callable[..., object], source: object, info: GraphQLResolveInfo[Context], **arguments: object
        ) -> object:
            return payload if info.path.prev is None else following(source, info, **arguments)

        return executed(
            self._builder.selections.schema, alone(self._document, self._operation, root.location.nodes),
            runtime.context,
            variables=variables, operation_name=self._operation.name.value if self._operation.name else None,
            middleware=[made],
        )  # fmt: skip


class EventPlan:
    """The compiled answer of a subscription's events."""

    def __init__(self, builder: Builder, operation: OperationDefinitionNode) -> None:
        self._roots = _roots(builder, operation, lambda builder, definition, node: lambda runtime: None)
        self._shape = shape_of(builder, operation)

    def answer(self, runtime: Runtime, event: object) -> Answered:
        """The response's data and errors. Raises NotCompilable: then the reference executor answers."""
        return _settled({root.key: _placed(event, root, runtime) for root in self._roots}, runtime, self._shape)


Make = Callable[[Builder, GraphQLField, FieldNode], Callable[[Runtime], object]]


def _roots(builder: Builder, operation: OperationDefinitionNode, make: Make) -> list[_Root]:
    kind = builder.selections.schema.get_root_type(operation.operation)
    assert kind is not None
    roots = []
    for key, nodes in builder.selections.root(kind, operation).items():
        name = nodes[0].name.value
        location = FieldLocation(kind.name, nodes)
        if name == "__typename":
            roots.append(_Root(key, location, True, None, _name(kind.name)))
        elif name.startswith("__"):
            raise NotCompilable("introspection")
        else:
            definition = kind.fields[name]
            root = make(builder, definition, nodes[0])
            roots.append(
                _Root(key, location, required(definition), root, completer(builder, definition.type, location))
            )
    return roots


def _maker(builder: Builder, definition: GraphQLField, node: FieldNode) -> Callable[[Runtime], object]:
    """A function that runs a mutation, and gives its payload. Raises what the mutation raises."""
    resolve = declared_field(definition).resolve
    if resolve is None:
        raise NotCompilable("field")
    arguments = builder.arguments(definition, node)

    def make(runtime: Runtime) -> object:
        payload = resolve(None, runtime.context, arguments.fresh(runtime.variables))
        if inspect.isawaitable(payload):
            payload = complete(payload)
        if isinstance(payload, Exception):
            raise payload
        return payload

    return make


def _placed(value: object, root: _Root, runtime: Runtime) -> object:
    holder: dict[str, object] = {}
    building = ResponseBuilder(runtime)
    building.put(value, root.place, holder, "value", root.location)
    building.settle()
    return holder["value"]


def _settled(data: dict[str, object], runtime: Runtime, shape: Callable[[], Shape]) -> Answered:
    return settled(data, shape()) if runtime.failed else Answered(data)


def _name(text: str) -> Completer:
    def place(value: object, building: ResponseBuilder, holder: Holder, key: Key) -> None:
        holder[key] = text

    return place


def alone(document: DocumentNode, operation: OperationDefinitionNode, nodes: Sequence[FieldNode]) -> DocumentNode:
    """Return a document whose operation selects only these fields of the root type."""
    cut = OperationDefinitionNode(
        operation=operation.operation, name=operation.name, variable_definitions=operation.variable_definitions,
        directives=operation.directives, selection_set=SelectionSetNode(selections=tuple(nodes)), loc=operation.loc,
    )  # fmt: skip
    others = (each for each in document.definitions if not isinstance(each, OperationDefinitionNode))
    return DocumentNode(definitions=(cut, *others))
