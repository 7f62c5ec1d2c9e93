"""A published total by its parts, and the unstated rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from schema.declarations.base import Row
from schema.request.context import Context
from store.models import StatisticalClaim


@dataclass(frozen=True, slots=True)
class BreakdownPart:
    """One part of a total: a claim, or the computed rest (`claim` is None)."""

    category: str
    value: Decimal | None
    claim: object
    computed: bool


@dataclass(frozen=True, slots=True)
class ClaimBreakdown:
    """All parts of a total in one dimension."""

    dimension: str
    parts: Sequence[BreakdownPart]


def breakdown(parents: Sequence[Row], context: Context) -> list[list[ClaimBreakdown]]:
    """Return each claim's parts by dimension, with UNSTATED for the difference."""
    statement = (
        select(*StatisticalClaim.__table__.c)
        .where(
            StatisticalClaim.whole_id.in_([each.id for each in parents]),
            StatisticalClaim.archived_at.is_(None),
            context.scope.visible("StatisticalClaim", StatisticalClaim),
        )
        .order_by(StatisticalClaim.whole_id, StatisticalClaim.dimension, StatisticalClaim.id)
    )
    parts: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in context.session.execute(statement):
        parts[row.whole_id][row.dimension or ""].append(row)
    return [
        [ClaimBreakdown(dimension, with_rest(whole.value, claims)) for dimension, claims in parts[whole.id].items()]
        for whole in parents
    ]


def with_rest(total: Decimal | None, parts: Sequence[Row]) -> list[BreakdownPart]:
    """The parts as claimed, and what is missing of the total: nothing, where they overlap or a figure is absent."""
    shown = [BreakdownPart(part.category or "", part.value, part, False) for part in parts]
    values = [part.value for part in parts]
    if total is None or any(value is None for value in values):
        return shown
    rest = total - sum(values, Decimal(0))
    return [*shown, BreakdownPart("UNSTATED", rest, None, True)] if rest > 0 else shown
