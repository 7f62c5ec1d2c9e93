"""Bulk writes leave the same traces as writes through ORM objects."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.access.actors import Actor
from store.bulk import BulkWriter, edits_of
from store.database import Database
from store.documents.resolving import rows_where
from store.enums import FundingStage, Operation, PlaceType, Role
from store.models import Change, Concept, ConceptScheme, Place, Project, ProjectConcept, SearchDocument
from store.models.base import UPKEEP, now
from store.values.ids import new_id
from store.values.partial_dates import PartialDate

ACTOR = Actor.system("test")
PROJECT = {
    "name": {"en": "Tidal sensors", "zh": "潮汐传感器"},
    "funding_stage": FundingStage.SEED,
    "ask_min": Decimal("5.5"),
    "ask_currency": "CNY",
    "founded": PartialDate("2020-H1"),
    "keywords": ["tide"],
}
CHANGES = {"name": {"en": "Tidal sensing"}, "founded": PartialDate("2021"), "keywords": ["tide"], "ask_min": None}


def traces(database: Database, known: dict[str, str]) -> tuple[list[Any], list[Any]]:
    """The change log and the search documents, with ids replaced by their names in `known`."""

    def named(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: named(item) if key != "archived_at" else bool(item) for key, item in value.items()}
        return known.get(value, value) if isinstance(value, str) else value

    with database.read() as session:
        log = [
            (c.entity_type, named(c.entity_id), named(c.owner_id), c.operation, named(c.before), named(c.after))
            for c in session.scalars(select(Change).where(Change.entity_id.in_(known)))
        ]
        columns = (SearchDocument.entity_id, SearchDocument.title, SearchDocument.body)
        documents = session.execute(select(*columns).where(SearchDocument.entity_id.in_(known))).all()
        return sorted(log, key=repr), sorted((named(row[0]), row[1], row[2]) for row in documents)


def by_orm(session: Session, ids: dict[str, str], step: int) -> None:
    if step == 0:
        session.add(ConceptScheme(id=ids["scheme"], name={"en": "Fields"}))
        session.flush()
        session.add(Concept(id=ids["concept"], scheme_id=ids["scheme"], notation="a", name={"en": "A"}))
        session.add(Project(id=ids["project"], **PROJECT))
        session.flush()
        session.add(ProjectConcept(id=ids["link"], project_id=ids["project"], concept_id=ids["concept"]))
    elif step == 1:
        project = session.get(Project, ids["project"])
        for name, value in CHANGES.items():
            setattr(project, name, value)
    elif step == 2:
        session.delete(session.get(ProjectConcept, ids["link"]))
    else:
        project = session.get(Project, ids["project"])
        assert project is not None
        project.archived_at = now()


def in_bulk(session: Session, ids: dict[str, str], step: int) -> None:
    writer = BulkWriter(session)
    if step == 0:  # the link comes first: the order is found out
        link = {"id": ids["link"], "project_id": ids["project"], "concept_id": ids["concept"]}
        writer.create(ProjectConcept, link)
        concept = {"id": ids["concept"], "scheme_id": ids["scheme"], "notation": "a", "name": {"en": "A"}}
        writer.create(Concept, concept)
        writer.create(ConceptScheme, {"id": ids["scheme"], "name": {"en": "Fields"}})
        writer.create(Project, {"id": ids["project"], **PROJECT})
    else:
        (project,) = rows_where(session, Project, "id", [ids["project"]])
        if step == 1:
            assert writer.update(Project, project, CHANGES)
        elif step == 2:
            writer.delete(ProjectConcept, next(rows_where(session, ProjectConcept, "id", [ids["link"]])))
        else:
            writer.update(Project, project, {"archived_at": now()})
    writer.flush()


def done_by(database: Database, write: Callable[[Session, dict[str, str], int], None]) -> list[tuple[Any, Any]]:
    ids = {"scheme": new_id("sch"), "concept": new_id("cpt"), "project": new_id("prj"), "link": new_id("pjc")}
    result = []
    for step in range(4):
        with database.write(ACTOR) as session:
            write(session, ids, step)
        result.append(traces(database, {identifier: name for name, identifier in ids.items()}))
    return result


def test_the_change_log_and_the_search_index_are_those_of_orm_writes(database: Database) -> None:
    assert done_by(database, in_bulk) == done_by(database, by_orm)


def test_a_row_is_as_an_orm_object_would_have_made_it(database: Database) -> None:
    with database.write(ACTOR) as session:
        session.add(Project(name={"en": "ORM"}, **{k: v for k, v in PROJECT.items() if k != "name"}))
        writer = BulkWriter(session)
        writer.create(Project, PROJECT | {"name": {"en": "Bulk"}})
        writer.flush()
    with database.read() as session:
        rows = list(rows_where(session, Project, "ask_currency", ["CNY"]))
    own = UPKEEP - {"public_version"} | {"id", "name"}
    one, other = [{k: v for k, v in row.items() if k not in own} for row in rows]
    assert one == other


def test_an_update_of_nothing_writes_nothing(database: Database) -> None:
    with database.write(ACTOR) as session:
        writer = BulkWriter(session)
        identifier = writer.create(Project, PROJECT)
        writer.flush()
        (row,) = rows_where(session, Project, "id", [identifier])
        assert not writer.update(Project, row, PROJECT | {"aliases": None, "ask_min": Decimal("5.50")})
        writer.flush()
        assert session.scalars(select(Change.operation)).all() == [Operation.CREATE]


def test_rows_that_refer_to_each_other_in_a_circle_are_refused(sqlite_database: Database) -> None:
    one, other = new_id("plc"), new_id("plc")
    with sqlite_database.write(ACTOR) as session:
        writer = BulkWriter(session)
        writer.create(Place, {"id": one, "parent_id": other, "type": PlaceType.COUNTRY})
        writer.create(Place, {"id": other, "parent_id": one, "type": PlaceType.COUNTRY})
        with pytest.raises(ValueError, match="refers to itself"):
            writer.flush()


def test_only_actors_with_a_key_make_edits(sqlite_database: Database) -> None:
    with sqlite_database.write(ACTOR) as session:
        project = Project(name={"en": "A"})
        session.add(project)
    identifier = project.id
    for actor, website in ((ACTOR, "https://a.org"), (Actor(Role.ORGANISER, id=new_id("key")), None)):
        with sqlite_database.write(actor) as session:
            found = session.get(Project, identifier)
            assert found is not None
            if website:
                found.website = website
            else:
                found.name = {"en": "B"}
    with sqlite_database.read() as session:
        assert edits_of(session, [identifier]).fields == {identifier: {"name", "version"}}
