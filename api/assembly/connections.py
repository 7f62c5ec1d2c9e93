"""How many database connections a server keeps and may open."""

from __future__ import annotations

from api.operations.settings import ServerSettings
from api.requests.dispatch import plugin_threads
from store.database.sessions import LOOP_CONNECTIONS, POOL_OVERFLOW

BACKGROUND = 8
"""For background work in a process: readers of the change log, plugins' tasks, health."""


def pool_size(settings: ServerSettings) -> int:
    """Return how many connections one worker process keeps: one for each thread, and some for the background."""
    return settings.threads + settings.write_threads + plugin_threads(settings) + BACKGROUND


def most_connections(settings: ServerSettings) -> int:
    """Return how many connections to PostgreSQL all worker processes together may open."""
    return settings.workers * (pool_size(settings) + POOL_OVERFLOW + LOOP_CONNECTIONS)
