"""The index after any sequence of writes is the index that would be built anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from store.access.actors import Actor
from store.models import Project, SearchDocument
from store.models.base import now
from store.search import index
from store.values.ids import new_id

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from store.database import Database

ACTOR = Actor.system("test")
texts = st.sampled_from(["医疗器械", "Robots for ships", "", "ship 医疗", "。"])
steps = st.tuples(
    st.sampled_from(["create", "rename", "describe", "archive", "restore", "delete"]), st.integers(0, 5), texts
)


def documents(session: Session) -> dict[str, tuple[str, str, int, int]]:
    rows = session.scalars(select(SearchDocument))
    return {row.entity_id: (row.title, row.body, row.title_length, row.body_length) for row in rows}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(script=st.lists(st.lists(steps, max_size=5), max_size=5))
def test_the_index_is_the_one_that_would_be_built_anew(
    database: Database, script: list[list[tuple[str, int, str]]]
) -> None:
    projects: list[str] = []
    for transaction in script:
        with database.write(ACTOR) as session:
            for step, number, value in transaction:
                if step == "create" or not projects:
                    project = Project(id=new_id("prj"), name={"en": value})
                    session.add(project)
                    projects.append(project.id)
                    session.flush()
                    continue
                found = session.get(Project, projects[number % len(projects)])
                if found is None:
                    continue
                if step == "rename":
                    found.name = {"zh": value}
                elif step == "describe":
                    found.description = {"en": value}
                elif step == "delete":
                    session.delete(found)
                    session.flush()
                else:
                    found.archived_at = now() if step == "archive" else None
    with database.write(ACTOR) as session:
        if database.is_sqlite:  # raises where the index doesn't hold exactly what the documents hold
            session.execute(text("INSERT INTO search_index (search_index, rank) VALUES ('integrity-check', 1)"))
        kept = documents(session)
        index.rebuild(session)
        session.expire_all()
        assert documents(session) == kept


def test_an_unchanged_text_is_not_written_again(database: Database) -> None:
    with database.write(ACTOR) as session:
        project = Project(name={"en": "Ship"})
        session.add(project)
    with database.write(ACTOR) as session:
        session.execute(text("UPDATE search_document SET title_length = 77"))
        session.get_one(Project, project.id).website = "https://ship.example"
    with database.read() as session:
        assert documents(session)[project.id][2] == 77, "only another text makes another document"


def test_what_is_not_searched_is_passed_over(database: Database) -> None:
    with database.write(ACTOR) as session:
        index.update(session, {new_id("tmm"), new_id("prj"), "nonsense", ""})
        index.update_rows(session, [{"id": new_id("tmm"), "title": {"en": "Chief"}}])
        assert documents(session) == {}


def test_the_last_of_several_rows_of_one_entity_counts(database: Database) -> None:
    project = new_id("prj")
    with database.write(ACTOR) as session:
        index.update_rows(session, [{"id": project, "name": {"en": "One"}}, {"id": project, "name": {"en": "Two"}}])
        assert documents(session)[project][0] == " two "
        index.update_rows(
            session, [{"id": project, "name": {"en": "Three"}}, {"id": project, "name": {}, "archived_at": now()}]
        )
        session.expire_all()
        assert documents(session) == {}
        index.update_rows(
            session, [{"id": project, "name": {}, "archived_at": now()}, {"id": project, "name": {"en": "Four"}}]
        )
        assert documents(session)[project][0] == " four "
