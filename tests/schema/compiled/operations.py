"""Operations over the whole schema: any valid query, with variables, directives, fragments, aliases and arguments."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLInputField,
    GraphQLInputType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_enum_type,
    is_input_object_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
    is_required_input_field,
)

from tests.schema.compiled.data import NAMESPACE

_SKIPPED = frozenset({"capabilities", "changes", "extraFails"})
"""Whose values change from one moment to the next, or depend on what ran before."""
_SPOILT: tuple[Any, ...] = (None, True, [], {}, {"nonsense": 1}, "", "\x00", -1, 2**40, 0.5, "nonsense", ["x", None])
"""Values of variables, most of which fit no type that a variable has."""


_LIKELY = {"first": 0.5, "filter": 0.35, "orderBy": 0.4, "after": 0.12, "before": 0.06, "last": 0.12, "lang": 0.3}
"""How often an argument is given that needn't be."""
_KEYS = ("id", "code", "externalId")
"""Arguments of look-ups, of which exactly one must be given."""


@dataclass
class Pool:
    """Values that fit the data: ids by prefix, cursors that some answer gave, words."""

    ids: list[str]
    words: list[str]
    cursors: list[str] = field(default_factory=list)
    by_prefix: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for each in self.ids:
            self.by_prefix.setdefault(each.split("_")[0], []).append(each)


@dataclass
class Operation:
    """An operation and its variables."""

    text: str
    variables: dict[str, Any]
    others: dict[str, Any]
    """Further values of the same variables."""


def spoilt(given: dict[str, Any], random: Random) -> dict[str, Any]:
    """Variables some of which don't fit, or are missing."""
    made = dict(given)
    for name in random.sample(list(given), random.randint(1, min(3, len(given)))):
        made[name] = random.choice(_SPOILT)
        if random.random() < 0.2:
            del made[name]
    return made


class Generator:
    """Makes one query from a source of chance."""

    def __init__(self, schema: GraphQLSchema, pool: Pool, random: Random, prefixes: dict[str, str]) -> None:
        self.schema = schema
        self.pool = pool
        self.random = random
        self.prefixes = prefixes
        self.variables: dict[str, tuple[str, Callable[[], Any]]] = {}
        self.fragments: list[str] = []
        self.likely = _LIKELY
        self.budget = random.choice([3, 6, 12, 30])

    def operation(self) -> Operation:
        """A valid query."""
        query = self.schema.query_type
        assert query is not None
        return self._operation("query", self._selections(query, self.random.choice([2, 3, 4, 5, 7]), root=True))

    def _operation(self, kind: str, body: str) -> Operation:
        declared = ", ".join(f"${name}: {kind}" for name, (kind, _) in self.variables.items())
        given, others = ({name: make() for name, (_, make) in self.variables.items()} for _ in range(2))
        head = f"{kind} Generated{f'({declared})' if declared else ''}"
        return Operation("\n".join([f"{head} {body}", *self.fragments]), given, others)

    def _selections(self, kind: GraphQLObjectType, depth: int, root: bool = False) -> str:
        names = [name for name in kind.fields if name not in _SKIPPED]
        if depth <= 1:
            names = [name for name in names if is_leaf_type(get_named_type(kind.fields[name].type))] or ["__typename"]
        many = 1 if root and self.random.random() < 0.8 else self.random.randint(1, min(6, max(1, self.budget)))
        chosen = [self.random.choice(names) for _ in range(many)]
        if self.random.random() < 0.1:
            chosen.append("__typename")
        lines = []
        for position, name in enumerate(chosen):
            self.budget -= 1
            lines.append(self._field(kind, name, depth, position))
        self.random.shuffle(lines)
        return "{ " + " ".join(lines) + " }"

    def _field(self, kind: GraphQLObjectType, name: str, depth: int, position: int) -> str:
        # A repeated name gets an alias of its own, so that selections never conflict.
        alias = f"a{len(self.fragments)}_{self.budget}_{position}".replace("-", "m")
        text = f"{alias}: {name}" if name != "__typename" or self.random.random() < 0.3 else name
        if name != "__typename":
            definition = kind.fields[name]
            likely = self._key_chosen(definition.args)
            arguments = [
                f"{argument}: {value}"
                for argument, declared in definition.args.items()
                if (value := self._argument(kind, name, argument, declared, likely)) is not None
            ]
            if arguments:
                text += f"({', '.join(arguments)})"
            text += self._directive()
            inner = get_named_type(definition.type)
            if not is_leaf_type(inner):
                text += " " + self._composite(inner, depth - 1)
        else:
            text += self._directive()
        return self._wrapped(kind, text)

    def _wrapped(self, kind: GraphQLObjectType, text: str) -> str:
        chance = self.random.random()
        if chance < 0.05:
            return f"... on {kind.name}{self._directive()} {{ {text} }}"
        if chance < 0.08:
            return f"...{self._directive()} {{ {text} }}"
        if chance < 0.12:
            name = f"F{len(self.fragments)}"
            self.fragments.append(f"fragment {name} on {kind.name} {{ {text} }}")
            return f"...{name}{self._directive()}"
        return text

    def _composite(self, kind: GraphQLNamedType, depth: int) -> str:
        if not is_abstract_type(kind):
            return self._selections(kind, depth)  # type: ignore[arg-type]
        parts = ["__typename"]
        if kind.name == "Node":
            parts.append("id")
        possible = sorted(self.schema.get_possible_types(kind), key=lambda each: each.name)
        favourites = [each for each in possible if each.name in ("Project", "Investor", "Place", "Track", "Concept")]
        for each in self.random.sample(possible, min(2, len(possible))) + favourites[:3]:
            parts.append(f"... on {each.name} {self._selections(each, depth)}")
        return "{ " + " ".join(parts) + " }"

    def _directive(self) -> str:
        if self.random.random() > 0.06:
            return ""
        name = self.random.choice(["skip", "include"])
        if self.random.random() < 0.4:
            return f" @{name}(if: {self.random.choice(['true', 'false'])})"
        return f" @{name}(if: ${self._variable('Boolean!', lambda: self.random.random() < 0.5)})"

    def _variable(self, kind: str, make: Callable[[], Any]) -> str:
        name = f"v{len(self.variables)}"
        self.variables[name] = (kind, make)
        return name

    def _key_chosen(self, declared: Collection[str]) -> Mapping[str, float]:
        """How often arguments are given: of the keys of a look-up mostly one, seldom none or several."""
        keys = [key for key in _KEYS if key in declared] if "externalId" in declared else []
        if not keys or self.random.random() < 0.1:
            return self.likely
        chosen = "id" if self.random.random() < 0.6 else self.random.choice(keys)
        return {**self.likely, **{key: float(key == chosen) for key in keys}}

    def _argument(
        self,
        kind: GraphQLObjectType,
        name: str,
        argument: str,
        declared: Any,
        likely: Mapping[str, float] | None = None,
    ) -> str | None:
        if not is_required(declared) and self.random.random() >= (likely or self.likely).get(argument, 0.3):
            return None

        def make() -> Any:
            return self._input(declared.type, argument, f"{kind.name}.{name}", 3)

        if self.random.random() < 0.4:
            return f"${self._variable(str(declared.type), make)}"
        return self._literal(make(), declared.type)

    def _literal(self, value: Any, kind: Any) -> str:
        """A value as it stands in a document; some ids in it are variables."""
        if is_non_null_type(kind):
            kind = kind.of_type
        if value is None:
            return "null"
        if is_list_type(kind):
            return "[" + ", ".join(self._literal(each, kind.of_type) for each in value) + "]"
        if is_input_object_type(kind):
            fields = (f"{name}: {self._literal(each, kind.fields[name].type)}" for name, each in value.items())
            return "{" + ", ".join(fields) + "}"
        if is_enum_type(kind):
            return str(value)
        if kind.name == "ID" and self.random.random() < 0.3:
            return f"${self._variable('ID!', lambda: self.random.choice([value, *self.pool.ids]))}"
        return json.dumps(value, ensure_ascii=False)

    def _input(self, kind: GraphQLInputType, name: str, where: str, depth: int) -> Any:
        if is_non_null_type(kind):
            value = None
            while value is None:
                value = self._input(kind.of_type, name, where, depth)
            return value
        if self.random.random() < 0.03:
            return None
        if is_list_type(kind):
            return [self._item(kind.of_type, name, where, depth) for _ in range(self.random.randint(0, 2))]
        if is_enum_type(kind):
            return self.random.choice(list(kind.values))
        if is_input_object_type(kind):
            given = {}
            for each, inner in kind.fields.items():
                if is_required(inner) or (depth > 0 and self.random.random() < 1.6 / len(kind.fields)):
                    given[each] = self._input(inner.type, each, where, depth - 1)
            return given
        return self._scalar(kind.name, name, where)  # type: ignore[union-attr]

    def _item(self, kind: Any, name: str, where: str, depth: int) -> Any:
        return self._input(kind, name, where, depth)

    def _scalar(self, kind: str, name: str, where: str) -> Any:
        random, pool = self.random, self.pool
        if kind == "ID":
            prefix = self.prefixes.get(where) or self.prefixes.get(name)
            if prefix in pool.by_prefix and random.random() < 0.85:
                return random.choice(pool.by_prefix[prefix])
            return random.choice([*pool.ids, "nonsense", "prj_", ""]) if random.random() < 0.9 else "prj_" + "0" * 26
        if kind == "Int":
            return random.choice([0, 1, 1, 2, 3, 5, 20, 100, 101, -1, 2000, 2147483647])
        if kind == "Float":
            return random.choice([0, 0.0, 0.5, 1, 1.5, -2.25])
        if kind == "Boolean":
            return random.random() < 0.5
        if kind == "LanguageTag":
            return random.choice(["en", "zh", "zh-Hant-TW", "fr", "de"])
        if kind == "CurrencyCode":
            return random.choice(["CNY", "USD"])
        if kind == "Decimal":
            return random.choice(["0", "1000000", "5000000.5", "-3"])
        if kind == "DateTime":
            return random.choice(["2024-01-01T00:00:00Z", "2030-01-01", "2020-05-05T10:00:00+08:00"])
        if kind == "Date":
            return random.choice(["2024-07-16", "2000-01-01", "2021-03-01"])
        if kind == "ZonedDateTime":
            return random.choice(["2026-05-01 17:00 Asia/Shanghai", "2026-10-25 01:30+01:00 Europe/London"])
        if kind == "PartialDateText":
            return random.choice(["2024", "2024-07"])
        if where.startswith("Query.") and name == "externalId" and random.random() < 0.9:
            return f"{NAMESPACE}:{random.randrange(5)}"
        if name in ("after", "before"):
            return random.choice([*pool.cursors[-30:], "nonsense"]) if pool.cursors else "nonsense"
        return random.choice(pool.words) if random.random() < 0.99 else "a\x00b"


def is_required(declared: Any) -> bool:
    """Whether a value must be given."""
    return bool(
        is_required_input_field(declared) if isinstance(declared, GraphQLInputField) else is_required_argument(declared)
    )
