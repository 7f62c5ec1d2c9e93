"""A frozen database is read and not written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from store.access.actors import Actor
from store.database import FrozenError
from store.models import Talent

if TYPE_CHECKING:
    from store.database import Database


def test_a_frozen_database_refuses_to_write_and_says_so(sqlite_database: Database) -> None:
    with sqlite_database.write(Actor.system("test")) as session:
        session.add(Talent(name={"en": "Ada"}))
    sqlite_database.frozen = True
    with pytest.raises(FrozenError, match="read-only mode"), sqlite_database.write(Actor.system("test")):
        pass
    with sqlite_database.read() as session:
        assert session.query(Talent).count() == 1
    sqlite_database.frozen = False
    with sqlite_database.write(Actor.system("test")) as session:
        session.add(Talent(name={"en": "Bo"}))
