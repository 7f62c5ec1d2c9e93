"""Every model: documented, written and read back unchanged on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import BigInteger, Boolean, Date, Enum, Float, Integer, LargeBinary, String, inspect
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm.exc import StaleDataError

from store.access.actors import Actor
from store.bulk import shape_of
from store.enums import InterestKind, PlaceType
from store.models import ENTITIES, Base, Editable, Identified, Interest, Investor, Place, Project
from store.models.base import now
from store.values.column_types import ExactDecimal, OpenEnum, PartialDateText, UtcDateTime
from store.values.ids import new_id
from store.values.partial_dates import PartialDate

if TYPE_CHECKING:
    from sqlalchemy import Column
    from sqlalchemy.orm import Session

    from store.database import Database

ACTOR = Actor.system("test")
DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "data-model.md"
MODELS = sorted(ENTITIES.values(), key=lambda model: model.__name__)
GENERATED = {"id", "version", "created_at", "updated_at"}


def value_of(column: Column[Any], number: int) -> Any:
    """A value that fits the column and differs with `number`."""
    kind = column.type
    if isinstance(kind, ExactDecimal):
        return Decimal(f"{12345678901 + number}.0001")
    if isinstance(kind, PartialDateText):
        return PartialDate(f"20{number % 100:02}-H2")
    if isinstance(kind, UtcDateTime):
        return datetime(2024, 1, 1, 12, 30, 15, 123456, tzinfo=timezone(timedelta(hours=8)))
    if isinstance(kind, OpenEnum):
        members = list(kind.kind)
        return members[number % len(members)]
    if isinstance(kind, Enum):
        assert kind.enum_class is not None
        members = list(kind.enum_class)
        return members[number % len(members)]
    if isinstance(kind, Boolean):
        return True
    if isinstance(kind, Integer | BigInteger):
        return 100 + number
    if isinstance(kind, Float):
        return 0.1 + number
    if isinstance(kind, Date):
        return date(2024, 1, 2)
    if isinstance(kind, LargeBinary):
        return bytes([0, number % 256, 255])
    if isinstance(kind, String) and column.unique:
        return new_id("any")[: kind.length]
    if column.info.get("zoned_time"):
        return "2026-05-01T17:00:00+08:00[Asia/Shanghai]"
    if isinstance(kind, String):
        return f"{chr(97 + number % 26)}医{number}"[: kind.length]
    return {"en": "Text", "zh": f"文字{number}", "nested": [1, None, {"deep": "🙂"}]}


def build(session: Session, model: type[Identified], depth: int = 0) -> Identified:
    """A row of `model` with every column filled, and the rows that it must refer to."""
    values: dict[str, Any] = {}
    for number, column in enumerate(inspect(model).local_table.columns):
        attribute = inspect(model).get_property_by_column(column).key  # type: ignore[arg-type]
        if attribute in GENERATED or attribute.endswith(("_earliest", "_latest")):
            continue
        if attribute.removesuffix("_at") in shape_of(model).zoned_times:
            continue
        if column.foreign_keys:
            target = next(iter(column.foreign_keys)).column.table.name
            if depth < 3 and (not column.nullable or (depth == 0 and target != model.__tablename__)):  # type: ignore[attr-defined]
                parent = next(other for other in MODELS if other.__tablename__ == target)  # type: ignore[attr-defined]
                values[attribute] = build(session, parent, depth + 1).id
        elif attribute != "archived_at":
            values[attribute] = value_of(column, number)
    row = model(**values)
    session.add(row)
    session.flush()
    return row


def content(row: Identified) -> dict[str, Any]:
    return {attribute.key: getattr(row, attribute.key) for attribute in inspect(type(row)).column_attrs}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_row_comes_back_as_it_was_written(database: Database, model: type[Identified]) -> None:
    with database.write(ACTOR) as session:
        row = build(session, model)
        written = content(row)
    with database.read() as session:
        read = content(session.get_one(model, row.id))
    assert read == written
    for moment in (value for value in read.values() if isinstance(value, datetime)):
        assert moment.tzinfo is UTC


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_model_is_documented(model: type[Identified]) -> None:
    assert model.__doc__
    assert model.__doc__ not in {base.__doc__ for base in model.__mro__[1:]}
    assert f"`{model.__name__}`" in DOCUMENT.read_text("utf-8"), f"add {model.__name__} to {DOCUMENT.name}"


def test_every_reference_is_indexed_or_only_evidence() -> None:
    """Deleting or following a reference backwards must not read a whole table."""
    missing = []
    for table in Base.metadata.tables.values():
        leading = {next(iter(index.columns)).name for index in table.indexes}
        leading |= {next(iter(constraint.columns)).name for constraint in table.constraints if len(constraint.columns)}  # type: ignore[attr-defined]
        for column in table.columns:
            if column.foreign_keys and column.name not in leading and column.name != "source_document_id":
                missing.append(f"{table.name}.{column.name}")
    assert set(missing) <= {"industry_priority.organisation_id", "unmapped_term.concept_id"}


def test_a_partial_date_keeps_its_first_and_last_day_beside_it(database: Database) -> None:
    with database.write(ACTOR) as session:
        project = Project(name={"en": "P"}, founded="2020-H1")
        session.add(project)
    with database.write(ACTOR) as session:
        found = session.get_one(Project, project.id)
        assert (found.founded_earliest, found.founded_latest) == (date(2020, 1, 1), date(2020, 6, 30))
        found.founded = None
    with database.read() as session:
        found = session.get_one(Project, project.id)
        assert (found.founded, found.founded_earliest, found.founded_latest) == (None, None, None)


@pytest.mark.parametrize(
    "values",
    [{"kind": "NO_SUCH_KIND"}, {"ask_min": Decimal("0.00001")}, {"archived_at": datetime(2024, 1, 1)}],
    ids=["enum", "amount", "time zone"],
)
def test_a_value_that_a_column_can_not_keep_is_refused(database: Database, values: dict[str, Any]) -> None:
    with pytest.raises((StatementError, ValueError)), database.write(ACTOR) as session:
        session.add(Project(name={"en": "P"}, **values))


def test_a_reference_to_nothing_is_refused(database: Database) -> None:
    with pytest.raises(IntegrityError), database.write(ACTOR) as session:
        session.add(Project(name={"en": "P"}, origin_place_id=new_id("plc")))


def test_one_answer_for_each_subject_and_project(database: Database) -> None:
    with database.write(ACTOR) as session:
        fund, project = Investor(name={"en": "Fund"}), Project(name={"en": "P"})
        session.add_all([fund, project])
        session.flush()
        session.add(Interest(subject_id=fund.id, project_id=project.id, kind=InterestKind.LIKE))
    with pytest.raises(IntegrityError), database.write(ACTOR) as session:
        session.add(Interest(subject_id=fund.id, project_id=project.id, kind=InterestKind.PASS))


# Versions and the archive


def test_a_version_grows_with_each_update(database: Database) -> None:
    with database.write(ACTOR) as session:
        project = Project(name={"en": "One"})
        session.add(project)
    assert project.version == 1
    for expected in (2, 3):
        with database.write(ACTOR) as session:
            found = session.get_one(Project, project.id)
            found.name = {"en": f"Version {expected}"}
        assert found.version == expected


def test_who_edits_an_old_version_is_told_and_changes_nothing(database: Database) -> None:
    with database.write(ACTOR) as session:
        project = Project(name={"en": "One"})
        session.add(project)
    with database.read() as session:
        stale = session.get_one(Project, project.id)
    with database.write(ACTOR) as session:
        session.get_one(Project, project.id).name = {"en": "Two"}
    with pytest.raises(StaleDataError), database.write(ACTOR) as session:  # noqa: PT012
        session.add(stale)
        stale.name = {"en": "Three"}
    with database.read() as session:
        assert session.get_one(Project, project.id).name == {"en": "Two"}


def test_what_is_archived_is_kept_and_can_be_restored(database: Database) -> None:
    with database.write(ACTOR) as session:
        place = Place(name={"en": "City"}, type=PlaceType.PREFECTURE_CITY)
        session.add(place)
        session.flush()
        place.archived_at = now()
    with database.write(ACTOR) as session:
        found = session.get_one(Place, place.id)
        assert found.archived_at is not None
        found.archived_at = None
    with database.read() as session:
        assert session.get_one(Place, place.id).archived_at is None


def test_what_people_edit_is_versioned() -> None:
    edited = {model.__name__ for model in MODELS if issubclass(model, Editable)}
    assert {"Project", "Talent", "Organisation", "Investor", "Place", "Park", "Event", "Interest"} <= edited
