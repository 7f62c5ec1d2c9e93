"""Errors in an answer: where they arose, and what becomes of it.

A value that can't be given leaves a `Failure`. After the answer is built, and only if there is one, `settled` walks
through it: each failure becomes an error with its path, and a null at the nearest nullable position.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLOutputType,
    OperationDefinitionNode,
    get_named_type,
    is_abstract_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from graphql.error import located_error

from schema.compiled.plan.selections import Selections
from schema.execution.calls import Answered


class FieldLocation:
    """A field at one position of an operation."""

    __slots__ = ("coordinate", "nodes")

    def __init__(self, type_name: str, nodes: Sequence[FieldNode]) -> None:
        self.nodes = nodes
        self.coordinate = f"{type_name}.{nodes[0].name.value}"

    def null(self) -> TypeError:
        """Return the error of a null at a non-nullable position."""
        return TypeError(f"Cannot return null for non-nullable field {self.coordinate}.")


class Failure:
    """Placeholder of a value that can't be given: the reason, and its field."""

    __slots__ = ("location", "problem")

    def __init__(self, problem: Exception, location: FieldLocation) -> None:
        self.problem = problem
        self.location = location

    def located(self, path: Sequence[str | int]) -> GraphQLError:
        """Return the error at a position of the response."""
        return located_error(self.problem, list(self.location.nodes), path)


class Failing:
    """Placeholder of what a level reads for all its rows: every lookup is the failure."""

    __slots__ = ("failure",)

    def __init__(self, failure: Failure) -> None:
        self.failure = failure

    def get(self, key: object) -> Failure | None:
        return None if key is None else self.failure

    def __getitem__(self, key: object) -> Failure:
        return self.failure

    def __call__(self, *_: object) -> Failure:
        return self.failure


class Shape:
    """What an operation selects at one position, of objects of any type.

    By the rule of overlapping fields, a response name means the same lists and nulls for all types.
    """

    __slots__ = ("_fields", "_parts", "_selections", "kind")

    def __init__(self, selections: Selections, kind: GraphQLOutputType) -> None:
        self.kind = kind
        self._selections = selections
        self._parts: list[tuple[GraphQLObjectType, Sequence[FieldNode]]] = []
        self._fields: dict[str, Shape] | None = None

    def add(self, kind: GraphQLOutputType, nodes: Sequence[FieldNode]) -> None:
        """Add further nodes that select something here."""
        named = get_named_type(kind)
        if is_object_type(named):
            self._parts.append((named, nodes))
        elif is_abstract_type(named):
            self._parts += [(each, nodes) for each in self._selections.schema.get_possible_types(named)]

    @property
    def fields(self) -> dict[str, Shape]:
        """What is selected on an object, by response name."""
        if self._fields is None:
            self._fields = {}
            for kind, nodes in self._parts:
                self._note(kind, self._selections.of(kind, nodes).items())
        return self._fields

    @classmethod
    def root(cls, selections: Selections, kind: GraphQLObjectType, operation: OperationDefinitionNode) -> Shape:
        """Return the shape of the whole response."""
        shape = cls(selections, kind)
        shape._fields = {}
        shape._note(kind, selections.root(kind, operation).items())
        return shape

    def _note(self, kind: GraphQLObjectType, asked: Iterable[tuple[str, list[FieldNode]]]) -> None:
        assert self._fields is not None
        for key, nodes in asked:
            definition = kind.fields.get(nodes[0].name.value)
            if definition is None:  # __typename
                continue
            shape = self._fields.get(key)
            if shape is None:
                shape = self._fields[key] = Shape(self._selections, definition.type)
            shape.add(definition.type, nodes)


def settled(data: dict[str, object], shape: Shape) -> Answered:
    """The answer that is meant by data with failures in it. Nothing in `data` is changed: parts of it may be shared.

    Each position that is null by an error has one error, the first that makes it null; errors below it are not
    reported.
    """
    walk = _Walk()
    result = walk.complete(data, shape, shape.kind, ())
    reported = {id(each) for each in walk.reported}
    return Answered(result, walk.reported, [each for each in walk.located if id(each) not in reported])


class _Walk:
    def __init__(self) -> None:
        self.reported: list[GraphQLError] = []
        self.located: list[GraphQLError] = []

    def complete(self, value: object, shape: Shape, kind: GraphQLOutputType, path: tuple[str | int, ...]) -> Any:
        """The value as it is reported; an error where null may not stand."""
        required = is_non_null_type(kind)
        if is_non_null_type(kind):
            kind = kind.of_type
        error: GraphQLError | None = None
        mark = len(self.reported)
        completed: object = value
        if type(value) is Failure:
            error = value.located(path)
            self.located.append(error)
        elif type(value) is list and is_list_type(kind):
            completed = [self.complete(each, shape, kind.of_type, (*path, place)) for place, each in enumerate(value)]
            error = next((each for each in completed if isinstance(each, GraphQLError)), None)
        elif type(value) is dict and (fields := shape.fields):
            completed = {
                key: self.complete(each, fields[key], fields[key].kind, (*path, key)) if key in fields else each
                for key, each in value.items()
            }
            error = next((each for each in completed.values() if isinstance(each, GraphQLError)), None)
        if error is None:
            return completed
        del self.reported[mark:]
        if required:
            return error
        self.reported.append(error)
        return None
