"""An import: everything or nothing, once and the same again, for every kind."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import orjson
import pytest
from sqlalchemy import select

from store import models
from store.access.actors import Actor
from store.database import Database
from store.documents import load
from store.enums import FundingStage, MappingRelation, Operation, PlaceType, Role, SupportClass, TechnologyLevel
from store.imports import MappingError
from store.values.partial_dates import PartialDate
from tests.store.imports.support import by_id, changes, count, every, only, refused, run, table

HEADERS = (
    "编号 项目名称 英文名称 简介 融资额（万元） 融资阶段 领域 国家 省份 城市 成立时间 创始人 技术水平 TRL".split()  # noqa: SIM905
)
FIRST = [
    "p1",
    "潮汐传感器",
    "Tidal sensors",
    "测量潮汐。",
    "500-800",
    "天使轮",
    "人工智能；芯片",
    "中国",
    "江苏",
    "昆山",
]
SECOND = ["p2", "光学芯片", "", "", "1.5亿", "A轮", "芯片", "中国", "广东", "深圳", "2021", "张三", "", ""]
PROJECTS = [HEADERS, [*FIRST, "2020年上半年", "张三（CEO）；李四", "国际领先", "TRL 6"], SECOND]


@pytest.fixture
def projects(tmp_path: Path) -> Path:
    return table(tmp_path / "项目.csv", PROJECTS)


def test_a_chinese_sheet_of_projects_arrives_whole(database: Database, projects: Path) -> None:
    report = run(database, projects)
    assert report.outlook.new["projects"] == 2
    project = by_id(database, models.Project, "p1")
    assert project.name == {"zh": "潮汐传感器", "en": "Tidal sensors"}
    assert project.description == {"zh": "测量潮汐。"}
    assert (project.ask_min, project.ask_max, project.ask_currency) == (Decimal(5_000_000), Decimal(8_000_000), "CNY")
    assert project.funding_stage is FundingStage.ANGEL
    assert project.technology_level is TechnologyLevel.INTERNATIONAL_LEADING
    assert project.technology_readiness == 6
    assert project.founded == PartialDate("2020-H1")
    assert (project.founded_earliest, project.founded_latest) == (date(2020, 1, 1), date(2020, 6, 30))
    assert by_id(database, models.Project, "p2").ask_min == Decimal(150_000_000)
    assert {concept.name["zh"] for concept in every(database, models.Concept)} == {"人工智能", "芯片"}
    assert count(database, models.ProjectConcept) == 3
    members = every(database, models.TeamMember)
    assert all(member.founder for member in members)
    assert {"zh": "CEO"} in [member.title for member in members] or {"en": "CEO"} in [m.title for m in members]


def test_persons_of_one_name_in_two_projects_are_two(database: Database, projects: Path) -> None:
    run(database, projects)
    names = sorted(talent.name["zh"] for talent in every(database, models.Talent))
    assert names == ["张三", "张三", "李四"]


def test_places_are_made_once_under_their_country(database: Database, projects: Path) -> None:
    run(database, projects)
    by_name = {place.name.get("zh"): place for place in every(database, models.Place)}
    assert set(by_name) == {"中国", "江苏", "昆山", "广东", "深圳"}
    assert by_name["昆山"].parent_id == by_name["江苏"].id
    assert by_name["江苏"].parent_id == by_name["中国"].id
    assert by_name["中国"].code == "CN"
    assert by_name["昆山"].country_code == "CN"
    assert by_id(database, models.Place, "CN", "iso").id == by_name["中国"].id


def test_importing_twice_changes_nothing(database: Database, projects: Path) -> None:
    run(database, projects)
    before = changes(database)
    report = run(database, projects)
    assert report.outlook.unchanged["projects"] == 2
    assert report.outlook.nothing_to_do
    assert changes(database) == before


def test_every_row_has_its_change_and_its_search_document(database: Database, projects: Path) -> None:
    run(database, projects)
    tables = [model for model in models.ENTITIES.values() if count(database, model)]
    assert changes(database) == sum(count(database, model) for model in tables)
    project = by_id(database, models.Project, "p1")
    with database.read() as session:
        own = session.scalars(select(models.Change).where(models.Change.owner_id == project.id)).all()
        assert {change.entity_type for change in own} == {"project", "project_concept", "team_member"}
        assert {change.actor_name for change in own} == {"import"}
        document = session.scalars(
            select(models.SearchDocument).where(models.SearchDocument.entity_id == project.id)
        ).one()
        assert "tidal" in document.title


def test_a_changed_row_changes_only_what_differs(database: Database, projects: Path, tmp_path: Path) -> None:
    run(database, projects)
    before = changes(database)
    changed = [list(row) for row in PROJECTS]
    changed[1][5] = "A轮"
    changed[1][6] = "芯片；光学"
    changed[2][3] = ""
    report = run(database, table(tmp_path / "项目2.csv", changed), kind="projects")
    assert report.outlook.changed["projects"] == 1
    project = by_id(database, models.Project, "p1")
    assert project.funding_stage is FundingStage.SERIES_A
    assert project.version == 2
    with database.read() as session:
        log = session.scalars(select(models.Change).where(models.Change.sequence > before)).all()
        found = sorted((change.entity_type, change.operation) for change in log)
        assert found == [
            ("concept", Operation.CREATE),
            ("project", Operation.UPDATE),
            ("project_concept", Operation.CREATE),
            ("project_concept", Operation.DELETE),
        ]
        update = next(change for change in log if change.operation is Operation.UPDATE)
        assert set(update.after or ()) == {"funding_stage", "version"}


def test_what_a_person_edited_or_added_survives_the_next_import(
    database: Database, projects: Path, tmp_path: Path
) -> None:
    run(database, projects)
    project_id = by_id(database, models.Project, "p1").id
    with database.write(Actor(Role.ORGANISER, id="key_00000000000000000000000000", name="import")) as session:
        project = session.get(models.Project, project_id)
        assert project is not None
        project.funding_stage = FundingStage.SEED
        links = session.scalars(
            select(models.ProjectConcept).where(models.ProjectConcept.project_id == project_id)
        ).all()
        removed = links[0].concept_id
        session.delete(links[0])
        scheme_id = session.scalars(select(models.Concept.scheme_id)).first()
        own = models.Concept(scheme_id=scheme_id, notation="own", name={"en": "Own"})
        session.add(own)
        session.flush()
        session.add(models.ProjectConcept(project_id=project_id, concept_id=own.id))
    changed = [list(row) for row in PROJECTS]
    changed[1][3] = "新的简介。"
    report = run(database, table(tmp_path / "项目2.csv", changed), kind="projects")
    project = by_id(database, models.Project, "p1")
    assert project.description == {"zh": "新的简介。"}
    assert project.funding_stage is FundingStage.SEED
    assert len(report.written.kept) == 1
    with database.read() as session:
        linked = set(
            session.scalars(
                select(models.ProjectConcept.concept_id).where(models.ProjectConcept.project_id == project_id)
            )
        )
    assert own.id in linked
    assert removed not in linked


def test_one_bad_row_and_nothing_is_written(database: Database, tmp_path: Path) -> None:
    path = table(
        tmp_path / "projects.csv",
        [
            ["id", "name", "stage", "founded", "ask", "city"],
            ["1", "Good", "seed", "2020", "5 USD", ""],
            ["2", "", "later", "soon", "5", "Nowhere"],
            ["1", "Twice", "", "", "", ""],
        ],
    )
    report = tmp_path / "problems.csv"
    problems = refused(database, path, report=report)
    assert [(problem.row, problem.column) for problem in problems] == [
        (3, "stage"),
        (3, "founded"),
        (3, "name"),
        (3, "ask"),
        (3, "city"),
        (4, "id"),
    ]
    assert "IDEA, PRE_SEED" in problems[0].problem
    assert problems[0].remedy.startswith("write one of them")
    lines = report.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "file,row,column,value,problem,remedy"
    assert lines[1].startswith(f'{path},3,stage,later,"is not one of IDEA')
    assert len(lines) == 7


def test_rows_as_a_whole_are_checked_too(sqlite_database: Database, tmp_path: Path) -> None:
    rows = [
        ["name", "ask", "raised", "city"],
        ["", "5 USD", "", ""],
        ["A", "5", "", ""],
        ["B", "", "1-2 USD", ""],
        ["C", "", "", "Nowhere"],
    ]
    problems = refused(sqlite_database, table(tmp_path / "projects.csv", rows))
    assert [(problem.row, problem.column) for problem in problems] == [
        (2, "name"),
        (3, "ask"),
        (4, "raised"),
        (5, "city"),
    ]
    assert "names no currency" in problems[1].message
    assert "give its country too" in problems[3].message


def test_bad_rows_can_be_skipped_with_all_that_refers_to_them(database: Database, tmp_path: Path) -> None:
    events = table(
        tmp_path / "events.csv",
        [
            ["id", "name", "type", "parent"],
            ["e1", "Grandchild", "forum", "e2"],
            ["e2", "Child", "forum", "e3"],
            ["e3", "Bad", "nonsense", ""],
            ["e4", "Child of good", "forum", "e5"],
            ["e5", "Good", "summit", ""],
        ],
    )
    report = run(database, events, skip_bad_rows=True)
    assert report.bad_rows == 3
    assert {event.name["en"] for event in every(database, models.Event)} == {"Child of good", "Good"}
    assert by_id(database, models.Event, "e4").parent_id == by_id(database, models.Event, "e5").id
    before = changes(database)
    run(database, events, skip_bad_rows=True)
    assert changes(database) == before


def test_a_dry_run_writes_nothing_and_says_what_would_be(database: Database, projects: Path) -> None:
    report = run(database, projects, dry_run=True)
    assert report.outlook.new["projects"] == 2
    assert changes(database) == 0
    assert count(database, models.ExternalId) == 0


def test_investments_find_investors_and_projects_of_the_same_run(database: Database, tmp_path: Path) -> None:
    investments = table(
        tmp_path / "investments.csv",
        [
            ["investor", "project", "amount", "date", "round"],
            ["i1", "p1", "$2 million", "July 2024", "Seed"],
            ["Blue Fund", "Tidal", "", "", ""],
        ],
    )
    investors = table(
        tmp_path / "investors.csv", [["id", "name", "cheque", "stages"], ["i1", "Blue Fund", "1-5m USD", "seed; A轮"]]
    )
    projects = table(tmp_path / "projects.csv", [["id", "name"], ["p1", "Tidal"]])
    run(database, investments, investors, projects)
    investor, project = by_id(database, models.Investor, "i1"), by_id(database, models.Project, "p1")
    assert investor.stages == ["SEED", "SERIES_A"]
    assert (investor.cheque_min, investor.cheque_max) == (Decimal(1_000_000), Decimal(5_000_000))
    found = every(database, models.Investment)
    assert {(item.investor_id, item.project_id) for item in found} == {(investor.id, project.id)}
    assert found[0].amount == Decimal(2_000_000)
    assert found[0].invested == PartialDate("2024-07")
    before = changes(database)
    run(database, investments, investors, projects)
    run(database, investments)  # the others are in the store by now
    assert changes(database) == before


def test_deadlines_name_their_zone(sqlite_database: Database, tmp_path: Path) -> None:
    head = ["name", "type", "报名截止时间"]
    run(sqlite_database, table(tmp_path / "events.csv", [
        head, ["Final", "FINAL", "2026-05-01 17:00 Asia/Shanghai"],
        ["Semi-final", "DEFENCE", "2026-04-01 12:00 北京时间"],
    ]))  # fmt: skip
    found = {each.name["en"]: each for each in every(sqlite_database, models.Event)}
    assert found["Final"].deadline == "2026-05-01T17:00:00+08:00[Asia/Shanghai]"
    assert found["Semi-final"].deadline_at == datetime(2026, 4, 1, 4, tzinfo=UTC)
    problems = refused(sqlite_database, table(tmp_path / "events.csv", [
        head, ["A", "FINAL", "2026-05-01 17:00"], ["B", "FINAL", "2026-10-25 01:30 Europe/London"],
        ["C", "FINAL", "2026-03-29 01:30 Europe/London"],
    ]))  # fmt: skip
    told = [each.message for each in problems]
    assert ["names no time zone" in told[0], "comes twice" in told[1], "doesn't exist" in told[2]] == [True] * 3


def test_policies_and_their_support_are_imported(database: Database, tmp_path: Path) -> None:
    with database.write(Actor.system("tests")) as session:
        session.add(models.Place(name={"en": "Kunshan", "zh": "昆山"}, type=PlaceType.COUNTY_LEVEL_CITY))
    policies = table(tmp_path / "政策.csv", [
        ["编号", "政策名称", "所在地", "适用对象", "生效日期", "有效期至", "网址"],
        ["p1", "创业资助办法", "昆山", "海外人才", "2024-03-01", "2026", "https://example.org/p1"],
    ])  # fmt: skip
    supports = table(tmp_path / "supports.csv", [
        ["policy", "class", "label", "amount", "terms"],
        ["p1", "创业资助", "一类", "1-5m CNY", "paid in 3 years"], ["p1", "住房补贴", "", "", "a flat for 3 years"],
    ])  # fmt: skip
    run(database, supports, policies)
    policy = by_id(database, models.Policy, "p1")
    assert (policy.name, policy.eligibility, policy.valid_to) == (
        {"zh": "创业资助办法"}, {"zh": "海外人才"}, PartialDate("2026"),
    )  # fmt: skip
    found = {each.support_class: each for each in every(database, models.PolicySupport)}
    assert {each.policy_id for each in found.values()} == {policy.id}
    grant = found[SupportClass.GRANT]
    assert (grant.value_min, grant.value_max, grant.value_currency) == (
        Decimal(1_000_000), Decimal(5_000_000), "CNY",
    )  # fmt: skip
    assert found[SupportClass.HOUSING].conditions == {"en": "a flat for 3 years"}
    before = changes(database)
    run(database, supports, policies)
    assert changes(database) == before


def test_investments_of_nobody_named(database: Database, tmp_path: Path) -> None:
    rows = [["investor", "project", "amount", "date", "round"], ["undisclosed", "p1", "10m CNY", "2024-07", "Angel"],
            ["未披露", "p1", "3m CNY", "2023", "Seed"]]  # fmt: skip
    investments = table(tmp_path / "investments.csv", rows)
    projects = table(tmp_path / "projects.csv", [["id", "name"], ["p1", "Tidal"]])
    run(database, investments, projects)
    found = every(database, models.Investment)
    assert {(item.investor_id, item.amount) for item in found} == {
        (None, Decimal(10_000_000)), (None, Decimal(3_000_000)),
    }  # fmt: skip
    before = changes(database)
    run(database, investments)
    assert changes(database) == before
    empty = table(tmp_path / "investments.csv", [rows[0], ["", "p1", "1m CNY", "2024", ""]])
    assert "or write 'undisclosed'" in refused(database, empty)[0].message


def test_references_that_lead_nowhere_or_to_several_are_refused(sqlite_database: Database, tmp_path: Path) -> None:
    investors = table(tmp_path / "investors.csv", [["id", "name"], ["1", "Same"], ["2", "Same"]])
    projects = table(tmp_path / "projects.csv", [["id", "name"], ["p", "P"]])
    rows = [["investor", "project"], ["Same", "p"], ["nobody", "p"]]
    problems = refused(sqlite_database, investors, projects, table(tmp_path / "investments.csv", rows))
    assert "is the name of several investors" in problems[0].message
    assert "is not known among the investors" in problems[1].message


def test_talents_have_their_office_degree_and_fields(database: Database, tmp_path: Path) -> None:
    path = table(
        tmp_path / "人才.csv",
        [
            ["姓名", "单位", "职务", "学历", "毕业院校", "研究方向", "国籍", "语言", "留学", "邮箱"],
            ["林梅", "海洋研究所", "研究员", "博士", "某大学", "声学", "中国", "中文；英语", "是", "lin@example.org"],
        ],
    )
    run(database, path)
    talent, organisation = only(database, models.Talent), only(database, models.Organisation)
    assert talent.degrees == [{"level": "博士", "institution": "某大学"}]
    assert (talent.nationality, talent.languages, talent.studied_abroad) == ("CN", ["zh", "en"], True)
    position = only(database, models.Position)
    assert (position.talent_id, position.organisation_id) == (talent.id, organisation.id)
    assert position.title == {"zh": "研究员"}
    before = changes(database)
    run(database, path)
    assert changes(database) == before


def test_events_have_organisers_places_and_dates(database: Database, tmp_path: Path) -> None:
    path = table(
        tmp_path / "活动.csv",
        [
            ["活动名称", "活动类型", "开始时间", "举办城市", "主办单位", "承办单位", "形式"],
            ["海创周", "峰会", "2024年7月中旬", "Berlin, Germany", "甲；乙", "丙", "线上线下结合"],
        ],
    )
    run(database, path)
    event = only(database, models.Event)
    assert event.starts == PartialDate("2024-07-mid")
    assert count(database, models.EventOrganisation) == 3
    place = by_id(database, models.Place, "DE", "iso")
    city = next(item for item in every(database, models.Place) if item.type is PlaceType.PREFECTURE_CITY)
    assert city.parent_id == place.id


def test_priorities_of_a_place_have_tracks_and_concepts(database: Database, tmp_path: Path) -> None:
    document = tmp_path / "programme.yaml"
    document.write_text(
        """
- {entity: Programme, key: week, name: {en: Week}, tracks: [{code: digital, name: {en: Digital, zh: 数字经济}}]}
- {entity: Place, key: gb:320583, name: {en: Kunshan, zh: 昆山}, type: COUNTY_LEVEL_CITY}
""",
        encoding="utf-8",
    )
    with database.write(Actor.system("data")) as session:
        load(session, [document], "kunshan")
    rows = [
        ["place", "产业", "层级", "权重", "赛道", "领域"],
        ["gb:320583", "半导体", "主导产业", "30%", "数字经济", "芯片"],
        ["昆山市", "新材料", "未来产业", "0.2", "", ""],
    ]
    path = table(tmp_path / "重点产业.csv", rows)
    run(database, path)
    first, second = every(database, models.IndustryPriority)
    assert first.place_id == second.place_id == by_id(database, models.Place, "320583", "gb").id
    assert (first.weight, second.weight) == (0.3, 0.2)
    assert count(database, models.PriorityTrack) == count(database, models.PriorityConcept) == 1
    rows[1][4] = "太空"
    assert "is not a track" in refused(database, table(tmp_path / "重点产业.csv", rows))[0].message


SCHEMES = """
- entity: ConceptScheme
  key: open
  name: {en: Open}
  open_ended: true
  concepts: [{notation: ai, name: {en: AI, zh: 人工智能}}]
- entity: ConceptScheme
  key: closed
  name: {en: Closed}
  concepts: [{notation: ai, name: {en: AI}}]
"""


def test_fields_that_a_scheme_lacks_are_queued_made_or_refused(database: Database, tmp_path: Path) -> None:
    document = tmp_path / "schemes.yaml"
    document.write_text(SCHEMES, encoding="utf-8")
    with database.write(Actor.system("data")) as session:
        load(session, [document], "source")
    path = table(tmp_path / "projects.csv", [["id", "name", "fields"], ["1", "A", "人工智能; Quantum"]])

    def mapping(scheme: str) -> dict[str, object]:
        return {"columns": {"fields": {"field": "concepts", "scheme": scheme}}}

    assert "which is closed" in refused(database, path, mapping=mapping("source:closed"))[0].message
    assert "not in the store" in refused(database, path, mapping=mapping("source:none"))[0].message
    run(database, path, mapping=mapping("source:open"))
    assert only(database, models.UnmappedTerm).term == "Quantum"
    assert count(database, models.Concept) == 2
    run(database, table(tmp_path / "projects.csv", [["id", "name", "fields"], ["2", "B", "ai; Quantum"]]))
    made = {concept.name["en"] for concept in every(database, models.Concept)}
    assert made == {"AI", "ai", "Quantum"}
    crosswalks = every(database, models.ConceptMapping)
    assert len(crosswalks) == 2
    assert {crosswalk.relation for crosswalk in crosswalks} == {MappingRelation.CLOSE}


def test_constants_hold_where_a_row_says_nothing(database: Database, tmp_path: Path) -> None:
    path = table(tmp_path / "projects.csv", [["name", "country"], ["A", ""], ["B", "Japan"]])
    run(database, path, mapping={"constants": {"country": "DE", "fictional": "true"}})
    assert {place.code for place in every(database, models.Place)} == {"DE", "JP"}
    assert all(project.fictional for project in every(database, models.Project))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"namespace": None}, "Whose ids"),
        ({"namespace": "a b"}, "can't be a namespace"),
        ({"kind": "planets"}, "the kinds are organisations, talents"),
        ({"format_name": "x"}, "Unknown format 'x'"),
    ],
)
def test_options_that_can_not_be_used(
    sqlite_database: Database, tmp_path: Path, options: dict[str, object], says: str
) -> None:
    with pytest.raises(MappingError, match=says):
        run(sqlite_database, table(tmp_path / "projects.csv", [["name"]]), **options)


def test_the_kind_must_be_said_somewhere(sqlite_database: Database, tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="what does it hold"):
        run(sqlite_database, table(tmp_path / "x.csv", [["name"]]))


def test_a_plugins_format_goes_the_same_way(sqlite_database: Database, tmp_path: Path) -> None:
    path = tmp_path / "a.xyz"
    path.write_text("x", encoding="utf-8")
    rows = [{"#": 7, "id": "1", "name": "A"}, {"#": 9, "id": "1", "name": "B"}]
    (problem,) = refused(sqlite_database, path, kind="projects", formats={"xyz": lambda _: rows}, format_name="xyz")
    assert (problem.row, problem.column) == (9, "id")
    run(sqlite_database, path, kind="projects", formats={"xyz": lambda _: rows[:1]}, format_name="xyz")
    assert only(sqlite_database, models.Project).name == {"en": "A"}


def test_a_file_that_changes_between_check_and_write_is_refused(sqlite_database: Database, projects: Path) -> None:
    def disturb(step: str, *_: object) -> None:
        if step == "write":
            projects.write_text("编号,项目名称\np9,x\n", encoding="utf-8")

    assert "changed during the import" in str(refused(sqlite_database, projects, advance=disturb)[0])


def test_a_purged_record_is_made_anew_when_its_row_changes(sqlite_database: Database, tmp_path: Path) -> None:
    path = table(tmp_path / "projects.csv", [["id", "name"], ["1", "A"]])
    run(sqlite_database, path)
    with sqlite_database.write(Actor.system("purge")) as session:
        session.delete(session.scalars(select(models.Project)).one())
    run(sqlite_database, table(path, [["id", "name"], ["1", "A2"]]))
    assert only(sqlite_database, models.Project).name == {"en": "A2"}


def test_what_no_database_keeps_is_refused_and_what_is_long_is_told_apart(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "projects.jsonl"
    path.write_bytes(b'{"id": "1", "name": "A\\u0000B"}\n')
    assert "NUL" in refused(database, path)[0].message
    long = ["x" * 290 + end for end in ("1", "2")]
    rows = [["id", "name", "fields", "organisation", "city", "country", "founders"]]
    rows += [[name, name, name, name, name, "DE", name] for name in long]
    run(database, table(tmp_path / "projects.csv", rows))
    for model in (models.Project, models.Concept, models.Organisation, models.Talent):
        assert count(database, model) == 2
    assert count(database, models.Place) == 3


def test_values_of_json_lines_are_texts_lists_and_texts_by_language(sqlite_database: Database, tmp_path: Path) -> None:
    path = tmp_path / "projects.jsonl"
    good = {"id": 1, "name": {"en": "Tide", "zh": "潮汐", "fr": None}, "keywords": [None, "a"], "ask": "面议"}
    path.write_bytes(orjson.dumps(good))
    run(sqlite_database, path)
    project = only(sqlite_database, models.Project)
    assert (project.name, project.keywords, project.ask_min) == ({"en": "Tide", "zh": "潮汐"}, ["a"], None)
    bad = [{"keywords": [["a"]]}, {"summary": ["a"]}, {"summary": {"en": ["a"]}}, {"summary": {"en!": "a"}}]
    bad += [{"founded": {"year": 2020}}, {"keywords": [{"en": "a"}]}, {"name": "x" * 1_001}]
    rows = [{"id": number, "name": "A", **cells} for number, cells in enumerate(bad, 2)]
    path.write_bytes(b"\n".join(map(orjson.dumps, rows)))
    assert [problem.row for problem in refused(sqlite_database, path)] == list(range(1, len(bad) + 1))


def test_an_unknown_edition_says_what_to_load(sqlite_database: Database, tmp_path: Path) -> None:
    path = table(tmp_path / "projects.csv", [["name", "edition"], ["A", "week-2030"]])
    assert "load the programme" in refused(sqlite_database, path)[0].message


def test_two_imports_of_one_file_at_once_are_one(database: Database, projects: Path) -> None:
    with ThreadPoolExecutor(3) as pool:
        reports = list(pool.map(lambda _: run(database, projects), range(3)))
    assert count(database, models.Project) == 2
    assert count(database, models.Place) == 5
    assert sum(bool(report.written.created) for report in reports) == 1


@pytest.mark.parametrize("words", ["不限", "全行业", "无", "Any", "sector-agnostic"])
def test_a_list_that_limits_nothing_names_nothing(database: Database, tmp_path: Path, words: str) -> None:
    rows = [["name", "stages", "concepts", "regions"], ["A", words, words, words]]
    run(database, table(tmp_path / "investors.csv", rows))
    assert only(database, models.Investor).stages in (None, [])
    assert every(database, models.Concept) == []


def test_times_are_read_in_the_zone_of_their_column(sqlite_database: Database, tmp_path: Path) -> None:
    cells = ["2026/5/1 17:00", "2026年5月1日下午5点", "2026-05-01T09:00Z", "2026-05-01 17:00 Europe/London", ""]
    rows = [["id", "name", "type", "报名截止"]] + [[str(n), str(n), "论坛", cell] for n, cell in enumerate(cells)]
    path = table(tmp_path / "events.csv", rows)
    assert [(one.row, "time_zone: " in one.message) for one in refused(sqlite_database, path)] == [
        (2, True), (3, True), (4, False)
    ]  # fmt: skip
    run(sqlite_database, path, mapping={"columns": {"报名截止": {"field": "deadline", "time_zone": "asia/shanghai"}}})
    beijing, london = "2026-05-01T17:00:00+08:00[Asia/Shanghai]", "2026-05-01T17:00:00+01:00[Europe/London]"
    assert [one.deadline for one in every(sqlite_database, models.Event)] == [beijing, beijing, beijing, london, None]
    assert run(sqlite_database, path, mapping={"time_zone": "北京时间"}).outlook.unchanged["events"] == 5
    with pytest.raises(ValueError, match="CST can be read in several ways"):
        run(sqlite_database, path, mapping={"time_zone": "CST"})
