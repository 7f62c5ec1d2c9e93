"""Mutations over the whole schema, and two equal databases on which both executors run them."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache, partial
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLInputType,
    GraphQLNamedType,
    OperationDefinitionNode,
    OperationType,
    get_named_type,
    is_input_object_type,
    is_non_null_type,
)
from sqlalchemy import func, select

from plugins.host.host import Host
from recommender.serving.service import Recommender
from schema.compiled import Planner
from schema.compiled.response.payloads import MutationPlan
from schema.compiled.run.variables import BadVariables
from schema.declarations.errors import client_errors
from schema.declarations.registry import Registry
from schema.declarations.relations import Listing
from schema.execution.calls import Call
from schema.execution.errors import NotCompilable
from schema.execution.execute import execute, prepare, run
from schema.request.context import Services, open_context
from schema.sql.scope import camel
from schema.types.build import RoadshowSchema
from store import models
from store.access.actors import Actor
from store.database import Database
from store.settings import Settings
from tests.schema.compiled.comparison import difference
from tests.schema.compiled.data import WORDS, fill
from tests.schema.compiled.operations import Generator, Operation, Pool
from tests.schema.samples import SampleRecords, make_samples
from tests.schema.walking import LISTED
from tests.support import databases

QUERIES = os.environ.get("ROADSHOW_BOTH_EXECUTORS") == "true"
"""Whether the queries of all tests are put to both executors, which takes a third more time."""
_ID = re.compile(r"[a-z][a-z0-9]{1,7}_[0-9a-hjkmnp-tv-z]{26}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(\+00:00|Z)?")


class MutationGenerator(Generator):
    """Makes one mutation from a source of chance, or a subscription."""

    likely_in_input = 0.3

    def mutation(self, names: list[str]) -> Operation:
        """Mutations of these names, with anything that can be asked of what they answer."""
        self.likely = {**self.likely, "dryRun": 0.25, "ifVersion": 0.03, "subject": 0.9, "priorities": 1.0}
        self.budget = self.random.choice([6, 15, 30, 60])
        kind = self.schema.mutation_type
        assert kind is not None
        depth = self.random.choice([3, 4, 5, 6])
        lines = [self._field(kind, name, depth, position) for position, name in enumerate(names)]
        return self._operation("mutation", "{ " + " ".join(lines) + " }")

    def subscription(self, name: str) -> Operation:
        """A subscription of this name. No directives stand at its root, nor fragments."""
        kind = self.schema.subscription_type
        assert kind is not None
        definition = kind.fields[name]
        given = ((each, self._argument(kind, name, each, declared)) for each, declared in definition.args.items())
        arguments = ", ".join(f"{each}: {value}" for each, value in given if value is not None)
        inner = self._composite(get_named_type(definition.type), self.random.choice([1, 3, 5]))
        return self._operation("subscription", f"{{ {name}{f'({arguments})' if arguments else ''} {inner} }}")

    def _composite(self, kind: GraphQLNamedType, depth: int) -> str:
        if not kind.name.endswith("Payload"):
            return super()._composite(kind, depth)
        fields: Mapping[str, Any] = kind.fields  # type: ignore[attr-defined]
        wanted = [name for name in fields if name != "userErrors" and self.random.random() < 0.9]
        if "userErrors" in fields and (not wanted or self.random.random() < 0.7):
            wanted.append("userErrors")
        return "{ " + " ".join(self._field(kind, each, depth, place) for place, each in enumerate(wanted)) + " }"  # type: ignore[arg-type]

    def _input(self, kind: GraphQLInputType, name: str, where: str, depth: int) -> Any:
        inner: Any = kind.of_type if is_non_null_type(kind) else kind
        if str(inner) == "[LocalizedTextInput!]":
            tags = self.random.sample(["en", "zh", "fr"], self.random.choice([1, 1, 2]))
            return [{"language": tag, "text": self.random.choice(self.pool.words[1:])} for tag in tags]
        if is_input_object_type(inner) and inner.name.endswith("Input") and depth > 1:
            given = {}
            for each, declared in inner.fields.items():
                chance = 0.9 if each in ("name", "title") else self.likely_in_input
                if is_non_null_type(declared.type) or self.random.random() < chance:
                    given[each] = self._input(declared.type, each, f"{inner.name}.{each}", depth - 1)
            return given
        return super()._input(kind, name, where, depth)


def input_prefixes(registry: Registry) -> dict[str, str]:
    """Which ids fit the arguments of mutations and the fields of inputs."""
    made = {camel(one): registry.entities[name].prefix for name, (one, _) in LISTED.items()}
    for name, entity in registry.entities.items():
        for verb in ("update", "archive", "restore", "apply"):
            made[f"Mutation.{verb}{name}"] = entity.prefix
        for each in entity.fields.values():
            target = each.join.target if isinstance(each, Listing) else getattr(each, "target", None)
            if target in registry.entities:
                prefix = registry.entities[str(target)].prefix
                made |= {f"{name}{kind}.{camel(each.name)}": prefix for kind in ("CreateInput", "Input")}
    concept, place = registry.entities["Concept"].prefix, registry.entities["Place"].prefix
    return {
        **made, "talent": "tal", "subject": "inv", "industries": concept, "excludedIndustries": concept,
        "tracks": registry.entities["Track"].prefix, "places": place, "excludedPlaces": place,
        "step": registry.entities["MatchStep"].prefix,
    }  # fmt: skip


@dataclass
class Side:
    """One of two equal databases, and how its answers are compared."""

    database: Database
    services: Services
    known: frozenset[str]
    new: dict[str, str] = field(default_factory=dict)

    def normalised(self, value: Any) -> Any:
        """An answer with names for what is new: ids by their order, moments of today by none."""
        if isinstance(value, dict):
            return {key: self.normalised(each) for key, each in value.items() if key != "reference"}
        if isinstance(value, list):
            return [self.normalised(each) for each in value]
        return self._text(value) if isinstance(value, str) else value

    def _text(self, text: str) -> str:
        packed = _cursor(text)
        if packed is not None:
            return f"cursor {self._text(packed)}"
        today = datetime.now(UTC).strftime("%Y-%m-%d")
        found = _MOMENT.sub(lambda match: "now" if match[0].startswith(today) else match[0], text)
        return _ID.sub(lambda match: match[0] if match[0] in self.known else self._name(match[0]), found)

    def _name(self, identifier: str) -> str:
        return self.new.setdefault(identifier, f"new{len(self.new)}")


def _cursor(text: str) -> str | None:
    """What stands in a cursor behind its mark, which an id may be a part of; None for anything else."""
    try:
        packed = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        return None
    return orjson.dumps(packed[1:]).decode() if isinstance(packed, list) else None


@dataclass
class Changed:
    """What both said to a mutation: the reference's answer, the data of both, and how their errors differ."""

    reference: ExecutionResult
    expected: Any
    found: Any
    difference: str | None
    fallbacks: Sequence[Exception]
    """Why the planner left payloads to the reference."""


@dataclass
class Twins:
    """Two equal databases: the reference executor runs each mutation on one, the planner on the other."""

    schema: RoadshowSchema
    samples: SampleRecords
    pool: Pool
    prefixes: dict[str, str]
    first: Side
    second: Side
    planner: Planner

    def ask(self, text: str, actor: Actor, variables: Mapping[str, Any], languages: tuple[str, ...] = ()) -> Changed:
        """Have the reference run it on one, and the planner on the other."""
        document = prepare(self.schema, text)
        assert isinstance(document, DocumentNode), f"{document.errors}\n{text}"
        expected = execute(self.schema, self.first.services, actor, document, variables=variables, languages=languages)
        [operation] = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        opened = partial(open_context, self.second.services, actor, languages)
        planned = self.planner.find(text, document, operation, actor.role)
        answered = self.planner.change(planned, Call(actor, languages, variables, opened))
        first, second = self.first.normalised(shown(expected.data)), self.second.normalised(shown(answered.data))
        sides = (self.first.normalised, self.second.normalised)
        differs = difference(planned, expected.errors or (), answered, sides) if first == second else "the data"
        return Changed(expected, first, second, differs, answered.fallbacks)

    def rows(self) -> tuple[dict[str, int], dict[str, int]]:
        """How many rows each table has, on either side."""
        made = []
        for side in (self.first, self.second):
            with side.database.read() as session:
                tables = models.Base.metadata.sorted_tables
                counted = ((table.name, select(func.count()).select_from(table)) for table in tables)
                made.append({name: session.scalar(count) or 0 for name, count in counted})
        return made[0], made[1]


def shown(data: Any) -> Any:
    """Data as a client gets it."""
    return orjson.loads(orjson.dumps(data, default=str))


@contextmanager
def twins(backend: str, shared: Path, schema: RoadshowSchema, host: Host | None) -> Iterator[Twins]:
    """Two databases with the same generated rows."""
    with databases.fresh(backend, shared) as url:
        database = Database(url)
        samples = make_samples(database)
        ids = [each for found in fill(database, Random(1)).values() for each in found]
        database.dispose()
        with databases.copied(url, shared) as copy:
            sides = [_side(each, schema, host, frozenset([*ids, *samples.ids.values()])) for each in (url, copy)]
            planner = Planner(schema, sides[1].services)
            prefixes = input_prefixes(schema.registry)
            yield Twins(schema, samples, Pool(ids, list(WORDS)), prefixes, sides[0], sides[1], planner)
            planner.close()
            for side in sides:
                side.database.dispose()


def _side(url: str, schema: RoadshowSchema, host: Host | None, known: frozenset[str]) -> Side:
    database, settings = Database(url), Settings()
    recommender = Recommender(database, settings=settings)
    return Side(database, Services(database, settings, schema.registry, host=host, recommender=recommender), known)


def execute_by_both(
    planner: Planner,
    actor: Actor,
    text: str,
    *,
    variables: Mapping[str, Any] | None = None,
    languages: tuple[str, ...] = (),
    queries: bool = QUERIES,
) -> ExecutionResult:
    """As `execute`, by both executors: of a mutation, which runs once, the payload; `queries` too.

    Raises AssertionError where they differ, or where the planner leaves anything but introspection to the reference.
    """
    schema, services, given = planner.schema, planner.services, dict(variables or {})
    document = _prepared(schema, text)
    if isinstance(document, ExecutionResult):
        return document

    def referred() -> ExecutionResult:
        with opened() as context:
            return run(schema, context, document, variables=given)

    operation = next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    opened = partial(open_context, services, actor, languages)
    planned = planner.find(text, document, operation, actor.role)
    if queries and operation.operation is OperationType.QUERY:
        reference = referred()
        try:
            answered = planner.answer(planned, Call(actor, languages, given, opened))
        except NotCompilable as reason:
            if reason.reason != "introspection":
                raise AssertionError(f"the planner doesn't take it: {reason.reason}\n{text}") from reason
            return reference
        assert shown(answered.data) == shown(reference.data), text
        assert not (differs := difference(planned, reference.errors or (), answered)), f"{differs}\n{text}"
        return reference
    if operation.operation is not OperationType.MUTATION:
        return referred()
    try:
        plan = planned.plan(planned.variables.read(given))
    except BadVariables:
        return referred()
    assert isinstance(plan, MutationPlan)
    payloads: list[Any] = []
    plan._roots = [replace(each, make=_noting(each.make, payloads)) for each in plan._roots]
    answered = planner.change(planned, Call(actor, languages, given, opened))
    assert not answered.fallbacks, f"the planner doesn't complete it: {answered.fallbacks}\n{text}"
    found = ExecutionResult(answered.data, client_errors(answered.errors) or None)
    if len(payloads) == 1:
        with opened() as context:
            again = plan._referred(plan._roots[0], payloads[0], SimpleNamespace(context=context), given)  # type: ignore[arg-type]
        assert shown(found.data) == shown(again.data), text
        assert not difference(planned, client_errors(again.errors or []), answered), text
    return found


@lru_cache(1000)
def _prepared(schema: RoadshowSchema, text: str) -> DocumentNode | ExecutionResult:
    return prepare(schema, text)


def _noting(make: Callable[..., Any] | None, payloads: list[Any]) -> Callable[..., Any]:
    assert make is not None

    def made(runtime: Any) -> Any:
        payloads.append(make(runtime))
        return payloads[-1]

    return made
