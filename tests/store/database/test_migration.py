"""Migrations: the chain gives what the models declare, and an old or newer schema is noticed."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from store.access.actors import Actor
from store.database import BusyError, Database, migration
from store.models import Base, Project

if TYPE_CHECKING:
    from collections.abc import Iterator

CORE = migration.core_chain()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Database]:
    """An SQLite database without any table."""
    database = Database(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    yield database
    database.dispose()


def belongs_to_the_models(thing: Any, name: str | None, kind: str, reflected: bool, _: Any) -> bool:
    """The search index that each database keeps for itself stands in no model."""
    if kind == "table":
        return not str(name).startswith("search_index")
    return name not in {"terms", "ix_search_document_terms"}


def test_a_fresh_database_has_what_the_models_declare(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": belongs_to_the_models, "compare_type": True}
        )
        differences = compare_metadata(context, Base.metadata)
    assert differences == []


def test_the_search_index_of_the_database_is_there(database: Database) -> None:
    inspector = inspect(database.engine)
    if database.is_sqlite:
        assert inspector.has_table("search_index")
    else:
        assert "terms" in {column["name"] for column in inspector.get_columns("search_document")}
        assert "ix_search_document_terms" in {index["name"] for index in inspector.get_indexes("search_document")}


def test_the_chain_has_one_head_and_every_revision_says_what_it_does() -> None:
    scripts: ScriptDirectory = migration._scripts(CORE)
    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1
    for revision in scripts.walk_revisions():
        assert revision.doc


def test_migrating_twice_does_nothing_the_second_time(empty: Database) -> None:
    assert not migration.is_current(empty, CORE)
    assert migration.upgrade(empty, CORE) is True
    assert migration.is_current(empty, CORE)
    assert migration.upgrade(empty, CORE) is False


def test_while_another_program_writes_only_what_must_be_migrated_waits(empty: Database) -> None:
    other = Database(empty.url)
    empty.write_wait = 0.05
    with other.change_tables(), pytest.raises(BusyError, match="try again"):
        migration.upgrade(empty, CORE)
    assert migration.upgrade(empty, CORE) is True
    with other.write(Actor.system("test")):
        assert migration.upgrade(empty, CORE) is False
    other.dispose()


def test_migrating_keeps_what_is_there(database: Database) -> None:
    with database.write(Actor.system("test")) as session:
        project = Project(name={"en": "P"})
        session.add(project)
    migration.upgrade(database, CORE)
    with database.read() as session:
        assert session.get_one(Project, project.id).name == {"en": "P"}


def test_a_server_on_an_old_schema_is_told_what_to_run(database: Database) -> None:
    migration.require_current(database, CORE)
    first = next(revision.revision for revision in migration._scripts(CORE).walk_revisions() if revision.is_base)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :first"), {"first": first})
    with pytest.raises(migration.MigrationError, match=f"at revision {first}.*Run: roadshow migrate"):
        migration.require_current(database, CORE)


def test_a_database_without_tables_is_told_what_to_run(empty: Database) -> None:
    with pytest.raises(migration.MigrationError, match=r"at revision none.*Run: roadshow migrate"):
        migration.require_current(empty, CORE)


def test_a_server_on_a_newer_schema_is_told_so(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(
        migration.MigrationError, match=r"at revision 9999, which is newer .* Install the newer version"
    ):
        migration.require_current(database, CORE)


def test_core_s_tables_can_not_be_removed(database: Database) -> None:
    with pytest.raises(migration.MigrationError, match="can't be removed"):
        migration.remove(database, CORE)
    assert migration.is_current(database, CORE)


REVISION = """
from alembic import op
import sqlalchemy as sa

revision = "{name}1"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table("{name}_thing", sa.Column("id", sa.String(40), primary_key=True))
    {more}


def downgrade():
    op.drop_table("{name}_thing")
"""


def chain(tmp_path: Path, name: str, more: str = "pass") -> migration.Chain:
    folder = tmp_path / name
    folder.mkdir()
    (folder / f"{name}1.py").write_text(REVISION.format(name=name, more=more))
    return migration.Chain(name, folder, Base.metadata, frozenset({f"{name}_thing"}))


def test_a_plugin_has_a_chain_of_its_own_and_leaves_nothing_behind(database: Database, tmp_path: Path) -> None:
    garden, kitchen = chain(tmp_path, "garden"), chain(tmp_path, "kitchen")
    assert migration.upgrade(database, garden)
    assert migration.upgrade(database, kitchen)
    assert {"garden_thing", "kitchen_thing"} <= set(inspect(database.engine).get_table_names())
    migration.remove(database, garden)
    left = set(inspect(database.engine).get_table_names())
    assert not any("garden" in table for table in left)
    assert migration.is_current(database, kitchen)
    assert migration.is_current(database, CORE)


def test_a_failing_migration_leaves_the_database_as_it_was(database: Database, tmp_path: Path) -> None:
    broken = chain(tmp_path, "broken", more='op.execute("SELECT nonsense FROM nowhere")')
    before = set(inspect(database.engine).get_table_names())
    with pytest.raises(migration.MigrationError, match="broken"):
        migration.upgrade(database, broken)
    assert set(inspect(database.engine).get_table_names()) == before
    assert not migration.is_current(database, broken)


def test_several_processes_may_start_at_once(database_url: str, tmp_path: Path) -> None:
    databases = [Database(database_url) for _ in range(4)]
    garden = chain(tmp_path, "garden")
    done: list[bool] = []
    failures: list[BaseException] = []

    def start(database: Database) -> None:
        try:
            done.append(migration.upgrade(database, garden))
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=start, args=(database,)) for database in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sorted(done) == [False, False, False, True]
    migration.require_current(databases[0], garden)
    for database in databases:
        database.dispose()
