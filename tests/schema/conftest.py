"""Sample records for the schema's tests, and a way to ask it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
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

Ask = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def schema() -> RoadshowSchema:
    return build_schema()


@pytest.fixture
def services(database: Database, schema: RoadshowSchema) -> Services:
    return Services(database, Settings(), schema.registry)


@pytest.fixture(scope="session")
def sample_copies(tmp_path_factory: pytest.TempPathFactory) -> SampleCopies:
    return SampleCopies(tmp_path_factory.mktemp("sample_copies") / "samples.sqlite")


@pytest.fixture
def samples(database: Database, sample_copies: SampleCopies) -> SampleRecords:
    return sample_copies.make_in(database)


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
