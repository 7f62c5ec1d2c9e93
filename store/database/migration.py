"""Migrations: one chain for core, one for each plugin that brings tables, each with its own version table."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, MetaData, inspect, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from store.database import Database
from store.database.environment import environment_problem
from store.models import Base

CORE = "core"
_ENVIRONMENT = Path(__file__).parents[1] / "migrations"
_MIGRATION_LOCK = 4_071_994


class MigrationError(Exception):
    """A migration failed or the schema is not what this version needs; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain of migrations: core's, or a plugin's.

    `versions` is the folder of its revision files; its position is kept in a version table of its
    own, so that removing a plugin leaves every other chain untouched.
    """

    name: str
    versions: Path
    metadata: MetaData

    @property
    def version_table(self) -> str:
        return "alembic_version" if self.name == CORE else f"alembic_version_{self.name}"


def core_chain() -> Chain:
    """The chain of core's tables."""
    return Chain(CORE, _ENVIRONMENT / "versions", Base.metadata)


def upgrade(database: Database, chain: Chain) -> bool:
    """Bring `chain` to its newest revision in one transaction; True if anything was done.

    One that is at its newest revision is not locked. Raises MigrationError, with everything rolled back, where a
    revision fails, and BusyError where another program writes for too long.
    """
    if is_current(database, chain):
        return False
    with database.change_tables() as connection:
        _take_turns(connection)
        if current_revision(connection, chain) == newest_revision(chain):
            return False
        _run(connection, chain, lambda config: command.upgrade(config, "head"))
        return True


def remove(database: Database, chain: Chain) -> None:
    """Undo every revision of a plugin's chain: its tables and their data are gone for good.

    Raises MigrationError, with everything rolled back, where a revision can't be undone.
    """
    if chain.name == CORE:
        raise MigrationError("Core's tables can't be removed; delete the database instead")
    with database.change_tables() as connection:
        _take_turns(connection)
        _run(connection, chain, lambda config: command.downgrade(config, "base"))
        connection.execute(text(f'DROP TABLE IF EXISTS "{chain.version_table}"'))


def is_current(database: Database, chain: Chain) -> bool:
    """Whether the database stands at the chain's newest revision."""
    with database.engine.connect() as connection:
        return current_revision(connection, chain) == newest_revision(chain)


def require_current(database: Database, chain: Chain) -> None:
    """Raises MigrationError with the command to run, where the database is on another revision."""
    with database.engine.connect() as connection:
        found, wanted = current_revision(connection, chain), newest_revision(chain)
    if found == wanted:
        return
    known = {revision.revision for revision in _scripts(chain).walk_revisions()}
    if found is not None and found not in known:
        raise MigrationError(
            f"The database's {chain.name} tables are at revision {found}, which this version of Roadshow doesn't "
            f"know (it needs {wanted}): the database is newer. Install the newer version of Roadshow."
        )
    raise MigrationError(
        f"The database's {chain.name} tables are at revision {found or 'none'}, this version of Roadshow needs "
        f"{wanted}. Run: roadshow migrate"
    )


def current_revision(connection: Connection, chain: Chain) -> str | None:
    """The revision that the database stands at; None before the first."""
    if not inspect(connection).has_table(chain.version_table):
        return None
    return connection.execute(text(f'SELECT version_num FROM "{chain.version_table}"')).scalar()


def newest_revision(chain: Chain) -> str | None:
    """The chain's last revision; None where it has none."""
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
    config = _config(chain)
    config.attributes["connection"] = connection
    config.attributes["metadata"] = chain.metadata
    config.attributes["version_table"] = chain.version_table
    try:
        step(config)
    except DBAPIError as error:
        said = environment_problem(error) or str(error)
        raise MigrationError(f"A migration of {chain.name} ({chain.versions}) failed: {said}") from error
    except (SQLAlchemyError, CommandError) as error:
        raise MigrationError(f"A migration of {chain.name} ({chain.versions}) failed: {error}") from error
    except Exception as error:
        raise MigrationError(
            f"A migration of {chain.name} ({chain.versions}) failed: {type(error).__name__}: {error}"
        ) from error


def _take_turns(connection: Connection) -> None:
    """Several processes may start at once: on PostgreSQL one migrates, the others wait and find it done."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
