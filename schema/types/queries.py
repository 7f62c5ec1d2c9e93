"""Root fields not derived from an entity: node, nodes."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from strawberry.types.field import StrawberryField

from schema.declarations.base import Argument, GivenArguments
from schema.declarations.errors import BadUserInputError
from schema.request.context import Context
from schema.types.type_names import Names, output_field
from store.merging import survivor

MOST_NODES = 100


def query_fields(names: Names) -> list[StrawberryField]:
    """Return `node` and `nodes` (Relay)."""
    return [
        output_field(
            names, "node", "Node", "Any record by id; null if the id is unknown or hidden from you.",
            arguments=[Argument("id", "ID!", "Its id.")], resolve=_node,
        ),
        output_field(
            names, "nodes", "[Node]!", "Records by id, in that order; null where `node` is.",
            arguments=[Argument("ids", "[ID!]!", f"Their ids, at most {MOST_NODES}.")],
            resolve=_nodes,
        ),
    ]  # fmt: skip


async def _node(_: object, context: Context, arguments: GivenArguments) -> Any:
    return await _found(context, arguments["id"])


async def _nodes(_: object, context: Context, arguments: GivenArguments) -> list[Any]:
    return list(await asyncio.gather(*(_found(context, each) for each in ids_of(arguments))))


async def _found(context: Context, identifier: str) -> object:
    """The record with an id, or the one that it was merged into."""
    identified = context.registry.identified_by(identifier)
    if identified is not None:
        return await context.load(("node", identified.name), identifier, partial(identified.read, context))
    row = await context.node(identifier)
    return row if row is not None else await context.node(survivor(context.session, identifier))


def ids_of(arguments: GivenArguments) -> list[str]:
    """Return the ids that `nodes` is given. Raises BadUserInputError for more than it reads."""
    ids: list[str] = arguments["ids"]
    if len(ids) > MOST_NODES:
        raise BadUserInputError(f"ids: give at most {MOST_NODES} ids at once; these are {len(ids)}.", field="ids")
    return ids
