"""Subscriptions: events arrive on the server's loop, each answered in a worker thread."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any, TypeVar

from graphql import ExecutionResult, create_source_event_stream
from graphql.execution import Executor

from api.requests.answers import Answer, Caller, answer, failed, refused
from api.requests.dispatch import Dispatcher
from api.requests.documents import Operation, is_subscription
from api.requests.errors import RequestError
from api.requests.execution import Execution
from api.requests.identity import unauthenticated
from api.requests.interruption import Interruptible
from api.requests.request import GraphQLRequest
from store.access.actors import Actor

Item = TypeVar("Item")

log = logging.getLogger("roadshow.subscriptions")

RECHECK_SECONDS = 2.0
"""Seconds between checks of a stream's key; with `identity.REMEMBERED_SECONDS` it bounds how long a revoked one serves.
"""


class Subscriptions:
    """Runs any operation as a stream of answers: one for a query or a mutation, one per event otherwise."""

    def __init__(self, execution: Execution, dispatcher: Dispatcher) -> None:
        self.execution = execution
        self.dispatcher = dispatcher

    async def find(self, request: GraphQLRequest, caller: Caller) -> tuple[Operation, Actor]:
        """Return the operation and the caller. Raises RequestError."""

        def look() -> tuple[Operation, Actor]:
            actor = self.execution.identity.actor(caller.authorization)
            return self.execution.find(request, actor), actor

        return await self.dispatcher.look(look)

    async def identify(self, caller: Caller) -> Actor:
        """Identify the caller. Raises RequestError for an invalid key."""
        return await self.dispatcher.look(lambda: self.execution.identity.actor(caller.authorization))

    async def until_invalid(self, actor: Actor, caller: Caller) -> RequestError:
        """Wait until the caller's key no longer stands for `actor` (revoked, expired or changed); return the refusal.

        Never returns for a caller without a key, nor while the database doesn't answer.
        """
        while True:
            await asyncio.sleep(RECHECK_SECONDS)
            if caller.authorization is None:
                continue
            try:
                present = await asyncio.to_thread(self.execution.identity.actor, caller.authorization)
            except RequestError as refusal:
                return refusal
            except Exception as problem:
                log.warning("a subscriber's key can't be checked: %s", type(problem).__name__)
                continue
            if present != actor:
                return unauthenticated("The API key was changed: connect again.")

    async def answers(
        self, operation: Operation, request: GraphQLRequest, actor: Actor, caller: Caller
    ) -> AsyncGenerator[Answer, None]:
        """Yield the answers until the stream ends or is closed. An error is an answer, and the last one."""
        try:
            self.execution.charge(operation.cost, actor, caller)
            if is_subscription(operation):
                async with contextlib.aclosing(self._events(operation, request, actor, caller)) as events:
                    async for event in events:
                        yield event
            else:
                yield await self._one(operation, request, actor, caller)
        except RequestError as refusal:
            yield refused(refusal)
        except Exception as problem:
            yield failed(problem)

    async def _events(
        self, operation: Operation, request: GraphQLRequest, actor: Actor, caller: Caller
    ) -> AsyncGenerator[Answer, None]:
        with self.execution.open_context(actor, caller) as context:
            executor = Executor.build(
                self.execution.schema,
                operation.document.node,
                context_value=context,
                raw_variable_values=request.variables,
                operation_name=request.operation_name,
                hide_suggestions=self.execution.documents.hides_suggestions(actor.role),
            )
            if isinstance(executor, list):
                yield answer(ExecutionResult(None, executor), operation, actor)
                return
            events = create_source_event_stream(executor)
            if inspect.isawaitable(events):
                events = await events
            if isinstance(events, ExecutionResult):
                yield answer(events, operation, actor)
                return
            invalid = asyncio.ensure_future(self.until_invalid(actor, caller))
            try:
                async for event in _until(aiter(events), invalid):
                    yield await self._one(operation, request, actor, caller, event)
                if invalid.done():
                    raise invalid.result()
            finally:
                invalid.cancel()
                if hasattr(events, "aclose"):
                    await events.aclose()

    async def _one(
        self,
        operation: Operation,
        request: GraphQLRequest,
        actor: Actor,
        caller: Caller,
        event: object = None,
    ) -> Answer:
        stop = Interruptible()
        return await self.dispatcher.run(
            operation,
            actor.id or caller.address,
            lambda: self.execution.execute(operation, request, actor, caller, stop, event),
            stop,
        )


async def _until(items: AsyncIterator[Item], ended: asyncio.Future[RequestError]) -> AsyncIterator[Item]:
    """Yield ``items`` until they end, or ``ended`` is done."""
    while True:
        following: asyncio.Future[Item] = asyncio.ensure_future(anext(items))
        try:
            either: set[asyncio.Future[Any]] = {following, ended}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if ended.done():
                return
            item = following.result()
        except StopAsyncIteration:
            return
        finally:
            if not following.done():
                following.cancel()
                with contextlib.suppress(asyncio.CancelledError, StopAsyncIteration):
                    await following
        yield item
