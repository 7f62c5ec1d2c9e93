"""Sample records for the schema's tests, and a way to ask it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from graphql import ExecutionResult
from sqlalchemy import event

from schema.compiled import Planner
from schema.request.context import Services
from schema.types.build import RoadshowSchema, build_schema
from store.access.actors import Actor
from store.database import Database
from store.settings import Settings
from tests.schema.compiled.changes import execute_by_both
from tests.schema.samples import SampleCopies, SampleRecords
from tests.support import databases

Ask = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def schema() -> RoadshowSchema:
    return build_schema()


@pytest.fixture
def services(database: Database, schema: RoadshowSchema) -> Services:
    return Services(database, Settings(), schema.registry)


@pytest.fixture(scope="session")
def sample_copies(shared_directory: Path) -> Iterator[SampleCopies]:
    copies = SampleCopies(shared_directory)
    yield copies
    copies.close()


@pytest.fixture
def copied(
    request: pytest.FixtureRequest, shared_directory: Path, sample_copies: SampleCopies
) -> Callable[[str], AbstractContextManager[str]]:
    """The URL of a migrated database of a kind: with the samples for a test that takes `samples`, else empty."""

    def url(backend: str) -> AbstractContextManager[str]:
        filled = "samples" in request.fixturenames
        return sample_copies.copy(backend) if filled else databases.fresh(backend, shared_directory)

    return url


@pytest.fixture(params=databases.BACKENDS)
def database_url(request: pytest.FixtureRequest, copied: Callable[..., AbstractContextManager[str]]) -> Iterator[str]:
    with copied(request.param) as url:
        yield url


@pytest.fixture
def sqlite_url(copied: Callable[..., AbstractContextManager[str]]) -> Iterator[str]:
    with copied("sqlite") as url:
        yield url


@pytest.fixture
def samples(database: Database, sample_copies: SampleCopies) -> SampleRecords:
    return sample_copies.records("sqlite" if database.is_sqlite else "postgresql")


@pytest.fixture
def run(schema: RoadshowSchema, services: Services) -> Callable[..., ExecutionResult]:
    """Execute a document as an actor (the public, if none is given). Both executors complete what mutations give."""
    planner = Planner(schema, services)

    def run_as(document: str, variables: Mapping[str, Any] | None = None, actor: Actor | None = None,
               languages: tuple[str, ...] = ()) -> ExecutionResult:  # fmt: skip
        return execute_by_both(planner, actor or Actor.public(), document, variables=variables, languages=languages)

    return run_as


@pytest.fixture
def ask(run: Callable[..., ExecutionResult]) -> Ask:
    """As `run`, for what must answer without errors: the data."""

    def data(*arguments: Any, **named: Any) -> dict[str, Any]:
        result = run(*arguments, **named)
        assert result.errors is None, [error.formatted for error in result.errors]
        assert result.data is not None
        return result.data

    return data


@pytest.fixture
def statements() -> Callable[[Database], AbstractContextManager[list[str]]]:
    """`with statements(database) as read:` collects the statements that go to the database meanwhile."""

    @contextmanager
    def collect(database: Database) -> Iterator[list[str]]:
        found: list[str] = []

        def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
            if statement.startswith(("SELECT", "WITH")):
                found.append(statement)

        event.listen(database.engine, "before_cursor_execute", note)
        try:
            yield found
        finally:
            event.remove(database.engine, "before_cursor_execute", note)

    return collect
