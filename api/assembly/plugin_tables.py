"""Tables of plugins in the database, also of plugins that are gone."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from sqlalchemy import MetaData, inspect, select, text

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

log = logging.getLogger("roadshow.plugins")


def chain_of(entry: Entry[Tables], version: str = "") -> Chain:
    """Return the chain of migrations of a plugin's tables; `version` is the plugin's."""
    tables = entry.value
    return Chain(entry.owner, tables.versions, tables.described(), frozenset(tables.table_names()), version)


def remember(database: Database, host: Host) -> None:
    """Record in the database which plugins run, and their tables."""
    with database.write(Actor.system("plugins")) as session:
        for name in host.order:
            tables = [table for entry in host.contributions.of(name).tables for table in entry.value.table_names()]
            state = host.state(name)
            version = state.version or ""
            kept = {
                "permissions": list(state.permissions),
                "rules": [entry.point for entry in host.contributions.of(name).permission_rules],
            }
            record = session.get(PluginRecord, name)
            if record is None:
                session.add(PluginRecord(name=name, version=version, tables=tables, settings=kept))
            else:
                record.version = version
                record.settings = kept
                record.tables = sorted({*record.tables, *tables})
                record.last_seen_at = now()


def check_rules(database: Database, host: Host) -> None:
    """Raise PluginStartError for a plugin that decided who may see what here and now doesn't run.

    A plugin's manifest says what it requests; for one that can't be imported or isn't installed, its last known request
    counts. Disabling it in the settings is a decision and passes with a warning, and so does `accept_removal`.
    """
    states = {state.name: state for state in host.states()}
    for record in rules_left(database, host):
        state = states.get(record.name)
        if not host.settings.of(record.name).enabled:
            log.warning(
                "the plugin '%s' decided who may see what here and is disabled: what it hid is now visible", record.name
            )
            continue
        if state is None:
            why, remedy = "isn't installed any more", "Install it again"
        elif state.state is State.DISABLED:
            why, remedy = "isn't among plugins.host.only", "Add it there"
        else:
            why, remedy = f"can't be used: {state.reason}", "Repair it"
        rules = ", ".join(record.settings.get("rules", ())) or "its rules weren't recorded"
        raise PluginStartError(
            f"Roadshow can't start:  the plugin '{record.name}' decides who may see what here ({rules}), so serving "
            f"without it could show what it hides, and it {why}. {remedy}; or disable it "
            f"(plugins.{record.name}.enabled = false in the settings); or accept for good that its rules hold no "
            f"longer: roadshow plugins accept-removal {record.name}"
        )


def rules_left(database: Database, host: Host) -> list[PluginRecord]:
    """Map the plugins that decided who may see what here, and don't run now, to their rules."""
    with database.read() as session:
        records = session.scalars(select(PluginRecord).order_by(PluginRecord.name)).all()
    return [
        record
        for record in records
        if record.name not in host.order and Permission.PERMISSION_RULES in record.settings.get("permissions", ())
    ]


def accept_removal(database: Database, host: Host, name: str) -> tuple[str, ...] | None:
    """Forget that a plugin decided who may see what here; return its rules, or None if there are none."""
    if name not in {record.name for record in rules_left(database, host)}:
        return None
    with database.write(Actor.system("plugins")) as session:
        record = session.get(PluginRecord, name)
        assert record is not None
        rules = tuple(record.settings.get("rules", ()))
        record.settings = {**record.settings, "permissions": [], "removal_accepted": now().isoformat()}
    return rules


def left_behind(database: Database, host: Host) -> dict[str, tuple[str, ...]]:
    """Map each former plugin that doesn't run now to the tables it left."""
    with database.read() as session:
        names = [record.name for record in session.query(PluginRecord) if record.name not in host.order]
    by_plugin = {name: tables_of(database, host, name) for name in sorted(names)}
    return {name: tables for name, tables in by_plugin.items() if tables}


def tables_of(database: Database, host: Host, name: str) -> tuple[str, ...]:
    """Return the tables of a plugin in the database, installed or not."""
    with database.read() as session:
        record = session.get(PluginRecord, name)
        known = set(record.tables) if record else set()
    for entry in _declared(host, name):
        known.update(entry.value.table_names())
    return tuple(sorted(known & set(inspect(database.engine).get_table_names())))


def drop(database: Database, host: Host, name: str) -> None:
    """Drop a plugin's tables with everything in them, and forget the plugin.

    An installed plugin's migrations are reverted; tables of one that is gone are dropped by name.

    Raises
    ------
    store.migrate.MigrationError: a migration can't be reverted; nothing has changed.
    """
    for entry in _declared(host, name):
        remove(database, chain_of(entry, host.state(name).version or ""))
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
