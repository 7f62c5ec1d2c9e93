"""Migrations: one chain for core and one for each plugin with tables, each with its own version table."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, MetaData, Row, inspect, select, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from store.database import Database
from store.database.environment import environment_problem
from store.models import Base, PluginRecord

CORE = "core"
_ENVIRONMENT = Path(__file__).parents[1] / "migrations"
_MIGRATION_LOCK = 4_071_994


class MigrationError(Exception):
    """A migration failed, or the schema doesn't fit this version; the message includes the remedy."""


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain of migrations: core's, or a plugin's.

    `versions` is the folder of its revision files. Its position is stored in its own version table, so that removing a
    plugin leaves all other chains untouched.
    """

    name: str
    versions: Path
    metadata: MetaData
    tables: frozenset[str] = frozenset()
    """Names of a plugin's tables: its migrations may touch no others."""
    version: str = ""
    """A plugin's version, for messages."""

    @property
    def version_table(self) -> str:
        return "alembic_version" if self.name == CORE else f"alembic_version_{self.name}"


def core_chain() -> Chain:
    """Return the chain of core's tables."""
    return Chain(CORE, _ENVIRONMENT / "versions", Base.metadata)


def upgrade(database: Database, chain: Chain, to: str | None = None) -> bool:
    """Upgrade `chain` to revision `to`, or its newest, in one transaction; return True if anything was done.

    A chain at its newest revision takes no lock. Raises MigrationError, with everything rolled back, if a revision
    fails, and BusyError if another program writes for too long.
    """
    wanted = to or newest_revision(chain)
    with database.engine.connect() as connection:
        if current_revision(connection, chain) == wanted:
            return False
    with database.change_tables() as connection:
        _take_turns(connection)
        if current_revision(connection, chain) == wanted:
            return False
        _refuse_newer(connection, chain)
        _run(connection, chain, lambda config: command.upgrade(config, to or "head"))
        return True


def remove(database: Database, chain: Chain) -> None:
    """Revert every revision of a plugin's chain, which deletes its tables and their data.

    Raises MigrationError, with everything rolled back, if a revision can't be undone.
    """
    if chain.name == CORE:
        raise MigrationError("Core's tables can't be removed; delete the database instead")
    revert(database, chain)


def revert(database: Database, chain: Chain) -> None:
    """Revert every revision of any chain. As `remove`."""
    with database.change_tables() as connection:
        _take_turns(connection)
        _run(connection, chain, lambda config: command.downgrade(config, "base"))
        connection.execute(text(f'DROP TABLE IF EXISTS "{chain.version_table}"'))


def is_current(database: Database, chain: Chain) -> bool:
    """Return whether the database is at the chain's newest revision."""
    with database.engine.connect() as connection:
        return current_revision(connection, chain) == newest_revision(chain)


def require_current(database: Database, chain: Chain) -> None:
    """Raise MigrationError with the command to run if the database is on another revision."""
    with database.engine.connect() as connection:
        current, wanted = current_revision(connection, chain), newest_revision(chain)
    if current == wanted:
        return
    require_not_newer(database, chain)
    raise MigrationError(
        f"The database's {chain.name} tables are at revision {current or 'none'}, but this version of Roadshow needs "
        f"{wanted}. Run: roadshow migrate"
    )


def require_not_newer(database: Database, chain: Chain) -> None:
    """Raise MigrationError if the database was written by a newer version of the chain's owner."""
    with database.engine.connect() as connection:
        _refuse_newer(connection, chain)


def has_tables(database: Database) -> bool:
    """Return whether the database exists and has core's tables. Creates no file. Raises DatabaseError if it doesn't
    answer."""
    if database.is_sqlite and not Path(database.url.database or "").exists():
        return False
    database.check()
    return bool(inspect(database.engine).has_table(core_chain().version_table))


def _refuse_newer(connection: Connection, chain: Chain) -> None:
    """Raise MigrationError for a newer database, naming the version if it is known."""
    current, wanted = current_revision(connection, chain), newest_revision(chain)
    if current is None or knows(chain, current):
        return
    if chain.name == CORE:
        raise MigrationError(
            f"The database's core tables are at revision {current}, which is newer than this version of Roadshow (it "
            f"knows {wanted}). Install the newer version of Roadshow."
        )
    record = _record_of(connection, chain.name)
    newer = f"version {record.version}" if record is not None else "a newer version"
    raise MigrationError(
        f"The database is of {newer} of the plugin '{chain.name}' (its tables are at revision {current}), and "
        f"{f'version {chain.version}' if chain.version else 'an older one'} is installed, which knows revisions up to "
        f"{wanted}. Install {newer} or a later one; or drop its tables, with everything in them: "
        f"roadshow plugins purge {chain.name}"
    )


def _record_of(connection: Connection, plugin: str) -> Row[str, list[str]] | None:
    """Return the database's record of a plugin; None before core's tables exist."""
    if not inspect(connection).has_table(PluginRecord.__tablename__):
        return None
    columns = (PluginRecord.version, PluginRecord.tables)
    return connection.execute(select(*columns).where(PluginRecord.name == plugin)).one_or_none()


def _own_tables(connection: Connection, chain: Chain) -> set[str]:
    """Return the tables that a plugin's migrations may touch: those of its current version and of earlier ones."""
    record = _record_of(connection, chain.name)
    return {*chain.tables, *(record.tables if record is not None else ()), chain.version_table}


def current_revision(connection: Connection, chain: Chain) -> str | None:
    """Return the revision that the database is at; None before the first."""
    if not inspect(connection).has_table(chain.version_table):
        return None
    return connection.execute(text(f'SELECT version_num FROM "{chain.version_table}"')).scalar()


def knows(chain: Chain, revision: str) -> bool:
    """Whether the chain has this revision."""
    return revision in {each.revision for each in _scripts(chain).walk_revisions()}


def newest_revision(chain: Chain) -> str | None:
    """Return the chain's last revision; None if it has none."""
    return _scripts(chain).get_current_head()


def _config(chain: Chain) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_ENVIRONMENT))
    config.set_main_option("version_locations", str(chain.versions))
    config.set_main_option("path_separator", "os")
    return config


def _scripts(chain: Chain) -> ScriptDirectory:
    return ScriptDirectory.from_config(_config(chain))


def _run(connection: Connection, chain: Chain, step: Callable[[Config], None]) -> None:
    """Run one step of Alembic, a plugin's within its own tables. After a MigrationError, roll back."""
    if chain.name == CORE:
        _step(connection, chain, step)
        return
    from store.database.migration_scope import within_scope  # its parser takes longer to load than everything else

    with within_scope(connection, _own_tables(connection, chain)) as refused:
        try:
            _step(connection, chain, step)
        except MigrationError:
            if not refused:
                raise
    if refused:
        raise MigrationError(
            f"A migration of the plugin '{chain.name}' ({chain.versions}) was refused, and none of its statements was "
            f"kept: {refused[0]} A plugin's migrations may touch its own tables alone: "
            f"{', '.join(sorted(chain.tables)) or 'it declares none'}."
        )


def _step(connection: Connection, chain: Chain, step: Callable[[Config], None]) -> None:
    config = _config(chain)
    config.attributes["connection"] = connection
    config.attributes["metadata"] = chain.metadata
    config.attributes["version_table"] = chain.version_table
    try:
        step(config)
    except DBAPIError as error:
        sentence = environment_problem(error) or str(error)
        raise MigrationError(f"A migration of {chain.name} ({chain.versions}) failed: {sentence}") from error
    except (SQLAlchemyError, CommandError) as error:
        raise MigrationError(f"A migration of {chain.name} ({chain.versions}) failed: {error}") from error
    except Exception as error:
        raise MigrationError(
            f"A migration of {chain.name} ({chain.versions}) failed: {type(error).__name__}: {error}"
        ) from error


def _take_turns(connection: Connection) -> None:
    """Serialise concurrent starts: on PostgreSQL one process migrates, the others wait and find it done."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
