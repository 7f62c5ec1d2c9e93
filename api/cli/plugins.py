"""``roadshow plugins``: the host's commands, on this installation's host and database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from plugins.host.commands import plugin_commands
from plugins.host.host import Host

if TYPE_CHECKING:
    from store.database import Database


def load() -> Host:
    """The host, with the settings in force. Raises CommandError where another distribution brings a package of ours."""
    from api.operations.top_level_names import refuse_clashes

    refuse_clashes()
    from api.assembly.rooms import load_host

    return load_host()


@contextmanager
def _database() -> Iterator[Database]:
    from api.operations.settings import load_server_settings
    from store.database import Database

    database = Database(load_server_settings().database_url)
    try:
        yield database
    finally:
        database.dispose()


def tables_left(host: Host, name: str) -> Sequence[str]:
    """The tables that the database holds of a plugin."""
    from api.assembly.plugin_tables import tables_of

    with _database() as database:
        return tables_of(database, host, name)


def drop_tables(host: Host, name: str) -> None:
    """Drop them."""
    from api.assembly.plugin_tables import drop

    with _database() as database:
        drop(database, host, name)


app = plugin_commands(load, tables_left, drop_tables)
