"""Databases of every released version are brought to the newest one with what is in them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, Connection, MetaData, Table, func, select, text
from sqlalchemy import types as sql

from store.database import Database, migration
from store.models import Base
from tests.store.database.test_migration import belongs_to_the_models
from tests.support import databases

CORE = migration.core_chain()
REVISIONS = [each.revision for each in reversed(list(migration._scripts(CORE).walk_revisions()))]
ALWAYS = "0003"  # the oldest in which nearly every table takes a row; the others are left to make nightly
OLDER = [each if each == ALWAYS else pytest.param(each, marks=pytest.mark.nightly) for each in REVISIONS[:-1]]
KEPT_BY_DATABASES = ("search_", "alembic_version", "sqlite_")


@pytest.fixture(params=databases.BACKENDS)
def empty(request: pytest.FixtureRequest, tmp_path: Path, shared_directory: Path) -> Iterator[Database]:
    """A database without any table."""
    with databases.fresh(request.param, shared_directory) as url:
        database = Database(url if request.param == "postgresql" else f"sqlite:///{tmp_path / 'empty.sqlite'}")
        if request.param == "postgresql":
            with database.change_tables() as connection:
                connection.execute(text("DROP SCHEMA public CASCADE"))
                connection.execute(text("CREATE SCHEMA public"))
        yield database
        database.dispose()


def bring_to(database: Database, revision: str) -> None:
    with database.change_tables() as connection:
        migration._run(connection, CORE, lambda config: command.upgrade(config, revision))


def value_for(table: Table, column: Column[Any], rows: dict[str, dict[str, Any]]) -> Any:
    """Something that the column takes; a reference leads to the row that stands already."""
    for key in column.foreign_keys:
        if key.column.table.name in rows:
            return rows[key.column.table.name][key.column.name]
    model = Base.metadata.tables.get(table.name)
    declared = model.columns.get(column.name) if model is not None else None
    if declared is not None and isinstance(declared.type, sql.Enum) and declared.type.enums:
        return declared.type.enums[0]
    kinds: list[tuple[type[sql.TypeEngine[Any]], Any]] = [
        (sql.Boolean, False),
        (sql.Integer, 1),
        (sql.Float, 1.0),
        (sql.Numeric, Decimal(1)),
        (sql.DateTime, datetime(2026, 1, 2, tzinfo=UTC)),
        (sql.Date, date(2026, 1, 2)),
        (sql.LargeBinary, b"x"),
        (sql.JSON, {"en": table.name}),
    ]
    return next((value for kind, value in kinds if isinstance(column.type, kind)), f"{table.name[:12]}-1")


def fill(connection: Connection) -> dict[str, int]:
    """A row in every table that takes one without knowing more than its columns; how many rows each has then."""
    metadata = MetaData()
    metadata.reflect(connection)
    rows: dict[str, dict[str, Any]] = {}
    counts = {}
    for table in metadata.sorted_tables:
        if table.name.startswith(KEPT_BY_DATABASES):
            continue
        needed = [each for each in table.columns if not each.nullable and each.server_default is None]
        row = {each.name: value_for(table, each, rows) for each in needed}
        try:
            with connection.begin_nested():
                connection.execute(table.insert().values(row))
            rows[table.name] = row
        except Exception as problem:
            print(f"{table.name} stays empty: {str(problem).splitlines()[0]}")
        counts[table.name] = connection.scalar(select(func.count()).select_from(table)) or 0
    return counts


@pytest.mark.parametrize("revision", OLDER)
def test_a_database_of_an_older_version_keeps_its_rows(empty: Database, revision: str) -> None:
    bring_to(empty, revision)
    with empty.change_tables() as connection:
        before = fill(connection)
    filled = [name for name, count in before.items() if count]
    assert len(filled) >= 0.8 * len(before), f"only {filled} of {sorted(before)} took a row"

    migration.upgrade(empty, CORE)

    with empty.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": belongs_to_the_models, "compare_type": True}
        )
        assert compare_metadata(context, Base.metadata) == []
        for name in filled:
            kept = connection.scalar(text(f'SELECT count(*) FROM "{name}"'))
            assert kept == before[name], name


@pytest.mark.nightly
def test_one_version_after_another_gives_the_newest(empty: Database) -> None:
    for revision in REVISIONS:
        bring_to(empty, revision)
        with empty.engine.connect() as connection:
            assert migration.current_revision(connection, CORE) == revision
    assert migration.is_current(empty, CORE)
