"""A subgraph of an Apollo Federation 2: other services' records refer to Roadshow's, and add fields to them.

Off unless `plugins.federation.subgraph` is set. See docs/graphql.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pydantic import BaseModel, Field

from plugins.federation.subgraph import MOST, SchemaText, entities
from roadshow import Argument, Context, Manifest, ObjectType, Query, ScalarType, TypeField, hookimpl


class Settings(BaseModel):
    """Settings of the plugin."""

    subgraph: bool = Field(False, description="Whether the API answers a gateway: `_service`, `_entities`.")


manifest = Manifest(
    name="federation",
    version="1.0.0",
    api=">=1.3,<2",
    description="A subgraph of an Apollo Federation 2",
    settings=Settings,
)


@hookimpl
def register_types(settings: Settings) -> Iterable[ObjectType | ScalarType]:
    """Return the types that the specification of subgraphs names."""
    if settings.subgraph:
        yield ScalarType(name="_Any", description="A record of any subgraph: its `__typename` and key.")
        text = TypeField(name="sdl", type="String!", description="The schema, with the keys of its records.")
        yield ObjectType(name="_Service", description="This subgraph.", fields=[text])


@hookimpl
def register_queries(settings: Settings) -> Iterable[Query]:
    """Return what a gateway asks for."""
    if not settings.subgraph:
        return

    schema = SchemaText()

    def service(context: Context) -> dict[str, str]:
        return {"sdl": schema.text(context)}

    def records(context: Context, representations: Sequence[object]) -> Sequence[str | None]:
        return entities(context, representations)

    yield Query(
        name="_service", type="_Service!", resolve=service, time_limit=20.0,
        description="This subgraph, for what composes a schema of several.",
    )  # fmt: skip
    given = Argument(
        name="representations", type="[_Any!]!", description=f"`__typename` and `id` of each, at most {MOST}."
    )
    yield Query(
        name="_entities", type="[Node]!", resolve=records, arguments=[given],
        description="Records by type and id, in that order; null for what is unknown or hidden from you.",
    )  # fmt: skip
