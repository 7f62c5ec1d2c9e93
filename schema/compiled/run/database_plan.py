"""The database's plan of a statement, for `roadshow explain`."""

from __future__ import annotations

from schema.compiled.run.reading import Connections
from schema.execution.tracing import Read


def database_plan(connections: Connections, read: Read) -> list[str]:
    """Return the lines of the database's own EXPLAIN, indented by nesting."""
    if not connections.sqlite:
        with connections.fetch(several=False) as fetch:
            return [row[0] for row in fetch(f"EXPLAIN {read.text}", read.parameters)]
    with connections.fetch(several=False) as fetch:
        rows = fetch(f"EXPLAIN QUERY PLAN {read.text}", read.parameters)
    depths = {0: -1}
    lines = []
    for identifier, parent, _, detail in rows:
        depths[identifier] = depths.get(parent, -1) + 1
        lines.append("  " * depths[identifier] + detail)
    return lines
