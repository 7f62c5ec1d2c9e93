"""Old entries of the audit log move to files: whole, once, readable there, and empty of what is erased."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.exc import DatabaseError as SqlError

from store.access.accounts import add_membership, create_account
from store.access.actors import Actor
from store.accounts.audit import AuditBounds, AuditFilter
from store.accounts.personal_data import personal_data
from store.accounts.signing_in import open_session
from store.backup import audit_archive
from store.backup.audit_archive import (
    ArchiveError,
    archive,
    archived_about,
    missing,
    missing_entries,
    read_page,
    read_with_archives,
    redact,
)
from store.database import Database
from store.enums import Operation, Role, ScopeKind
from store.erasure.accounts import erase_account
from store.models import Account, Change, ChangeArchive, ChangeCursor, Programme
from store.models.base import now

ACTOR = Actor.system("test")
LATER = timedelta(minutes=5)


def filled(database: Database) -> str:
    """Write records of both kinds; the id of an account."""
    with database.write(ACTOR) as session:
        account = create_account(session, "ada@example.org", "Ada Example")
        add_membership(session, account, Role.REVIEWER, ScopeKind.INSTALLATION)
    with database.write(Actor(Role.REVIEWER, account.id, name="Ada Example")) as session:
        open_session(session, account)
        session.add(Programme(name={"en": "Kept"}))
    return account.id


def logged(database: Database) -> list[dict[str, Any]]:
    """The log itself, newest first."""
    with database.read() as session:
        return [dict(audit_archive._values(each)) for each in session.scalars(
            select(Change).order_by(Change.sequence.desc()))]  # fmt: skip


def everything(database: Database, folder: Path | None, wanted: AuditFilter | None = None) -> list[dict[str, Any]]:
    return [dict(each) for each in read_with_archives(database, folder, wanted or AuditFilter())]


def test_entries_move_and_are_read_as_before(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = filled(database)
    before = logged(database)
    monkeypatch.setattr(audit_archive, "ROWS", 2)
    assert archive(database, tmp_path, now() - LATER) == 0, "none is old enough"
    assert archive(database, tmp_path, now() + LATER) == 3
    assert archive(database, tmp_path, now() + LATER) == 0
    assert len(list(tmp_path.glob("*.parquet"))) == 2
    assert [each["entity_type"] for each in logged(database)] == ["programme"]
    assert everything(database, tmp_path) == before
    for wanted in (
        AuditFilter(actor_id=account), AuditFilter(entity_id=account), AuditFilter(entity_type="membership"),
        AuditFilter(since=before[1]["at"]), AuditFilter(until=before[1]["at"]),
    ):  # fmt: skip
        assert everything(database, tmp_path, wanted) == [each for each in before if wanted.selects(each)]
    assert list(read_with_archives(database, tmp_path, AuditFilter(), 2)) == before[:2]


def test_what_a_reader_has_yet_to_see_stays(database: Database, tmp_path: Path) -> None:
    filled(database)
    with database.write(ACTOR) as session:
        session.add(ChangeCursor(reader="a plugin", position=1))
    assert archive(database, tmp_path, now() + LATER) == 1


def test_nothing_is_deleted_that_is_not_archived(database: Database, tmp_path: Path) -> None:
    filled(database)
    with pytest.raises(SqlError, match="append-only"), database.write(ACTOR) as session:
        session.execute(delete(Change).where(Change.entity_type == "account"))
    archive(database, tmp_path, now() + LATER)
    with pytest.raises(SqlError, match="append-only"), database.write(ACTOR) as session:
        session.execute(delete(Change))
    assert [each["entity_type"] for each in logged(database)] == ["programme"]


def test_a_file_that_can_not_be_written_deletes_nothing(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(database)
    before = logged(database)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ArchiveError, match="can't be written"):
        archive(database, tmp_path / "file" / "folder", now() + LATER)
    monkeypatch.setattr(audit_archive, "_read", lambda path: iter(()))
    with pytest.raises(ArchiveError, match="doesn't hold"):
        archive(database, tmp_path, now() + LATER)
    assert logged(database) == before


def test_an_archive_that_is_away_is_named(database: Database, tmp_path: Path) -> None:
    filled(database)
    archive(database, tmp_path, now() + LATER)
    assert missing(database, tmp_path) == []
    assert [each.entries for each in missing(database, None)] == [3]
    (file,) = tmp_path.glob("*.parquet")
    file.unlink()
    assert [each.name for each in missing(database, tmp_path)] == [file.name]
    assert [each["entity_type"] for each in everything(database, tmp_path)] == ["programme"]


def test_an_erasure_reaches_the_archives(database: Database, tmp_path: Path) -> None:
    account = filled(database)
    archive(database, tmp_path, now() + LATER)
    with database.write(ACTOR) as session:
        erase_account(session, account)
    (file,) = tmp_path.glob("*.parquet")
    assert b"Ada" in file.read_bytes() or any("Ada" in str(each) for each in audit_archive._read(file))
    assert redact(database, tmp_path) > 0
    assert redact(database, tmp_path) == 0
    entries = everything(database, tmp_path)
    assert "Ada" not in str(entries)
    assert "ada@" not in str(entries)
    assert archive(database, tmp_path, now() + LATER) > 0, "what ended with the account"
    with database.read() as session:
        left = session.scalar(select(func.count()).where(Change.operation == Operation.ERASE))
        assert left, "that somebody was erased stays"
        assert session.scalar(select(func.count()).select_from(ChangeArchive)) == 2


@pytest.mark.parametrize("oldest_first", [False, True])
@pytest.mark.parametrize("size", [1, 2, 5])
def test_pages_are_the_same_wherever_the_entries_are(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, oldest_first: bool
) -> None:
    for _ in range(2):
        with sqlite_database.write(ACTOR) as session:
            session.add(Programme(name={"en": "Kept"}))
    account = filled(sqlite_database)

    def pages(wanted: AuditFilter) -> list[list[dict[str, Any]]]:
        found: list[list[dict[str, Any]]] = []
        with sqlite_database.read() as session:
            while True:
                edge = found[-1][-1]["sequence"] if found else None
                bounds = AuditBounds(size, *((None, edge) if oldest_first else (edge, None)), oldest_first)
                rows = read_page(session, tmp_path, wanted, bounds)
                if not rows:
                    return found
                found.append([dict(audit_archive._values(each)) for each in rows])

    filters = (AuditFilter(), AuditFilter(entity_id=account), AuditFilter(entity_type="programme"))
    before = [pages(each) for each in filters]
    assert sum(map(len, before[0])) == len(logged(sqlite_database))
    monkeypatch.setattr(audit_archive, "ROWS", 2)
    assert archive(sqlite_database, tmp_path, now() + LATER) == 3
    assert [pages(each) for each in filters] == before


def test_who_may_not_read_an_archived_entry_gets_the_next_one(sqlite_database: Database, tmp_path: Path) -> None:
    filled(sqlite_database)
    archive(sqlite_database, tmp_path, now() + LATER)
    with sqlite_database.read() as session:
        rows = read_page(session, tmp_path, AuditFilter(), AuditBounds(1), archived_among=lambda entries: entries[:1])
        assert [each.entity_type for each in rows] == ["programme"]
        assert missing_entries(session, tmp_path) == 0
        assert missing_entries(session, None) == 3
        assert len(read_page(session, None, AuditFilter(), AuditBounds(100))) == 1
        next(tmp_path.glob("*.parquet")).write_bytes(b"broken")
        with pytest.raises(ArchiveError, match="isn't a readable archive"):
            read_page(session, tmp_path, AuditFilter(), AuditBounds(100))


def test_archived_entries_about_somebody_are_their_personal_data(sqlite_database: Database, tmp_path: Path) -> None:
    account = filled(sqlite_database)
    with sqlite_database.write(ACTOR) as session:
        create_account(session, "other@example.org", "Somebody else")

    def held() -> list[dict[str, Any]]:
        with sqlite_database.read() as session:
            own = session.get_one(Account, account)
            data = personal_data(session, own, lambda ids: archived_about(session, tmp_path, ids))
        changes: list[dict[str, Any]] = data["change"]
        return changes

    before = held()
    archive(sqlite_database, tmp_path, now() + LATER)
    assert held() == before
