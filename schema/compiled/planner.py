"""Plans operations once and keeps the plans; runs them against the database."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Hashable, Mapping
from typing import Any, NamedTuple

from graphql import DocumentNode, OperationDefinitionNode, OperationType

from plugins.host.contributions.contributions import RowRule
from schema.compiled.compiled_plan import Plan
from schema.compiled.prepared_operation import Planned
from schema.compiled.response.payloads import EventPlan, MutationPlan
from schema.compiled.run.async_reads import WaitingConnections
from schema.compiled.run.database_plan import database_plan
from schema.compiled.run.reading import Connections, session_fetch
from schema.compiled.run.runtime import Runtime, Viewer, Viewers
from schema.compiled.run.variables import BadVariables, Variables
from schema.execution.calls import Answered, Call
from schema.execution.errors import Unplanned
from schema.execution.tracing import Fetch, Read
from schema.request.context import Context, Services
from schema.types.build import RoadshowSchema
from store.access.actors import Actor
from store.enums import Role

log = logging.getLogger("roadshow.planner")
_MEASURED = 32
"""Of so many runs at once one is measured."""
_STOPPED = "The operation was stopped."


class Ready(NamedTuple):
    """A query with its plan and variables."""

    plan: Plan
    variables: Variables


class Planner:
    """Plans of one schema on one kind of database. Safe to share among threads."""

    def __init__(self, schema: RoadshowSchema, services: Services, size: int = 1_000) -> None:
        self.schema = schema
        self.services = services
        self.dialect = services.database.engine.dialect
        self.connections = Connections(services.database)
        self.waiting = None if services.database.is_sqlite else WaitingConnections(services.database)
        """For reads in the server's loop that don't hold it; None on SQLite, where there is nothing to wait for."""
        self.size = size
        self.counts: Counter[str] = Counter()
        """How many operations were answered (`planned`), and how many were not, by reason."""
        host = services.host
        self.volatile = host is not None and any(
            isinstance(entry.value, RowRule) and entry.value.each_time for entry in host.contributions.permission_rules
        )
        self.viewers = Viewers(services.settings.languages)
        self._planned: OrderedDict[Hashable, Planned] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, text: str, document: DocumentNode, operation: OperationDefinitionNode, role: Role) -> Planned:
        """An operation with its plans."""
        name = operation.name.value if operation.name else None
        key = (text, name, role)
        with self._lock:
            found = self._planned.get(key)
            if found is not None:
                self._planned.move_to_end(key)
                return found
        made = Planned(self.schema, self.dialect, document, operation, role)
        with self._lock:
            self._planned[key] = made
            if len(self._planned) > self.size:
                self._planned.popitem(last=False)
        return made

    @property
    def waits(self) -> bool:
        """Whether the database is another process, so that the server's loop may go on while it works."""
        return self.waiting is not None

    def execute(
        self, text: str, document: DocumentNode, operation: OperationDefinitionNode, call: Call, event: object = None
    ) -> Answered:
        """The answer to an operation; for a subscription, to one `event` of it.

        Raises Unplanned where the reference executor must answer; then nothing has been written.
        """
        found = self.find(text, document, operation, call.actor.role)
        if operation.operation is OperationType.SUBSCRIPTION:
            return self.tell(found, event, call)
        return self.answer(found, call) if operation.operation is OperationType.QUERY else self.change(found, call)

    def profile(self, actor: Actor, languages: tuple[str, ...]) -> Viewer:
        """What an actor may see, who asks in these languages."""
        return self.viewers.find(actor.role, actor.subject_id, languages)

    def prepared(self, text: str, name: str | None, role: Role, variables: Mapping[str, Any]) -> Ready | None:
        """A query that was answered before, with its plan and these variables; None for any other."""
        found = self._planned.get((text, name, role))
        return None if found is None else self.ready(found, variables)

    def database_plan(self, read: Read) -> list[str]:
        """How the database goes about a statement: the lines of its own EXPLAIN, indented as it nests."""
        return database_plan(self.connections, read)

    def answer(self, planned: Planned, call: Call) -> Answered:
        """The answer to a query.

        Raises Unplanned: then the reference executor answers the whole operation.
        """
        try:
            given = planned.variables.read(call.variables, hide_suggestions=call.hide_suggestions)
            plan = planned.plan(given)
            assert isinstance(plan, Plan)
            started = time.thread_time()
            found, made = None, False
            if not plan.needs_context:
                found, made = self._read(plan, call, given)
            if found is None:
                with call.open_context() as context:
                    runtime = self._runtime_in(context, call, given)
                    found, made = plan.answer(runtime), runtime.made
            plan.took(time.thread_time() - started, made)
            if found.errors and call.stopped:
                raise InterruptedError(_STOPPED)
        except InterruptedError:
            raise
        except BadVariables as bad:
            found = Answered(None, bad.errors)
        except Exception as problem:
            raise self._unplanned(problem, call) from problem
        self.counts["planned"] += 1
        return found

    def change(self, planned: Planned, call: Call) -> Answered:
        """What became of a mutation. It is run once, whether the planner can complete all of its payloads or not.

        Raises Unplanned before anything is run: then the reference executor runs the operation.
        """
        try:
            given = planned.variables.read(call.variables, hide_suggestions=call.hide_suggestions)
            plan = planned.plan(given)
            assert isinstance(plan, MutationPlan)
        except BadVariables as bad:
            self.counts["planned"] += 1
            return Answered(None, bad.errors)
        except Exception as problem:
            raise self._unplanned(problem, call) from problem
        with call.open_context() as context:
            answered = plan.run(self._runtime_in(context, call, given), call.variables)
        for reason in answered.fallbacks:
            log.debug("a plan didn't complete what a mutation made, the reference executor did", exc_info=reason)
        self.counts[reason_of(answered.fallbacks[0]) if answered.fallbacks else "planned"] += 1
        if call.stopped:
            raise InterruptedError(_STOPPED)
        return answered

    def tell(self, planned: Planned, event: Any, call: Call) -> Answered:
        """The answer to one event of a subscription.

        Raises Unplanned: then the reference executor answers.
        """
        try:
            given = planned.variables.read(call.variables, hide_suggestions=call.hide_suggestions)
            plan = planned.plan(given)
            assert isinstance(plan, EventPlan)
            with call.open_context() as context:
                found = plan.answer(self._runtime_in(context, call, given), event)
        except BadVariables as bad:
            found = Answered(None, bad.errors)
        except Exception as problem:
            raise self._unplanned(problem, call) from problem
        self.counts["planned"] += 1
        return found

    def _unplanned(self, problem: Exception, call: Call) -> Exception:
        """What to raise where there is no answer by a plan, counted."""
        reason = reason_of(problem)
        self.counts[reason] += 1
        if call.stopped:
            return InterruptedError(_STOPPED)
        if not isinstance(problem, Unplanned):
            log.debug("a plan failed, the reference executor answers", exc_info=problem)
        return Unplanned(reason)

    def ready(self, planned: Planned, variables: Mapping[str, Any]) -> Ready | None:
        """The plan of an operation with variables, if it was made before."""
        try:
            given = planned.variables.read(variables)
            plan = planned.plan_at_hand(given)
        except Exception:
            return None
        return None if plan is None else Ready(plan, given)

    def answer_ready(self, prepared: Ready, actor: Actor, profile: Viewer, seconds: float) -> dict[str, Any] | None:
        """As `answer`, for a caller that must not wait: None unless the plan is known to take less than `seconds`.

        A run that takes much longer is given up; worker threads then measure it anew.
        """
        connections, plan = self.connections, prepared.plan
        if not connections.sqlite or not plan.quick(seconds):
            return None
        plan.runs += 1
        measured = plan.runs % _MEASURED == 0  # to ask for a thread's time costs as much as a small query
        started = time.thread_time() if measured else 0.0
        reader = connections.quick_reader()
        try:
            runtime = self._runtime_at_once(prepared, actor, profile, reader.fetch)
            if plan.single:
                data = plan.run(runtime)
            else:
                reader.execute("BEGIN")
                data = plan.run(runtime)
                reader.execute("COMMIT")
        except Exception as problem:  # a worker thread meets it again, and says why
            if reader.failed(problem):
                plan.was_slow()
            return None
        finally:
            connections.quick.append(reader)
        if measured:
            plan.took(time.thread_time() - started)
        self.counts["planned"] += 1
        return data

    async def answer_waiting(
        self, prepared: Ready, actor: Actor, profile: Viewer, seconds: float
    ) -> dict[str, Any] | None:
        """As `answer_ready`, on PostgreSQL: while the database works the loop goes on."""
        plan = prepared.plan
        if self.waiting is None or not plan.quick(seconds):
            return None

        def read(fetch: Fetch) -> dict[str, Any]:
            return plan.run(self._runtime_at_once(prepared, actor, profile, fetch))

        try:
            data = await self.waiting.run(read)
        except Exception:  # a worker thread meets it again, and says why
            plan.was_slow()
            return None
        self.counts["planned"] += 1
        return data

    def _read(self, plan: Plan, call: Call, variables: Variables) -> tuple[Answered | None, bool]:
        """The answer, by statements alone, and whether any was made; none where a type of row turned up that takes
        more than that."""
        try:
            with self.connections.fetch(several=not plan.single, stop=call.stop) as fetch:
                runtime = self._runtime(call, variables, call.traced(fetch))
                return plan.answer(runtime), runtime.made
        except Exception:
            if plan.needs_context and not call.stopped:
                return None, False
            raise

    def close(self) -> None:
        """Close the connections."""
        self.connections.close()
        if self.waiting is not None:
            self.waiting.close()

    def _runtime_at_once(self, prepared: Ready, actor: Actor, profile: Viewer, fetch: Fetch) -> Runtime:
        return Runtime(
            actor, profile, self.schema.registry, self.dialect, prepared.variables, fetch, volatile=self.volatile,
            at_once=True,
        )  # fmt: skip

    def _runtime_in(self, context: Context, call: Call, variables: Variables) -> Runtime:
        """What reads in the context's session, so that it sees what was written there before."""
        return self._runtime(call, variables, call.traced(session_fetch(context)), context)

    def _runtime(self, call: Call, variables: Variables, fetch: Fetch, context: Context | None = None) -> Runtime:
        viewer = self.viewers.find(call.actor.role, call.actor.subject_id, call.languages)
        return Runtime(
            call.actor, viewer, self.schema.registry, self.dialect, variables, fetch, context, volatile=self.volatile
        )


def reason_of(problem: Exception) -> str:
    """Why the reference executor answers, in a word."""
    return problem.reason if isinstance(problem, Unplanned) else "error"
