"""``roadshow explain``"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from api.assembly.rooms import Assembly
    from api.requests.documents import Operation
    from api.requests.request import GraphQLRequest
    from schema.execution.tracing import Trace
    from store.access.actors import Actor


def explain(
    query: Annotated[str, typer.Argument(help="The operation's text, a file with it, or - for standard input.")],
    variables: Annotated[str, typer.Option("--variables", "-v", help="A JSON object.")] = "{}",
    operation_name: Annotated[
        str | None, typer.Option("--operation", help="Which operation, if the document has several.")
    ] = None,
    role: Annotated[str, typer.Option("--role", help="The role that runs it.")] = "public",
    subject: Annotated[
        str | None, typer.Option("--for", help="The id of the investor, place or person that the role acts for.")
    ] = None,
) -> None:
    """Run a query, and show its cost, its SQL, and the database's plan of each statement.

    The query really runs, but reads only, and only what `--role` may see.
    """
    from api.assembly.rooms import assemble
    from api.operations.problems import CommandError
    from api.requests.documents import Documents, is_query
    from api.requests.errors import RequestError
    from api.requests.request import GraphQLRequest
    from store.access.actors import Actor
    from store.enums import Role

    if role.upper() not in Role.__members__:
        known = ", ".join(each.lower() for each in Role.__members__)
        raise CommandError(f"--role {role}: give one of {known}.")
    actor = Actor(Role[role.upper()], subject_id=subject)
    request = GraphQLRequest(query=_text(query), operation_name=operation_name, variables=_variables(variables))
    assembly = assemble()
    try:
        try:
            operation = Documents(assembly.schema, assembly.settings).find(request, actor.role)
        except RequestError as refusal:
            raise CommandError("\n".join(error.message for error in refusal.errors)) from None
        if not is_query(operation):
            raise CommandError(f"Only queries can be explained; this is a {operation.kind}.")
        _show(assembly, operation, request, actor)
    finally:
        assembly.close()


def _show(assembly: Assembly, operation: Operation, request: GraphQLRequest, actor: Actor) -> None:
    from rich.console import Console

    from schema.execution.tracing import Trace

    console = Console(soft_wrap=True, highlight=False)
    trace = Trace()
    began = time.perf_counter()
    executor, errors = _run(assembly, operation, request, actor, trace)
    seconds = time.perf_counter() - began
    limit = assembly.settings.limits.cost
    console.print(f"{operation.kind} {operation.name or ''} as {actor.role.value.lower()}", style="bold")
    console.print(f"cost         {operation.cost} of {limit} points")
    console.print(f"answered by  {executor}")
    console.print(f"statements   {len(trace.reads)}, {seconds * 1000:.1f} ms in all, the first time")
    for message in errors:
        console.print(f"error        {message}", style="red", markup=False)
    for number, read in enumerate(trace.reads, 1):
        rows = "" if read.rows is None else f", {read.rows} rows"
        console.print(f"\n{number}. {read.seconds * 1000:.1f} ms{rows}", style="bold")
        console.print(read.text, markup=False)
        if assembly.compiled is not None and read.text.lstrip()[:6].upper().startswith(("SELECT", "WITH")):
            for line in assembly.compiled.database_plan(read):
                console.print(f"   {line}", markup=False, style="dim")


def _run(
    assembly: Assembly, operation: Operation, request: GraphQLRequest, actor: Actor, trace: Trace
) -> tuple[str, list[str]]:
    """Return who answered, and the messages of errors."""
    from api.requests.answers import Caller
    from schema.execution.calls import Call
    from schema.execution.errors import NotCompilable
    from schema.execution.running import executed

    caller = Caller()
    planned = assembly.settings.executor == "planned"
    reason = "schema/compiled is absent" if planned else "the setting `executor` says so"
    if assembly.compiled is not None:
        call = Call(actor, (), request.variables, lambda: assembly.open_context(actor, caller), trace=trace)
        try:
            answer = assembly.compiled.execute(operation.document.text, operation.document.node, operation.node, call)
            return "the planner", [error.message for error in answer.errors]
        except NotCompilable as problem:
            reason = problem.reason
            trace.reads.clear()
    with trace.listening(assembly.database.engine), assembly.open_context(actor, caller) as context:
        result = executed(
            assembly.schema,
            operation.document.node,
            context,
            variables=request.variables,
            operation_name=request.operation_name,
        )
    return f"the reference executor ({reason})", [error.message for error in result.errors or ()]


def _text(query: str) -> str:
    from api.operations.problems import CommandError

    if query == "-":
        return sys.stdin.read()
    if "{" in query:
        return query
    try:
        return Path(query).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise CommandError(f"{query} is neither an operation nor a readable file: {problem}") from problem


def _variables(text: str) -> dict[str, object]:
    import orjson

    from api.operations.problems import CommandError

    try:
        variables = orjson.loads(text)
    except orjson.JSONDecodeError as problem:
        raise CommandError(f"--variables is not valid JSON: {problem}") from problem
    if not isinstance(variables, dict):
        raise CommandError("--variables must be a JSON object, such as '{\"first\": 20}'.")
    return variables
