"""Fault injection of a mock server, on request: late answers, failing requests, failing fields."""

from __future__ import annotations

import difflib
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from graphql import GraphQLField, GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema

from api.operations.problems import CommandError
from schema.declarations.errors import Code, SchemaError

Resolver: TypeAlias = Callable[..., object]
_DELAY = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")
DEFAULT_CODE: Final = Code.UNAVAILABLE


@dataclass
class FaultInjection:
    """The faults that requests meet. The same sequence of requests meets the same ones."""

    delay: tuple[int, int] = (0, 0)
    """Milliseconds, least and most."""
    error_rate: float = 0.0
    """The share of requests that are answered with 503."""
    fail: dict[str, Code] = field(default_factory=dict)
    """By `Type.field`, the code with which the field fails."""
    _chance: random.Random = field(default_factory=lambda: random.Random(1), repr=False)
    _owed: float = field(default=0.0, repr=False)

    def seconds(self) -> float:
        """Return how long the next request waits."""
        return self._chance.uniform(*self.delay) / 1_000

    def refuses(self) -> bool:
        """Return whether the next request fails: with a rate of .25 each fourth."""
        self._owed += self.error_rate
        if self._owed < 1 - 1e-9:
            return False
        self._owed -= 1
        return True

    def described(self) -> dict[str, object]:
        """Return it as JSON that `changed` reads."""
        least, most = self.delay
        delay = f"{least}-{most}" if most > least else str(least)
        return {
            "delay": delay,
            "errorRate": self.error_rate,
            "fail": {name: str(code) for name, code in self.fail.items()},
        }


def changed(schema: GraphQLSchema, given: Mapping[str, object], before: FaultInjection) -> FaultInjection:
    """Return faults with some of `delay`, `errorRate` and `fail` given anew.

    Raises CommandError for names and values that can't be used.
    """
    if unknown := given.keys() - {"delay", "errorRate", "fail"}:
        raise CommandError(f"{sorted(unknown)[0]!r} is unknown; give delay, errorRate, fail.")
    delay = read_delay(str(given["delay"])) if "delay" in given else before.delay
    rate = given.get("errorRate", before.error_rate)
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 <= rate <= 1:
        raise CommandError(f"errorRate {rate!r} can't be used; give a share from 0 to 1.")
    fail = given.get("fail", before.fail)
    if not isinstance(fail, Mapping):
        raise CommandError('fail can\'t be used; give fields with codes, such as {"Project.summary": "FORBIDDEN"}.')
    return FaultInjection(
        delay, float(rate), {str(name): _code(schema, str(name), str(code)) for name, code in fail.items()}
    )


def read_delay(text: str) -> tuple[int, int]:
    """Read milliseconds, such as 300 or 100-800. Raises CommandError."""
    match = _DELAY.fullmatch(text.strip())
    least, most = (int(match[1]), int(match[2] or match[1])) if match else (0, -1)
    if most < least or most > 60_000:
        raise CommandError(f"The delay {text!r} can't be used; give milliseconds up to 60000: 300, or 100-800.")
    return least, most


def read_failures(given: list[str]) -> dict[str, str]:
    """Read fields with codes, such as Project.summary=FORBIDDEN; the code may be left out."""
    pairs = (each.partition("=") for each in given)
    return {name.strip(): code.strip() or str(DEFAULT_CODE) for name, _, code in pairs}


class FailingFields:
    """Makes fields of a schema fail, and work again."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._whole: dict[str, tuple[Resolver | None, Resolver | None]] = {}

    def set(self, failures: Mapping[str, Code]) -> None:
        """Let these fields fail, and no others."""
        for name, (resolve, subscribe) in self._whole.items():
            definition = _field(self._schema, name)
            definition.resolve, definition.subscribe = resolve, subscribe
        self._whole.clear()
        for name, code in failures.items():
            definition = _field(self._schema, name)
            self._whole[name] = definition.resolve, definition.subscribe
            definition.resolve = _failing(name, code)
            if name.startswith("Subscription."):
                definition.subscribe = definition.resolve


def _failing(name: str, code: Code) -> Resolver:
    def fail(*_: object, **__: object) -> object:
        raise SchemaError(f"{name} fails because this mock server was told so.", code=code)

    return fail


def _code(schema: GraphQLSchema, name: str, code: str) -> Code:
    _field(schema, name)
    if code not in Code.__members__:
        raise CommandError(f"{code!r} is no error code. Give one of: {', '.join(Code.__members__)}.")
    return Code(code)


def _field(schema: GraphQLSchema, name: str) -> GraphQLField:
    kind, _, own = name.partition(".")
    types = {
        each: definition
        for each, definition in schema.type_map.items()
        if isinstance(definition, GraphQLObjectType) and not each.startswith("__")
    }
    found = types.get(kind)
    if found is not None and own in found.fields:
        definition: GraphQLField = found.fields[own]
        return definition
    if isinstance(schema.type_map.get(kind), GraphQLInterfaceType):
        raise CommandError(f"{kind} is an interface; name a field of a type, such as Project.{own or 'name'}.")
    known = [f"{kind}.{each}" for each in found.fields] if found is not None else [f"{each}.{own}" for each in types]
    close = difflib.get_close_matches(name, known, n=1)
    hint = f" Did you mean {close[0]}?" if close else " Give a type and its field, such as Project.summary."
    raise CommandError(f"The schema has no field {name!r}.{hint}")
