"""Pairs of records that aren't one: no longer proposed as duplicates, and not merged by mistake."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from schema.declarations import entity, relation
from schema.declarations.base import GivenArguments
from schema.domain.concepts.entity import staff_only
from schema.domain.curation.merging import mergeable_kind, require_organiser
from schema.domain.shared.fields import Dated
from schema.domain.shared.problems import Payload, bad, missing
from schema.domain.shared.writing import guarded, target
from schema.request.context import Context
from store import models


@entity(
    models.DistinctPair,
    "Two records of which somebody said that they aren't one.",
    rows=staff_only,
    root=("distinct_pair", "distinct_pairs"),
)
class DistinctPair(Dated):
    first = relation("Node", "One of the two.", "first_id", filter=True)
    second = relation("Node", "The other one.", "second_id", filter=True)


async def mark_distinct(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Say that two records aren't one. Saying so again changes nothing."""

    async def work(session: Session) -> object:
        first, second = sorted((arguments["first"], arguments["second"]))
        kind = mergeable_kind(context, arguments["first"], "first")
        if mergeable_kind(context, arguments["second"], "second") is not kind or first == second:
            raise bad("Name two records of one type.", "second")
        for name in ("first", "second"):
            await target(context, session, kind, arguments[name], name)
        present = session.scalar(_of_both([first, second]))
        if present is None:
            session.add(present := models.DistinctPair(first_id=first, second_id=second))
        return present

    return await guarded(context, "markDistinct", arguments, work)


async def unmark_distinct(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Withdraw that two records aren't one."""

    async def work(session: Session) -> object:
        pair = session.get(models.DistinctPair, arguments["id"])
        if pair is None:
            require_organiser(context)
            raise missing("pair", arguments["id"], "id")
        kind = mergeable_kind(context, pair.first_id, "id")
        for each in (pair.first_id, pair.second_id):
            await target(context, session, kind, each, "id")
        session.delete(pair)
        return pair

    return await guarded(context, "unmarkDistinct", arguments, work)


def distinct_pairs(session: Session) -> set[frozenset[str]]:
    """Return every pair of records that somebody called distinct, by their ids."""
    pair = models.DistinctPair
    return {frozenset(each) for each in session.execute(select(pair.first_id, pair.second_id))}


def _of_both(ids: Sequence[str]) -> Select[models.DistinctPair]:
    pair = models.DistinctPair
    return select(pair).where(pair.first_id.in_(ids), pair.second_id.in_(ids))
