"""The types and fields of subscriptions."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, TypeAlias

from strawberry.types.field import StrawberryField

from schema.declarations.base import STAFF, Argument, GivenArguments
from schema.declarations.relations import DEFAULT_PAGE, MAXIMUM_PAGE, page_arguments
from schema.domain.projects import changes as projects
from schema.domain.rankings import changes as rankings
from schema.reference.core_references import shown_value
from schema.request.context import Context
from schema.sql.scope import snake
from schema.types.plugins import argument, readers_of, refuse_unread
from schema.types.rankings.inputs import OPTIONS
from schema.types.type_names import Names, object_type, output_field

if TYPE_CHECKING:
    from plugins.host.contributions import contributions as plugin
    from plugins.host.contributions.registry import Entry
    from plugins.host.host import Host

Subscribe: TypeAlias = Callable[[object, Context, GivenArguments], Awaitable[AsyncIterator[object]]]
"""Checks, and gives the stream."""


def define_subscriptions(names: Names) -> list[StrawberryField]:
    """Define the types of events; return the fields of `Subscription`."""
    object_type(names, "ProjectChange", "A project, or a part of it, was written.", [
        output_field(names, "project_id", "ID!", "The project's id."),
        output_field(names, "operation", "Operation!", "The operation; UPDATE for its parts."),
        output_field(names, "at", "DateTime!", "When."),
        output_field(names, "position", "String!", "The position in the change log, for organisers; 0 for others.",
                     resolve=lambda event, context, _: str(event.position) if context.actor.role in STAFF else "0"),
        output_field(names, "project", "Project", "The project as it is now; null if you may no longer see it.",
                     resolve=lambda event, context, _:
                     context.row("Project", event.project_id) if event.visible else None),
    ])  # fmt: skip
    object_type(names, "RankingChange", "The first entries of a list, or their order, have changed.", [
        output_field(names, "subject", "Counterpart!", "Whom the list is for.",
                     resolve=lambda event, context, _: context.node(event.subject_id)),
        output_field(names, "entered", "[Project!]!", "Projects that are newly among them.", resolve=_entered),
        output_field(names, "left", "[ID!]!", "Ids of projects that are no longer among them."),
        output_field(names, "ranking", "RankedProjectConnection!", "The list as it is now.",
                     arguments=page_arguments("as many as are watched"), resolve=_ranking),
    ])  # fmt: skip
    ids = Argument("ids", "[ID!]", f"Only these projects, at most {projects.MOST_IDS}; null means all.", None)
    return [
        stream(names, "project_changed", "ProjectChange!", "Visible projects, as they change.", [ids],
               projects.project_changed),
        stream(names, "ranking_changed", "RankingChange!",
               "Changes of the list of projects for an investor or a place. Whoever may query the list may watch it.",
               [Argument("subject", "ID!", "The investor or the place."),
                Argument("filter", "ProjectFilter", "Only rows that meet this are ranked.", None),
                OPTIONS,
                Argument("first", "Int", f"How many entries are watched, 0 to {MAXIMUM_PAGE}.", DEFAULT_PAGE),
                Argument("after", "String", "Only entries after this cursor.", None)],
               rankings.ranking_changed),
    ]  # fmt: skip


def plugin_streams(names: Names, host: Host) -> list[StrawberryField]:
    """Return plugins' fields of `Subscription`."""
    return [
        stream(names, snake(entry.value.name), entry.value.type, entry.value.description,
               [argument(each) for each in entry.value.arguments], _streamed(entry))
        for entry in host.contributions.subscriptions
    ]  # fmt: skip


def stream(
    names: Names,
    name: str,
    reference: str,
    description: str,
    arguments: list[Argument],
    subscribe: Subscribe,
) -> StrawberryField:
    """Build a field of `Subscription`."""
    field = output_field(names, name, reference, description, arguments=arguments, resolve=subscribe)
    field.is_subscription = True
    return field


def _streamed(entry: Entry[plugin.Subscription]) -> Subscribe:
    rule = readers_of(entry.value.visible_to)

    async def subscribe(_: object, context: Context, arguments: GivenArguments) -> AsyncIterator[object]:
        refuse_unread(rule, context, f"Subscription.{entry.value.name}")
        return events(context, arguments)

    async def events(context: Context, arguments: GivenArguments) -> AsyncIterator[object]:
        with context.own() as own:
            async for event in context.host.iterate(entry, entry.value.subscribe, own, **arguments):
                yield await asyncio.to_thread(shown, context, event)

    def shown(context: Context, event: object) -> object:
        with context.own() as reading:  # as it stands now, and nothing of it is held until the next event
            return shown_value(entry, reading, event)

    return subscribe


def _ranking(event: rankings.RankingChange, context: Context, arguments: GivenArguments) -> object:
    given = {name: value for name, value in arguments.items() if value is not None}
    watched = {name: value for name, value in event.arguments.items() if name != "first" or "last" not in given}
    return rankings.ranked(context, event.subject_id, {**watched, **given})


async def _entered(event: rankings.RankingChange, context: Context, _: object) -> list[object]:
    rows = await asyncio.gather(*(context.row("Project", each) for each in event.entered))
    return [row for row in rows if row is not None]
