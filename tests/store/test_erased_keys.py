"""Who was erased does not come back with the next document or spreadsheet; everything else does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from store import erasure, models
from store.access.actors import Actor
from store.database import Database
from store.documents import LoadReport, load
from store.erased_keys import ErasedKeys, key_hash, remember
from store.models import ErasedKey, ExternalId
from tests.store.imports.support import by_id, changes, count, every, run, table

ACTOR = Actor.system("test")
Write = Callable[[str], Path]

DOCUMENT = """
- entity: Talent
  key: lin-mei
  name: {zh: 林梅, en: Lin Mei}
  fictional: true
  positions:
    - {organisation: works, title: {en: Engineer}}
- entity: Talent
  key: other
  name: {en: Somebody else}
  fictional: true
- entity: Organisation
  key: works
  name: {en: Works}
  type: ENTERPRISE
- entity: Project
  key: tidal
  name: {en: Tidal sensors}
  owner: lin-mei
  team:
    - {talent: lin-mei, founder: true}
    - other
- entity: Event
  key: final
  name: {en: Final}
  type: FINAL
  people:
    - {talent: lin-mei, role: SPEAKER}
- entity: StatisticalClaim
  key: patents
  subject: {Talent: lin-mei}
  measure: patents
  unit: patents
  value: 5
- entity: StatisticalClaim
  key: patents-of-2024
  subject: {Talent: lin-mei}
  whole: patents
  measure: patents
  unit: patents
  value: 2
- entity: StatisticalClaim
  key: jobs
  subject: {Project: tidal}
  whole: patents
  measure: jobs
  unit: people
  value: 7
"""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def _write(content: str) -> Path:
        path = tmp_path / "data.yaml"
        path.write_text(content, encoding="utf-8")
        return path

    return _write


def loaded(database: Database, path: Path) -> LoadReport:
    with database.write(ACTOR) as session:
        return load(session, [path], "test")


def erase(database: Database, identifier: str) -> erasure.Erasure:
    with database.write(ACTOR) as session:
        return erasure.erase_talent(session, identifier)


def rows(database: Database) -> dict[str, int]:
    """How many rows the tables have that could hold something of a person."""
    tables = (models.Talent, models.TeamMember, models.Position, models.EventPerson, models.StatisticalClaim)
    return {model.__name__: count(database, model) for model in tables}


def test_a_changed_document_does_not_bring_an_erased_person_back(database: Database, write: Write) -> None:
    loaded(database, write(DOCUMENT))
    talent = by_id(database, models.Talent, "lin-mei")
    assert erase(database, talent.id).external_ids == 3  # the person's, and those of two claims about the person
    left = rows(database)
    assert left == {"Talent": 2, "TeamMember": 1, "Position": 0, "EventPerson": 0, "StatisticalClaim": 1}

    report = loaded(database, write(DOCUMENT.replace("Tidal sensors", "Tide sensors")))
    assert rows(database) == left
    project = by_id(database, models.Project, "tidal")
    assert (project.name, project.owner_id) == ({"en": "Tide sensors"}, None)
    assert [talent.name for talent in every(database, models.Talent)] == [{}, {"en": "Somebody else"}]
    assert report.updated == {"project": 1}
    assert not report.created
    assert len(report.erased) == 7
    assert all(line.endswith("erased, not loaded again") for line in report.erased)
    assert any("data.yaml:2: Talent test:lin-mei" in line for line in report.erased)
    assert "7 entries erased, not loaded again" in str(report)
    with database.read() as session:
        keys = session.scalars(select(ExternalId.value).where(ExternalId.entity_type != "document_set")).all()
    assert sorted(keys) == ["final", "jobs", "other", "tidal", "works"]


def test_a_new_record_about_an_erased_person_is_left_out_too(database: Database, write: Write) -> None:
    loaded(database, write(DOCUMENT))
    erase(database, by_id(database, models.Talent, "lin-mei").id)
    more = """
- {entity: StatisticalClaim, key: new, subject: lin-mei, measure: m, unit: people, value: 1}
- {entity: StatisticalClaim, key: part, subject: {Project: tidal}, whole: new, measure: m, unit: people, value: 1}
- {entity: TalentConcept, talent: lin-mei, concept: tides}
- {entity: ConceptScheme, key: fields, name: {en: Fields}, concepts: [{key: tides, notation: t, name: {en: Tides}}]}
- {entity: Programme, key: lin-mei, name: {en: A programme of that key}}
- {entity: StatisticalClaim, key: about-it, subject: lin-mei, measure: m, unit: people, value: 1}
"""
    report = loaded(
        database,
        write(more.replace("- {entity: Programme", "# ").replace("- {entity: StatisticalClaim, key: about-it", "# ")),
    )
    assert len(report.erased) == 3
    assert report.created == {"concept_scheme": 1, "concept": 1, "statistical_claim": 1}
    again = loaded(database, write(more))  # now the key is a programme's: the claims are about the programme
    assert again.created == {"programme": 1, "statistical_claim": 2}


def test_documents_without_erased_persons_are_loaded_as_before(database: Database, write: Write) -> None:
    report = loaded(database, write(DOCUMENT))
    assert report.erased == []
    assert "erased" not in str(report)


PROJECTS = [
    ["id", "name", "team"],
    ["p1", "Tidal sensors", "Lin Mei（CEO）；Zhang San"],
    ["p2", "Optical chips", "Lin Mei"],
]


def test_a_person_of_a_team_column_does_not_come_back(database: Database, tmp_path: Path) -> None:
    path = table(tmp_path / "projects.csv", PROJECTS)
    run(database, path)
    first = by_id(database, models.Talent, "team/p1/linmei")
    erase(database, first.id)
    assert run(database, path).outlook.nothing_to_do

    table(path, [["id", "name", "team"], ["p1", "Tide sensors", "林 (CTO); Zhang San; LIN MEI (CEO)"], PROJECTS[2]])
    report = run(database, path)
    assert report.outlook.erased == {"team": 1}
    names = sorted(str(talent.name) for talent in every(database, models.Talent))
    assert names == ["{'en': 'Lin Mei'}", "{'en': 'Zhang San'}", "{'zh': '林'}", "{}"]  # p2's Lin Mei is another person
    assert count(database, models.TeamMember) == 3
    assert by_id(database, models.Project, "p1").name == {"en": "Tide sensors"}
    again = changes(database)
    assert run(database, path).outlook.nothing_to_do
    assert changes(database) == again


TALENTS = [["id", "name", "organisation", "position"], ["t1", "Lin Mei", "Works", "CEO"], ["t2", "Zhang San", "", ""]]


def test_a_talent_of_a_spreadsheet_does_not_come_back_with_any_file(database: Database, tmp_path: Path) -> None:
    talents = table(tmp_path / "talents.csv", TALENTS)
    projects = table(tmp_path / "projects.csv", PROJECTS)
    run(database, talents, projects)
    assert count(database, models.Talent) == 2  # the teams' names lead to the talents of the same run
    assert erase(database, by_id(database, models.Talent, "t1").id).links == 3

    table(talents, [TALENTS[0], ["t1", "Lin Mei", "Works", "President"], ["t2", "Zhang San", "", "CTO"]])
    table(projects, [PROJECTS[0], ["p1", "Tide sensors", PROJECTS[1][2]], ["p2", "Optical chip", "t1"]])
    tried = run(database, talents, projects, dry_run=True)
    assert tried.outlook.erased == {"talents": 1, "team": 2}
    report = run(database, talents, projects)
    assert report.outlook.erased == {"talents": 1, "team": 2}
    assert dict(report.outlook.changed) == {"talents": 1, "projects": 2}
    assert count(database, models.Talent) == 2
    assert [position.title for position in every(database, models.Position)] == [{"en": "CTO"}]
    assert count(database, models.TeamMember) == 1

    table(projects, [PROJECTS[0], ["p1", "Tides", "Lin Mei"]])  # without the file of talents the name alone is left
    assert run(database, projects).outlook.erased == {"team": 1}
    assert count(database, models.Talent) == 2


def test_a_former_name_does_not_come_back_in_a_team(database: Database, tmp_path: Path) -> None:
    path = table(tmp_path / "projects.csv", PROJECTS)
    run(database, path)
    identifier = by_id(database, models.Talent, "team/p1/linmei").id
    with database.write(ACTOR) as session:
        session.get_one(models.Talent, identifier).name = {"en": "Lin Li"}
    erase(database, identifier)
    table(path, [PROJECTS[0], ["p1", "Tide sensors", "Lin Mei; Lin Li"]])
    assert run(database, path).outlook.erased == {"team": 2}
    assert count(database, models.Talent) == 3


def test_of_an_erased_key_only_a_hash_is_kept(database: Database, tmp_path: Path) -> None:
    run(database, table(tmp_path / "talents.csv", [["id", "name"], ["lin.mei@example.org", "Lin Mei"]]))
    erase(database, by_id(database, models.Talent, "lin.mei@example.org").id)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(ExternalId)) == 0
        hashes = session.scalars(select(ErasedKey.key_hash)).all()
        assert hashes == [key_hash("talent", "test", "lin.mei@example.org")]
        assert ("talent", "test", "lin.mei@example.org") in ErasedKeys(session)
        assert ("talent", "elsewhere", "lin.mei@example.org") not in ErasedKeys(session)
        assert ("project", "test", "lin.mei@example.org") not in ErasedKeys(session)


def test_a_key_may_be_remembered_twice(database: Database) -> None:
    for _ in range(2):
        with database.write(ACTOR) as session:
            remember(session, [("talent", "a", "b"), ("talent", "a", "b")])
    assert count(database, ErasedKey) == 1


@given(st.tuples(*[st.text(st.characters(exclude_characters="\0"))] * 6))
def test_two_keys_have_two_hashes(parts: tuple[str, str, str, str, str, str]) -> None:
    assert (key_hash(*parts[:3]) == key_hash(*parts[3:])) == (parts[:3] == parts[3:])
