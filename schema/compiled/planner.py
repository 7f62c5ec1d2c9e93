"""Plans operations once, caches the plans, and runs them against the database."""

from __future__ import annotations

import time
from typing import NamedTuple

from graphql import DocumentNode, OperationDefinitionNode, OperationType

from plugins.host.contributions.contributions import RowRule
from schema.compiled.compiled_plan import CompiledPlan
from schema.compiled.prepared_operation import PreparedOperation
from schema.compiled.response.payloads import EventPlan, MutationPlan
from schema.compiled.run.async_reads import WaitingConnections, took_too_long
from schema.compiled.run.database_plan import database_plan
from schema.compiled.run.outcomes import OutcomeCounts
from schema.compiled.run.reading import Connections, session_fetch
from schema.compiled.run.runtime import AccessProfile, AccessProfiles, Runtime
from schema.compiled.run.variables import BadVariables, Variables
from schema.declarations.base import GivenArguments
from schema.execution.calls import Answered, Call
from schema.execution.errors import NotCompilable
from schema.execution.tracing import Fetch, Read
from schema.request.context import Context, Services
from schema.types.build import RoadshowSchema
from store.access.actors import Actor
from store.cache import Cache
from store.enums import Role

_STOPPED = "The operation was stopped."


class Ready(NamedTuple):
    """A query with its plan and variables."""

    plan: CompiledPlan
    variables: Variables


class Planner:
    """The plans of one schema on one kind of database. Thread-safe."""

    def __init__(self, schema: RoadshowSchema, services: Services, size: int = 1_000) -> None:
        self.schema = schema
        self.services = services
        self.dialect = services.database.engine.dialect
        self.connections = Connections(services.database)
        self.waiting = None if services.database.is_sqlite else WaitingConnections(services.database)
        """For non-blocking reads in the event loop; None on SQLite, where nothing waits."""
        self.counts = OutcomeCounts()
        """Number of operations answered (`planned`), and of fallbacks by reason."""
        host = services.host
        self.volatile = host is not None and any(
            isinstance(entry.value, RowRule) and entry.value.each_time for entry in host.contributions.permission_rules
        )
        self.profiles = AccessProfiles(services.settings.languages)
        self._prepared: Cache[tuple[str, str | None, Role], PreparedOperation] = Cache(size)

    def find(
        self, text: str, document: DocumentNode, operation: OperationDefinitionNode, role: Role
    ) -> PreparedOperation:
        """Find an operation with its plans."""
        name = operation.name.value if operation.name else None
        key = (text, name, role)
        prepared = self._prepared.get(key)
        if prepared is None:
            prepared = PreparedOperation(self.schema, self.dialect, document, operation, role)
            self._prepared.put(key, prepared)
        return prepared

    @property
    def waits(self) -> bool:
        """Whether the database is another process, so that the event loop can go on while it works."""
        return self.waiting is not None

    def execute(
        self, text: str, document: DocumentNode, operation: OperationDefinitionNode, call: Call, event: object = None
    ) -> Answered:
        """Answer an operation; for a subscription, one `event` of it.

        Raises NotCompilable if the reference executor must answer; then nothing has been written.
        """
        prepared = self.find(text, document, operation, call.actor.role)
        if operation.operation is OperationType.SUBSCRIPTION:
            return self.answer_event(prepared, event, call)
        return (
            self.answer(prepared, call) if operation.operation is OperationType.QUERY else self.change(prepared, call)
        )

    def profile(self, actor: Actor, languages: tuple[str, ...]) -> AccessProfile:
        """Return the access profile of an actor with these languages."""
        return self.profiles.find(actor.role, actor.subject_id, languages)

    def prepared(self, text: str, name: str | None, role: Role, variables: GivenArguments) -> Ready | None:
        """Return a query that was answered before, with its plan and these variables; None for any other."""
        prepared = self._prepared.get((text, name, role))
        return None if prepared is None else self.ready(prepared, variables)

    def database_plan(self, read: Read) -> list[str]:
        """Return the lines of the database's own EXPLAIN, indented by nesting."""
        return database_plan(self.connections, read)

    def answer(self, planned: PreparedOperation, call: Call) -> Answered:
        """Answer a query.

        Raises NotCompilable: then the reference executor answers the whole operation.
        """
        try:
            given = planned.variables.read(call.variables, hide_suggestions=call.hide_suggestions)
            plan = planned.plan(given)
            assert isinstance(plan, CompiledPlan)
            started = time.thread_time()
            answered, built = None, False
            if not plan.needs_context:
                answered, built = self._read(plan, call, given)
            if answered is None:
                with call.open_context() as context:
                    runtime = self._runtime_in(context, call, given)
                    answered, built = plan.answer(runtime), runtime.built
            plan.times.add(time.thread_time() - started, built=built)
            if answered.errors and call.stopped:
                raise InterruptedError(_STOPPED)
        except InterruptedError:
            raise
        except BadVariables as bad:
            answered = Answered(None, bad.errors)
        except Exception as problem:
            raise self._fallback(planned, problem, call) from problem
        self.counts.add("planned")
        return answered

    def change(self, planned: PreparedOperation, call: Call) -> Answered:
        """Run a mutation once, even if the planner can't complete all of its payloads.

        Raises NotCompilable before anything runs: then the reference executor runs the operation.
        """
        try:
            given = planned.variables.read(call.variables, hide_suggestions=call.hide_suggestions)
            plan = planned.plan(given)
            assert isinstance(plan, MutationPlan)
        except BadVariables as bad:
            self.counts.add("planned")
            return Answered(None, bad.errors)
        except Exception as problem:
            raise self._fallback(planned, problem, call) from problem
        with call.open_context() as context:
            answered = plan.run(self._runtime_in(context, call, given), call.variables)
        for reason in answered.fallbacks:
            if not isinstance(reason, NotCompilable):
                planned.warn(reason)
        self.counts.add(reason_of(answered.fallbacks[0]) if answered.fallbacks else "planned")
        if call.stopped:
            raise InterruptedError(_STOPPED)
        return answered

    def answer_event(self, planned: PreparedOperation, event: object, call: Call) -> Answered:
        """The answer to one event of a subscription.

        Raises NotCompilable: then the reference executor answers.
        """
        try:
            given = planned.variables.read(call.variables, hide_suggestions=call.hide_suggestions)
            plan = planned.plan(given)
            assert isinstance(plan, EventPlan)
            with call.open_context() as context:
                answered = plan.answer(self._runtime_in(context, call, given), event)
        except BadVariables as bad:
            answered = Answered(None, bad.errors)
        except Exception as problem:
            raise self._fallback(planned, problem, call) from problem
        self.counts.add("planned")
        return answered

    def _fallback(self, planned: PreparedOperation, problem: Exception, call: Call) -> Exception:
        """Count a fallback and return the exception to raise."""
        reason = reason_of(problem)
        self.counts.add(reason)
        if call.stopped:
            return InterruptedError(_STOPPED)
        if not isinstance(problem, NotCompilable):
            planned.warn(problem)
        return NotCompilable(reason)

    def ready(self, planned: PreparedOperation, variables: GivenArguments) -> Ready | None:
        """Return the plan of an operation with variables, if it exists already."""
        try:
            given = planned.variables.read(variables)
            plan = planned.plan_at_hand(given)
        except Exception:
            return None
        return None if plan is None else Ready(plan, given)

    def answer_ready(
        self, prepared: Ready, actor: Actor, profile: AccessProfile, seconds: float
    ) -> dict[str, object] | None:
        """As `answer`, for a caller that must not wait: None unless the plan is known to take less than `seconds`.

        A run that takes much longer is abandoned; worker threads then measure it again.
        """
        connections, plan = self.connections, prepared.plan
        if not connections.sqlite or not plan.is_fast(seconds):
            return None
        measured = plan.times.due()
        started = time.thread_time() if measured else 0.0
        reader = connections.fast_path_reader()
        try:
            runtime = self._runtime_of_fast_path(prepared, actor, profile, reader.fetch)
            if plan.single:
                data = plan.run(runtime)
            else:
                reader.execute("BEGIN")
                data = plan.run(runtime)
                reader.execute("COMMIT")
        except Exception as problem:  # a worker thread meets it again and reports why
            if reader.failed(problem):
                plan.times.was_slow()
            return None
        finally:
            connections.give_back(reader)
        plan.times.was_fast()
        if measured:
            plan.times.add(time.thread_time() - started)
        self.counts.add("planned")
        return data

    async def answer_waiting(
        self, prepared: Ready, actor: Actor, profile: AccessProfile, seconds: float
    ) -> dict[str, object] | None:
        """As `answer_ready`, on PostgreSQL: while the database works the loop goes on."""
        plan = prepared.plan
        if self.waiting is None or not plan.is_fast(seconds):
            return None

        def read(fetch: Fetch) -> dict[str, object]:
            return plan.run(self._runtime_of_fast_path(prepared, actor, profile, fetch))

        try:
            data = await self.waiting.run(read)
        except Exception as problem:  # a worker thread meets it again and reports why
            if took_too_long(problem):
                plan.times.was_slow()
            return None
        plan.times.was_fast()
        self.counts.add("planned")
        return data

    def _read(self, plan: CompiledPlan, call: Call, variables: Variables) -> tuple[Answered | None, bool]:
        """Return the answer, by statements alone, and whether any was built; no answer if a row's type needs more than
        that."""
        try:
            with self.connections.fetch(several=not plan.single, stop=call.stop) as fetch:
                runtime = self._runtime(call, variables, call.traced(fetch))
                return plan.answer(runtime), runtime.built
        except Exception:
            if plan.needs_context and not call.stopped:
                return None, False
            raise

    def close(self) -> None:
        """Close the connections."""
        self.connections.close()
        if self.waiting is not None:
            self.waiting.close()

    def _runtime_of_fast_path(self, prepared: Ready, actor: Actor, profile: AccessProfile, fetch: Fetch) -> Runtime:
        return Runtime(
            actor, profile, self.schema.registry, self.dialect, prepared.variables, fetch, volatile=self.volatile,
            fast_path=True,
        )  # fmt: skip

    def _runtime_in(self, context: Context, call: Call, variables: Variables) -> Runtime:
        """Return a runtime that reads in the context's session and sees what was written there."""
        return self._runtime(call, variables, call.traced(session_fetch(context)), context)

    def _runtime(self, call: Call, variables: Variables, fetch: Fetch, context: Context | None = None) -> Runtime:
        profile = self.profiles.find(call.actor.role, call.actor.subject_id, call.languages)
        return Runtime(
            call.actor, profile, self.schema.registry, self.dialect, variables, fetch, context, volatile=self.volatile
        )


def reason_of(problem: Exception) -> str:
    """Return the reason for the fallback, in a word."""
    return problem.reason if isinstance(problem, NotCompilable) else "error"
