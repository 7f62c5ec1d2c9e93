"""One operation with its plans, built on demand and cached by the values of its conditions."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from typing import TypeAlias

from graphql import DocumentNode, OperationDefinitionNode, OperationType
from sqlalchemy import Dialect

from schema.compiled.compiled_plan import CompiledPlan
from schema.compiled.plan.builder import Builder, Parts
from schema.compiled.plan.rankings import ranked_by, ranking_place
from schema.compiled.plan.relations import expression
from schema.compiled.plan.selections import Selections, condition_names, fragments_of
from schema.compiled.response.payloads import EventPlan, MutationPlan
from schema.compiled.run.variables import VariableReader, Variables
from schema.execution.errors import NotCompilable
from schema.types.build import RoadshowSchema
from store.cache import Cache
from store.enums import Role

AnyCompiled: TypeAlias = CompiledPlan | MutationPlan | EventPlan
log = logging.getLogger("roadshow.planner")
_PARTS = Parts(expression, ranked_by, ranking_place)
_VARIANTS = 16
"""Cached combinations of conditions per operation."""


class PreparedOperation:
    """One operation, for one role: its plans by the values of its conditions."""

    def __init__(
        self, schema: RoadshowSchema, dialect: Dialect, document: DocumentNode, operation: OperationDefinitionNode,
        role: Role,
    ) -> None:  # fmt: skip
        self.schema = schema
        self.dialect = dialect
        self.document = document
        self.operation = operation
        self.role = role
        self.fragments = fragments_of(document)
        self.conditions = condition_names(document)
        self.variables = VariableReader(
            schema._schema, operation.variable_definitions or (), lenient=operation.operation is OperationType.MUTATION
        )
        self._plans: Cache[tuple[bool, ...], AnyCompiled | NotCompilable] = Cache(_VARIANTS)
        self._building = threading.Lock()
        self._lock = threading.Lock()
        self._warned = False

    def warn(self, problem: Exception) -> None:
        """Log an unexpected error inside the planner, only the operation's first."""
        with self._lock:
            warned, self._warned = self._warned, True
        if not warned:
            name = self.operation.name.value if self.operation.name else "(anonymous)"
            log.warning(
                "the planner failed on the operation %s; the reference executor answered", name, exc_info=problem
            )

    def plan(self, variables: Variables) -> AnyCompiled:
        """Return the plan under the given variables. Raises NotCompilable if there can be none."""
        key = self._key(variables)
        plan = self._plans.get(key)
        if plan is None:
            with self._building:
                plan = self._plans.get(key)
                if plan is None:
                    plan = self._compile(dict(zip(self.conditions, key, strict=True)))
                    self._plans.put(key, plan)
        if isinstance(plan, NotCompilable):
            raise NotCompilable(plan.reason)
        return plan

    def plan_at_hand(self, variables: Variables) -> CompiledPlan | None:
        """Return a query's plan under the given variables, if it exists already."""
        plan = self._plans.get(self._key(variables))
        return plan if isinstance(plan, CompiledPlan) else None

    def _key(self, variables: Variables) -> tuple[bool, ...]:
        values = (variables.coerced.get(name) for name in self.conditions)
        key = tuple(value for value in values if isinstance(value, bool))
        if len(key) < len(self.conditions):
            raise NotCompilable("condition")
        return key

    def _compile(self, conditions: Mapping[str, bool]) -> AnyCompiled | NotCompilable:
        selections = Selections(self.schema._schema, self.fragments, conditions)
        samples = self.variables.samples()
        builder = Builder(self.schema, self.schema.registry, self.dialect, selections, self.role, _PARTS, samples)
        try:
            if self.operation.operation is OperationType.MUTATION:
                return MutationPlan(builder, self.document, self.operation)
            if self.operation.operation is OperationType.SUBSCRIPTION:
                return EventPlan(builder, self.operation)
            return CompiledPlan(builder, self.operation)
        except NotCompilable as reason:
            return reason
        except Exception as problem:
            self.warn(problem)
            return NotCompilable("error")
