"""Measure a search across types: by a plan, by the reference executor, which rebuilds its SQL, and its SQL alone."""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from graphql import DocumentNode, ExecutionResult, OperationDefinitionNode
from sqlalchemy import select

from benchmarks.serving_data import generate
from schema.compiled import Planner
from schema.execution.calls import Call
from schema.execution.execute import execute, prepare
from schema.execution.tracing import Trace
from schema.request.context import Services, open_context
from schema.types.build import build_schema
from store.access.actors import Actor
from store.database import Database
from store.database.migration import core_chain, upgrade
from store.enums import Role
from store.models import SearchDocument
from store.search import index
from store.settings import Settings

OPERATIONS = {
    "count": "query ($q: String!) { search(query: $q) { totalCount } }",
    "page": "query ($q: String!) { search(query: $q) { edges { score node { id ... on Project { name } } } } }",
    "page with highlights": """query ($q: String!) { search(query: $q) {
        totalCount edges { score highlights { field text spans { start end } } node { id } } } }""",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--words", type=int, default=60)
    parser.add_argument("--database-url", help="an empty database; a temporary SQLite file if not given")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        database = Database(arguments.database_url or f"sqlite:///{directory}/searching.sqlite")
        upgrade(database, core_chain())
        generate(database)
        with database.write(Actor.system("benchmark")) as session:
            index.rebuild(session)
        measure(database, words(database, arguments.words))
        database.dispose()


def words(database: Database, count: int) -> list[str]:
    """Return words of names, each in a few hundred texts."""
    with database.read() as session:
        titles = session.scalars(select(SearchDocument.title).where(SearchDocument.entity_type == "project").limit(999))
        found = dict.fromkeys(word for title in titles for word in title.split() if word.isascii() and len(word) > 4)
    return list(found)[: count + 1]


def measure(database: Database, searched: Sequence[str]) -> None:
    """Print a line for each operation and role."""
    schema = build_schema()
    services = Services(database, Settings(), schema.registry)
    planner = Planner(schema, services)
    print("| | role | reference | plan | its SQL alone |\n|---|---|---|---|---|")
    for name, text in OPERATIONS.items():
        document = prepare(schema, text)
        assert not isinstance(document, ExecutionResult), document.errors
        for role in (Role.PUBLIC, Role.INVESTOR, Role.ADMIN):
            actor = Actor(role, "benchmark")
            taken: tuple[list[float], ...] = ([], [], [])
            for number, word in enumerate(searched):
                given = {"q": word}
                trace = Trace()
                planned(planner, text, document, actor, given, trace)
                ways: tuple[Callable[[], Any], ...] = (
                    partial(execute, schema, services, actor, document, variables=given),
                    partial(planned, planner, text, document, actor, given),
                    partial(read, planner, [(each.text, each.parameters) for each in trace.reads]),
                )
                order = list(zip(ways, taken, strict=True))
                for run, times in order if number % 2 else reversed(order):
                    began = time.thread_time()
                    run()
                    if number:  # the first fills the caches
                        times.append(time.thread_time() - began)
            shown = " | ".join(f"{statistics.median(times) * 1000:.1f} ms" for times in taken)
            print(f"| {name} | {role} | {shown} |", flush=True)
    planner.close()


def planned(
    planner: Planner, text: str, document: DocumentNode, actor: Actor, given: dict[str, Any], trace: Trace | None = None
) -> None:
    """The answer by a plan."""
    [operation] = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    found = planner.find(text, document, operation, actor.role)
    opened = partial(open_context, planner.services, actor, ())
    answer = planner.answer(found, Call(actor, (), given, opened, trace=trace))
    assert answer.data, answer.errors


def read(planner: Planner, statements: Sequence[tuple[str, Any]]) -> None:
    """All rows of statements, on such a connection as plans use."""
    with planner.connections.fetch(several=True) as fetch:
        for text, parameters in statements:
            fetch(text, parameters)


if __name__ == "__main__":
    main()
