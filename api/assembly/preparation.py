"""Prepares a start: loads the host with its plugins, and upgrades the database as they require."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING

from api.operations.settings import ServerSettings, load_server_settings
from plugins.host.contributions.graphql import snake_case
from plugins.host.host import Host
from store.database import Database
from store.database.migration import (
    Chain,
    MigrationError,
    core_chain,
    has_tables,
    require_current,
    require_not_newer,
    upgrade,
)

if TYPE_CHECKING:
    from store.plugin_tables.registration import PluginTable

log = logging.getLogger("roadshow.start")


def load_host(settings: ServerSettings | None = None, core: tuple[object, ...] = (), *, survey: bool = False) -> Host:
    """Load the host with all installed plugins; ``core`` is core's contribution. For ``survey`` see `Host.load`.

    Their entities' tables, roles, scopes and storages are registered in this process, unlike by `Host.load`, which
    changes nothing outside the host.

    Raises plugins.host.errors.PluginStartError, whose text says which plugin and what to do.
    """
    from schema.declarations.errors import SchemaError

    settings = settings or load_server_settings()
    host = Host.load(settings.plugins, core=core, expected=(SchemaError,), survey=survey)
    contributed = host.contributions
    if contributed.plugin_entities or contributed.extensions:
        host = _with_entities(host)
    if host.contributions.roles:
        host = with_roles(host)
    if host.contributions.storages:
        from store.files.storage import SCHEMES

        SCHEMES.update({entry.name: entry.value.open for entry in host.contributions.storages})
    if host.contributions.field_rules():
        from store.plugin_tables.registration import hide

        hide(hidden_columns(host))
    return host


def _with_entities(host: Host) -> Host:
    """Let the store know the tables of plugins' entities; leave out plugins whose entities it can't work with."""
    from store.plugin_tables.registration import register

    owners = (entry.owner for entry in (*host.contributions.plugin_entities, *host.contributions.extensions))
    for name in dict.fromkeys(owners):
        try:
            register(tables_of(host, name))
        except (TypeError, KeyError) as problem:
            reason = f"its entity can't be used: {problem.args[0] if problem.args else problem}"
            log.error("the plugin '%s' is left out: %s", name, reason)
            host = host.without(name, reason)
    return host


def with_roles(host: Host) -> Host:
    """Let this process know the roles and scopes of plugins; leave out plugins whose scopes can't be ones."""
    import schema.domain.catalogue  # noqa: F401  (fills CORE)
    from api.accounts.texts import add_titles
    from schema.declarations.entities import CORE
    from store.access.scopes import add_roles

    prefixes = {name: entity.prefix for name, entity in CORE.items()}
    prefixes |= {entry.name: entry.value.prefix for entry in host.contributions.plugin_entities}
    for name in dict.fromkeys(entry.owner for entry in host.contributions.roles):
        own = host.contributions.of(name)
        roles = [entry.value for entry in own.member_roles()]
        scopes = [entry.value for entry in own.member_scopes()]
        try:
            add_roles({each.name: prefixes[each.on] for each in scopes}, {each.name: each.scopes for each in roles})
        except ValueError as problem:
            log.error("the plugin '%s' is left out: %s", name, problem)
            host = host.without(name, str(problem))
            continue
        add_titles({each.name: each.title for each in roles}, {each.name: each.title for each in scopes})
    return host


def tables_of(host: Host, plugin: str | None = None) -> Iterator[PluginTable]:
    """What the store has to know of the entities of a plugin, or of all.

    Raises TypeError or KeyError for an entity that it can't work with.
    """
    import schema.domain.catalogue  # noqa: F401  (fills CORE)
    from schema.declarations.entities import CORE, Entity
    from schema.declarations.extensions import Extension
    from schema.declarations.stored import extension_table, plugin_table

    declared = {entry.name: entry for entry in host.contributions.plugin_entities}
    own = {name: entry.value for name, entry in declared.items() if isinstance(entry.value, Entity)}
    for name, entity in own.items():
        if plugin is None or declared[name].owner == plugin:
            yield plugin_table(entity, {**CORE, **own})
    for entry in host.contributions.extensions:
        if (plugin is None or entry.owner == plugin) and isinstance(entry.value, Extension):
            yield extension_table(entry.value, {**CORE, **own})


def hidden_columns(host: Host) -> dict[type, frozenset[str]]:
    """Return the columns of core's tables that plugins' rules hide from some, by model."""
    import schema.domain.catalogue  # noqa: F401  (fills CORE)
    from schema.declarations.entities import CORE

    hidden: dict[type, frozenset[str]] = {}
    for rule in (entry.value for entry in host.contributions.field_rules()):
        entity = CORE.get(rule.on)
        for name, each in entity.fields.items() if entity is not None else ():
            if entity is not None and name == snake_case(rule.field):
                hidden[entity.model] = hidden.get(entity.model, frozenset()) | set(each.columns)
    return hidden


def chains(host: Host) -> list[Chain]:
    """Return the chains of migrations: core's, then each plugin's in order."""
    from api.assembly.plugin_tables import chain_of

    entries = [entry for entry in host.contributions.tables if entry.owner != "core"]
    return [core_chain(), *(chain_of(entry, host.state(entry.owner).version or "") for entry in entries)]


def prepare_database(settings: ServerSettings, facts: bool = False) -> None:
    """On SQLite, migrate and, with ``facts``, load the facts of core and plugins; on PostgreSQL, refuse an old schema.

    Raises store.database.DatabaseError or store.migrate.MigrationError, each with what to do.
    """
    database = Database(settings.database_url)
    try:
        database.check()
        from api.assembly.core_contributions import CoreData

        host = load_host(settings, (CoreData(),) if facts else ())
        if database.is_sqlite:
            migrate_all(database, host)
            if facts:
                from api.assembly.data import load_reference

                load_reference(database, host)
        else:
            require_current(database, core_chain())
    finally:
        database.dispose()


def migrate_all(database: Database, host: Host) -> list[tuple[str, str]]:
    """Migrate core and every plugin, and record their tables; return (chain, what was done).

    A plugin whose migration fails is left unchanged and reported. Raises MigrationError for core.
    """
    from api.assembly.plugin_tables import remember

    done = []
    for chain in chains(host):
        try:
            done.append((chain.name, "migrated" if upgrade(database, chain) else "up to date"))
        except MigrationError as problem:
            if chain.name == "core":
                raise
            log.error("%s", problem)
            done.append((chain.name, f"failed: {problem}"))
            host = host.without(chain.name, str(problem))
    remember(database, host)
    return done


def surveyed_host(settings: ServerSettings | None = None) -> Host:
    """Return the host as `assemble` would, by the same checks; its `problems` stop the start.

    Raises store.database.DatabaseError if the database doesn't answer.
    """
    from api.assembly.core_contributions import CORE_PARTS
    from api.assembly.plugin_schema import with_schema
    from api.assembly.plugin_tables import check_rules

    settings = settings or load_server_settings()
    host = load_host(settings, CORE_PARTS, survey=True)
    database = Database(settings.database_url)
    try:
        if has_tables(database):
            # On SQLite the start migrates by itself, so a pending migration is no reason to leave a plugin out.
            host = current_host(database, host, pending_too=not database.is_sqlite)
            host.attempt(lambda: check_rules(database, host))
    finally:
        database.dispose()
    if not host.problems:
        host, _ = with_schema(host)
    return host


def current_host(database: Database, host: Host, pending_too: bool = True) -> Host:
    """Return ``host`` without the plugins whose tables aren't at the required revision. Raises MigrationError for core.

    Without ``pending_too`` plugins stay whose tables `roadshow migrate` would upgrade.
    """
    for chain in chains(host):
        try:
            (require_current if pending_too else require_not_newer)(database, chain)
        except MigrationError as problem:
            if chain.name == "core":
                raise
            log.error("%s", problem)
            host = host.without(chain.name, str(problem))
    return host
