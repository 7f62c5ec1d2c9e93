"""A database of generated rows for each backend, asked by both executors."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest
from graphql import DocumentNode, ExecutionResult, OperationDefinitionNode

from plugins.host.host import Host
from recommender.serving.service import Recommender
from schema.compiled import Planner
from schema.compiled.prepared_operation import PreparedOperation
from schema.declarations.errors import SchemaError
from schema.execution.calls import Answered, Call
from schema.execution.errors import NotCompilable
from schema.execution.execute import execute, prepare, run
from schema.execution.tracing import Trace
from schema.request.context import Services, open_context
from schema.sql.scope import camel
from schema.types.build import RoadshowSchema, build_schema
from store.access.actors import Actor
from store.database import Database
from store.settings import Settings
from tests.schema.compiled.comparison import difference
from tests.schema.compiled.data import WORDS, fill
from tests.schema.compiled.extras import Extras
from tests.schema.compiled.operations import Pool
from tests.schema.samples import SampleRecords, make_samples
from tests.support import databases


@dataclass
class Answers:
    """What both executors say to one operation; `planned` is None where the reference must answer."""

    reference: ExecutionResult
    planned: bytes | None
    reason: str = ""
    fast_path: bytes | None = None
    answered: Answered | None = None
    difference: str | None = None
    """What differs between the errors of both."""

    @property
    def expected(self) -> bytes:
        return encoded(self.reference.data)


def encoded(data: Any) -> bytes:
    return orjson.dumps(data, default=str)


@dataclass
class Place:
    """A database with a schema, and both ways to ask it."""

    schema: RoadshowSchema
    services: Services
    planner: Planner
    samples: SampleRecords
    pool: Pool
    extras: Extras
    documents: dict[str, DocumentNode] = field(default_factory=dict)
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    @property
    def prefixes(self) -> dict[str, str]:
        """Which ids fit a root field's or an input's `id`."""
        registry = self.schema.registry
        root: Mapping[str, Any] = registry.root
        made = {f"Query.{camel(name)}": registry.entities[each.target].prefix for name, each in root.items()}
        return {**made, "project": "prj", "projects": "prj", "counterpart": "inv", "places": "plc", "tracks": "trk"}

    def ask(
        self,
        text: str,
        actor: Actor | None = None,
        variables: Mapping[str, Any] | None = None,
        languages: tuple[str, ...] = (),
    ) -> Answers:
        """Ask both executors."""
        actor = actor or Actor.public()
        given = dict(variables or {})
        document = self.documents.get(text)
        if document is None:
            prepared = prepare(self.schema, text)
            assert isinstance(prepared, DocumentNode), f"{prepared.errors}\n{text}"
            document = self.documents[text] = prepared
        reference = execute(self.schema, self.services, actor, document, variables=given, languages=languages)
        [operation] = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        opened = partial(open_context, self.services, actor, languages)
        try:
            planned = self.planner.find(text, document, operation, actor.role)
            answered = self.planner.answer(planned, Call(actor, languages, given, opened))
        except NotCompilable as reason:
            return Answers(reference, None, f"{reason.reason}: {reason.__cause__!r}")
        fast_path = self.fast_path(planned, actor, languages, given)
        found = self.compared(planned, reference, answered)
        found.fast_path = None if fast_path is None else encoded(fast_path)
        return found

    def compared(self, planned: PreparedOperation, reference: ExecutionResult, answered: Answered) -> Answers:
        """What both say, and how their errors differ."""
        same = answered.data == reference.data
        differs = difference(planned, reference.errors or (), answered) if same else "the data"
        return Answers(reference, encoded(answered.data), answered=answered, difference=differs)

    def change(
        self, text: str, actor: Actor | None = None, variables: Mapping[str, Any] | None = None,
        trace: Trace | None = None,
    ) -> Answered:  # fmt: skip
        """Have the planner run a mutation."""
        document = prepare(self.schema, text)
        assert isinstance(document, DocumentNode), f"{document.errors}\n{text}"
        [operation] = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        actor = actor or Actor.public()
        planned = self.planner.find(text, document, operation, actor.role)
        opened = partial(open_context, self.services, actor)
        return self.planner.change(planned, Call(actor, (), variables or {}, opened, trace=trace))

    def answer_event(
        self, text: str, event: Any, actor: Actor, variables: Mapping[str, Any], languages: tuple[str, ...] = ()
    ) -> Answers:
        """Have both executors answer one event of a subscription."""
        document = prepare(self.schema, text)
        assert isinstance(document, DocumentNode), f"{document.errors}\n{text}"
        opened = partial(open_context, self.services, actor, languages)
        with opened() as context:
            reference = run(self.schema, context, document, root=event, variables=variables)
        [operation] = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        try:
            planned = self.planner.find(text, document, operation, actor.role)
            answered = self.planner.answer_event(planned, event, Call(actor, languages, variables, opened))
        except NotCompilable as reason:
            return Answers(reference, None, f"{reason.reason}: {reason.__cause__!r}")
        return self.compared(planned, reference, answered)

    def fast_path(
        self,
        planned: PreparedOperation,
        actor: Actor,
        languages: tuple[str, ...],
        given: dict[str, Any],
        seconds: float = 10.0,
    ) -> Any:
        """What the server's own loop would answer: None where it leaves that to a worker thread."""
        ready = self.planner.ready(planned, given)
        if ready is None:
            return None
        profile = self.planner.profiles.find(actor.role, actor.subject_id, languages)
        if self.planner.waiting is None:
            return self.planner.answer_ready(ready, actor, profile, seconds)
        return self.loop.run_until_complete(self.planner.answer_waiting(ready, actor, profile, seconds))


Open = Callable[[str, bool], Place]


@pytest.fixture(scope="session")
def open_place(shared_directory: Path) -> Iterator[Open]:
    """Places by backend, with or without plugins; each is made once."""
    made: dict[tuple[str, bool], Place] = {}
    opened: list[Any] = []

    def get(backend: str, plugins: bool) -> Place:
        if (backend, plugins) not in made:
            fresh = databases.fresh(backend, shared_directory)
            database = Database(fresh.__enter__())
            opened.extend([database, fresh])
            made[backend, plugins] = _place(database, plugins)
        return made[backend, plugins]

    yield get
    for each in made.values():
        each.planner.close()
        each.loop.close()
    for each in opened:
        each.dispose() if isinstance(each, Database) else each.__exit__(None, None, None)


def _place(database: Database, plugins: bool) -> Place:
    samples = make_samples(database)
    ids = fill(database, Random(1))
    settings = Settings()
    extras = Extras()
    host = Host.load(plugins=[extras], expected=(SchemaError,)) if plugins else None
    schema = build_schema(host)
    recommender = Recommender(database, settings=settings)
    services = Services(database, settings, schema.registry, host=host, recommender=recommender)
    pool = Pool([each for found in ids.values() for each in found], [*WORDS, "lidar", "cell*"])
    return Place(schema, services, Planner(schema, services), samples, pool, extras)
