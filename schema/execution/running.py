"""Runs graphql-core and awaitables in the calling thread; nothing outlives the answer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from inspect import isawaitable
from types import CoroutineType
from typing import TypeGuard, TypeVar

import graphql
from graphql import DocumentNode, ExecutionResult, GraphQLSchema, OperationType

from schema.declarations.base import GivenArguments
from schema.declarations.unreadable import reading_leniently

Result = TypeVar("Result")
_local = threading.local()


def executed(
    schema: GraphQLSchema,
    document: DocumentNode,
    context: object,
    *,
    root: object = None,
    variables: GivenArguments | None = None,
    operation_name: str | None = None,
    hide_suggestions: bool = False,
    middleware: list[Callable[..., object]] | None = None,
) -> ExecutionResult:
    """Run a valid document by graphql-core in this thread; `middleware` precedes each resolver."""
    started = _Started()

    async def answered() -> ExecutionResult:
        result = graphql.execute(
            schema, document, root_value=root, context_value=context, variable_values=dict(variables or {}),
            operation_name=operation_name, is_awaitable=started, hide_suggestions=hide_suggestions,
            middleware=middleware,
        )  # fmt: skip
        return await result if isawaitable(result) else result

    operation = graphql.get_operation_ast(document, operation_name)
    mutation = operation is not None and operation.operation is OperationType.MUTATION
    try:
        with reading_leniently() if mutation else nullcontext():
            return complete(answered())
    finally:
        started.close()


def complete(awaitable: Awaitable[Result]) -> Result:
    """Await something in this thread's own loop, created once because creation costs as much as a small query.

    Whatever it leaves behind is cancelled, because later the loop serves others and sessions are closed by then.
    """

    async def awaited() -> Result:
        try:
            return await awaitable
        finally:
            left = asyncio.all_tasks() - {asyncio.current_task()}
            for task in left:
                task.cancel()
            if left:
                await asyncio.gather(*left, return_exceptions=True)

    loop: asyncio.AbstractEventLoop | None = getattr(_local, "loop", None)
    if loop is None or loop.is_closed():
        loop = _local.loop = asyncio.new_event_loop()
    return loop.run_until_complete(awaited())


class _Started:
    """Tells graphql-core what is awaitable, and closes what an error kept from being awaited."""

    def __init__(self) -> None:
        self._coroutines: list[CoroutineType[object, None, object]] = []

    def __call__(self, value: object) -> TypeGuard[Awaitable[object]]:
        if isinstance(value, CoroutineType):
            self._coroutines.append(value)
            return True
        return hasattr(value, "__await__")

    def close(self) -> None:
        for coroutine in self._coroutines:
            coroutine.close()  # no effect on finished ones
