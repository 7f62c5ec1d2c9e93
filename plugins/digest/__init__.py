"""The investor's list by e-mail, feed, webhook and CSV, on public hooks only."""

from __future__ import annotations

from plugins.digest.commands import register_commands, register_tasks
from plugins.digest.erasing import register_erasers
from plugins.digest.graphql import register_fields, register_mutations, register_queries, register_types
from plugins.digest.http import register_pages, register_routes
from plugins.digest.settings import Settings
from plugins.digest.tables import register_tables
from roadshow import Manifest

manifest = Manifest(
    name="digest",
    version="1.0.0",
    api=">=1.3,<2",
    description="Digests of an investor's list: e-mail, feed, webhook, CSV",
    settings=Settings,
    permissions=frozenset({"tables", "mutations", "routes", "commands", "tasks", "act_as"}),
)

__all__ = [
    "manifest",
    "register_commands",
    "register_erasers",
    "register_fields",
    "register_mutations",
    "register_pages",
    "register_queries",
    "register_routes",
    "register_tables",
    "register_tasks",
    "register_types",
]
