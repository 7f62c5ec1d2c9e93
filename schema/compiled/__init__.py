"""The compiled executor: compiles an operation into a plan of SQL statements and generated functions.

`Planner` compiles and runs plans. Whatever a plan can't answer exactly like the reference executor, errors included,
raises `NotCompilable`, and the whole operation falls back to the reference executor.
"""

from schema.compiled.planner import Planner
from schema.execution.errors import NotCompilable

__all__ = ["NotCompilable", "Planner"]
