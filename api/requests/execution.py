"""One operation, from a request to the bytes of its answer, in one worker thread."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, NamedTuple, Protocol

from graphql import ExecutionResult, GraphQLSchema

from api.operations.settings import ServerSettings
from api.requests.answers import Answer, Caller, answer, failed, refused, stopped
from api.requests.documents import Documents, Operation, is_query, is_subscription
from api.requests.errors import Code, RequestError
from api.requests.fair_turns import RecentCallers
from api.requests.identity import Identity
from api.requests.interruption import Interruptible
from api.requests.languages import accepted
from api.requests.rate_limit import RateLimits
from api.requests.request import GraphQLRequest
from api.requests.slow_operations import log_slow
from schema.execution.calls import Call
from schema.execution.errors import NotCompilable
from schema.execution.running import executed
from schema.execution.tracing import Trace
from store.access.actors import Actor

if TYPE_CHECKING:
    from schema.execution.compiled_executor import AnyCompiledExecutor
    from schema.request.context import Context
    from store.enums import Role

FAST_PATH_SECONDS = 0.002
"""Maximum time of a plan, by earlier runs, to run in the server's own loop."""
WAITING_SECONDS = 0.005
"""The same on PostgreSQL, where the loop goes on while the database works."""


class Ready(NamedTuple):
    """A request for which everything is in memory."""

    operation: Operation
    prepared: object
    """The query as the compiled executor has it."""
    extensions: dict[str, object]


class Prepared(NamedTuple):
    """A request ready for execution: its cost is paid."""

    request: GraphQLRequest
    operation: Operation
    actor: Actor
    rate_headers: Sequence[tuple[bytes, bytes]]


class OpenContext(Protocol):
    """Creates what resolvers see as ``info.context``, and closes it after the operation."""

    def __call__(self, actor: Actor, caller: Caller) -> AbstractContextManager[Context]: ...


class Execution:
    """Executes operations against the schema. Thread-safe."""

    def __init__(
        self,
        schema: GraphQLSchema,
        settings: ServerSettings,
        identity: Identity,
        open_context: OpenContext,
        compiled: AnyCompiledExecutor | None = None,
        rates: RateLimits | None = None,
        plugin_fields: frozenset[str] = frozenset(),
    ) -> None:
        self.schema = schema
        self.settings = settings
        self.identity = identity
        self.open_context = open_context
        self.compiled = compiled
        self.rates = rates
        self.recent = RecentCallers()
        self.documents = Documents(schema, settings, plugin_fields)

    def prepare(self, request: GraphQLRequest, caller: Caller) -> Prepared | Answer:
        """Find the caller and the operation, a query or a mutation, and charge its cost; or return a refusal.

        Never raises. Verifies unknown keys in the database, so it runs in a thread.
        """
        actor = Actor.public()
        try:
            actor = self.identity.actor(caller.authorization)
            return self._prepared(request, self.find(request, actor), actor, caller)
        except RequestError as refusal:
            return self.refused(refusal, actor, caller)
        except Exception as problem:
            return failed(problem)

    def prepared_at_hand(self, request: GraphQLRequest, caller: Caller) -> Prepared | Answer | None:
        """As `prepare`, without the database; None if the key or the document isn't known."""
        known = self.identity.known(caller.authorization)
        operation = None if known is None else self.documents.known(request)
        if known is None or operation is None or operation.document.introspects:
            return None
        try:
            return self._prepared(request, operation, known[1], caller)
        except RequestError as refusal:
            return self.refused(refusal, known[1], caller)

    def _prepared(self, request: GraphQLRequest, operation: Operation, actor: Actor, caller: Caller) -> Prepared:
        if is_subscription(operation):
            raise RequestError(
                "Subscriptions need a WebSocket (graphql-transport-ws) or server-sent events "
                "(Accept: text/event-stream)."
            )
        if caller.reads_only and not is_query(operation):
            raise RequestError(
                "Send mutations by POST.", Code.METHOD_NOT_ALLOWED, status=405, headers={"Allow": "POST"}
            )
        return Prepared(request, operation, actor, self.charge(operation.cost, actor, caller))

    def perform(self, prepared: Prepared, caller: Caller, stop: Interruptible) -> Answer:
        """Execute a prepared request. Never raises; runs in a thread."""
        try:
            result = self.execute(prepared.operation, prepared.request, prepared.actor, caller, stop)
            result.rate_headers = prepared.rate_headers
            return result
        except RequestError as refusal:
            return self.refused(refusal, prepared.actor, caller)
        except Exception as problem:
            return stopped() if stop.interrupted else failed(problem)

    def respond_by_fast_path(
        self, request: GraphQLRequest, actor: Actor, languages: tuple[str, ...], address: str
    ) -> Answer | None:
        """Answer in the server's own loop: None unless everything is in memory and quick.

        A hop to another thread costs as much as a small query.
        """
        if self.compiled is None or (ready := self.ready(request, actor.role)) is None:
            return None
        answer = self.answer_ready(ready, actor, self.compiled.profile(actor, languages), address)
        return answer and Answer(answer[0], operation=ready.operation, actor=actor, rate_headers=answer[1])

    def ready(self, request: GraphQLRequest, role: Role) -> Ready | None:
        """Return what is in memory for a request by actors of a role; None if anything is missing."""
        operation = self.documents.known(request)
        if self.compiled is None or operation is None or operation.document.introspects or not operation.reads:
            return None
        prepared = self.compiled.prepared(operation.document.text, operation.name, role, request.variables)
        return None if prepared is None else Ready(operation, prepared, {"cost": operation.cost})

    def answer_ready(
        self, ready: Ready, actor: Actor, profile: object, address: str
    ) -> tuple[dict[str, object], Sequence[tuple[bytes, bytes]]] | None:
        """The answer's content, and the headers that say what is left; None where it takes too long, or is refused."""
        assert self.compiled is not None
        data = self.compiled.answer_ready(ready.prepared, actor, profile, FAST_PATH_SECONDS)
        return None if data is None else self._paid(ready, data, actor, address)

    async def answer_waiting(
        self, ready: Ready, actor: Actor, profile: object, address: str
    ) -> tuple[dict[str, object], Sequence[tuple[bytes, bytes]]] | None:
        """As `answer_ready`, where the database is waited for."""
        assert self.compiled is not None
        data = await self.compiled.answer_waiting(ready.prepared, actor, profile, WAITING_SECONDS)
        return None if data is None else self._paid(ready, data, actor, address)

    def _paid(
        self, ready: Ready, data: dict[str, object], actor: Actor, address: str
    ) -> tuple[dict[str, object], Sequence[tuple[bytes, bytes]]] | None:
        headers: Sequence[tuple[bytes, bytes]] = ()
        caller = actor.id or address
        self.recent.add(caller)
        if self.rates is not None:  # not before: whatever gives None is requested again, and must not pay twice
            allowance = self.rates.take(caller, ready.operation.cost)
            if not allowance.granted:
                return None
            headers = self.rates.headers(allowance)
        return {"data": data, "extensions": ready.extensions}, headers

    def charge(self, cost: int, actor: Actor, caller: Caller) -> Sequence[tuple[bytes, bytes]]:
        """Charge an operation's points; return the rate headers.

        Raises RequestError with code RATE_LIMITED if too few are left; then none are taken.
        """
        self.recent.add(who := actor.id or caller.address)
        if self.rates is None:
            return ()
        allowance = self.rates.take(who, cost)
        headers = self.rates.headers(allowance)
        if allowance.granted:
            return headers
        raise RequestError(
            f"The operation costs {cost} points; {allowance.left} are left. Wait {allowance.retry_after:.0f} s, "
            "or request less.",
            Code.RATE_LIMITED,
            status=429,
            headers={name.decode(): value.decode() for name, value in headers},
            cost=cost,
        )

    def refused(self, refusal: RequestError, actor: Actor, caller: Caller) -> Answer:
        """Answer a request that is not executed, which costs a point too."""
        if refusal.code is not Code.RATE_LIMITED:
            try:
                headers = self.charge(1, actor, caller)
            except RequestError as further:
                return refused(further)
            answer = refused(refusal)
            answer.rate_headers = headers
            return answer
        return refused(refusal)

    def planned(
        self,
        operation: Operation,
        request: GraphQLRequest,
        actor: Actor,
        caller: Caller,
        stop: Interruptible,
        trace: Trace,
        event: object = None,
    ) -> tuple[Answer, bool] | None:
        """Return the planned answer, and whether all of it is planned; None if the reference executor must answer.

        If there is an answer, a mutation has run, whoever completed it; otherwise it hasn't.
        """
        if self.compiled is None:
            return None
        call = Call(
            actor, accepted(caller.accept_language), request.variables, lambda: self.open_context(actor, caller), stop,
            trace, self.documents.hides_suggestions(actor.role),
        )  # fmt: skip
        try:
            done = self.compiled.execute(operation.document.text, operation.document.node, operation.node, call, event)
        except NotCompilable:
            return None
        return answer(ExecutionResult(done.data, list(done.errors)), operation, actor), not done.fallbacks

    def find(self, request: GraphQLRequest, actor: Actor) -> Operation:
        """Return the requested operation, if ``actor`` may run it. Raises RequestError."""
        operation = self.documents.find(request, actor.role)
        if operation.document.introspects and not (self.settings.development or actor.role.value != "PUBLIC"):
            raise RequestError(
                "Introspection needs a key here; the schema is at /schema.graphql.",
                Code.FORBIDDEN,
                legacy_status=200,
            )
        return operation

    def execute(
        self,
        operation: Operation,
        request: GraphQLRequest,
        actor: Actor,
        caller: Caller,
        stop: Interruptible,
        root_value: object = None,
    ) -> Answer:
        """Execute ``operation``; for a subscription, one event of it, which is ``root_value``."""
        began = time.perf_counter()
        trace = Trace()
        planned = False
        try:
            with stop.watching():
                result = self.planned(operation, request, actor, caller, stop, trace, root_value)
            if result is None:
                return self.fall_back(operation, request, actor, caller, stop, root_value)
            planned = result[1]
            return result[0]
        finally:
            seconds = time.perf_counter() - began
            if 0 < self.settings.slow_seconds <= seconds:
                log_slow(operation, actor, seconds, trace, planned=planned)

    def fall_back(
        self,
        operation: Operation,
        request: GraphQLRequest,
        actor: Actor,
        caller: Caller,
        stop: Interruptible,
        root_value: object,
    ) -> Answer:
        """Answer by the reference executor."""
        with stop.watching(), self.open_context(actor, caller) as context:
            result = executed(
                self.schema,
                operation.document.node,
                context,
                root=root_value,
                variables=request.variables,
                operation_name=request.operation_name,
                hide_suggestions=self.documents.hides_suggestions(actor.role),
            )
            if stop.interrupted:  # the client was told; its errors are no news to the log
                return stopped()
            return answer(result, operation, actor)
