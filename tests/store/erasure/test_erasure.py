"""Erasing a person leaves nothing of the person anywhere, and says that it was done."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import inspect, select, text, update

from store import erasure, search
from store.access import keys
from store.access.actors import Actor
from store.enums import EventType, Operation, PersonRole, Role
from store.models import (
    Change,
    Embedding,
    Event,
    EventPerson,
    ExternalId,
    Position,
    Project,
    StatisticalClaim,
    Talent,
    TeamMember,
    UnmappedTerm,
)
from store.values.ids import new_id

if TYPE_CHECKING:
    from store.database import Database

ACTOR = Actor.system("test")
SECRETS = ("Ottoline", "奥特琳", "ottoline@example.org", "Glassblowing", "chief glassblower", "first biography")
BIOGRAPHY = "Ottoline Quillfeather knows Glassblowing."


def fingerprint(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


@pytest.fixture
def person(database: Database) -> dict[str, str]:
    """A person with everything that can hang on one, and the ids of it."""
    with database.write(ACTOR) as session:
        talent = Talent(
            name={"en": "Ottoline Quillfeather", "zh": "奥特琳"},
            aliases=["Ottoline Q"],
            description={"en": "A first biography of Ottoline."},
            email="ottoline@example.org",
            nationality="XX",
            languages=["en"],
            degrees=[{"level": "PhD", "subject": "Glassblowing"}],
            fictional=True,
        )
        session.add(talent)
        session.flush()
        project = Project(name={"en": "Bottles"}, owner_id=talent.id)
        mentioning = Project(name={"en": "Jars"}, description={"en": "Led by Ottoline Quillfeather."})
        event = Event(name={"en": "Fair"}, type=EventType.EXHIBITION)
        session.add_all([project, mentioning, event])
        session.flush()
        member = TeamMember(project_id=project.id, talent_id=talent.id, title={"en": "chief glassblower"})
        session.add_all(
            [
                member,
                Position(talent_id=talent.id, title={"en": "chief glassblower"}),
                EventPerson(event_id=event.id, talent_id=talent.id, role=PersonRole.SPEAKER, quote="Ottoline spoke"),
                UnmappedTerm(entity_id=talent.id, term="Glassblowing"),
                StatisticalClaim(subject_id=talent.id, measure="bottles", unit="bottles", label={"en": "of Ottoline"}),
                ExternalId(entity_type="talent", namespace="test", value="ottoline@example.org", entity_id=talent.id),
                Embedding(
                    model="m", text_hash=fingerprint("A first biography of Ottoline."), dimension=1, vector=b"1234"
                ),
                Embedding(model="m", text_hash=fingerprint(BIOGRAPHY), dimension=1, vector=b"1234"),
                Embedding(model="m", text_hash=fingerprint("Others"), dimension=1, vector=b"1234"),
            ]
        )
        key, secret = keys.create(session, Role.TALENT, "Ottoline's phone", talent.id)
    with database.write(ACTOR) as session:
        session.get_one(Talent, talent.id).description = {"en": BIOGRAPHY}
        session.delete(session.get_one(TeamMember, member.id))
    with database.write(Actor(Role.TALENT, key.id, talent.id, "Ottoline's phone")) as session:
        session.get_one(Project, project.id).summary = {"en": "Bottles of glass"}
    return {
        "talent": talent.id, "project": project.id, "mentioning": mentioning.id, "key": key.id, "secret": secret,
        "member": member.id,
    }  # fmt: skip


def whole_content(database: Database, except_ids: tuple[str, ...] = ()) -> str:
    """Every row of every table, as text."""
    rows: list[str] = []
    with database.read() as session:
        for table in inspect(session.connection()).get_table_names():
            if not table.startswith("search_index"):
                found = session.execute(text(f'SELECT * FROM "{table}"'))
                rows += [" ".join(map(str, row)) for row in found]
    rows = [re.sub(r"\\u([0-9a-f]{4})", lambda escape: chr(int(escape[1], 16)), row) for row in rows]
    return "\n".join(row for row in rows if not any(entity_id in row for entity_id in except_ids))


def test_nothing_of_the_person_is_left(database: Database, person: dict[str, str]) -> None:
    before = whole_content(database, (person["mentioning"],))
    assert all(secret in before for secret in SECRETS)
    with database.write(ACTOR) as session:
        done = erasure.erase_talent(session, person["talent"])
    left = whole_content(database, (person["mentioning"],))
    for secret in SECRETS:
        assert secret not in left
        assert secret.lower() not in left.lower()
    assert done.links == 2
    assert done.keys == 1
    assert done.vectors == 2
    assert done.mentioned_in == (person["mentioning"],)


def test_nothing_is_left_in_the_file(sqlite_database: Database) -> None:
    with sqlite_database.write(ACTOR) as session:
        talent = Talent(name={"en": "Quillfeather"}, description={"en": "Glassblowing"})
        session.add(talent)
        session.add_all([Talent(name={"en": f"Other {number}"}) for number in range(50)])
    with sqlite_database.write(ACTOR) as session:
        erasure.erase_talent(session, talent.id)
    erasure.scrub(sqlite_database)
    path = Path(str(sqlite_database.url.database))
    kept = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*")).lower()
    assert b"other" in kept
    for trace in (b"quillfeath", b"glassblow"):
        assert trace not in kept


def test_what_refers_to_the_person_still_stands(database: Database, person: dict[str, str]) -> None:
    with database.write(ACTOR) as session:
        erasure.erase_talent(session, person["talent"])
        talent = session.get_one(Talent, person["talent"])
        assert (talent.name, talent.aliases, talent.degrees, talent.email) == ({}, [], [], None)
        assert talent.archived_at is not None
        assert talent.version == 3
        project = session.get_one(Project, person["project"])
        assert project.owner_id is None
        assert project.name == {"en": "Bottles"}


def test_the_erasure_is_logged_without_the_data(database: Database, person: dict[str, str]) -> None:
    with database.write(ACTOR) as session:
        erasure.erase_talent(session, person["talent"])
    with database.read() as session:
        log = session.scalars(
            select(Change).where(Change.entity_id == person["talent"]).order_by(Change.sequence)
        ).all()
        assert [change.operation for change in log] == [Operation.CREATE, Operation.UPDATE, Operation.ERASE]
        assert all(change.before is None and change.after is None for change in log)
        assert log[-1].actor_name == "test"
        gone = session.scalars(select(Change.operation).where(Change.entity_id == person["member"])).all()
        assert set(gone) == {Operation.CREATE, Operation.DELETE, Operation.ERASE}
        others = session.scalars(select(Change).where(Change.entity_id == person["project"])).all()
        assert all(change.before or change.after for change in others)
        assert {change.actor_name for change in others} == {"test", None}


def test_the_person_is_not_found_and_the_key_is_refused(database: Database, person: dict[str, str]) -> None:
    with database.write(ACTOR) as session:
        erasure.erase_talent(session, person["talent"])
    with database.read() as session:
        assert [hit.entity_id for hit in search.search(session, "Ottoline")] == [person["mentioning"]]
        assert search.search(session, "奥特琳") == []
        assert keys.verify(session, person["secret"]) is None
        assert session.scalars(select(Embedding.text_hash)).all() == [fingerprint("Others")]


def test_vectors_are_found_by_the_encoder_s_chunks(database: Database) -> None:
    with database.write(ACTOR) as session:
        talent = Talent(name={"en": "Somebody"}, description={"en": "One. Two."})
        session.add_all(
            [
                talent,
                *(
                    Embedding(model="m", text_hash=fingerprint(t), dimension=1, vector=b"1234")
                    for t in ("One.", "Two.")
                ),
            ]
        )
    with database.write(ACTOR) as session:
        done = erasure.erase_talent(session, talent.id, lambda value: value.split())
    assert done.vectors == 2


def test_erasing_twice_does_no_harm_and_nobody_can_not_be_erased(database: Database, person: dict[str, str]) -> None:
    with database.write(ACTOR) as session:
        erasure.erase_talent(session, person["talent"])
    with database.write(ACTOR) as session:
        assert erasure.erase_talent(session, person["talent"]).links == 0
        with pytest.raises(erasure.ErasureError, match="there is no"):
            erasure.erase_talent(session, new_id("tal"))


def test_a_rolled_back_erasure_changes_nothing(database: Database, person: dict[str, str]) -> None:
    before = whole_content(database)
    with pytest.raises(RuntimeError), database.write(ACTOR) as session:  # noqa: PT012
        erasure.erase_talent(session, person["talent"])
        raise RuntimeError
    assert whole_content(database) == before


def test_without_an_erasure_the_log_gives_up_no_data(database: Database, person: dict[str, str]) -> None:
    from sqlalchemy.exc import DBAPIError

    for values in ({"before": None, "after": None}, {"actor_name": None}):
        with pytest.raises(DBAPIError, match="append-only"), database.write(ACTOR) as session:
            session.execute(update(Change).where(Change.entity_id == person["project"]).values(values))
