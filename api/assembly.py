"""Puts the rooms together: the host, the store, the recommender and the schema, as the door needs them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from graphql import GraphQLSchema

from api.execution import OpenContext
from api.follower import ChangeFollower
from api.settings import ServerSettings
from plugins.host import Host
from store.actors import Actor
from store.database import Database


@dataclass(frozen=True, slots=True)
class Assembly:
    """What a server serves."""

    settings: ServerSettings
    database: Database
    host: Host
    schema: GraphQLSchema
    sdl: str
    authenticate: Callable[[str], Actor | None]
    open_context: OpenContext
    follower: ChangeFollower

    def close(self) -> None:
        """Close the database."""
        self.database.dispose()
