"""Runs one operation: parse, validate, execute, with errors fit for clients.

Synchronous from outside: call `execute` in a worker thread. Its event loop serves only the loaders, which batch what
many parents request into one statement.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from inspect import isawaitable

import graphql
from graphql import DocumentNode, ExecutionResult, GraphQLError
from graphql.execution import Executor

from schema.declarations.base import GivenArguments
from schema.declarations.errors import client_errors
from schema.execution.running import executed
from schema.execution.validation import RULES
from schema.request.context import Context, Services, open_context
from schema.types.build import RoadshowSchema
from store.access.actors import Actor


def execute(
    schema: RoadshowSchema,
    services: Services,
    actor: Actor,
    document: str | DocumentNode,
    *,
    variables: GivenArguments | None = None,
    operation_name: str | None = None,
    languages: Sequence[str] = (),
    request: object = None,
) -> ExecutionResult:
    """Answer a query or a mutation; never raises for a client's input."""
    parsed = prepare(schema, document)
    if isinstance(parsed, ExecutionResult):
        return parsed
    with open_context(services, actor, languages, request) as context:
        return run(schema, context, parsed, variables=variables, operation_name=operation_name)


def prepare(schema: RoadshowSchema, document: str | DocumentNode) -> DocumentNode | ExecutionResult:
    """Return the validated document, or the answer that says what is wrong with it."""
    try:
        parsed = graphql.parse(document) if isinstance(document, str) else document
    except GraphQLError as error:
        return ExecutionResult(None, client_errors([error]))
    if errors := graphql.validate(schema._schema, parsed, RULES):
        return ExecutionResult(None, [_invalid(error) for error in errors])
    return parsed


def run(
    schema: RoadshowSchema,
    context: Context,
    document: DocumentNode,
    *,
    root: object = None,
    variables: GivenArguments | None = None,
    operation_name: str | None = None,
) -> ExecutionResult:
    """Execute a valid document in this thread."""

    result = executed(schema._schema, document, context, root=root, variables=variables, operation_name=operation_name)
    return ExecutionResult(result.data, client_errors(result.errors) if result.errors else None)


async def subscribe(
    schema: RoadshowSchema,
    services: Services,
    actor: Actor,
    document: str | DocumentNode,
    *,
    variables: GivenArguments | None = None,
    operation_name: str | None = None,
    languages: Sequence[str] = (),
    request: object = None,
) -> AsyncIterator[ExecutionResult] | ExecutionResult:
    """Yield a subscription's answers, one per event; or one answer with errors if it can't begin.

    Events are awaited in the caller's event loop; each is read in a worker thread, with its own session.
    """
    parsed = prepare(schema, document)
    if isinstance(parsed, ExecutionResult):
        return parsed
    executor = Executor.build(
        schema._schema, parsed, context_value=Context(services, actor, tuple(languages), request),
        raw_variable_values=dict(variables or {}), operation_name=operation_name,
    )  # fmt: skip
    if isinstance(executor, list):
        return ExecutionResult(None, client_errors(executor))
    events = graphql.create_source_event_stream(executor)
    stream = await events if isawaitable(events) else events
    if isinstance(stream, ExecutionResult):
        return ExecutionResult(None, client_errors(stream.errors or []))

    def answer(event: object) -> ExecutionResult:
        with open_context(services, actor, languages, request) as own:
            return run(schema, own, parsed, root=event, variables=variables, operation_name=operation_name)

    async def answers() -> AsyncIterator[ExecutionResult]:
        try:
            async for event in stream:
                yield await asyncio.to_thread(answer, event)
        except Exception as problem:  # a stream that breaks off says why
            yield ExecutionResult(None, client_errors([GraphQLError("", original_error=problem)]))

    return answers()


def _invalid(error: GraphQLError) -> GraphQLError:
    return GraphQLError(
        error.message, nodes=error.nodes, source=error.source, positions=error.positions,
        extensions={"code": "GRAPHQL_VALIDATION_FAILED"},
    )  # fmt: skip
