"""``roadshow migrate``"""

from __future__ import annotations

from typing import Annotated

import typer


def migrate(
    check: Annotated[bool, typer.Option("--check", help="Change nothing; fail if there is something to do.")] = False,
) -> None:
    """Bring the database to the schema of this version: core's tables, then each plugin's.

    A server on SQLite does this by itself when it starts; on PostgreSQL it waits for this command.
    """
    from api.assembly import chains, load_host
    from api.settings import load_server_settings
    from store.database import Database
    from store.migrate import is_current, upgrade

    database = Database(load_server_settings().database_url)
    try:
        database.check()
        stale = False
        for chain in chains(load_host()):
            if check:
                current = is_current(database, chain)
                stale = stale or not current
                print(f"{chain.name}: {'up to date' if current else 'to be migrated'}")
            else:
                print(f"{chain.name}: {'migrated' if upgrade(database, chain) else 'up to date'}")
    finally:
        database.dispose()
    if stale:
        raise typer.Exit(1)
