"""Sleeps: in a hook at the start, in a field, a query, a mutation, a page and routes."""

import asyncio
import time
from collections.abc import Iterable
from typing import Any

from roadshow import Block, Field, Manifest, Mutation, Page, Permission, Query, Route, hookimpl, models

NAP = 600.0

manifest = Manifest(
    name="sleeper",
    version="0.1.0",
    api=">=1.0,<2",
    permissions=frozenset({Permission.ROUTES, Permission.MUTATIONS}),
)


@hookimpl
def register_blocks() -> Iterable[Block]:
    time.sleep(NAP)
    return []


def sleep(*arguments: Any, **named: Any) -> Any:
    time.sleep(NAP)


@hookimpl
def register_fields() -> Iterable[Field]:
    yield Field(on="Project", name="asleep", type="String", description="Sleeps.", resolve=sleep)


@hookimpl
def register_queries() -> Iterable[Query]:
    yield Query(name="slept", type="String", description="Sleeps.", resolve=sleep)


@hookimpl
def register_mutations() -> Iterable[Mutation]:
    def resolve(context: Any) -> str:
        with context.write() as session:
            session.add(models.Project(name={"en": "dreamt"}))
            session.flush()
            time.sleep(3 * context_limit)
        return "awake"

    yield Mutation(name="dream", type="String", description="Writes, then sleeps past its limit.", resolve=resolve)


context_limit = 0.5
"""The call_time_limit that the test sets."""


@hookimpl
def register_pages() -> Iterable[Page]:
    yield Page(path="/sleeper", title={"en": "Sleep", "zh": "睡"}, render=sleep)


@hookimpl
def register_routes() -> Iterable[Route]:
    async def endpoint(request: Any) -> Any:
        await asyncio.sleep(NAP)

    async def blocking(request: Any) -> Any:
        time.sleep(NAP)

    yield Route(path="/sleeper/async", endpoint=endpoint)
    yield Route(path="/sleeper/blocking", endpoint=blocking)
    yield Route(path="/sleeper/plain", endpoint=sleep)
