"""Subscriptions: a stream of events found on the server's loop, each event's answer made in a worker thread."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import AsyncGenerator, Callable
from typing import TypeVar

from graphql import ExecutionResult, create_source_event_stream
from graphql.execution import Executor

from api.requests.answers import Answer, Caller, answer, failed, refused
from api.requests.documents import Operation, is_subscription
from api.requests.errors import RequestError
from api.requests.execution import Execution
from api.requests.interruption import Interruptible
from api.requests.request import GraphQLRequest
from api.requests.workers import Workers
from store.access.actors import Actor

Result = TypeVar("Result")


class Subscriptions:
    """Runs any operation as a stream of answers: one for a query or a mutation, one an event otherwise."""

    def __init__(self, execution: Execution, workers: Workers) -> None:
        self.execution = execution
        self.workers = workers

    async def find(self, request: GraphQLRequest, caller: Caller) -> tuple[Operation, Actor]:
        """The operation that is meant, and who asks. Raises RequestError."""

        def look() -> tuple[Operation, Actor]:
            actor = self.execution.identity.actor(caller.authorization)
            return self.execution.find(request, actor), actor

        return await self._run(look, Interruptible())

    async def identify(self, caller: Caller) -> Actor:
        """Who asks. Raises RequestError for a key that is not valid."""
        return await self._run(lambda: self.execution.identity.actor(caller.authorization), Interruptible())

    async def answers(
        self, operation: Operation, request: GraphQLRequest, actor: Actor, caller: Caller
    ) -> AsyncGenerator[Answer, None]:
        """The answers, until the stream ends by itself or is closed. An error is an answer, and the last one."""
        try:
            self.execution.charge(operation.cost, actor, caller)
            if is_subscription(operation):
                async with contextlib.aclosing(self._events(operation, request, actor, caller)) as events:
                    async for found in events:
                        yield found
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
            try:
                async for event in events:
                    yield await self._one(operation, request, actor, caller, event)
            finally:
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
        return await self._run(lambda: self.execution.execute(operation, request, actor, caller, stop, event), stop)

    async def _run(self, call: Callable[[], Result], stop: Interruptible) -> Result:
        return await self.workers.run(call, self.execution.settings.limits.seconds, stop.interrupt)
