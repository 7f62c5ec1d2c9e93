"""What threads of a server share: each count is counted once, each operation is whole, whoever else asks."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import strawberry

from api.operations.metrics import Metrics
from api.operations.settings import ServerSettings
from api.requests import documents as parts
from api.requests.documents import Documents
from api.requests.errors import Code, RequestError
from api.requests.identity import Identity
from api.requests.request import GraphQLRequest
from plugins.host.host import Host
from store.access.actors import Actor
from store.database import Database
from store.enums import Role


@strawberry.type
class Query:
    @strawberry.field
    def numbers(self, first: int = 1) -> list[int]:
        return list(range(first))


def together(calls: list[Callable[[], None]]) -> None:
    """Run all at once; raises what any of them raises."""
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], None]) -> None:
        barrier.wait()
        call()

    with ThreadPoolExecutor(len(calls)) as pool:
        for done in [pool.submit(run, call) for call in calls]:
            done.result()


def test_no_request_is_counted_twice_or_never(sqlite_database: Database) -> None:
    metrics = Metrics(Host.load(plugins=[]), sqlite_database, {})
    most, ended = 20_000, threading.Event()

    def answer() -> None:
        for number in range(most):
            metrics.answered(200, "query", 0.001, ("CODE",) if number % 2 else ())
        ended.set()

    def count() -> None:
        while not ended.is_set():
            metrics.count()

    together([answer, count, count])
    metrics.count()
    found = {
        (sample.name, tuple(sample.labels.values())): sample.value
        for metric in metrics.registry.collect()
        for sample in metric.samples
    }
    assert found["roadshow_requests_total", ("200", "query")] == most
    assert found["roadshow_request_seconds_count", ("query",)] == most
    assert found["roadshow_graphql_errors_total", ("CODE",)] == most / 2


def test_documents_give_every_thread_the_operation_that_it_means() -> None:
    documents = Documents(strawberry.Schema(Query)._schema, ServerSettings(documents=8))
    texts = [f"query N{number}($first: Int) {{ numbers(first: $first) }}" for number in range(24)]
    alone = {
        (text, first): Documents(documents.schema, ServerSettings()).find(_asked(text, first)).cost
        for text in texts
        for first in (1, 50)
    }

    def ask() -> None:
        for (text, first), cost in list(alone.items()) * 4:
            found = documents.find(_asked(text, first))
            assert (found.document.text, found.name, found.cost) == (text, text.split("(")[0].split()[1], cost)

    together([ask] * 8)


def test_an_operation_is_made_once_for_all_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    documents = Documents(strawberry.Schema(Query)._schema, ServerSettings())
    asked = _asked("query N($first: Int) { numbers(first: $first) }", 1)
    document = documents.find(asked).document
    document.operations.clear()
    find, found = parts._named, []

    def slowly(*given: Any) -> Any:
        time.sleep(0.05)
        return find(*given)

    monkeypatch.setattr(parts, "_named", slowly)
    together([lambda: found.append(documents.find(asked))] * 4)
    assert len({id(each) for each in found}) == 1


def test_identity_gives_every_thread_the_actor_of_its_key() -> None:
    keys = {f"key{number}": Actor(Role.INVESTOR, f"key_{number}", f"inv_{number}") for number in range(2_000)}
    identity = Identity(keys.get)

    def ask() -> None:
        for key, actor in keys.items():
            assert identity.actor(f"Bearer {key}") == actor
        with pytest.raises(RequestError) as refused:
            identity.actor("Bearer unknown")
        assert refused.value.code is Code.UNAUTHENTICATED

    together([ask] * 8)


def _asked(text: str, first: int) -> GraphQLRequest:
    return GraphQLRequest(text, variables={"first": first})
