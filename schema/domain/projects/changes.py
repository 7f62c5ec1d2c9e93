"""What changed of projects, by the change log."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from schema.declarations.base import GivenArguments
from schema.declarations.errors import BadUserInputError
from schema.request.context import Context, Follower, open_context
from schema.sql.pages import rows_statement
from store.enums import Operation

MOST_IDS = 1_000


@dataclass(frozen=True, slots=True)
class ProjectChange:
    """One write of a project, or of what belongs to it."""

    project_id: str
    operation: Operation
    at: datetime
    position: int
    visible: bool


async def project_changed(_: object, context: Context, arguments: GivenArguments) -> AsyncIterator[ProjectChange]:
    """Changes of projects that the actor sees; the last one of a project that it doesn't see any more.

    Raises BadUserInputError or UnavailableError before anything is watched.
    """
    ids = arguments.get("ids")
    if ids is not None and len(ids) > MOST_IDS:
        raise BadUserInputError(f"Watch at most {MOST_IDS} projects by id.", field="ids")
    known = await asyncio.to_thread(_visible, context, ids) if ids else set()
    return _project_changes(context, context.follower, None if ids is None else set(ids), known)


async def _project_changes(
    context: Context, follower: Follower, wanted: set[str] | None, known: set[str]
) -> AsyncIterator[ProjectChange]:
    async for change in follower.follow():
        identifier = change.owner_id
        if not identifier.startswith("prj_") or (wanted is not None and identifier not in wanted):
            continue
        visible = bool(await asyncio.to_thread(_visible, context, [identifier]))
        if not visible and identifier not in known:
            continue
        known.add(identifier) if visible else known.discard(identifier)
        own = change.entity_id == identifier
        operation = change.operation if own else Operation.UPDATE
        yield ProjectChange(identifier, operation, change.at, change.sequence, visible)


def _visible(context: Context, ids: list[str]) -> set[str]:
    entity = context.registry.entities["Project"]
    known = [each for each in ids if context.registry.of_id(each) is entity]
    with open_context(context.services, context.actor, context.languages, context.request) as own:
        statement = rows_statement(own.scope, entity, known)
        return {row.id for row in own.session.execute(statement) if row.archived_at is None}
