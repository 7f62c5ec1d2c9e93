"""References in inputs: records that exist and that the actor sees."""

from __future__ import annotations

from schema.declarations.base import Row
from schema.declarations.columns import sql_column
from schema.declarations.relations import Relation
from schema.domain.shared.problems import bad, missing
from schema.request.context import Context


async def read_reference(
    context: Context, declaration: Relation, value: str | None, row: Row, where: tuple[str, ...]
) -> str | None:
    """Return the id that a field of `row` refers to; raises RefusedError for what isn't there or can't be null."""
    if value is None:
        if not sql_column(type(row), declaration.column).nullable:
            raise bad("It can't be null; omit it to keep the stored value.", *where)
        return None
    entity = context.registry.of_id(value)
    fits = entity is not None and declaration.target in (entity.name, "Node")
    if not fits or await context.node(value) is None:
        raise missing("Record" if declaration.target == "Node" else declaration.target, value, *where)
    return value
