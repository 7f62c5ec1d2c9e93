"""Searching a real database: what is found, in what order, marked where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from store import search
from store.access.actors import Actor
from store.enums import OrganisationType, PlaceType, ProjectStatus
from store.models import Investor, Organisation, Place, Project, SearchDocument, Talent
from store.search import index

if TYPE_CHECKING:
    from store.database import Database

ACTOR = Actor.system("test")


def add_project(database: Database, name: str = "Project", **values: object) -> str:
    with database.write(ACTOR) as session:
        project = Project(name={"en": name}, **values)
        session.add(project)
    return project.id


def found(database: Database, query: str, **options: object) -> list[str]:
    with database.read() as session:
        return [hit.entity_id for hit in search.search(session, query, **options)]  # type: ignore[arg-type]


@pytest.mark.parametrize("query", ["医疗", "水", "人工智能", "医疗器械", "人工智能 水", "智能", "污水处理"])
def test_chinese_words_of_any_length_are_found(database: Database, query: str) -> None:
    project = add_project(database, "A", description={"zh": "人工智能医疗器械，用于污水处理。"})
    add_project(database, "B", description={"zh": "智慧农业"})
    assert found(database, query) == [project]


@pytest.mark.parametrize("query", ["医械", "器医", "械用", "能工", "森"])
def test_characters_that_do_not_stand_side_by_side_are_not_a_word(database: Database, query: str) -> None:
    add_project(database, "A", description={"zh": "人工智能医疗器械，用于污水处理。"})
    assert found(database, query) == []


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Investments in robotics companies", "investing company"),
        ("5G networks", "5g"),
        ("An x-ray detector", "x-ray"),
        ("An x-ray detector", "X ray"),
        ("The Internet of Things", '"internet of things"'),
        ("Photovoltaic cells", "photov*"),
        ("Investment advice", "investm*"),
        ("Ａ　ＦＵＬＬ　width　ｎａｍｅ", "full width name"),
        ("Zürich", "zurich"),
        ("Zurich", "ZÜRICH"),
        ("Dalian's port", "dalian"),
        ("C++ compiler", "c++"),
        ("人工智能AI芯片", "ai 芯片"),
        ("人工智能AI芯片", "AI芯片"),
        ("Искусственный интеллект", "ИНТЕЛЛЕКТ"),
        ("データ分析", "データ"),
        ("데이터 분석을", "분석"),
        ("the state of the art", "state of the art"),
    ],
)
def test_found(database: Database, text: str, query: str) -> None:
    project = add_project(database, "P", summary={"en": text})
    assert found(database, query) == [project]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Internet for many things", '"internet things"'),
        ("x and ray", "x-ray"),
        ("C compiler", "c++"),
        ("Photovoltaic cells", "photov"),
        ("Robotics", "robotics agriculture"),
    ],
)
def test_not_found(database: Database, text: str, query: str) -> None:
    add_project(database, "P", summary={"en": text})
    assert found(database, query) == []


@pytest.mark.parametrize(
    "query",
    ["", " ", "*", '"', '""', "。，！", "'\\", "\x00", "a\x00b", "医" * 10_000, "word " * 2_000, '"' * 9_999,
     "NOT AND OR (", "a:b*^{-1}", "%_", "\ud800", "🙂", "' | !x <-> 'y':*", "x" * 10_000, "{}[]()<>&|!:*",
     "﷽" * 100, "ﬃ\u0301" * 50],
)  # fmt: skip
def test_no_query_is_an_error(database: Database, query: str) -> None:
    add_project(database, "Anything", description={"zh": "医疗"})
    with database.read() as session:
        for hit in search.search(session, query):
            assert hit.score >= 0
        search.count(session, query)
        session.scalars(search.matching(query, "project", session.get_bind().dialect.name)).all()
    search.highlight("Anything 医疗", query)


def test_a_query_without_a_word_finds_nothing(database: Database) -> None:
    add_project(database, "Anything")
    assert found(database, '。* "') == []


def test_a_name_counts_more_than_a_text_and_ties_go_by_id(database: Database) -> None:
    in_text = add_project(database, "One", description={"en": "A battery for ships and for other uses."})
    in_name = add_project(database, "Battery")
    same = add_project(database, "Battery")
    assert found(database, "battery") == [*sorted([in_name, same]), in_text]


def test_pages_go_on_where_the_last_one_ended(database: Database) -> None:
    for number in range(7):
        add_project(database, f"Solar {'power ' * (number % 3)}")
    everything = found(database, "solar")
    assert len(everything) == 7
    with database.read() as session:
        first = search.search(session, "solar", limit=3)
        rest = search.search(session, "solar", limit=10, after=first[-1].position)
        assert [hit.entity_id for hit in first + rest] == everything
        assert search.count(session, "solar") == 7


def test_types_can_be_chosen(database: Database) -> None:
    with database.write(ACTOR) as session:
        place = Place(name={"en": "Dalian", "zh": "大连"}, type=PlaceType.PREFECTURE_CITY)
        organisation = Organisation(name={"en": "Dalian Works"}, type=OrganisationType.ENTERPRISE)
        investor = Investor(name={"en": "Some Fund"}, thesis={"en": "Ships built in Dalian"})
        talent = Talent(name={"zh": "王大连"})
        session.add_all([place, organisation, investor, talent])
    assert found(database, "dalian", types=["place"]) == [place.id]
    assert set(found(database, "Dalian")) == {place.id, organisation.id, investor.id}
    assert set(found(database, "大连", types=["place", "talent"])) == {place.id, talent.id}


def test_what_may_not_be_seen_is_neither_found_nor_counted(database: Database) -> None:
    shown = add_project(database, "Laser")
    add_project(database, "Laser", status=ProjectStatus.DRAFT)
    visible = {"project": Project.status == ProjectStatus.PUBLISHED}
    assert found(database, "laser", visible=visible) == [shown]
    with database.read() as session:
        assert search.count(session, "laser", visible=visible) == 1
        assert search.count(session, "laser") == 2


def test_the_index_follows_every_write(database: Database) -> None:
    project = add_project(database, "Magnet")
    with database.write(ACTOR) as session:
        session.get_one(Project, project).name = {"en": "Turbine"}
    assert found(database, "magnet") == []
    assert found(database, "turbine") == [project]
    with database.write(ACTOR) as session:
        from store.models.base import now

        session.get_one(Project, project).archived_at = now()
    assert found(database, "turbine") == []
    with database.write(ACTOR) as session:
        session.get_one(Project, project).archived_at = None
    assert found(database, "turbine") == [project]
    with database.write(ACTOR) as session:
        session.delete(session.get_one(Project, project))
    assert found(database, "turbine") == []


def test_a_write_that_is_rolled_back_leaves_no_trace_in_the_index(database: Database) -> None:
    with pytest.raises(RuntimeError), database.write(ACTOR) as session:  # noqa: PT012
        session.add(Project(name={"en": "Vanishing"}))
        session.flush()
        assert len(search.search(session, "vanishing")) == 1
        raise RuntimeError
    assert found(database, "vanishing") == []


def test_bulk_rows_are_indexed_like_written_ones(database: Database) -> None:
    first = add_project(database, "Hydrogen", keywords=["fuel cell"], core_technology={"zh": "氢能"})
    with database.write(ACTOR) as session:
        written = session.query(SearchDocument).filter_by(entity_id=first).one()
        expected = (written.title, written.body, written.title_length, written.body_length)
        session.delete(written)
        session.flush()
        row = {"id": first, "name": {"en": "Hydrogen"}, "keywords": ["fuel cell"], "core_technology": {"zh": "氢能"}}
        index.update_rows(session, [row])
        document = session.query(SearchDocument).filter_by(entity_id=first).one()
        assert (document.title, document.body, document.title_length, document.body_length) == expected
    assert found(database, "氢能") == [first]


def test_rebuilding_changes_no_answer(database: Database) -> None:
    wanted = {add_project(database, f"Wind {number}") for number in range(3)}
    with database.write(ACTOR) as session:
        assert index.rebuild(session) == 3
    assert set(found(database, "wind")) == wanted


def test_matching_is_a_condition_on_any_query(database: Database) -> None:
    from sqlalchemy import select

    project = add_project(database, "Laser ship")
    add_project(database, "Laser")
    with database.read() as session:
        dialect = session.get_bind().dialect.name
        statement = select(Project.id).where(
            Project.id.in_(search.matching("laser", "project", dialect)),
            Project.id.in_(search.matching("ship", "project", dialect)),
            Project.id.not_in(search.matching("plane", "project", dialect)),
        )
        assert session.scalars(statement).all() == [project]


def test_hits_say_where_the_query_was_found_in_the_reader_s_language_first(database: Database) -> None:
    with database.write(ACTOR) as session:
        session.add(
            Project(
                name={"en": "Robot 机器人", "zh": "机器人"},
                description={"en": f"{'Filler words here. ' * 30} The robot 机器人 walks. {'More filler. ' * 30}"},
            )
        )
    with database.read() as session:
        (hit,) = search.search(session, "机器人", languages=["zh-CN", "en"])
    fields = [(highlight.field, highlight.language) for highlight in hit.highlights]
    assert fields == [("name", "zh"), ("name", "en"), ("description", "en")]
    for highlight in hit.highlights:
        assert [highlight.text[start:end] for start, end in highlight.spans] == ["机器人"]
    assert hit.highlights[2].text.startswith("…")
    assert hit.highlights[2].text.endswith("…")


def test_a_very_long_text_is_indexed_as_far_as_it_counts(database: Database) -> None:
    characters = "".join(chr(0x20000 + (number * 7919) % 40_000) for number in range(120_000))
    project = add_project(database, "Long " * 3000, description={"zh": characters + "终点"})
    assert found(database, "long") == [project]
    assert found(database, characters[89_000:89_010]) == [project]
    assert found(database, "终点") == []


def test_a_word_beyond_any_length_is_found_by_its_beginning(database: Database) -> None:
    project = add_project(database, "a" * 5000)
    assert found(database, "a" * 5000) == [project]
