"""A name is found wherever people's texts are, as a word and not as a part of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import JSON

from store.access.actors import Actor
from store.enums import EventType, PersonRole
from store.erasure.mentions import mentions, text_columns
from store.models import ENTITIES, Event, EventPerson, Organisation, Project, StatisticalClaim, Talent
from tests.store.test_models import build

if TYPE_CHECKING:
    from store.database import Database
    from store.models.base import Identified

ACTOR = Actor.system("test")
NAME = "Ottoline Quillfeather"
SENTENCE = f"Then {NAME} spoke."
TEXTS = [(model, column.key) for model in ENTITIES.values() for column in text_columns(model)]


def found(database: Database, *names: str) -> list[tuple[str, str]]:
    """Table and attribute of each mention."""
    with database.read() as session:
        return [(mention.entity_type, mention.field) for mention in mentions(session, names)]


@pytest.mark.parametrize("model", {model: None for model, _ in TEXTS}, ids=lambda model: model.__name__)
def test_every_attribute_with_text_is_looked_at(sqlite_database: Database, model: type[Identified]) -> None:
    fields = [field for each, field in TEXTS if each is model]
    with sqlite_database.write(ACTOR) as session:
        row: Any = build(session, model)
        for field in fields:
            column = model.__table__.columns[field]  # type: ignore[attr-defined]
            value: Any = {"en": SENTENCE} if isinstance(column.type, JSON) else SENTENCE
            length = getattr(column.type, "length", None)
            setattr(row, field, value if length is None or len(value) <= length else NAME)
        identifier = row.id
    with sqlite_database.read() as session:
        everything = mentions(session, [NAME])
    assert {mention.field for mention in everything if mention.entity_id == identifier} >= {*fields}


def test_quotes_titles_and_labels_are_among_them() -> None:
    names = {f"{model.__name__}.{field}" for model, field in TEXTS}
    assert names >= {
        "StatisticalClaim.quote", "StatisticalClaim.label", "StatisticalClaim.note", "Event.quote", "Event.description",
        "EventPerson.quote", "EventOrganisation.quote", "Position.title", "TeamMember.title", "Award.title",
        "SourceDocument.title", "Interest.note", "Interest.feedback", "InvestorExclusion.note", "Project.keywords",
        "ApiKey.name", "UnmappedTerm.term", "EventEdition.principles", "Talent.degrees", "RankingSnapshot.items",
    }  # fmt: skip
    assert not names & {"Project.id", "Project.kind", "Project.founded", "ApiKey.key_hash", "Project.ask_currency"}


def test_a_name_is_a_word_in_latin_and_a_run_in_chinese(database: Database) -> None:
    with database.write(ACTOR) as session:
        session.add_all(
            [
                Project(name={"en": "Annual report"}, quote="Announced by Annabel"),
                Organisation(name={"en": "X"}, quote="Founded by ANN, in 2020", type="OTHER"),
                Event(name={"en": "Y"}, type=EventType.FORUM, quote="主持人奥特琳致辞"),
                Event(name={"en": "100% Z"}, type=EventType.FORUM),
            ]
        )
    assert found(database, "Ann") == [("organisation", "quote")]
    assert found(database, "奥特琳") == [("event", "quote")]
    assert found(database, "%") == [("event", "name")]
    assert found(database, "") == found(database) == []


def test_a_name_with_quotes_is_found_in_json(database: Database) -> None:
    with database.write(ACTOR) as session:
        session.add(Project(name={"en": "P"}, description={"en": 'Led by "Otti" O\\Hara.'}))
    assert found(database, '"Otti" O\\Hara') == [("project", "description")]


def test_a_link_is_shown_with_the_entity_to_look_at(database: Database) -> None:
    with database.write(ACTOR) as session:
        event = Event(name={"en": "Fair"}, type=EventType.EXHIBITION)
        other = Talent(name={"en": "Somebody"})
        session.add_all([event, other])
        session.flush()
        person = EventPerson(event_id=event.id, talent_id=other.id, role=PersonRole.SPEAKER, quote=SENTENCE)
        session.add(person)
        claim = StatisticalClaim(subject_id=event.id, measure="m", unit="people", quote=SENTENCE)
        session.add(claim)
    with database.read() as session:
        by_type = {mention.entity_type: mention for mention in mentions(session, [NAME])}
    assert (by_type["event_person"].entity_id, by_type["event_person"].owner_id) == (person.id, event.id)
    assert by_type["statistical_claim"].owner_id == claim.id
