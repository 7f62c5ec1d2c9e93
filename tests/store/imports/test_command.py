"""The command: what it prints, what it ends with, what it leaves."""

import os
from collections.abc import Iterator
from pathlib import Path

import pyarrow.compute
import pyarrow.parquet
import pytest
import typer
from typer.testing import CliRunner, Result

from store import models
from store.access.actors import Actor
from store.database import BusyError, Database
from store.imports.commands import import_
from store.imports.kinds import KINDS
from tests.store.imports.support import by_id, changes, count, every, table

ROOT = Path(__file__).parents[3]
EVALUATION_DATA = Path(os.environ.get("ROADSHOW_EVALUATION_DATA", ROOT.parent / "shared" / "eval")) / "us_startups"
EXAMPLE = ROOT / "docs" / "examples" / "us-startups.yaml"


@pytest.fixture(autouse=True)
def settings(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROADSHOW_DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.dispose()


def roadshow(*arguments: str | Path) -> Result:
    application = typer.Typer()
    application.command()(import_)
    return CliRunner().invoke(application, [str(argument) for argument in arguments])


def test_an_import_says_what_it_made_and_then_that_there_is_nothing_to_do(database: Database) -> None:
    table(Path("projects.csv"), [["id", "name", "city"], ["1", "A", "Dalian"]])
    first = roadshow("projects.csv", "--namespace", "test")
    assert first.exit_code == 0, first.output
    assert "1 project" in first.output
    city = by_id(database, models.Place, "210200", "gb")
    assert by_id(database, models.Project, "1").origin_place_id == city.id
    before = changes(database)
    second = roadshow("projects.csv", "--namespace", "test")
    assert "Nothing to do" in second.output
    assert changes(database) == before


def test_the_fields_of_a_kind_are_listed_with_their_headers() -> None:
    shown = roadshow("--fields", "--kind", "projects")
    assert shown.exit_code == 0, shown.output
    assert "projects: name required; identified by id, or by name" in shown.output
    lines = {line.split()[0]: line for line in shown.output.splitlines() if line.startswith("  ")}
    assert list(lines) == [field.name for field in KINDS["projects"].fields]
    assert "1 to 9: trl, readiness, technology readiness level, 技术成熟度, 成熟度" in lines["technology_readiness"]
    everything = roadshow("--fields").output
    assert all(f"{kind}: " in everything for kind in KINDS)
    unknown = roadshow("--fields", "--kind", "project")
    assert unknown.exit_code == 2
    assert "one of: organisations, talents" in unknown.output


def test_without_a_file_it_says_what_to_give() -> None:
    nothing = roadshow()
    assert nothing.exit_code == 2
    assert "name at least one file" in nothing.output


def test_while_another_program_writes_it_says_so_and_imports_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    table(Path("projects.csv"), [["id", "name"], ["1", "A"]])
    roadshow("projects.csv", "--namespace", "test")
    table(Path("projects.csv"), [["id", "name"], ["1", "B"]])
    before = changes(database)
    monkeypatch.setattr(Database.__init__, "__kwdefaults__", {"pool_size": 16, "write_wait": 0.05})
    with database.write(Actor.system("test")) as session:
        session.add(models.Project(name={"en": "P"}))
        session.flush()
        result = roadshow("projects.csv", "--namespace", "test")
        session.rollback()
    assert isinstance(result.exception, BusyError), result.output  # which the command line says in a sentence
    assert "try again" in str(result.exception)
    assert changes(database) == before


def test_bad_rows_are_shown_and_written_to_a_file(database: Database) -> None:
    table(Path("projects.csv"), [["id", "name", "stage"], ["1", "A", "later"], ["2", "B", "seed"]])
    result = roadshow("projects.csv", "--namespace", "test")
    assert result.exit_code == 1
    assert "later" in result.output
    assert "--skip-bad-rows imports the other rows." in result.output
    assert "is not one of IDEA" in Path("import-problems.csv").read_text(encoding="utf-8-sig")
    assert count(database, models.Project) == 0
    assert roadshow("projects.csv", "--namespace", "test", "--dry-run").exit_code == 1
    assert count(database, models.Project) == 0
    skipped = roadshow("projects.csv", "--namespace", "test", "--skip-bad-rows")
    assert skipped.exit_code == 0
    assert "1 row was skipped" in skipped.output
    assert [project.name for project in every(database, models.Project)] == [{"en": "B"}]


def test_a_report_is_never_written_over_what_is_read() -> None:
    path = table(Path("projects.csv"), [["id", "name", "stage"], ["1", "A", "later"]])
    before = path.read_bytes()
    Path("link.csv").symlink_to(path)
    for report in ("projects.csv", "./projects.csv", "link.csv"):
        result = roadshow("projects.csv", "--namespace", "test", "--report", report)
        assert result.exit_code == 2, result.output
        assert "give --report another name" in result.output
        assert path.read_bytes() == before


def test_wrong_use_says_what_to_do() -> None:
    table(Path("projects.csv"), [["name"], ["A"]])
    result = roadshow("projects.csv")
    assert result.exit_code == 2, result.output
    assert "give --namespace" in result.output
    missing = roadshow("nothing.csv", "--kind", "projects", "--namespace", "test")
    assert missing.exit_code == 1
    assert "doesn't exist" in missing.output


@pytest.mark.skipif(not EVALUATION_DATA.is_dir(), reason=f"the evaluation data is not at {EVALUATION_DATA}")
def test_the_shipped_mapping_fits_the_company_database(database: Database, tmp_path: Path) -> None:
    investments = pyarrow.parquet.read_table(EVALUATION_DATA / "investments.parquet").slice(0, 200)
    pyarrow.parquet.write_table(investments, tmp_path / "investments.parquet")
    for name, column in (("companies", "company_id"), ("investors", "investor_id")):
        whole = pyarrow.parquet.read_table(EVALUATION_DATA / f"{name}.parquet")
        wanted = pyarrow.compute.is_in(whole["id"], value_set=investments[column].combine_chunks())
        pyarrow.parquet.write_table(whole.filter(wanted), tmp_path / f"{name}.parquet")
    files = [tmp_path / f"{name}.parquet" for name in ("investments", "companies", "investors")]
    result = roadshow(*files, "--mapping", EXAMPLE)
    assert result.exit_code == 0, result.output
    assert count(database, models.Investment) == 200
    assert count(database, models.Project) == len(set(investments["company_id"].to_pylist()))
    assert {place.country_code for place in every(database, models.Place)} >= {"US"}
    before = changes(database)
    assert "Nothing to do" in roadshow(*files, "--mapping", EXAMPLE).output
    assert changes(database) == before
