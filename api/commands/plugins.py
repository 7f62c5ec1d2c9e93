"""``roadshow plugins``: the host's own commands, with the store's hands for the tables of a plugin."""

from __future__ import annotations

from collections.abc import Sequence

from plugins.commands import plugin_commands
from plugins.host import Host


def load() -> Host:
    """The host as a server loads it, with the names that core has taken."""
    from api.assembly import load_host
    from api.core_parts import CORE_PARTS

    return load_host(core=CORE_PARTS)


def tables_left(host: Host, name: str) -> Sequence[str]:
    """Names of the tables that the database holds of the plugin ``name``."""
    from sqlalchemy import inspect

    from api.settings import load_server_settings
    from store.database import Database

    database = Database(load_server_settings().database_url)
    try:
        with database.engine.connect() as connection:
            present = set(inspect(connection).get_table_names())
    finally:
        database.dispose()
    declared = {
        table for entry in host.contributions.tables if entry.owner == name for table in entry.value.table_names()
    }
    version_table = f"alembic_version_{name}"
    return sorted(present & declared) or ([version_table] if version_table in present else [])


def drop_tables(host: Host, name: str) -> None:
    """Undo the plugin's migrations, which drops its tables.

    Raises api.problems.CommandError where the plugin isn't there to say how.
    """
    from api.assembly import chains
    from api.problems import CommandError
    from api.settings import load_server_settings
    from store.database import Database
    from store.migrate import remove

    chain = next((chain for chain in chains(host) if chain.name == name), None)
    if chain is None:
        raise CommandError(
            f"The plugin '{name}' isn't installed and enabled here, and only its own migrations know how its tables "
            "are undone. Install and enable it once more, then purge it."
        )
    database = Database(load_server_settings().database_url)
    try:
        remove(database, chain)
    finally:
        database.dispose()


app = plugin_commands(load, tables_left, drop_tables)
