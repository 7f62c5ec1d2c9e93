"""Ancestors of many places at once, by one recursive statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import literal, select

from schema.declarations.base import Row
from schema.request.context import Context
from store.models import Place

DEEPEST = 20
"""Maximum number of levels, which ends a cycle."""


def ancestors(parents: Sequence[Row], context: Context) -> list[list[object]]:
    """For each place those that it lies in, the widest first; those that the actor may not see are left out."""
    table = Place.__table__
    ids = {each.id for each in parents if each.parent_id}
    if not ids:
        return [[] for _ in parents]
    above = select(table.c.id.label("start"), table.c.parent_id.label("above"), literal(1).label("height")).where(
        table.c.id.in_(ids), table.c.parent_id.is_not(None)
    ).cte(recursive=True)  # fmt: skip
    above = above.union_all(
        select(above.c.start, table.c.parent_id, above.c.height + 1)
        .join(above, table.c.id == above.c.above)
        .where(table.c.parent_id.is_not(None), above.c.height < DEEPEST)
    )
    statement = (
        select(*table.c, above.c.start.label("at_parent"))
        .join(above, Place.id == above.c.above)
        .where(context.scope.visible("Place", Place))
        .order_by(above.c.start, above.c.height.desc())
    )
    by_start: dict[str, dict[str, object]] = defaultdict(dict)
    for row in context.session.execute(statement):
        by_start[row.at_parent].setdefault(row.id, row)
    return [list(by_start[each.id].values()) for each in parents]


def path(parents: Sequence[Row], context: Context) -> list[list[object]]:
    """For each place its ancestors and itself."""
    return [[*above, each] for above, each in zip(ancestors(parents, context), parents, strict=True)]
