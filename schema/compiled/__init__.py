"""The compiled read path: an operation becomes a plan, a plan SQL statements and functions generated for it.

`Planner` plans queries and runs the plans. Whatever a plan can't answer exactly as the reference executor would,
errors included, raises `NotCompilable`, and the whole operation goes to the reference executor.
"""

from schema.compiled.planner import Planner
from schema.execution.errors import NotCompilable

__all__ = ["NotCompilable", "Planner"]
