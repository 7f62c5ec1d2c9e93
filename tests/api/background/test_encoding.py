"""New texts are encoded by a process of its own, once, while the server goes on."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from api.background.encoding import BackgroundEncoding
from api.operations.settings import ServerSettings
from store.access.actors import Actor
from store.database import Database
from store.models import Embedding, Place, Project
from tests.support.strangers import strange_packages

PATIENCE = 240.0


def settings(database: Database) -> ServerSettings:
    return ServerSettings(
        database_url=database.url.render_as_string(hide_password=False), encode_in_background=True, poll_seconds=0.05
    )


def add_project(database: Database, name: str) -> None:
    with database.write(Actor.system("test")) as session:
        session.add(Project(name={"en": name}, summary={"en": f"{name} measures the tide."}))


def vectors(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Embedding)) or 0


def until(holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.1)
    return False


def test_only_changed_texts_are_a_reason(database: Database) -> None:
    encoding = BackgroundEncoding(database, settings(database))
    assert not encoding.due()
    add_project(database, "Buoy")
    assert encoding.due()
    assert not encoding.due(), "what was looked at isn't looked at again"


def test_off_by_a_setting(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    off = settings(sqlite_database).model_copy(update={"encode_in_background": False})
    encoding = BackgroundEncoding(sqlite_database, off)
    monkeypatch.setattr(encoding, "_run", lambda: pytest.fail("it ran"))
    add_project(sqlite_database, "Buoy")
    encoding.start()
    time.sleep(0.3)
    encoding.stop()


def test_new_texts_get_their_vectors_once(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By `roadshow encode` in a process of its own; what it has encoded isn't encoded again at the next start.

    The folder where the server runs may have packages of our names: they are never taken for ours.
    """
    strange_packages(tmp_path)
    monkeypatch.chdir(tmp_path)
    encoding = BackgroundEncoding(sqlite_database, settings(sqlite_database))
    for name in ("Buoy", "Raft", "Float"):
        add_project(sqlite_database, name)
    encoding.start()
    try:
        assert until(lambda: vectors(sqlite_database) > 0)
        assert until(lambda: not BackgroundEncoding(sqlite_database, settings(sqlite_database)).due())
    finally:
        encoding.stop()
    with sqlite_database.write(Actor.system("test")) as session:
        session.add(Place(name={"en": "Nowhere"}, type="DISTRICT"))
    assert BackgroundEncoding(sqlite_database, settings(sqlite_database)).due()
