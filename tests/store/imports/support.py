"""Small files to import, and what the store holds afterwards."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from store.database import Database
from store.imports import ImportFailedError, ImportReport, MappingFile, RowProblem, import_files
from store.models import Change, ExternalId, Place
from store.models.base import Identified


def table(path: Path, rows: Sequence[Sequence[Any]]) -> Path:
    """A CSV file of these rows, the headers first."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def run(database: Database, *paths: Path, **options: Any) -> ImportReport:
    """Import into the namespace `test`."""
    mapping = MappingFile.model_validate(options.pop("mapping", {}))
    options.setdefault("namespace", "test")
    return import_files(database, paths, mapping=mapping, **options)


def refused(database: Database, *paths: Path, **options: Any) -> list[RowProblem]:
    """The problems of an import that writes nothing."""
    before = changes(database)
    try:
        run(database, *paths, **options)
    except ImportFailedError as error:
        assert changes(database) == before
        assert count(database, ExternalId) == 0 or before
        return error.problems
    raise AssertionError("was imported")


def changes(database: Database) -> int:
    """How many rows the change log has."""
    return count(database, Change)


def count(database: Database, model: type) -> int:
    """How many rows a table has."""
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def only(database: Database, model: type[Any]) -> Any:
    """The one row of a table."""
    with database.read() as session:
        return session.scalars(select(model)).one()


def every(database: Database, model: type[Any]) -> list[Any]:
    """All rows of a table, oldest first."""
    with database.read() as session:
        return list(session.scalars(select(model).order_by(model.id)))


def by_id(database: Database, model: type[Identified], value: str, namespace: str = "test") -> Any:
    """The entity that an import knows by `value`."""
    with database.read() as session:
        known = session.get(ExternalId, (model.__tablename__, namespace, value))  # type: ignore[attr-defined]
        assert known is not None, value
        return session.get(model, known.entity_id)


def place_of(database: Database, place_id: str | None) -> str:
    """The English names of a place and of what it lies in, such as `Boston < Massachusetts < United States`."""
    names = []
    with database.read() as session:
        while place_id:
            place = session.get_one(Place, place_id)
            names.append(place.name.get("en") or next(iter(place.name.values())))
            place_id = place.parent_id
    return " < ".join(names)


def names_of(database: Database, model: type[Any]) -> set[str]:
    """Every text of every name of a table."""
    return {text for entity in every(database, model) for text in entity.name.values()}
