"""``roadshow migrate``"""

from __future__ import annotations

from typing import Annotated

import typer


def migrate(
    check: Annotated[bool, typer.Option("--check", help="Change nothing; fail if there is anything to do.")] = False,
) -> None:
    """Upgrade the database to this version's schema, core's tables, then each plugin's; then load their facts.

    A server on SQLite does this itself when it starts; on PostgreSQL it waits for this command.
    """
    from api.assembly.core_contributions import CoreData
    from api.assembly.data import load_reference
    from api.assembly.preparation import chains, load_host, migrate_all
    from api.operations.settings import load_server_settings
    from store.database import Database
    from store.database.migration import is_current

    settings = load_server_settings()
    database = Database(settings.database_url)
    try:
        database.check()
        host = load_host(settings, (CoreData(),))
        if check:
            states = [(chain.name, is_current(database, chain)) for chain in chains(host)]
            for name, current in states:
                print(f"{name}: {'up to date' if current else 'needs migration'}")
            failed = not all(current for _, current in states)
        else:
            done = migrate_all(database, host)
            for name, outcome in done:
                print(f"{name}: {outcome}")
            failed = any(outcome.startswith("failed") for _, outcome in done)
            load_reference(database, host)
    finally:
        database.dispose()
    if failed:
        raise typer.Exit(1)
