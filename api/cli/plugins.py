"""``roadshow plugins``: the host's commands, on this installation's host and database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from plugins.host.commands import plugin_commands
from plugins.host.host import Host

if TYPE_CHECKING:
    from store.database import Database


class ThisInstallation:
    """The current installation, by its settings."""

    def load(self) -> Host:
        """Load the host as `serve` would, by the same checks.

        Raises CommandError if another distribution brings a package of ours.
        """
        from api.operations.top_level_names import refuse_clashes

        refuse_clashes()
        from api.assembly.preparation import surveyed_host

        return surveyed_host()

    def tables_left(self, host: Host, name: str) -> Sequence[str]:
        """Return the tables of a plugin in the database."""
        from api.assembly.plugin_tables import tables_of

        with _database() as database:
            return tables_of(database, host, name)

    def drop_tables(self, host: Host, name: str) -> None:
        """Drop them."""
        from api.assembly.plugin_tables import drop

        with _database() as database:
            drop(database, host, name)

    def accept_removal(self, host: Host, name: str) -> Sequence[str] | None:
        """Forget that a removed plugin decided who may see what."""
        from api.assembly.plugin_tables import accept_removal

        with _database() as database:
            return accept_removal(database, host, name)

    def dead_letters(self) -> Sequence[tuple[str, int, int, str]]:
        """Return the changes that were set aside."""
        from store.dead_letters import dead_letters

        with _database() as database, database.read() as session:
            return [(each.reader, each.sequence, each.tries, each.failure) for each in dead_letters(session)]

    def replay(self, name: str) -> Sequence[tuple[str, int, str | None]]:
        """Deliver them once more, with a server's listener context."""
        from api.assembly.rooms import assemble
        from api.background.listeners import Listeners

        assembly = assemble()
        try:
            settings, host = assembly.settings, assembly.host
            host.state(name)  # lists them if it isn't one of them
            opened = assembly.open_plugin_context
            return Listeners(assembly.database, host, settings.languages, settings.poll_seconds, opened).replay(name)
        finally:
            assembly.close()


@contextmanager
def _database() -> Iterator[Database]:
    from api.operations.settings import load_server_settings
    from store.database import Database

    database = Database(load_server_settings().database_url)
    try:
        yield database
    finally:
        database.dispose()


app = plugin_commands(ThisInstallation())
