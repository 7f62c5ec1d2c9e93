"""The API for plugins' functions: in the same process, by the same rules as for any client."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from graphql import DocumentNode, ExecutionResult, GraphQLError, OperationDefinitionNode, OperationType

from schema.declarations.base import GivenArguments
from schema.declarations.errors import Code, client_errors
from schema.execution.calls import Call
from schema.execution.compiled_executor import AnyCompiledExecutor
from schema.execution.errors import NotCompilable
from schema.execution.execute import prepare, run
from schema.request.context import Context, PluginContext, open_context
from schema.types.build import RoadshowSchema


class InProcessClient:
    """Answers the API's queries of plugins' contexts: `Services.client`."""

    def __init__(self, schema: RoadshowSchema, compiled: AnyCompiledExecutor | None = None) -> None:
        self.schema = schema
        self.compiled = compiled
        """The compiled executor; None if the reference executor answers everything."""

    def answer(self, context: PluginContext, document: str, variables: GivenArguments | None = None) -> dict[str, Any]:
        """Answer a query or a mutation as a client that is `context.actor`.

        `errors` is present only if there are any. What the context has read is forgotten, so that it sees writes
        afterwards.
        """
        parsed = prepare(self.schema, document)
        if isinstance(parsed, ExecutionResult):
            return _as_mapping(parsed)
        kinds = {each.operation for each in parsed.definitions if isinstance(each, OperationDefinitionNode)}
        if kinds - {OperationType.QUERY, OperationType.MUTATION}:
            return _refused("Subscriptions can't be run from here.")
        if OperationType.MUTATION in kinds and not context.may_write:
            return _refused("Only a mutation may write.")

        def opened() -> AbstractContextManager[Context]:
            return open_context(context.services, context.actor, context.languages, context.request)

        def asked() -> ExecutionResult:
            result = self._compiled(context, document, parsed, variables or {}, opened)
            if result is not None:
                return result
            with opened() as own:
                return run(self.schema, own, parsed, variables=variables)

        context.refresh()
        return _as_mapping(_outside_of_a_loop(asked))

    def _compiled(
        self,
        context: PluginContext,
        text: str,
        document: DocumentNode,
        variables: GivenArguments,
        opened: Callable[[], AbstractContextManager[Context]],
    ) -> ExecutionResult | None:
        """Answer by the operation's plan; None if the reference executor must answer."""
        operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
        if self.compiled is None or len(operations) != 1:
            return None
        call = Call(context.actor, tuple(context.languages), variables, opened)
        try:
            executed = self.compiled.execute(text, document, operations[0], call)
        except NotCompilable:
            return None
        return ExecutionResult(executed.data, client_errors(executed.errors) if executed.errors else None)


def _refused(message: str) -> dict[str, object]:
    return _as_mapping(ExecutionResult(None, [GraphQLError(message, extensions={"code": str(Code.FORBIDDEN)})]))


def _as_mapping(result: ExecutionResult) -> dict[str, object]:
    mapping: dict[str, object] = {"data": result.data}
    if result.errors:
        mapping["errors"] = [error.formatted for error in result.errors]
    return mapping


def _outside_of_a_loop(function: Callable[[], ExecutionResult]) -> ExecutionResult:
    """Call `function`, in a separate thread if this one is running an event loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return function()
    results: list[ExecutionResult] = []
    here = contextvars.copy_context()
    thread = threading.Thread(target=lambda: results.append(here.run(function)), name="in-process-client")
    thread.start()
    thread.join()
    return results[0]
