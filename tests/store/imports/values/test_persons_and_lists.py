"""Lists in one cell: separators, commas, brackets, persons; and names that only signs tell apart."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import models
from store.database import Database
from store.imports.values.folding import folded
from store.imports.values.lists import parse_list, split_at_commas
from store.imports.values.persons import name_and_title, parse_persons
from store.imports.values.scripts import language_in, language_of
from tests.store.imports.support import every, names_of, refused, run, table

NAMES = st.sampled_from(["王一", "李二", "Ann Lee", "Bob Ray", "María José Díaz", "สมชาย ใจดี", "Oleg Petrov"])
TITLES = st.sampled_from(["", "CEO", "CTO", "首席技术官", "Professor, MIT", "CEO、创始人"])


@given(
    st.lists(st.tuples(NAMES, TITLES), min_size=1, max_size=4),
    st.sampled_from(["; ", "；", "、", ", ", "，", "\n"]),
    st.sampled_from(["()", "（）", "[]", "【】"]),
)
def test_no_person_of_a_team_is_lost(persons: list[tuple[str, str]], separator: str, brackets: str) -> None:
    persons = list(dict(persons).items())
    cell = separator.join(f"{name} {brackets[0]}{title}{brackets[1]}" if title else name for name, title in persons)
    assert [name_and_title(person) for person in parse_persons(cell)] == persons


@pytest.mark.parametrize(
    ("cell", "persons"),
    [
        ("Zhang San (CEO) Li Si (CTO)", ["Zhang San", "Li Si"]),
        ("张三（CEO）李四（CTO）", ["张三", "李四"]),
        ("Ann Lee, CEO, Bob Ray, CTO", ["Ann Lee", "Bob Ray"]),
        ("Ann Lee, PhD, Bob Ray", ["Ann Lee, PhD", "Bob Ray"]),
        ("张三，总经理", ["张三"]),
        ("Li Si (CTO (acting)); Wu", ["Li Si", "Wu"]),
        ("Dr. Ann Lee", ["Dr. Ann Lee"]),
        ("Ann Lee and Bob Ray", ["Ann Lee", "Bob Ray"]),
        ("Ann Lee & Bob Ray", ["Ann Lee", "Bob Ray"]),
        ("José García (CEO)/Ann Lee (CTO)", ["José García", "Ann Lee"]),
        ("王一二 李三四　赵五六", ["王一二", "李三四", "赵五六"]),
        ("王 一", ["王 一"]),
        ("王一、李二等", ["王一", "李二"]),
        ("王一、李二等5人", ["王一", "李二"]),
        ("Ann Lee et al.", ["Ann Lee"]),
    ],
)
def test_persons_as_people_write_them(cell: str, persons: list[str]) -> None:
    assert [name_and_title(person)[0] for person in parse_persons(cell)] == persons


@pytest.mark.parametrize("cell", ["Lee, Ann", "Müller, Jürgen", "Ann Lee (CEO", "Ann) Lee"])
def test_what_may_be_one_person_or_two_is_asked_about(cell: str) -> None:
    with pytest.raises(ValueError, match=r"one person|bracket"):
        parse_persons(cell)


@pytest.mark.parametrize(
    ("cell", "items"),
    [
        ("AI, Fintech, Health", ["AI", "Fintech", "Health"]),
        ("Acme, Inc., Beta Ltd", ["Acme, Inc.", "Beta Ltd"]),
        ("1,000 robots, 20,000 users", ["1,000 robots", "20,000 users"]),
        ("storage (thermal, chemical), hydrogen", ["storage (thermal, chemical)", "hydrogen"]),
        ("one", ["one"]),
    ],
)
def test_commas_part_items(cell: str, items: list[str]) -> None:
    assert split_at_commas(cell) == items


def test_separators_within_brackets_part_nothing() -> None:
    assert parse_list("储能（固态、液态）、氢能") == ["储能（固态、液态）", "氢能"]
    assert parse_list("a (b; c") == ["a (b", "c"]
    assert parse_list("AI，医疗") == ["AI", "医疗"]


def test_a_label_that_holds_a_comma_stays_whole_where_the_scheme_has_it(
    sqlite_database: Database, tmp_path: Path
) -> None:
    listed = {"columns": {"industry": {"field": "concepts", "separator": ";"}}}
    run(sqlite_database, table(tmp_path / "projects.csv", [["name", "industry"], ["A", "Food, drink"]]), mapping=listed)
    path = table(tmp_path / "projects.csv", [["name", "industry"], ["B", "Food, drink"], ["C", "AI, robots"]])
    report = run(sqlite_database, path)
    assert names_of(sqlite_database, models.Concept) == {"Food, drink", "AI", "robots"}
    assert [note for note in report.notes if "row 3" in note]


def test_organisations_with_commas_are_asked_about(sqlite_database: Database, tmp_path: Path) -> None:
    path = table(tmp_path / "projects.csv", [["name", "recommender"], ["A", "School of Law, Foo University"]])
    (problem,) = refused(sqlite_database, path)
    assert "one organisation or several" in problem.problem
    mapping = {"columns": {"recommender": {"field": "recommended_by", "separator": ";"}}}
    run(sqlite_database, path, mapping=mapping)
    assert names_of(sqlite_database, models.Organisation) == {"School of Law, Foo University"}


APART = [
    ["C", "C++", "C#", "C＃＃"],
    ["F", "F#"],
    ["NET", ".NET"],
    ["A", "A+", "A++", "A*"],
    ["C", "C--"],
    ["RD", "R&D"],
    ["MA", "M&A"],
    ["PM25", "PM2.5"],
    ["Web 3", "Web 30", "Web 3.0"],
    ["5-10", "510"],
    ["ข้าว", "ข่าว", "ขาว"],
    ["दिन", "दीन", "दान", "दन"],
    ["কর", "কার", "করা"],
    ["ไกล", "ใกล้"],
]


@pytest.mark.parametrize("names", APART, ids=lambda names: names[0])
def test_signs_and_marks_tell_names_apart(names: list[str]) -> None:
    assert len({folded(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ｃ＋＋", "c++"),
        ("Co., Ltd.", "co ltd"),
        ("İstanbul", "istanbul"),
        ("Café", "Cafe\u0301"),
        ("שָׁלוֹם", "שלום"),
        ("C♯", "C#"),
        ("U.S.A.", "usa"),
        ("R&D", "r ＆ d"),
        ("Food & drink", "Food and drink"),
        ("A*", "A-star"),
        ("A* search", "a＊ Search"),
        ("Awarded project*", "Awarded project"),
        ("2024–2025", "2024-2025"),
        ("1,250", "1250"),
        ("Node.js", "NodeJS"),
        ("Robotics ❤️", "Robotics ❤"),
    ],
)
def test_spellings_of_one_name_are_one(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@given(st.text(max_size=20) | st.text("ab1 2.-*&+#/:中,_\u0301～–＆＊５", max_size=10))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


def test_tokens_of_search_tell_them_apart_too() -> None:
    from store.search.tokens import index_tokens

    for names in (["C++", "C#", "C"], ["ข้าว", "ข่าว"], ["दिन", "दीन", "दान"]):
        for one, other in itertools.combinations(names, 2):
            assert index_tokens(one)[0] != index_tokens(other)[0]


@pytest.mark.parametrize(
    ("text", "language"),
    [("Здоровье", "ru"), ("Здоров'я і ліки", "uk"), ("صحة", "ar"), ("בריאות", "he"), ("สุขภาพ", "th"), ("健康", "zh"),
     ("健康です", "ja"), ("건강", "ko"), ("Santé", "en"), ("स्वास्थ्य", "hi"), ("υγεία", "el"), ("ꦱꦼꦲꦠ꧀", "und"),
     ("2024", "en")],
)  # fmt: skip
def test_the_script_suggests_a_language(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("text", "stated", "language"),
    [("Santé", "fr", "fr"), ("健康", "fr", "zh"), ("MIT", "zh", "en"), ("Здраве", "bg", "bg"), ("東京", "ja", "ja"),
     ("سلامت", "fa", "fa"), ("Santé", None, "en"), ("中文", "zh-Hant", "zh-Hant")],
)  # fmt: skip
def test_a_stated_language_counts_where_the_script_is_its_own(text: str, stated: str | None, language: str) -> None:
    assert language_in(text, stated) == language


def test_what_is_made_on_the_way_has_the_language_of_the_mapping(sqlite_database: Database, tmp_path: Path) -> None:
    rows = [["nom", "secteur", "société", "fondateurs"], ["Doc", "Santé; 医疗", "Société Alpha", "Anne (directrice)"]]
    columns = {"nom": "name", "secteur": "concepts", "société": "organisation", "fondateurs": "founders"}
    run(sqlite_database, table(tmp_path / "projects.csv", rows), mapping={"language": "fr", "columns": columns})
    assert [concept.name for concept in every(sqlite_database, models.Concept)] == [{"fr": "Santé"}, {"zh": "医疗"}]
    assert [one.name for one in every(sqlite_database, models.Organisation)] == [{"fr": "Société Alpha"}]
    assert [one.name for one in every(sqlite_database, models.Talent)] == [{"fr": "Anne"}]
    assert [one.title for one in every(sqlite_database, models.TeamMember)] == [{"fr": "directrice"}]
