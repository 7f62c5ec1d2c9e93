"""The tables that plugins keep in the database, also those of plugins that are gone."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import MetaData, inspect, text

from plugins.host.contributions.registry import Entry
from plugins.host.contributions.storage import Tables
from plugins.host.errors import PluginStartError, UnknownPluginError
from plugins.host.host import Host
from plugins.host.manifest import Permission
from plugins.host.states import State
from store.access.actors import Actor
from store.database import Database
from store.database.migration import Chain, remove
from store.models import PluginRecord
from store.models.base import now


def chain_of(entry: Entry[Tables]) -> Chain:
    """The chain of migrations of a plugin's tables."""
    return Chain(entry.owner, entry.value.versions, entry.value.described())


def remember(database: Database, host: Host) -> None:
    """Keep in the database which plugins run, and which tables are theirs."""
    with database.write(Actor.system("plugins")) as session:
        for name in host.order:
            tables = [table for entry in host.contributions.of(name).tables for table in entry.value.table_names()]
            state = host.state(name)
            version = state.version or ""
            kept = {"permissions": list(state.permissions)}
            record = session.get(PluginRecord, name)
            if record is None:
                session.add(PluginRecord(name=name, version=version, tables=tables, settings=kept))
            else:
                record.version = version
                record.settings = kept
                record.tables = sorted({*record.tables, *tables})
                record.last_seen_at = now()


def check_rules(database: Database, host: Host) -> None:
    """Raises PluginStartError for a plugin that decided who may see what here, and now can't even be imported.

    What such a plugin asks for, its manifest says; but without an import nobody can read it, so what it asked for
    when it last ran counts. Disabling it in the settings is a decision, and goes through.
    """
    with database.read() as session:
        records = {record.name: record for record in session.query(PluginRecord)}
    for state in host.states():
        record = records.get(state.name)
        asked = record.settings.get("permissions", []) if record else []
        if state.state is State.FAILED and Permission.PERMISSION_RULES in asked:
            raise PluginStartError(
                f"Roadshow doesn't start: the plugin '{state.name}' decides who may see what, so serving without it "
                f"could show what it hides, and it can't be used: {state.reason}. Repair it, or disable it "
                f"(plugins.{state.name}.enabled = false in the settings)."
            )


def left_behind(database: Database, host: Host) -> dict[str, tuple[str, ...]]:
    """For each plugin that was here once and doesn't run now: the tables that it left, untouched."""
    with database.read() as session:
        names = [record.name for record in session.query(PluginRecord) if record.name not in host.order]
    found = {name: tables_of(database, host, name) for name in sorted(names)}
    return {name: tables for name, tables in found.items() if tables}


def tables_of(database: Database, host: Host, name: str) -> tuple[str, ...]:
    """Names of the tables that the database holds of a plugin, installed or not."""
    with database.read() as session:
        record = session.get(PluginRecord, name)
        known = set(record.tables) if record else set()
    for entry in _declared(host, name):
        known.update(entry.value.table_names())
    return tuple(sorted(known & set(inspect(database.engine).get_table_names())))


def drop(database: Database, host: Host, name: str) -> None:
    """Drop a plugin's tables with everything in them, and forget the plugin.

    An installed plugin's migrations are undone; those of one that is gone can't be, so its tables are dropped by
    their names.

    Raises
    ------
    store.migrate.MigrationError: a migration can't be undone; everything is as it was.
    """
    for entry in _declared(host, name):
        remove(database, chain_of(entry))
    _drop_by_name(database, [*tables_of(database, host, name), f"alembic_version_{name}"])
    with database.write(Actor.system("plugins")) as session:
        record = session.get(PluginRecord, name)
        if record is not None:
            session.delete(record)


def _declared(host: Host, name: str) -> Sequence[Entry[Tables]]:
    try:
        return host.tables_of(name)
    except UnknownPluginError:
        return ()


def _drop_by_name(database: Database, names: Sequence[str]) -> None:
    there = set(inspect(database.engine).get_table_names()).intersection(names)
    if not there:
        return
    described = MetaData()
    described.reflect(database.engine, only=sorted(there))
    with database.change_tables() as connection:
        for table in reversed(described.sorted_tables):
            if table.name in there:
                connection.execute(text(f'DROP TABLE "{table.name}"'))
