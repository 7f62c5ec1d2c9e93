"""`roadshow export`: what is written can be read again, and a plugin's format stands beside those of core."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.assembly.core_contributions import CORE_PARTS
from api.cli import files as command
from api.jobs.formats import CoreFormats, exportable, rows_of, write_csv, write_json_lines
from api.operations.problems import CommandError
from plugins.host.contributions.contributions import Exporter
from plugins.host.host import Host
from store.access.actors import Actor
from store.access.keys import create
from store.database import Database
from store.enums import Role
from store.models import ApiKey, Project
from store.models.base import now
from tests.plugins.support import plugin


@pytest.fixture
def projects(database: Database) -> list[str]:
    with database.write(Actor.system("test")) as session:
        made = [
            Project(name={"en": "Lamp", "zh": "灯"}, ask_min="1500000.25", ask_max="2000000", ask_currency="CNY"),
            Project(name={"en": 'Kite, "red"\nand blue'}, founded="2024-07-mid"),
            Project(name={"en": "Gone"}, archived_at=now()),
        ]
        session.add_all(made)
        session.flush()
        return [each.id for each in made]


def written(database: Database, write: Any, **options: Any) -> bytes:
    stream = io.BytesIO()
    with database.read() as session:
        write(rows_of(session, Project, **options), stream)
    return stream.getvalue()


def test_json_lines_hold_every_column_exactly(database: Database, projects: list[str]) -> None:
    lines = [json.loads(line) for line in written(database, write_json_lines).splitlines()]
    assert [line["id"] for line in lines] == projects[:2]
    assert lines[0]["name"] == {"en": "Lamp", "zh": "灯"}
    assert lines[0]["ask_min"].startswith("1500000.25")
    assert lines[1]["founded"] == "2024-07-mid"


def test_no_cell_becomes_a_formula(database: Database, projects: list[str]) -> None:
    with database.write(Actor.system("test")) as session:
        session.add(Project(name={"en": "Quoted"}, quote="=HYPERLINK(0)", website="@SUM(A1)"))
    lines = list(csv.DictReader(io.StringIO(written(database, write_csv).decode("utf-8-sig"))))
    assert (lines[-1]["quote"], lines[-1]["website"]) == ("'=HYPERLINK(0)", "'@SUM(A1)")


def test_csv_survives_commas_quotes_and_line_ends(database: Database, projects: list[str]) -> None:
    content = written(database, write_csv)
    assert content.startswith(b"\xef\xbb\xbf"), "spreadsheets read UTF-8 only with a byte order mark"
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [row["id"] for row in rows] == projects[:2]
    assert json.loads(rows[1]["name"]) == {"en": 'Kite, "red"\nand blue'}


def test_what_is_archived_comes_only_when_asked_for(database: Database, projects: list[str]) -> None:
    lines = written(database, write_json_lines, archived=True).splitlines()
    assert [json.loads(line)["id"] for line in lines] == projects


def test_secrets_are_never_exported(database: Database) -> None:
    secrets = {column.key for column in ApiKey.__table__.columns if column.info.get("secret")}
    assert secrets
    with database.write(Actor.system("test")) as session:
        create(session, Role.ADMIN, "test")
    with database.read() as session:
        (row,) = rows_of(session, exportable()["api_key"])
    assert row["name"] == "test"
    assert not secrets & set(row)


@pytest.fixture
def exporting(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the command on a database with one project, and a plugin's format."""
    with sqlite_database.write(Actor.system("test")) as session:
        session.add(Project(name={"en": "Lamp"}))

    def write(rows: Any, stream: Any) -> None:
        for row in rows:
            if row["name"]["en"] == "Broken":
                raise ValueError("a name that can't be written")
            stream.write(f"{row['name']['en']}|".encode())

    bars = Exporter(name="bars", description="Bars.", suffix=".bars", media_type="text/plain", write=write)
    host = Host.load(core=[CoreFormats()], plugins=[plugin("alpha", {"register_exporters": [bars]})])
    monkeypatch.setenv("ROADSHOW_DATABASE_URL", sqlite_database.url.render_as_string(hide_password=False))
    monkeypatch.setattr("api.assembly.preparation.load_host", lambda *_, **__: host)
    import typer

    app = typer.Typer()
    app.command()(command.export)
    return lambda *arguments: CliRunner().invoke(app, list(arguments))


def test_the_format_follows_from_the_files_name(exporting: Any, tmp_path: Path) -> None:
    for name, begins in (("a.csv", b"\xef\xbb\xbf"), ("a.jsonl", b"{"), ("a.bars", b"Lamp|")):
        result = exporting("project", "-o", str(tmp_path / name))
        assert result.exit_code == 0, result.output
        assert (tmp_path / name).read_bytes().startswith(begins)


def test_what_is_wrong_is_told_with_the_remedy(exporting: Any, tmp_path: Path) -> None:
    for arguments, said in (
        (("projct",), "Did you mean 'project'"),
        (("project", "--format", "pdf"), "Give one with --format: csv, jsonl, bars"),
        (("project", "-o", str(tmp_path / "a.pdf")), "end in '.pdf'"),
    ):
        problem = exporting(*arguments).exception
        assert isinstance(problem, CommandError)
        assert said in str(problem)


def test_a_format_that_fails_leaves_the_earlier_file(exporting: Any, tmp_path: Path, sqlite_database: Database) -> None:
    file = tmp_path / "a.bars"
    file.write_text("earlier")
    with sqlite_database.write(Actor.system("test")) as session:
        session.add(Project(name={"en": "Broken"}))
    result = exporting("project", "-o", str(file))
    assert result.exception is not None
    assert "'alpha'" in str(result.exception)
    assert file.read_text() == "earlier"
    assert list(tmp_path.glob(".*")) == []


def test_core_contributes_its_formats_through_the_hook() -> None:
    host = Host.load(core=[part for part in CORE_PARTS if isinstance(part, CoreFormats)], plugins=[])
    assert [(entry.name, entry.owner) for entry in host.contributions.exporters] == [("csv", "core"), ("jsonl", "core")]
