"""Partners of organisations, from both sides of the partnerships."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select

from schema.declarations.base import Row
from schema.request.context import Context
from schema.sql.pages import rows_statement
from store.models import Partnership


def partners_of(parents: Sequence[Row], context: Context) -> list[list[object]]:
    """For each organisation those that it cooperates with and that the actor sees, once each, the oldest first."""
    ids = [each.id for each in parents]
    sides = select(Partnership.organisation_id, Partnership.partner_id).where(
        or_(Partnership.organisation_id.in_(ids), Partnership.partner_id.in_(ids))
    )
    found: dict[str, dict[str, None]] = {each: {} for each in ids}
    for one, other in context.session.execute(sides.order_by(Partnership.created_at, Partnership.id)):
        for near, far in ((one, other), (other, one)):
            if near in found:
                found[near][far] = None
    named = list({far for partners in found.values() for far in partners})
    entity = context.registry.entities["Organisation"]
    rows = {row.id: row for row in context.session.execute(rows_statement(context.scope, entity, named))}
    return [[rows[far] for far in found[each.id] if far in rows] for each in parents]
