"""The field of records that can be merged."""

from __future__ import annotations

from collections.abc import Sequence

from schema.declarations import batch
from schema.declarations.base import Row
from schema.request.context import Context
from schema.sql.pages import rows_statement
from store.merging import survivor


def _merged_into(parents: Sequence[Row], context: Context) -> list[object]:
    """For each archived record the one that it is part of now, if the actor sees it."""
    kept = [survivor(context.session, each.id) if each.archived_at else None for each in parents]
    found: dict[str, object] = {}
    for identifier in {each for each in kept if each is not None}:
        entity = context.registry.of_id(identifier)
        assert entity is not None
        found |= {row.id: row for row in context.session.execute(rows_statement(context.scope, entity, [identifier]))}
    return [None if each is None else found.get(each) for each in kept]


class Mergeable:
    """A record that can be merged into another one."""

    merged_into = batch(
        "Node",
        "The record that this one was merged into; for those who see archived records. To others its id leads there.",
        _merged_into,
        needs=("id", "archived_at"),
    )
