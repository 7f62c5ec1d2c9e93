"""What was saved is restored, row for row, into a database of either kind."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest
from sqlalchemy import Connection, Table, select, text

from store.access.actors import Actor
from store.access.keys import create, verify
from store.backup import saving
from store.backup.archive import MANIFEST, reading
from store.backup.errors import BackupError
from store.backup.restoring import restore, restore_files
from store.backup.rows import Digest
from store.backup.saving import save
from store.database import Database
from store.database.migration import Chain, core_chain
from store.enums import OrganisationType, ProjectStatus, Role, Visibility
from store.models import Change, Organisation, Project
from tests.support import databases, postgresql

CHAINS = [core_chain()]


@pytest.fixture(params=databases.BACKENDS)
def source(request: pytest.FixtureRequest, shared_directory: Path) -> Iterator[Database]:
    with databases.fresh(request.param, shared_directory) as url:
        opened = Database(url)
        _fill(opened)
        yield opened
        opened.dispose()


@pytest.fixture(params=databases.BACKENDS)
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database without any table."""
    if request.param == "sqlite":
        opened = Database(f"sqlite:///{tmp_path}/target.sqlite")
        yield opened
        opened.dispose()
        return
    server = postgresql.connect()
    url = server.create_database("template0")
    opened = Database(url)
    yield opened
    opened.dispose()
    server.drop_database(url)


def _fill(database: Database) -> None:
    with database.write(Actor.system("test")) as session:
        above = Organisation(name={"zh": "某集团", "en": "A group"}, type=OrganisationType.ENTERPRISE)
        session.add(above)
        session.flush()
        below = Organisation(name={"en": "A part"}, type=OrganisationType.ENTERPRISE, parent_id=above.id)
        session.add(below)
        session.flush()
        above.parent_id = below.id  # a circle: no order of rows suits its references
        session.add(
            Project(
                name={"en": "Sodium cells", "zh": "钠离子电池"}, organisation_id=below.id, kind=_kind(),
                status=ProjectStatus.PUBLISHED, visibility=Visibility.PUBLIC,
            )
        )  # fmt: skip


def _kind() -> str:
    from store.enums import ProjectKind

    return next(iter(ProjectKind))


@pytest.mark.nightly_on_postgresql  # from PostgreSQL; onto it, make test does
def test_every_row_comes_back(source: Database, target: Database, tmp_path: Path) -> None:
    with source.write(Actor.system("test")) as session:
        _, secret = create(session, Role.ORGANISER, "a key")
    manifest = save(source, tmp_path / "one.roadshow")
    restore(tmp_path / "one.roadshow", target, CHAINS)
    again = save(target, tmp_path / "two.roadshow")
    assert {each.name: (each.rows, each.digest) for each in again.tables} == {
        each.name: (each.rows, each.digest) for each in manifest.tables
    }
    with target.read() as session:
        names = [each["zh"] for each in session.scalars(select(Organisation.name)) if "zh" in each]
        assert names == ["某集团"]
        assert session.scalar(text(_SEARCH[target.is_sqlite])) == 1, "the search index follows"
        assert verify(session, secret) is not None, "keys go on working"
        last = session.scalars(select(Change.sequence).order_by(Change.sequence.desc())).first()
    with target.write(Actor.system("test")) as session:
        session.add(Organisation(name={"en": "A later one"}, type=OrganisationType.ENTERPRISE))
    with target.read() as session:
        assert session.scalars(select(Change.sequence).order_by(Change.sequence.desc())).first() == (last or 0) + 1


_SEARCH = {
    True: "SELECT count(*) FROM search_index WHERE search_index MATCH 'sodium'",
    False: "SELECT count(*) FROM search_document WHERE terms @@ 'sodium'::tsquery",
}


def test_what_is_written_meanwhile_is_not_in_it(
    source: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {each.name: each.rows for each in save(source, tmp_path / "before.roadshow").tables}
    read = saving.lines

    def interrupted(connection: Connection, table: Table) -> Iterator[bytes]:
        with source.write(Actor.system("test")) as session:
            session.add(Organisation(name={"en": f"Added before {table.name}"}, type=OrganisationType.ENTERPRISE))
        return read(connection, table)

    monkeypatch.setattr(saving, "lines", interrupted)
    meanwhile = {each.name: each.rows for each in save(source, tmp_path / "meanwhile.roadshow").tables}
    assert meanwhile == before
    with source.read() as session:
        assert len(session.scalars(select(Organisation.id)).all()) == before["organisation"] + len(before)


@pytest.mark.nightly_on_postgresql  # from PostgreSQL; onto it, make test does
def test_a_restore_that_fails_leaves_an_empty_database(
    source: Database, target: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "one.roadshow"
    save(source, path)
    with monkeypatch.context() as patched:
        patched.setattr(Digest, "text", "other")
        with pytest.raises(BackupError, match="reads back otherwise"):
            restore(path, target, CHAINS)
    restore(path, target, CHAINS)


@pytest.mark.nightly_on_postgresql  # from PostgreSQL; onto it, make test does
def test_references_are_checked_after_a_restore(source: Database, target: Database, tmp_path: Path) -> None:
    from sqlalchemy.exc import IntegrityError

    save(source, tmp_path / "one.roadshow")
    restore(tmp_path / "one.roadshow", target, CHAINS)
    with pytest.raises(IntegrityError), target.engine.begin() as connection:
        connection.execute(text("UPDATE project SET organisation_id = 'org_none'"))


@pytest.fixture
def saved(sqlite_source: Database, tmp_path: Path) -> Path:
    save(sqlite_source, tmp_path / "one.roadshow", files={"roadshow.toml": _settings(tmp_path)})
    return tmp_path / "one.roadshow"


@pytest.fixture
def sqlite_source(shared_directory: Path) -> Iterator[Database]:
    with databases.fresh("sqlite", shared_directory) as url:
        opened = Database(url)
        _fill(opened)
        yield opened
        opened.dispose()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path}/empty.sqlite")
    yield opened
    opened.dispose()


def _settings(folder: Path) -> Path:
    path = folder / "settings.toml"
    path.write_text('languages = ["zh"]\n', "utf-8")
    return path


def test_a_damaged_file_is_refused_before_anything_is_touched(saved: Path, empty: Database) -> None:
    content = bytearray(saved.read_bytes())
    with zipfile.ZipFile(saved) as opened:
        at = opened.getinfo("tables/organisation.jsonl").header_offset + 100
    content[at] ^= 0xFF
    saved.write_bytes(content)
    with pytest.raises(BackupError, match=r"is damaged: tables/organisation\.jsonl"):
        restore(saved, empty, CHAINS)
    saved.write_bytes(content[: len(content) // 2])
    with pytest.raises(BackupError, match="is damaged, or is no backup"):
        restore(saved, empty, CHAINS)
    with empty.engine.connect() as connection:
        assert not connection.execute(text("SELECT name FROM sqlite_master")).all()


def test_a_file_with_other_content_than_its_manifest_says_is_refused(
    saved: Path, empty: Database, tmp_path: Path
) -> None:
    changed = tmp_path / "changed.roadshow"
    with zipfile.ZipFile(saved) as before, zipfile.ZipFile(changed, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, content + b"\n" if name == "tables/project.jsonl" else content)
    with pytest.raises(BackupError, match=r"tables/project\.jsonl is not what was written"):
        restore(changed, empty, CHAINS)


def test_only_an_empty_database_is_restored_into(saved: Path, sqlite_source: Database) -> None:
    with pytest.raises(BackupError, match="isn't empty"):
        restore(saved, sqlite_source, CHAINS)


def test_a_plugin_that_is_not_running_is_named(saved: Path, empty: Database, tmp_path: Path) -> None:
    changed = tmp_path / "changed.roadshow"
    with reading(saved) as archive:
        manifest = archive.manifest
    manifest.chains.append(manifest.chains[0].model_copy(update={"name": "mentoring", "version": "1.2", "tables": []}))
    with zipfile.ZipFile(saved) as before, zipfile.ZipFile(changed, "w") as after:
        for name in before.namelist():
            after.writestr(name, manifest.model_dump_json() if name == MANIFEST else before.read(name))
    with pytest.raises(BackupError, match=r"'mentoring' 1\.2, which isn't running here"):
        restore(changed, empty, CHAINS)
    restore(changed, empty, CHAINS, without=["mentoring"])


def test_a_backup_of_a_newer_version_is_refused(saved: Path, empty: Database) -> None:
    old = Chain("core", core_chain().versions, core_chain().metadata)
    with reading(saved) as archive:
        archive.manifest.chains[0].revision = "9999"
        from store.backup.restoring import _matched

        with pytest.raises(BackupError, match=r"at revision 9999, and this installation knows those up to"):
            _matched(archive.manifest.chains, [old])


def test_an_older_one_is_migrated_after_it_was_restored(tmp_path: Path, empty: Database) -> None:
    from store.database.migration import is_current, upgrade

    old = Database(f"sqlite:///{tmp_path}/old.sqlite")
    upgrade(old, core_chain(), "0015")
    save(old, tmp_path / "old.roadshow")
    old.dispose()
    restore(tmp_path / "old.roadshow", empty, CHAINS)
    assert is_current(empty, core_chain())


def test_files_are_restored_beside_nothing_that_is_there(saved: Path, tmp_path: Path) -> None:
    (written,) = restore_files(saved, tmp_path / "files")
    assert written.read_text("utf-8") == 'languages = ["zh"]\n'
    with pytest.raises(BackupError, match="is there already"):
        restore_files(saved, tmp_path / "files")


def test_an_encrypted_one_needs_its_key(sqlite_source: Database, empty: Database, tmp_path: Path) -> None:
    identity, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    path, key, wrong = tmp_path / "secret.roadshow", tmp_path / "key.txt", tmp_path / "wrong.txt"
    key.write_text(f"# a comment\n{identity}\n", "utf-8")
    wrong.write_text(f"{other}\n", "utf-8")
    save(sqlite_source, path, recipients=[str(identity.to_public())])
    assert b"tables/" not in path.read_bytes()
    with pytest.raises(BackupError, match="is encrypted"):
        restore(path, empty, CHAINS)
    with pytest.raises(BackupError, match="can't be decrypted"):
        restore(path, empty, CHAINS, identity=wrong)
    restore(path, empty, CHAINS, identity=key)
    with pytest.raises(BackupError, match="no public key of age"):
        save(sqlite_source, tmp_path / "bad.roadshow", recipients=["age1nonsense"])
    assert {each.name for each in tmp_path.glob("*roadshow*")} == {"secret.roadshow"}, "nothing unfinished is left"
