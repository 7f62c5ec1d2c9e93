"""The log of slow operations: the operation and its statements, never a parameter's value."""

from __future__ import annotations

import hashlib
import logging

from api.requests.documents import Operation
from schema.execution.tracing import Trace
from store.access.actors import Actor

slow = logging.getLogger("roadshow.slow")


def log_slow(operation: Operation, actor: Actor, seconds: float, trace: Trace, *, planned: bool) -> None:
    """Write the line of one operation."""
    slow.warning(
        "slow operation",
        extra={
            "operation": operation.name,
            "kind": operation.kind,
            "document": hashlib.sha256(operation.document.text.encode()).hexdigest(),
            "role": actor.role.value,
            "cost": operation.cost,
            "milliseconds": round(seconds * 1000, 1),
            "executor": "planner" if planned else "reference",
            "statements": [read.summary() for read in trace.reads],
        },
    )
