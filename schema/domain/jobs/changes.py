"""Changes of jobs, from the change log."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from schema.declarations.base import GivenArguments
from schema.declarations.errors import BadUserInputError
from schema.request.context import Context, Follower, open_context
from schema.sql.pages import rows_statement

MOST_IDS = 100


@dataclass(frozen=True, slots=True)
class JobChange:
    """A job that was written."""

    job_id: str


async def job_changed(_: object, context: Context, arguments: GivenArguments) -> AsyncIterator[JobChange]:
    """Yield visible jobs as they change; of the jobs named, first how they stand, so that no end is missed.

    Raises BadUserInputError or UnavailableError before anything is watched.
    """
    ids = arguments.get("ids")
    if ids is not None and len(ids) > MOST_IDS:
        raise BadUserInputError(f"Watch at most {MOST_IDS} jobs by id.", field="ids")
    return _changes(context, context.follower, ids)


async def _changes(context: Context, follower: Follower, ids: list[str] | None) -> AsyncIterator[JobChange]:
    changes = follower.follow(("job",), ids)
    following = asyncio.ensure_future(anext(changes))
    try:
        async with asyncio.timeout(5):  # until the log is followed, so that no change falls between
            await follower.followed()
        for identifier in ids or ():
            if await asyncio.to_thread(_visible, context, identifier):
                yield JobChange(identifier)
        while True:
            change = await following
            following = asyncio.ensure_future(anext(changes))
            if await asyncio.to_thread(_visible, context, change.entity_id):
                yield JobChange(change.entity_id)
    finally:
        following.cancel()


def _visible(context: Context, identifier: str) -> bool:
    entity = context.registry.entities["Job"]
    if context.registry.of_id(identifier) is not entity:
        return False
    with open_context(context.services, context.actor, context.languages, context.request) as own:
        return own.session.execute(rows_statement(own.scope, entity, [identifier])).first() is not None
