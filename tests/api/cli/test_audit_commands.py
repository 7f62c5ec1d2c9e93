"""Retention of the audit log by the server and by command; what `roadshow audit` says of archives."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest
import typer
from sqlalchemy import text
from typer.testing import CliRunner, Result

from api.background.audit_retention import AuditRetention
from api.cli.accounts import app, archive_audit, audit
from api.operations.problems import CommandError
from api.operations.settings import ServerSettings
from store.access.accounts import create_account
from store.access.actors import Actor
from store.database import Database
from store.models import Change, ChangeArchive
from store.models.base import now
from store.settings import AuditSettings


@pytest.fixture
def old(sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A database with one entry, two years old."""
    monkeypatch.setenv("ROADSHOW_DATABASE_URL", sqlite_database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("ROADSHOW_AUDIT__DIRECTORY", str(tmp_path / "archives"))
    with sqlite_database.write(Actor.system("test")) as session:
        create_account(session, "ada@example.org", "Ada Example")
    with sqlite_database.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER change_is_not_rewritten"))
        connection.execute(Change.__table__.update().values(at=now() - timedelta(days=730)))  # type: ignore[attr-defined]
    return sqlite_database


def run(command: object, *arguments: str) -> Result:
    application = typer.Typer()
    application.command()(command)  # type: ignore[type-var]
    return CliRunner().invoke(application, arguments)


def archived(database: Database) -> int:
    with database.read() as session:
        return sum(each.entries for each in session.query(ChangeArchive))


def test_a_command_archives_and_the_audit_reads_it_there(old: Database, tmp_path: Path) -> None:
    before = run(audit, "--json").stdout
    assert "ada@example.org" in before
    assert run(archive_audit, "--days", "1000").stdout.startswith("Archived 0 entries")
    assert run(archive_audit).stdout.startswith("Archived 1 entries")
    assert archived(old) == 1
    assert run(audit, "--json").stdout == before
    (file,) = (tmp_path / "archives").iterdir()
    moved = file.rename(tmp_path / file.name)
    told = run(audit)
    assert told.stdout == ""
    assert file.name in told.stderr
    moved.rename(file)
    erased = CliRunner().invoke(app, ["erase", "ada@example.org", "--yes"])
    assert erased.exit_code == 0, erased.output
    assert "ada@example.org" not in run(audit, "--json").stdout


def test_without_a_folder_nothing_is_archived(old: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ROADSHOW_AUDIT__DIRECTORY")
    problem = run(archive_audit).exception
    assert isinstance(problem, CommandError)
    assert "audit.directory" in str(problem)
    retention = AuditRetention(old, ServerSettings())
    retention.start()
    retention.stop()
    assert archived(old) == 0


def test_the_server_archives_what_its_settings_do_not_keep(old: Database, tmp_path: Path) -> None:
    settings = ServerSettings(audit=AuditSettings(directory=tmp_path / "archives", keep_days=365))
    retention = AuditRetention(old, settings)
    retention.start()
    until = time.monotonic() + 20
    while not archived(old):
        assert time.monotonic() < until
        time.sleep(0.02)
    retention.stop()
    assert archived(old) == 1
