"""A mutation while another program writes: a stable code, a sentence with the remedy, nothing written."""

from __future__ import annotations

from collections.abc import Callable

from graphql import ExecutionResult

from schema.declarations.errors import client_errors
from store.access.actors import Actor
from store.database import Database
from store.enums import Role
from store.models import Project
from tests.schema.domain.test_mutations import CREATE, answer, count
from tests.schema.samples import SampleRecords


def test_a_mutation_that_waited_in_vain_says_so(
    run: Callable[..., ExecutionResult], samples: SampleRecords, database: Database
) -> None:
    importer = Database(database.url)
    given = {"input": {"name": [{"language": "en", "text": "New"}]}}
    before = count(database, Project)
    database.write_wait = 0.05
    with importer.write(Actor.system("import")) as session:
        session.add(Project(name={"en": "Imported"}))
        session.flush()
        result = run(CREATE, given, samples.as_(Role.ORGANISER))
    [error] = client_errors(result.errors or [])
    assert error.extensions == {"code": "BUSY"}
    assert "try again" in error.message
    assert "SELECT" not in error.message
    assert "locked" not in error.message
    assert count(database, Project) == before + 1
    assert answer(run(CREATE, given, samples.as_(Role.ORGANISER)))["userErrors"] == []
    importer.dispose()
