"""`roadshow backup`, `restore` and `move`, and what `doctor` says of damage and of backups."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from api.background.backups import ScheduledBackups
from api.background.soundness import backups_found, damage
from api.operations.settings import BackupSettings, ServerSettings, load_server_settings
from store.access.actors import Actor
from store.backup import collection
from store.backup.collection import backups, delete_old, is_verified, mark_verified, new_path
from store.backup.errors import BackupError
from store.database import Database
from store.enums import DocumentKind
from store.files.storage import key_of, storage_of
from store.models import Document
from store.models.base import now
from tests.support import databases


@pytest.fixture
def sqlite_url(shared_directory: Path) -> Iterator[str]:
    with databases.fresh("sqlite", shared_directory) as url:
        yield url


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ServerSettings:
    """Settings of an installation without plugins, whose folder is the current one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ROADSHOW_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("ROADSHOW_PLUGINS", '{"host": {"only": []}}')
    return load_server_settings()


def run(name: str, *arguments: str) -> str:
    from api.cli import backup

    app = typer.Typer()
    app.command()(getattr(backup, name))
    found = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert found.exit_code == 0, found.output
    return found.output


def test_documents_are_in_a_backup_and_come_back_to_the_storage_of_the_settings(
    settings: ServerSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, content = Database(settings.database_url), tmp_path / "deck.pdf"
    content.write_bytes(b"slides")
    kept = Document(subject_id="prj_0", kind=DocumentKind.DECK, file_name="deck.pdf", sha256="0" * 64, size=6)
    lost = Document(subject_id="prj_0", kind=DocumentKind.DECK, file_name="lost.pdf", sha256="0" * 64, size=6)
    linked = Document(subject_id="prj_0", kind=DocumentKind.VIDEO, link="https://video.example.org")
    with database.write(Actor.system("test")) as session:
        session.add_all([kept, linked])
    storage_of(settings).put(key_of(kept.id), content)
    run("backup", "--output", "all.roadshow")
    monkeypatch.setenv("ROADSHOW_DATABASE_URL", f"sqlite:///{tmp_path}/new.sqlite")
    monkeypatch.setenv("ROADSHOW_DATA_DIRECTORY", str(tmp_path / "elsewhere"))
    assert "1 documents" in run("restore", "all.roadshow")
    assert b"".join(storage_of(load_server_settings()).read(key_of(kept.id))) == b"slides"
    with database.write(Actor.system("test")) as session:
        session.add(lost)
    monkeypatch.setenv("ROADSHOW_DATABASE_URL", settings.database_url)
    with pytest.raises(BackupError, match=f"The document {lost.id} can't be read"):
        run("backup", "--output", "other.roadshow")
    assert "other.roadshow" in run("backup", "--output", "other.roadshow", "--without-documents")
    database.dispose()


def test_a_backup_is_made_verified_restored_and_moved(
    settings: ServerSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("roadshow.toml").write_text('log_level = "warning"\n', "utf-8")
    said = run("backup")
    (path,) = backups(tmp_path / "var" / "backups")
    assert "restored and compared" in said
    assert is_verified(path)
    assert path.stat().st_mode & 0o077 == 0, "nobody else may read it"
    monkeypatch.setenv("ROADSHOW_DATABASE_URL", f"sqlite:///{tmp_path}/new.sqlite")
    assert "each read back as it was saved" in run("restore", str(path), "--files", "files")
    assert Path("files/roadshow.toml").read_text("utf-8") == 'log_level = "warning"\n'
    assert "Set ROADSHOW_DATABASE_URL to use it" in run("move", f"sqlite:///{tmp_path}/other.sqlite")


def test_the_server_makes_one_when_the_newest_is_old_enough(tmp_path: Path, settings: ServerSettings) -> None:
    scheduled = settings.model_copy(update={"backup": BackupSettings(directory=tmp_path, every_hours=2)})
    database = Database(settings.database_url)
    backing = ScheduledBackups(database, scheduled)
    assert backing.due()
    assert backing._back_up_due() is None
    (made,) = backups(tmp_path)
    assert is_verified(made)
    assert not backing.due()
    made.rename(tmp_path / f"{(now() - timedelta(hours=3)).strftime(collection._NAME)}.roadshow")
    assert backing.due()
    database.dispose()
    assert not ScheduledBackups(database, settings).due(), "none where no folder is named"


def test_only_what_newer_verified_ones_replace_is_deleted(tmp_path: Path) -> None:
    made = [tmp_path / f"{(now() - timedelta(days=days)).strftime(collection._NAME)}.roadshow" for days in range(5)]
    for path in made:
        path.touch()
    kept = tmp_path / "roadshow-before-the-upgrade.roadshow"
    kept.touch()
    assert not delete_old(tmp_path, 1), "none is verified"
    mark_verified(made[1])
    mark_verified(made[3])
    assert delete_old(tmp_path, 2) == [made[4]]
    assert delete_old(tmp_path, 1) == [made[2], made[3]]
    assert backups(tmp_path) == made[:2]
    assert kept.exists(), "a name of one's own is left alone"
    assert not (tmp_path / f"{made[3].name}.verified").exists()


@pytest.mark.parametrize(("days", "state"), [(None, "warning"), (0, "ok"), (2, "warning")])
def test_doctor_tells_how_old_the_last_verified_backup_is(tmp_path: Path, days: int | None, state: str) -> None:
    new_path(tmp_path).touch()
    if days is not None:
        path = tmp_path / f"{(now() - timedelta(days=days)).strftime(collection._NAME)}.roadshow"
        path.touch()
        mark_verified(path)
    (finding,) = backups_found(ServerSettings(backup=BackupSettings(directory=tmp_path)))
    assert finding.state == state
    assert ("hours old" in finding.found) == (days is not None)


def test_doctor_finds_a_damaged_file(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    assert damage(database) == ""
    database.dispose()
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    content = bytearray(path.read_bytes())
    content[8_192:20_480] = b"\xff" * 12_288
    path.write_bytes(content)
    assert damage(database)
    database.dispose()
