"""Notes on projects: one of everything that a plugin may add, written against `roadshow` alone."""

from pydantic import BaseModel, Field

from roadshow import Manifest
from roadshow_stranger.door import register_commands, register_pages, register_routes
from roadshow_stranger.formats import register_importers
from roadshow_stranger.graphql import register_fields, register_mutations, register_queries, register_types
from roadshow_stranger.listening import register_change_listeners
from roadshow_stranger.signals import register_blocks, register_gates
from roadshow_stranger.tables import register_tables


class Settings(BaseModel):
    longest: int = Field(500, ge=1, description="Most characters of a note.")


manifest = Manifest(
    name="stranger",
    version="1.3.0",
    api=">=1.0,<2",
    description="Notes on projects",
    settings=Settings,
    permissions=frozenset({"tables", "mutations", "routes", "commands", "changes"}),
)

__all__ = [
    "manifest",
    "register_blocks",
    "register_change_listeners",
    "register_commands",
    "register_fields",
    "register_gates",
    "register_importers",
    "register_mutations",
    "register_pages",
    "register_queries",
    "register_routes",
    "register_tables",
    "register_types",
]
