"""Data documents: checked whole, upserted, quick, and kind in what they say."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from store import models
from store.access.actors import Actor
from store.database import Database
from store.documents import DocumentsError, LoadReport, load
from store.enums import FundingStage, PlaceType, Role
from store.models import Change, ExternalId, Place, Project
from store.values.partial_dates import PartialDate

Write = Callable[[str], Path]
SYSTEM = Actor.system("data documents")

PLACES = """
- entity: Place
  key: gb:320583
  name: {en: Kunshan, zh: 昆山}
  type: COUNTY_LEVEL_CITY
  parent: gb:320500
  code: 0512
  country_code: NO
- entity: Place
  key: gb:320500
  name: {en: Suzhou, zh: 苏州}
  type: PREFECTURE_CITY
"""

PROJECT = """
- entity: ConceptScheme
  key: fields
  name: {en: Fields}
  concepts:
    - {notation: ai, name: {en: Artificial intelligence, zh: 人工智能}}
    - {key: chips, notation: ic, name: {en: Integrated circuits}}
- entity: Programme
  key: week
  name: {en: Week}
  tracks:
    - code: digital
      name: {en: Digital economy}
      concepts: [fields/ai, chips]
- entity: Talent
  key: lin-mei
  name: {zh: 林梅}
  fictional: true
- entity: Event
  key: final
  name: {en: Final}
  type: FINAL
  starts: 2024-07-mid
- entity: Project
  key: tidal
  name: {en: Tidal sensors}
  fictional: true
  ask: 5000000-10000000 CNY
  raised: "1_000_000.5 CNY"
  founded: 2020-H1
  funding_stage: ANGEL
  origin_place: gb:320583
  tracks: [week/digital]
  concepts:
    - fields/ai
    - {concept: chips, origin: SUGGESTED, confidence: 0.7}
  team:
    - {talent: lin-mei, title: {zh: 创始人}, founder: true}
  landing_preferences:
    - {place: gb:320500, weight: 0.5}
  awards:
    - {event: final, title: {en: First prize}, rank: 1, field_size: 40, awarded: 2024-07-16}
  unmapped_terms: [tidal energy]
- entity: StatisticalClaim
  key: signed
  subject: {Place: gb:320583}
  measure: projects_signed
  value: 12.5
  unit: projects
"""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    numbers = iter(range(100))

    def _write(text: str) -> Path:
        path = tmp_path / f"document-{next(numbers)}.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return _write


def load_in(database: Database, *paths: Path, namespace: str = "demo", again: bool = False) -> LoadReport:
    with database.write(SYSTEM) as session:
        return load(session, paths, namespace, again=again)


def changes(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Change)) or 0


def by_key(database: Database, model: type, key: str) -> models.Identified:
    namespace, value = key.split(":")
    with database.read() as session:
        known = session.get(ExternalId, (model.__tablename__, namespace, value))  # type: ignore[attr-defined]
        assert known is not None, key
        found = session.get(model, known.entity_id)
        assert found is not None
        return found


def refused(database: Database, *paths: Path) -> str:
    with pytest.raises(DocumentsError) as caught:
        load_in(database, *paths)
    assert changes(database) == 0
    return str(caught.value)


def test_records_links_money_and_dates_arrive(database: Database, write: Write) -> None:
    load_in(database, write(PROJECT), write(PLACES))
    project = by_key(database, Project, "demo:tidal")
    assert isinstance(project, Project)
    assert project.name == {"en": "Tidal sensors"}
    assert (project.ask_min, project.ask_max, project.ask_currency) == (Decimal(5_000_000), Decimal(10_000_000), "CNY")
    assert (project.raised_amount, project.raised_currency) == (Decimal("1000000.5"), "CNY")
    assert project.founded == PartialDate("2020-H1")
    assert (project.founded_earliest, project.founded_latest) == (date(2020, 1, 1), date(2020, 6, 30))
    assert project.funding_stage is FundingStage.ANGEL
    assert project.fictional
    assert project.origin_place_id == by_key(database, Place, "gb:320583").id
    with database.read() as session:
        concepts = session.scalars(select(models.ProjectConcept).order_by(models.ProjectConcept.confidence)).all()
        assert {link.confidence for link in concepts} == {None, 0.7}
        member = session.scalars(select(models.TeamMember)).one()
        assert member.founder
        assert session.scalars(select(models.LandingPreference.weight)).all() == [0.5]
        assert session.scalars(select(models.Award)).one().awarded_earliest == date(2024, 7, 16)
        assert session.scalars(select(models.UnmappedTerm)).one().term == "tidal energy"
        assert session.scalars(select(models.StatisticalClaim)).one().value == Decimal("12.5")
        ordinals = session.scalars(select(models.TrackConcept.ordinal).order_by(models.TrackConcept.ordinal)).all()
        assert ordinals == [1, 2]


def test_texts_stay_as_written_where_yaml_would_make_numbers_or_booleans(database: Database, write: Write) -> None:
    load_in(database, write(PLACES))
    place = by_key(database, Place, "gb:320583")
    assert isinstance(place, Place)
    assert (place.code, place.country_code) == ("0512", "NO")


@pytest.mark.parametrize("again", [False, True])
def test_loading_twice_changes_nothing(database: Database, write: Write, again: bool) -> None:
    paths = [write(PLACES), write(PROJECT)]
    load_in(database, *paths)
    before = changes(database)
    report = load_in(database, *reversed(paths), again=again)
    assert report.skipped is not again
    assert not report.changed
    assert changes(database) == before


def test_every_write_is_in_the_change_log_with_its_owner(sqlite_database: Database, write: Write) -> None:
    load_in(sqlite_database, write(PLACES), write(PROJECT))
    project = by_key(sqlite_database, Project, "demo:tidal")
    with sqlite_database.read() as session:
        types = set(session.scalars(select(Change.entity_type).where(Change.owner_id == project.id)))
        assert {"project", "project_track", "project_concept", "team_member", "landing_preference", "award"} <= types
        rows = session.scalar(select(func.count()).select_from(Change))
        tables = {model.__table__ for model in models.ENTITIES.values()}  # type: ignore[attr-defined]
        assert rows == sum(session.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


def test_a_changed_field_alone_is_written(database: Database, write: Write) -> None:
    load_in(database, write(PLACES))
    before = changes(database)
    report = load_in(database, write(PLACES.replace("zh: 昆山", "zh: 昆山市")))
    assert dict(report.updated) == {"place": 1}
    place = by_key(database, Place, "gb:320583")
    assert isinstance(place, Place)
    assert place.name == {"en": "Kunshan", "zh": "昆山市"}
    assert place.version == 2
    with database.read() as session:
        last = session.scalars(select(Change).where(Change.sequence > before)).one()
        assert set(last.after or ()) == {"name", "version"}


def test_a_document_extends_a_record_of_the_store(database: Database, write: Write) -> None:
    load_in(database, write(PLACES), write(PROJECT))
    load_in(database, write("- {entity: Place, key: 'gb:320583', aliases: [Yufeng], name: {ja: 昆山市}}"))
    load_in(database, write("- {entity: Place, key: 'gb:320583', aliases: [Lucheng]}"))
    load_in(
        database, write("- {entity: Project, key: 'demo:tidal', landing_preferences: ['gb:320583']}"), namespace="x"
    )
    place = by_key(database, Place, "gb:320583")
    assert isinstance(place, Place)
    assert place.aliases == ["Yufeng", "Lucheng"]
    assert place.name == {"en": "Kunshan", "zh": "昆山", "ja": "昆山市"}
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(models.LandingPreference)) == 2


def test_two_records_with_one_key_are_one(database: Database, write: Write) -> None:
    load_in(database, write("- {entity: Place, key: 'gb:320583', aliases: [Yufeng]}"), write(PLACES))
    place = by_key(database, Place, "gb:320583")
    assert isinstance(place, Place)
    assert (place.aliases, place.type) == (["Yufeng"], PlaceType.COUNTY_LEVEL_CITY)


def test_absent_takes_a_link_away_and_archives_a_record(database: Database, write: Write) -> None:
    load_in(database, write(PLACES), write(PROJECT))
    load_in(
        database,
        write(
            """
- entity: Project
  key: tidal
  concepts: [{concept: chips, absent: true}]
- {entity: Talent, key: lin-mei, absent: true}
- {entity: ProjectTrack, project: tidal, track: week/digital, absent: true}
- {entity: Place, key: never-was, absent: true}
"""
        ),
    )
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(models.ProjectConcept)) == 1
        assert session.scalar(select(func.count()).select_from(models.ProjectTrack)) == 0
        assert session.scalars(select(models.Talent)).one().archived_at is not None


def test_links_can_be_records_of_their_own_and_are_not_doubled(database: Database, write: Write) -> None:
    load_in(database, write(PLACES), write(PROJECT))
    before = changes(database)
    load_in(
        database,
        write(
            """
- {entity: ProjectTrack, project: tidal, track: week/digital}
- {entity: LandingPreference, key: wish, project: tidal, place: gb:320500, weight: 0.5}
"""
        ),
    )
    assert changes(database) == before


def test_what_a_person_edited_stays(database: Database, write: Write) -> None:
    load_in(database, write(PLACES), write(PROJECT))
    person = Actor(Role.ORGANISER, id="key_00000000000000000000000000")
    project_id = by_key(database, Project, "demo:tidal").id
    with database.write(person) as session:
        project = session.get(Project, project_id)
        assert project is not None
        project.name = {"en": "Tidal sensing"}
        session.delete(session.scalars(select(models.ProjectTrack)).one())
    report = load_in(database, write(PROJECT), again=True)
    assert len(report.kept) == 2
    edited = by_key(database, Project, "demo:tidal")
    assert isinstance(edited, Project)
    assert edited.name == {"en": "Tidal sensing"}
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(models.ProjectTrack)) == 0


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("- {entity: Place, key: x, name: {en: X}, type: TOWN}", 1, "'TOWN' is not one of COUNTRY"),
        ("- {entity: Place, key: x, name: {en: X}}", 1, "type: is missing"),
        ("- {entity: Place, key: x, name: Kunshan, type: COUNTRY}", 1, "must be given by language"),
        ("- {entity: Place, key: x, name: {en: X}, type: COUNTRY,\n   parent: gb:1}", 2, "is not the key of a place"),
        ("- {entity: Place, key: x, name: {en: X}, type: COUNTRY, parent_id: y}", 1, "is written parent"),
        ("- {entity: Place, key: x, name: {en: X}, type: COUNTRY, colour: red}", 1, "is not a field of Place"),
        ("- {entity: Place, key: x, name: {en: X}, type: COUNTRY, parent: x}", 1, "its own ancestor"),
        ("- {entity: Place, key: x, name: {en: X}, type: COUNTRY, latitude: 91}", 1, "from -90 to 90"),
        ("- {entity: Place, key: x, name: {en: X}, type: COUNTRY, country_code: ABC}", 1, "is too long"),
        ("- {entity: Place, key: x, name: {en: X},\n   name: {en: Y}, type: COUNTRY}", 2, "is given twice"),
        ("- {entity: Place, name: {en: X}, type: COUNTRY}", 1, "key: is missing"),
        ("- {entity: Town, key: x}", 1, "'Town' is not one of"),
        ("- {key: x}", 1, "entity: is missing"),
        (f"- {{entity: Place, key: {'x' * 301}, name: {{en: X}}, type: COUNTRY}}", 1, "at most 300"),
        ("\n- 5", 2, "must be a mapping"),
        ("entity: Place", 1, "must be a list of records"),
        ("- entity: [\n", 2, "is not valid YAML"),
        ("- {entity: Project, key: x, name: {en: X}, ask: 5 bananas}", 1, "is not an amount or a range"),
        ("- {entity: Project, key: x, name: {en: X}, ask: 5-1 CNY}", 1, "ends below its beginning"),
        ("- {entity: Project, key: x, name: {en: X}, raised: 5 XXQ}", 1, "is not an ISO 4217 currency"),
        ("- {entity: Project, key: x, name: {en: X}, founded: 2024-13}", 1, "is not in the calendar"),
        ("- {entity: Project, key: x, name: {en: X}, website: 'javascript:alert(1)'}", 1, "is not a web address"),
        ("- {entity: Project, key: x, name: {en: X}, concepts: [{concept: y, share: 1}]}", 1, "is not a field of"),
        ("- {entity: Project, key: x, name: {en: X}, concepts: y}", 1, "must be a list"),
        ("- {entity: Project, key: x, name: {en: X}, technology_readiness: 10}", 1, "from 1 to 9"),
        ("- {entity: Investor, key: x, name: {en: X}, stages: [SEED, EARLY]}", 1, "'EARLY', which is not one of"),
        ("- {entity: Interest, key: x, project: y, kind: LIKE, subject: {Talent: z}}", 1, "it may be Investor, Place"),
    ],
)
def test_what_is_wrong_is_said_with_file_line_and_remedy(
    sqlite_database: Database, write: Write, text: str, line: int, says: str
) -> None:
    path = write(text)
    message = refused(sqlite_database, path)
    assert f"{path}:{line}: " in message
    assert says in message


def test_every_problem_is_reported_at_once_and_nothing_is_written(sqlite_database: Database, write: Write) -> None:
    message = refused(
        sqlite_database, write(PLACES), write("- {entity: Place, key: a, type: X}\n- {entity: Place, key: b, type: Y}")
    )
    assert message.startswith("4 problems")


def test_contradicting_records_name_both_lines(sqlite_database: Database, write: Write) -> None:
    first, second = write(PLACES), write("- entity: Place\n  key: gb:320583\n  type: DISTRICT")
    message = refused(sqlite_database, first, second)
    assert f"{second}:3: " in message
    assert f"contradicts {first}:5" in message


def test_a_key_that_several_types_have_needs_its_type(sqlite_database: Database, write: Write) -> None:
    claim = "- {entity: StatisticalClaim, key: c, subject: kunshan, measure: m, unit: projects}\n"
    both = (
        "- {entity: Place, key: kunshan, name: {en: K}, type: DISTRICT}\n"
        "- {entity: Organisation, key: kunshan, name: {en: K}, type: GOVERNMENT}\n"
    )
    assert "write the type too" in refused(sqlite_database, write(claim + both))
    load_in(sqlite_database, write(claim.replace("subject: kunshan", "subject: {Place: kunshan}") + both))


def test_loaded_records_are_found_by_search(sqlite_database: Database, write: Write) -> None:
    load_in(sqlite_database, write(PLACES))
    with sqlite_database.read() as session:
        titles = session.scalars(select(models.SearchDocument.title)).all()
    assert any("昆山" in title for title in titles)


def test_a_directory_stands_for_its_documents(sqlite_database: Database, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "places.yaml").write_text(PLACES, encoding="utf-8")
    assert load_in(sqlite_database, tmp_path / "data").records == 2


def test_the_format_page_lists_the_entities_and_links_there_are() -> None:
    from store.bulk import shape_of
    from store.documents.vocabulary import INSIDE, LINKS, MONEY, entities, required

    page = (Path(__file__).parents[2] / "docs" / "data-documents.md").read_text(encoding="utf-8")
    for name, model in entities().items():
        if shape_of(model).editable:
            row = next(line for line in page.splitlines() if line.startswith(f"| `{name}` |"))
            needed = ", ".join(f"`{column.removesuffix('_id')}`" for column in required(model))
            assert row.split(" | ")[1] == needed, name
    for model, fields in [*LINKS.items(), *INSIDE.items()]:
        row = next(line for line in page.splitlines() if line.startswith(f"| `{model.__name__}`"))
        assert all(f"`{name}`" in row for name in fields), model
    for model, names in MONEY.items():
        assert all(f"| `{name}` | {model.__name__} |" in page for name in names)


def test_several_processes_may_load_the_same_documents_at_once(database: Database, write: Write) -> None:
    paths = [write(PLACES), write(PROJECT)]
    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda again: load_in(database, *paths, again=again), [False, True, False, True]))
    assert sum(report.changed for report in reports) == 1
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Project)) == 1
