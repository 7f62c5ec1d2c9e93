"""An operation that takes too long is answered, and its statement is really cancelled."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx

from api.operations.settings import Limits, ServerSettings
from store.database import Database
from tests.api import small
from tests.api.running import running

HEADERS = {"Accept": "application/graphql-response+json"}


def test_the_statement_is_cancelled_and_the_thread_serves_again(database_url: str) -> None:
    settings = ServerSettings(database_url=database_url, limits=Limits(seconds=0.3), threads=1)
    with running(small.assembly(settings)) as address, httpx.Client(base_url=address, timeout=30) as client:
        slow = client.post("/graphql", json={"query": "{endless}"}, headers=HEADERS)
        assert slow.status_code == 503
        assert slow.json()["errors"][0]["extensions"]["code"] == "TIMEOUT"
        # There is one thread: it answers only if the endless statement has ended.
        for _ in range(100):
            after = client.post("/graphql", json={"query": "{hello}"}, headers=HEADERS)
            if after.status_code == 200:
                break
            time.sleep(0.1)
        assert after.json() == {"data": {"hello": "Hello, samples"}, "extensions": {"cost": 1}}


def test_a_connection_given_back_is_not_cancelled_for_another(database_url: str) -> None:
    from sqlalchemy import text

    from api.requests import interruption
    from api.requests.interruption import Interruptible

    database = Database(database_url)
    interruption.follow(database.engine)
    stop = Interruptible()
    with stop.watching(), database.read() as session:
        session.execute(text("SELECT 1"))
    stop.interrupt()
    with Interruptible().watching(), database.read() as session:
        assert session.execute(text("SELECT 2")).scalar() == 2
    database.dispose()


def test_too_many_waiting_are_told_to_come_back(sqlite_url: str) -> None:
    settings = ServerSettings(database_url=sqlite_url, limits=Limits(seconds=2), threads=1, queue=1)
    with running(small.assembly(settings)) as address, httpx.Client(base_url=address, timeout=30) as client:
        together = threading.Barrier(6)

        def ask(_: int) -> httpx.Response:
            together.wait()
            return client.post("/graphql", json={"query": "{endless}"}, headers=HEADERS)

        with ThreadPoolExecutor(6) as pool:
            responses = list(pool.map(ask, range(6)))
        codes = [response.json()["errors"][0]["extensions"]["code"] for response in responses]
        assert set(codes) == {"TIMEOUT", "OVERLOADED"}
        refused = next(response for response in responses if "retry-after" in response.headers)
        assert refused.status_code == 503
