"""Plans operations once and keeps the plans; runs them against the database."""

from __future__ import annotations

import logging
import threading
from collections import Counter, OrderedDict
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

from graphql import DocumentNode, OperationDefinitionNode, OperationType
from graphql.execution.values import VariableValues, get_variable_values

from schema.planner.building import Builder
from schema.planner.errors import Unplanned
from schema.planner.plans import Plan
from schema.planner.runtime import Runtime
from schema.planner.selections import Selections, condition_names, fragments_of
from store.enums import Role

if TYPE_CHECKING:
    from schema.build import RoadshowSchema
    from schema.context import Context, Services
    from schema.planner.statements import Fetch

log = logging.getLogger("roadshow.planner")
_VARIANTS = 16
"""Combinations of conditions kept of one operation."""


class Planned:
    """One operation, for one role: its plans by the values of its conditions."""

    def __init__(self, planner: Planner, document: DocumentNode, operation: OperationDefinitionNode, role: Role) -> None:
        self.planner = planner
        self.operation = operation
        self.role = role
        self.fragments = fragments_of(document)
        self.conditions = condition_names(document)
        self._plans: OrderedDict[tuple[bool, ...], Plan | Unplanned] = OrderedDict()
        self._lock = threading.Lock()

    def plan(self, variables: VariableValues) -> Plan:
        """The plan under the given variables. Raises Unplanned where there can be none."""
        found = [variables.coerced.get(name) for name in self.conditions]
        if not all(isinstance(each, bool) for each in found):
            raise Unplanned("condition")
        key: tuple[bool, ...] = tuple(found)  # type: ignore[arg-type]
        plan = self._plans.get(key)
        if plan is None:
            with self._lock:
                plan = self._plans.get(key)
                if plan is None:
                    plan = self._plans[key] = self._made(dict(zip(self.conditions, key, strict=True)))
                    if len(self._plans) > _VARIANTS:
                        self._plans.popitem(last=False)
        if isinstance(plan, Unplanned):
            raise Unplanned(plan.reason)
        return plan

    def _made(self, conditions: Mapping[str, bool]) -> Plan | Unplanned:
        planner = self.planner
        selections = Selections(planner.schema._schema, self.fragments, conditions)
        builder = Builder(planner.schema, planner.schema.registry, planner.dialect, selections, self.role)
        try:
            return Plan(builder, self.operation)
        except Unplanned as reason:
            return reason


class Planner:
    """Plans of one schema on one kind of database. Safe to share among threads."""

    def __init__(self, schema: RoadshowSchema, services: Services, size: int = 1_000) -> None:
        self.schema = schema
        self.services = services
        self.dialect = services.database.engine.dialect
        self.size = size
        self.counts: Counter[str] = Counter()
        """How many operations were answered (`planned`), and how many were not, by reason."""
        host = services.host
        self.volatile = host is not None and bool(host.contributions.row_rules)
        self._planned: OrderedDict[Hashable, Planned] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, text: str, document: DocumentNode, operation: OperationDefinitionNode, role: Role) -> Planned:
        """An operation with its plans. Raises Unplanned for what isn't a query."""
        name = operation.name.value if operation.name else None
        key = (text, name, role)
        with self._lock:
            found = self._planned.get(key)
            if found is not None:
                self._planned.move_to_end(key)
                return found
        if operation.operation is not OperationType.QUERY:
            raise Unplanned("kind")
        made = Planned(self, document, operation, role)
        with self._lock:
            self._planned[key] = made
            if len(self._planned) > self.size:
                self._planned.popitem(last=False)
        return made

    def answer(
        self, planned: Planned, context: Context, variables: Mapping[str, Any], fetch: Fetch | None = None
    ) -> dict[str, Any]:
        """The data of the response. Raises Unplanned: then the reference executor answers the whole operation."""
        try:
            data = self._answer(planned, context, variables, fetch)
        except Unplanned as reason:
            self.counts[reason.reason] += 1
            raise
        except InterruptedError:
            raise
        except Exception as problem:
            self.counts["error"] += 1
            log.debug("a plan failed, the reference executor answers", exc_info=problem)
            raise Unplanned("error") from problem
        self.counts["planned"] += 1
        return data

    def _answer(
        self, planned: Planned, context: Context, variables: Mapping[str, Any], fetch: Fetch | None
    ) -> dict[str, Any]:
        given = get_variable_values(
            self.schema._schema, planned.operation.variable_definitions or (), dict(variables)
        )
        if isinstance(given, list):
            raise Unplanned("variables")
        plan = planned.plan(given)
        runtime = Runtime(
            actor=context.actor,
            languages=context.all_languages,
            registry=context.registry,
            dialect=self.dialect,
            variables=given,
            fetch=fetch or session_fetch(context),
            context=context,
            volatile=self.volatile,
        )
        return plan.run(runtime)


def session_fetch(context: Context) -> Fetch:
    """Runs statements on the connection of the context's session, so that all of an operation sees one state."""

    def fetch(text: str, parameters: Any) -> list[Any]:
        connection = context.session.connection().connection.driver_connection
        assert connection is not None
        cursor = connection.cursor()
        try:
            cursor.execute(text, parameters)
            found: list[Any] = cursor.fetchall()
            return found
        finally:
            cursor.close()

    return fetch
