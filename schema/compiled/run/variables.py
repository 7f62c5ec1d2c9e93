"""The variables of one request: coerced by GraphQL's rules, single scalars by a fast path."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext

import orjson
from graphql import GraphQLError, GraphQLSchema, NamedTypeNode, NonNullTypeNode, VariableDefinitionNode
from graphql.execution.values import VariableValues, get_variable_values

from schema.declarations.base import GivenArguments
from schema.declarations.unreadable import reading_leniently
from store.cache import Cache

_CACHED = 32
_LONGEST_CACHED = 8_192
"""Maximum bytes of JSON to cache; longer variables are coerced each time."""
_MOST_ERRORS = 50
"""As graphql-core has it, when it executes."""
_SIMPLE: dict[str, Callable[[object], bool]] = {
    "ID": lambda value: type(value) is str and not _odd(value),
    "String": lambda value: type(value) is str and not _odd(value),
    "Boolean": lambda value: type(value) is bool,
    "Int": lambda value: type(value) is int and -2147483648 <= value <= 2147483647,
}
_SAMPLES = {"ID": "x", "String": "x", "Boolean": True, "Int": 1}
_MISSING: object = object()


class BadVariables(Exception):  # noqa: N818  (an outcome)
    """Variables that don't fit: nothing is executed."""

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        super().__init__(len(errors))
        self.errors = errors


class Variables:
    """Coerced values by name, with what arguments read from them. Cached ones are shared among threads."""

    __slots__ = ("_full", "_lock", "_read", "coerced", "odd")

    def __init__(self, coerced: GivenArguments, full: Callable[[], VariableValues], *, odd: bool = False) -> None:
        self.coerced = coerced
        self.odd = odd
        """Whether a text may contain characters that no database accepts: arguments check each."""
        self._full: Callable[[], VariableValues] | VariableValues = full
        self._read: dict[object, GivenArguments] = {}
        self._lock = threading.RLock()

    @property
    def full(self) -> VariableValues:
        """The form that GraphQL's own functions take."""
        with self._lock:
            if not isinstance(self._full, VariableValues):
                self._full = self._full()
            return self._full

    def read_once(self, reader: object, read: Callable[[VariableValues], GivenArguments]) -> GivenArguments:
        """Return what `read` gives for a reader of arguments, read once."""
        with self._lock:
            values = self._read.get(reader)
            if values is None:
                values = self._read[reader] = read(self.full)
            return values


class VariableReader:
    """Coerces the variables of one operation."""

    def __init__(
        self, schema: GraphQLSchema, definitions: Sequence[VariableDefinitionNode], *, lenient: bool = False
    ) -> None:
        self._schema = schema
        self._lenient = lenient
        """Whether a scalar that can't be read is left to the field that gets it."""
        self._definitions = definitions
        self._simple = [_simple(each) for each in definitions]
        self._all_simple = all(self._simple)
        self._cache: Cache[bytes, Variables] = Cache(_CACHED)

    def samples(self) -> VariableValues | None:
        """Return sample values if all variables are single scalars."""
        if not self._all_simple:
            return None
        given = {name: _SAMPLES[kind] for name, kind in ((each[0], each[3]) for each in self._simple if each)}
        return self._coerced(given)

    def read(self, given: GivenArguments, *, hide_suggestions: bool = False) -> Variables:
        """Return the coerced variables. Raises BadVariables if one doesn't fit."""
        if self._all_simple:
            coerced = self._scalars(given)
            if coerced is not None:
                return Variables(coerced, lambda: self._coerced(given))
            full = self._coerced(given, hide_suggestions)
            return Variables(full.coerced, lambda: full, odd=True)
        try:
            key = orjson.dumps(given)
        except TypeError:  # half of a surrogate pair
            key = b""
        if not key or len(key) > _LONGEST_CACHED:
            with reading_leniently() if self._lenient else nullcontext():
                full = self._coerced(given, hide_suggestions)
            return Variables(full.coerced, lambda: full, odd=True)
        cached = self._cache.get(key)
        if cached is None:
            with reading_leniently() if self._lenient else nullcontext() as unread:
                full = self._coerced(given, hide_suggestions)
            cached = Variables(full.coerced, lambda: full, odd=bool(unread) or b"\\u0000" in key)
            self._cache.put(key, cached)
        return cached

    def _scalars(self, given: GivenArguments) -> dict[str, object] | None:
        coerced: dict[str, object] = {}
        for each in self._simple:
            assert each is not None
            name, required, fits, _ = each
            value = given.get(name, _MISSING)
            if value is _MISSING:
                if required:
                    return None
            elif value is None:
                if required:
                    return None
                coerced[name] = None
            elif fits(value):
                coerced[name] = value
            else:
                return None
        return coerced

    def _coerced(self, given: GivenArguments, hide_suggestions: bool = True) -> VariableValues:
        result = get_variable_values(
            self._schema, list(self._definitions), dict(given), _MOST_ERRORS, hide_suggestions=hide_suggestions
        )
        if not isinstance(result, VariableValues):
            raise BadVariables(result)
        return result


def _odd(text: str) -> bool:
    """Return whether no database accepts it."""
    return "\x00" in text or not (text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text))


def _simple(definition: VariableDefinitionNode) -> tuple[str, bool, Callable[[object], bool], str] | None:
    """Name, whether it must be given, the test of its values, and its type; None unless it is a single scalar."""
    kind = definition.type
    required = isinstance(kind, NonNullTypeNode)
    if isinstance(kind, NonNullTypeNode):
        kind = kind.type
    if not isinstance(kind, NamedTypeNode) or definition.default_value is not None:
        return None
    fits = _SIMPLE.get(kind.name.value)
    return (definition.variable.name.value, required, fits, kind.name.value) if fits else None
