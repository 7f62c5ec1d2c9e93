"""Whether two answers say the same went wrong.

At each place of the data that is null by an error, both must have an error there. Where it is the place's own field
that failed, they must be equal: message, code and whatever else stands in the extensions, path and locations. Where a
null came up from beneath, GraphQL leaves open which of the errors beneath is told, and how many: then the planner must
tell one, it must be one that makes this place null, and whatever the reference tells must have gone wrong in the
planner, too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import orjson
from graphql import GraphQLError, OperationDefinitionNode, is_list_type, is_non_null_type

from schema.compiled.plan.selections import Selections
from schema.compiled.prepared_operation import PreparedOperation
from schema.compiled.response.failures import Shape
from schema.declarations.errors import client_errors
from schema.execution.calls import Answered

Path = tuple[str | int, ...]
Error = dict[str, Any]
Shown = Callable[[Any], Any]


def difference(
    planned: PreparedOperation, reference: Sequence[GraphQLError], answered: Answered,
    shown: tuple[Shown, Shown] = (lambda value: value, lambda value: value),
) -> str | None:  # fmt: skip
    """What differs between the reference's errors (as clients see them) and the planner's; None if nothing does.

    `shown` names on both sides what is new in an error, so that it can be compared.
    """
    expected = _by_place(map(shown[0], _formatted(reference)), answered.data)
    told = _by_place(map(shown[1], _formatted(client_errors(answered.errors))), answered.data)
    beneath = _by_place(map(shown[1], _formatted(client_errors(answered.beneath))), answered.data)
    if expected.keys() != told.keys():
        return f"errors at {sorted(map(str, expected))}, the planner's at {sorted(map(str, told))}"
    for place, errors in expected.items():
        own = told[place]
        if place is None or all(tuple(error["path"]) == place for error in errors):
            if sorted(map(_packed, errors)) != sorted(map(_packed, own)):
                return f"at {place}: {errors}, the planner's {own}"
            continue
        met = [*own, *beneath.get(place, ())]
        if unknown := [error for error in errors if error not in met]:
            return f"at {place} the planner didn't meet {unknown}, but {met}"
        if len(own) != 1 or not _explains(planned, place, own[0]["path"]):
            return f"at {place} the planner tells {own}"
    return None


def _formatted(errors: Sequence[GraphQLError]) -> Iterator[Error]:
    for error in errors:
        made: Error = orjson.loads(orjson.dumps(error.formatted, default=str))
        made["extensions"].pop("reference", None)
        yield made


def _by_place(errors: Iterable[Error], data: Any) -> dict[Path | None, list[Error]]:
    found: dict[Path | None, list[Error]] = defaultdict(list)
    for error in errors:
        found[_nulled(tuple(error["path"]), data) if "path" in error else None].append(error)
    return dict(found)


def _nulled(path: Path, data: Any) -> Path:
    """The place on the way to `path` that is null."""
    for length, key in enumerate(path):
        if data is None:
            return path[:length]
        data = data[key]
    assert data is None, f"an error at {path}, where there is {data}"
    return path


def _explains(planned: PreparedOperation, place: Path, path: Sequence[str | int]) -> bool:
    """Whether nothing between the error and the place may be null, and the place itself may."""
    shape = _shape(planned)
    kind: Any = None
    nullable = [True]
    for key in path:
        if isinstance(key, int):
            kind = kind.of_type if is_non_null_type(kind) else kind
            assert is_list_type(kind)
            kind = kind.of_type
        else:
            shape = shape.fields[key]
            kind = shape.kind
        nullable.append(not is_non_null_type(kind))
    return nullable[len(place)] and not any(nullable[len(place) + 1 :])


def _shape(planned: PreparedOperation) -> Shape:
    schema = planned.schema._schema
    operation: OperationDefinitionNode = planned.operation
    kind = schema.get_root_type(operation.operation)
    assert kind is not None
    conditions = dict.fromkeys(planned.conditions, None)
    every = _Every(schema, planned.fragments, conditions)  # type: ignore[arg-type]
    return Shape.root(every, kind, operation)


class _Every(Selections):
    """All that is selected, whatever the conditions say."""

    def _included(self, directives: object) -> bool:
        return True


def _packed(error: Error) -> bytes:
    return orjson.dumps(error, option=orjson.OPT_SORT_KEYS)
