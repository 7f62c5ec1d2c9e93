"""The three programmes in a database, loaded once for all tests that only read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from store.database import Database
from tests.plugins.programmes.support import load_programmes
from tests.support import databases


@pytest.fixture(scope="session", params=databases.BACKENDS)
def programmes(request: pytest.FixtureRequest, shared_directory: Path) -> Iterator[Database]:
    """A database with all three programmes; tests must not write to it."""
    with databases.fresh(request.param, shared_directory) as url:
        database = Database(url)
        try:
            load_programmes(database)
            yield database
        finally:
            database.dispose()


@pytest.fixture
def session(programmes: Database) -> Iterator[Session]:
    """A session that reads the three programmes."""
    with programmes.read() as session:
        yield session
