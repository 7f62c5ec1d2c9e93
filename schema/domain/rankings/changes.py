"""Detects changed rankings, by the change log or because of a new day."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from recommender.interface.answers import RankedItem
from recommender.pool import clock as days
from schema.declarations.base import GivenArguments
from schema.declarations.computed import Ranking
from schema.declarations.errors import BadUserInputError
from schema.domain.rankings import rules
from schema.domain.rankings.questions import RankedSource
from schema.request.context import Context, Follower, open_context

SETTLE = 1.0
"""Seconds that a ranking waits after a change, so that changes are answered together."""
LOOK = 30.0
"""Seconds between checks for a new day while nothing is written."""


@dataclass(frozen=True, slots=True)
class RankingChange:
    """A list that has changed."""

    subject_id: str
    entered: Sequence[str]
    left: Sequence[str]
    arguments: GivenArguments


async def ranking_changed(_: object, context: Context, arguments: GivenArguments) -> AsyncIterator[RankingChange]:
    """Yield whenever the first entries of a subject's list of projects, or their order, change.

    Raises what a ranking raises, before anything is watched.
    """
    subject_id = arguments["subject"]
    asked = {name: value for name, value in arguments.items() if name != "subject"}
    before = await asyncio.to_thread(ranked_ids, context, subject_id, asked)
    return _ranking_changes(context, context.follower, subject_id, asked, before)


async def _ranking_changes(
    context: Context, follower: Follower, subject_id: str, asked: GivenArguments, before: list[str]
) -> AsyncIterator[RankingChange]:
    changed = asyncio.Event()
    changed.set()  # something may have changed before the log was followed
    watcher = asyncio.create_task(_watch(follower, changed))
    day, looks = days.this_day(), 0
    try:
        while True:
            await _woken(changed, watcher)
            if watcher.done():
                watcher.result()
                return
            if days.this_day() != day:  # other priorities may be valid, and nothing in the log says so
                day, looks = days.this_day(), 2  # the recommender may notice a little later
            if not changed.is_set() and not looks:
                continue
            looks = max(0, looks - 1)
            await asyncio.sleep(SETTLE)
            changed.clear()
            after = await asyncio.to_thread(ranked_ids, context, subject_id, asked)
            if after != before:
                entered = [each for each in after if each not in before]
                left = [each for each in before if each not in after]
                before = after
                yield RankingChange(subject_id, entered, left, asked)
    finally:
        watcher.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await watcher


async def _woken(changed: asyncio.Event, watcher: asyncio.Task[None]) -> None:
    """Wait until something changes, the log can't be followed any more, or the day must be checked."""
    waiting = asyncio.create_task(changed.wait())
    try:
        await asyncio.wait({waiting, watcher}, timeout=LOOK, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()


async def _watch(follower: Follower, changed: asyncio.Event) -> None:
    async for _ in follower.follow():
        changed.set()


def ranked_ids(context: Context, subject_id: str, arguments: GivenArguments) -> list[str]:
    """Return the ids of the first entries of a list, with a context of its own; raises as a ranking does."""
    with open_context(context.services, context.actor, context.languages, context.request) as own:
        items: Sequence[RankedItem] = ranked(own, subject_id, arguments).answer().items
        return [item.object_id for item in items]


def ranked(context: Context, subject_id: str, arguments: GivenArguments) -> RankedSource:
    """Return the ranking that a subscription watches. Raises NotFoundError or ForbiddenError."""
    entity = context.registry.of_id(subject_id)
    if entity is None or entity.name not in ("Investor", "Place"):
        raise BadUserInputError("subject must be the id of an investor or a place.", field="subject")
    rules.grant(context, subject_id)
    declaration = entity.fields["ranked_projects"]
    assert isinstance(declaration, Ranking)
    return RankedSource(context, declaration, subject_id, arguments)
