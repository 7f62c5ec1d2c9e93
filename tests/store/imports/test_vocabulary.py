"""Needs, concepts and tracks, with what is said of them, from sheets in English and Chinese."""

from decimal import Decimal
from pathlib import Path

import pytest

from store import models
from store.access.actors import Actor
from store.database import Database
from store.documents import load
from store.enums import NeedKind
from store.imports import MappingError
from tests.store.imports.support import by_id, count, every, only, refused, run, table

pytestmark = pytest.mark.nightly_on_postgresql

PROGRAMME = """
- entity: ConceptScheme
  key: fields
  name: {en: Fields, zh: 领域}
  concepts: [{notation: ai, name: {en: AI, zh: 人工智能}}, {notation: sea, name: {en: Sea, zh: 海洋}}]
- {entity: Programme, key: week, name: {en: Week, zh: 创新周}, tracks: [{code: digital, name: {en: Digital}}]}
- {entity: Place, key: gb:320583, name: {en: Kunshan, zh: 昆山}, type: COUNTY_LEVEL_CITY}
"""


@pytest.fixture
def programme(database: Database, tmp_path: Path) -> Database:
    path = tmp_path / "programme.yaml"
    path.write_text(PROGRAMME, encoding="utf-8")
    with database.write(Actor.system("data")) as session:
        load(session, [path], "source")
    return database


@pytest.mark.parametrize(
    "headers",
    [
        ["id", "need", "need type", "place", "details (en)", "details (zh)", "budget", "deadline", "fields"],
        ["编号", "需求名称", "需求类型", "城市", "需求描述（英文）", "需求描述（中文）", "预算", "截止日期", "领域"],
    ],
)
def test_needs_arrive_with_their_descriptions(programme: Database, tmp_path: Path, headers: list[str]) -> None:
    row = ["n1", "焊接视觉检测", "技术需求", "昆山", "Sees bad welds.", "识别不良焊点。", "80万元", "2027-03", "视觉"]
    run(programme, table(tmp_path / "需求.csv", [headers, row]))
    need = only(programme, models.MatchingNeed)
    assert need.description == {"en": "Sees bad welds.", "zh": "识别不良焊点。"}
    assert (need.kind, need.budget_max, need.budget_currency) == (NeedKind.TECHNOLOGY, Decimal(800_000), "CNY")
    assert need.place_id == by_id(programme, models.Place, "320583", "gb").id
    assert count(programme, models.NeedConcept) == 1


def test_priorities_arrive_with_their_descriptions(programme: Database, tmp_path: Path) -> None:
    rows = [["产业", "城市", "说明", "description (en)"], ["光电", "昆山", "显示与激光。", "Displays and lasers."]]
    run(programme, table(tmp_path / "重点产业.csv", rows))
    assert only(programme, models.IndustryPriority).description == {"zh": "显示与激光。", "en": "Displays and lasers."}


@pytest.mark.parametrize(
    "headers",
    [
        ["id", "name", "scheme", "notation", "description (en)", "description (zh)", "broader"],
        ["编号", "产业名称", "分类体系", "编码", "说明（英文）", "说明（中文）", "上级产业"],
    ],
)
def test_concepts_get_descriptions_and_new_ones_their_place(
    programme: Database, tmp_path: Path, headers: list[str]
) -> None:
    rows = [
        headers,
        ["fields/ai", "AI", "fields", "ai", "Machines that learn.", "会学习的机器。", ""],
        ["fields/reef", "Reefs", "Fields", "reef", "Coral and algae.", "", "fields/sea"],
    ]
    path = table(tmp_path / "concepts.csv", rows)
    report = run(programme, path, namespace="source")
    assert (report.outlook.changed["concepts"], report.outlook.new["concepts"]) == (1, 1)
    described = by_id(programme, models.Concept, "fields/ai", "source")
    assert described.description == {"en": "Machines that learn.", "zh": "会学习的机器。"}
    assert described.name == {"en": "AI", "zh": "人工智能"}
    made = by_id(programme, models.Concept, "fields/reef", "source")
    assert made.broader_id == by_id(programme, models.Concept, "fields/sea", "source").id
    assert run(programme, path, namespace="source").outlook.nothing_to_do


@pytest.mark.parametrize(
    "headers",
    [
        ["id", "track name", "programme", "track code", "description (en)", "description (zh)", "fields"],
        ["编号", "赛道名称", "活动", "赛道代码", "说明（英文）", "说明（中文）", "领域"],
    ],
)
def test_tracks_get_descriptions_and_fields(programme: Database, tmp_path: Path, headers: list[str]) -> None:
    rows = [headers, ["week/digital", "Digital", "week", "digital", "Data at work.", "数据应用。", "人工智能"]]
    columns = {headers[-1]: {"field": "concepts", "scheme": "source:fields"}}
    run(programme, table(tmp_path / "赛道.csv", rows), namespace="source", mapping={"columns": columns})
    assert only(programme, models.Track).description == {"en": "Data at work.", "zh": "数据应用。"}
    assert only(programme, models.TrackConcept).concept_id == by_id(programme, models.Concept, "fields/ai", "source").id


def test_a_notation_that_is_taken_is_refused_with_the_id_to_give(programme: Database, tmp_path: Path) -> None:
    head = ["id", "name", "scheme", "notation"]
    taken = table(tmp_path / "concepts.csv", [head, ["1", "AI", "source:fields", "ai"]])
    (problem,) = refused(programme, taken)
    assert "is that of a stored record, source:fields/ai, of its scheme; give that id" in problem.message
    twice = [head, ["1", "Ice", "source:fields", "ice"], ["2", "Icebergs", "source:fields", "ice"]]
    (problem,) = refused(programme, table(tmp_path / "concepts.csv", twice))
    assert (problem.row, problem.column) == (3, "notation")
    assert "earlier row with the same scheme" in problem.message
    assert (
        "not known among the schemes"
        in refused(programme, table(tmp_path / "concepts.csv", [head, ["1", "Ice", "none", "ice"]]))[0].message
    )
    assert len(every(programme, models.Concept)) == 2


def test_what_others_name_is_imported_first(programme: Database, tmp_path: Path) -> None:
    concepts = table(tmp_path / "concepts.csv", [["id", "name", "scheme", "notation"], ["1", "Ice", "fields", "ice"]])
    projects = table(tmp_path / "projects.csv", [["id", "name"], ["1", "A"]])
    with pytest.raises(MappingError, match="Import concepts first, in a command of their own"):
        run(programme, concepts, projects)
