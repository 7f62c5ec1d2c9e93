"""`roadshow talents erase`: it asks, erases, and says what is left to a human."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli.talents import app
from api.operations.problems import CommandError, known_problem
from api.operations.settings import load_server_settings
from store.access.actors import Actor
from store.access.keys import create
from store.database import BusyError, Database
from store.enums import DocumentKind, EventType, Operation, Role
from store.files.storage import key_of, storage_of
from store.models import Change, Document, Event, ExternalId, PluginRecord, Position, Project, Talent

pytestmark = pytest.mark.nightly_on_postgresql

ACTOR = Actor.system("test")


@pytest.fixture(autouse=True)
def settings(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROADSHOW_DATABASE_URL", database_url)


@pytest.fixture
def person(database: Database) -> str:
    """The id of a person with an office, a key, an external id, and a mention elsewhere."""
    with database.write(ACTOR) as session:
        talent = Talent(name={"en": "Ottoline Quillfeather"}, fictional=True)
        event = Event(name={"en": "Fair"}, type=EventType.EXHIBITION, quote="Ottoline Quillfeather opened it.")
        session.add_all([talent, event, PluginRecord(name="p", version="1", tables=["plugin_p_notes"])])
        session.flush()
        session.add(Position(talent_id=talent.id, title={"en": "Glassblower"}))
        session.add(ExternalId(entity_type="talent", namespace="n", value="o", entity_id=talent.id))
        create(session, Role.TALENT, "phone", talent.id)
    return talent.id


def roadshow(*arguments: str, answer: str | None = None) -> Result:
    return CliRunner().invoke(app, ["erase", *arguments], input=answer)


def names(database: Database) -> list[dict[str, str]]:
    with database.read() as session:
        return [talent.name for talent in session.query(Talent)]


def test_documents_of_the_person_go_with_their_bytes_and_those_of_projects_are_counted(
    database: Database, person: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROADSHOW_DATA_DIRECTORY", str(tmp_path))
    storage = storage_of(load_server_settings())
    project = Project(name={"en": "Kiln"}, owner_id=person)
    with database.write(ACTOR) as session:
        session.add(project)
        session.flush()
        own, of_project = (
            Document(subject_id=each, kind=DocumentKind.PHOTO, sha256="0" * 64, caption={"en": "Ottoline"})
            for each in (person, project.id)
        )
        session.add_all([own, of_project])
    for each in (own, of_project):
        storage.put_stream(key_of(each.id), iter([b"bytes"]))
    result = roadshow(person, "--yes")
    assert "1 documents deleted" in result.stdout
    assert "1 documents of the person's projects" in result.stdout
    assert [key for key, _ in storage.listed()] == [key_of(of_project.id)]
    with database.read() as session:
        assert [each.id for each in session.query(Document)] == [of_project.id]
        created, erased = session.query(Change).filter_by(entity_id=own.id).order_by(Change.sequence)
        assert (created.after, erased.operation) == (None, Operation.ERASE)


def test_it_erases_and_lists_what_a_human_must_look_at(database: Database, person: str) -> None:
    result = roadshow(person, answer="y\n")
    assert result.exit_code == 0, result.output
    assert "Ottoline Quillfeather" in result.stderr  # who is meant, before it is done
    assert "1 links, 1 external ids" in result.stdout
    assert "1 keys revoked" in result.stdout
    assert ": quote" in result.stdout
    assert "plugin_p_notes" in result.stdout
    assert "backups" in result.stdout
    assert "Ottoline" not in result.stdout
    assert names(database) == [{}]
    with database.read() as session:
        last = session.query(Change).filter_by(entity_id=person).order_by(Change.sequence.desc()).first()
        assert last is not None
        assert last.operation is Operation.ERASE
        assert str(last.actor_name).startswith("command line (")


@pytest.mark.parametrize("answer", ["n\n", "\n", ""], ids=["no", "nothing", "no terminal"])
def test_without_a_yes_nothing_is_erased(database: Database, person: str, answer: str) -> None:
    assert roadshow(person, answer=answer).exit_code == 1
    assert names(database) == [{"en": "Ottoline Quillfeather"}]


def test_it_needs_no_answer_with_yes(database: Database, person: str) -> None:
    assert roadshow(person, "--yes").exit_code == 0
    assert names(database) == [{}]


def test_nobody_can_not_be_erased(database: Database) -> None:
    problem = roadshow("tal_nobody", "--yes").exception
    assert isinstance(problem, CommandError)
    assert "tal_nobody" in str(known_problem(problem))


def test_while_another_program_writes_it_says_so(
    database: Database, person: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Database.__init__, "__kwdefaults__", {"pool_size": 16, "write_wait": 0.05})
    with database.write(ACTOR) as session:
        session.add(Talent(name={"en": "Somebody"}))
        session.flush()
        problem = roadshow(person, "--yes").exception
        session.rollback()
    assert isinstance(problem, BusyError)
    assert "try again" in str(known_problem(problem))
    assert names(database) == [{"en": "Ottoline Quillfeather"}]
