"""Merging two records of one thing, and parting them again."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from schema.declarations import batch, column, entity, relation
from schema.declarations.base import STAFF, GivenArguments
from schema.declarations.entities import Entity
from schema.domain.concepts.entity import staff_only
from schema.domain.shared.fields import Dated
from schema.domain.shared.problems import Payload, bad, conflict, forbidden, missing
from schema.domain.shared.scopes import is_scoped
from schema.domain.shared.writers import may_try
from schema.domain.shared.writing import guarded, target
from schema.request.context import Context
from store import merging, models


@entity(models.RecordMerge, "Two records of one thing that became one.", rows=staff_only, root=("merge", "merges"))
class Merge(Dated):
    kept = relation("Node", "The record that stayed.", "kept_id", filter=True)
    gone = relation("Node", "The record that went: archived, its id leads to the other.", "gone_id", filter=True)
    undone_at = column("When it was undone; null while it holds.", filter=True, order=True)
    moved_count = batch("Int!", "How many references and external ids it moved.",
                        lambda parents, context: [len(each.moved) for each in parents], needs=("moved",))  # fmt: skip


async def merge_records(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Merge a record into another one of its type."""

    async def work(session: Session) -> object:
        kind = mergeable_kind(context, arguments["into"], "into")
        if mergeable_kind(context, arguments["from_"], "from") is not kind:
            raise bad("Both are of one type.", "from")
        kept = await target(context, session, kind, arguments["into"], "into")
        gone = await target(context, session, kind, arguments["from_"], "from")
        for row, name in ((kept, "into_version"), (gone, "from_version")):
            if arguments.get(name) is not None and row.version != arguments[name]:
                given = name.replace("_v", "V")
                raise conflict(f"It has changed: its version is {row.version}. Read it again.", given)
        try:
            return merging.merge(session, kind.model, kept.id, gone.id)
        except merging.MergeError as problem:
            raise conflict(str(problem), "from") from problem

    def stored(session: Session, ids: Sequence[str]) -> models.RecordMerge | None:
        return session.get(models.RecordMerge, ids[0])

    return await guarded(context, "mergeRecords", arguments, work, stored)


async def undo_merge(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Part two merged records again."""

    async def work(session: Session) -> object:
        done = session.get(models.RecordMerge, arguments["id"])
        if done is None:
            require_organiser(context)
            raise missing("merge", arguments["id"], "id")
        kind = mergeable_kind(context, done.kept_id, "id")
        for identifier in (done.kept_id, done.gone_id):
            await target(context, session, kind, identifier)
        try:
            merging.undo(session, done)
        except merging.MergeError as problem:
            raise conflict(str(problem), "id") from problem
        return done

    return await guarded(context, "undoMerge", arguments, work)


def mergeable_kind(context: Context, identifier: str, field: str) -> Entity:
    """Return the type of a record that the actor may merge; raises RefusedError."""
    require_organiser(context)
    found = context.registry.of_id(identifier)
    if found is None or found.model not in merging.MERGEABLE:
        raise missing("concept, event, investor, organisation, place, project or talent", identifier, field)
    if not may_try(context.actor, found, create=False):
        raise forbidden(f"{context.actor.role} may not merge these.", field)
    return found


def require_organiser(context: Context) -> None:
    """Raise RefusedError for those who organise nothing."""
    if context.actor.role not in STAFF and not is_scoped(context.actor):
        raise forbidden(f"{context.actor.role} may not merge records; organisers do.")
