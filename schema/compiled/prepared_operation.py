"""One operation with its plans, made when they are first asked for and kept by the values of its conditions."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import TypeAlias

from graphql import DocumentNode, OperationDefinitionNode, OperationType
from sqlalchemy import Dialect

from schema.compiled.compiled_plan import Plan
from schema.compiled.plan.builder import Builder
from schema.compiled.plan.parts import PARTS
from schema.compiled.plan.selections import Selections, condition_names, fragments_of
from schema.compiled.response.payloads import EventPlan, MutationPlan
from schema.compiled.run.variables import VariableReader, Variables
from schema.execution.errors import Unplanned
from schema.types.build import RoadshowSchema
from store.enums import Role

AnyPlan: TypeAlias = Plan | MutationPlan | EventPlan
log = logging.getLogger("roadshow.planner")
_VARIANTS = 16
"""Combinations of conditions kept of one operation."""


class Planned:
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
        self.variables = VariableReader(schema._schema, operation.variable_definitions or ())
        self._plans: OrderedDict[tuple[bool, ...], AnyPlan | Unplanned] = OrderedDict()
        self._lock = threading.Lock()

    def plan(self, variables: Variables) -> AnyPlan:
        """The plan under the given variables. Raises Unplanned where there can be none."""
        key = self._key(variables)
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

    def plan_at_hand(self, variables: Variables) -> Plan | None:
        """The plan of a query under the given variables, if it was made before."""
        plan = self._plans.get(self._key(variables))
        return plan if isinstance(plan, Plan) else None

    def _key(self, variables: Variables) -> tuple[bool, ...]:
        found = tuple(variables.coerced.get(name) for name in self.conditions)
        if not all(isinstance(each, bool) for each in found):
            raise Unplanned("condition")
        return found  # type: ignore[return-value]

    def _made(self, conditions: Mapping[str, bool]) -> AnyPlan | Unplanned:
        selections = Selections(self.schema._schema, self.fragments, conditions)
        samples = self.variables.samples()
        builder = Builder(self.schema, self.schema.registry, self.dialect, selections, self.role, PARTS, samples)
        try:
            if self.operation.operation is OperationType.MUTATION:
                return MutationPlan(builder, self.document, self.operation)
            if self.operation.operation is OperationType.SUBSCRIPTION:
                return EventPlan(builder, self.operation)
            return Plan(builder, self.operation)
        except Unplanned as reason:
            return reason
        except Exception as problem:
            log.debug("an operation can't be planned, the reference executor answers", exc_info=problem)
            return Unplanned("error")
