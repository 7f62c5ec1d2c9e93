"""Rows with anything that the columns take: nulls, empty texts, odd languages, far dates, negative amounts."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import Boolean, Column, DateTime, Enum, Float, Integer
from sqlalchemy.exc import IntegrityError, StatementError

from schema.declarations.columns import Column as DeclaredColumn
from schema.declarations.columns import Localized, LocalizedList, Translations
from schema.declarations.entities import CORE, GROUPS
from store.access.actors import Actor
from store.database import Database
from store.models import ExternalId
from store.values.column_types import ExactDecimal, PartialDateText, UtcDateTime

WORDS = (
    "",
    "Beam",
    "cell bank",
    "光束激光雷达",
    'Ünïcode "quoted" \\ back',
    "100%",
    "a'b",
    "\u2028",
    "zz top",
    "ALPHA",
)
NAMESPACE = "elsewhere"
"""The namespace of external ids; their values count the rows of a table."""
_TAGS = ("en", "zh", "zh-Hant", "fr", "de-AT")
_ZONED = ["2026-05-01T17:00:00+08:00[Asia/Shanghai]", "2026-10-25T01:30:00+01:00[Europe/London]"]
_DATES = ("2024", "2020-H1", "2019-Q3", "2024-07", "2021-02-late", "2024-07-16", "--07", "--07-06", "1912-01-01")


def fill(database: Database, random: Random, each: int = 4) -> dict[str, list[str]]:
    """Write up to `each` rows of every entity; gives all ids of the database by table."""
    from sqlalchemy import select
    from sqlalchemy.orm import Session

    ids: dict[str, list[str]] = {}

    def known(session: Session, table: Any) -> list[str]:
        if table.name not in ids:
            ids[table.name] = list(session.scalars(select(table.c.id)))
        return ids[table.name]

    with database.write(Actor.system("tests")) as session:
        by_table = {entity.table.name: entity for entity in CORE.values()}
        for table in next(iter(CORE.values())).table.metadata.sorted_tables:
            entity = by_table.get(table.name)
            if entity is None:
                continue
            known(session, table)
            for _ in range(each):
                made = {
                    column.name: _value(session, known, by_table, entity, column, random)
                    for column in table.c
                    if column.name not in ("id", "version", "created_at", "updated_at")
                    and not column.name.endswith(("_earliest", "_latest"))
                    and hasattr(entity.model, column.name)
                }
                made = {name: value for name, value in made.items() if value is not _DEFAULT}
                row = entity.model(**made)
                try:
                    with session.begin_nested():
                        session.add(row)
                        session.flush()
                except (IntegrityError, StatementError, ValueError):
                    continue
                ids[table.name].append(row.id)
            session.add_all(
                ExternalId(entity_type=table.name, namespace=NAMESPACE, value=str(place), entity_id=identifier)
                for place, identifier in enumerate(ids[table.name])
            )
    return ids


_DEFAULT: Any = object()


def _value(session: Any, known: Any, by_table: Any, entity: Any, column: Column[Any], random: Random) -> Any:
    if column.nullable and random.random() < 0.3:
        return None
    if column.foreign_keys:
        table = next(iter(column.foreign_keys)).column.table
        if table.name not in by_table:
            return None if column.nullable else _DEFAULT
        found = known(session, table)
        return random.choice(found) if found else None
    if column.name == "subject_id":
        return random.choice([*known(session, CORE["Investor"].table), *known(session, CORE["Place"].table)])
    if column.name == "entity_id":
        return random.choice([*known(session, CORE["Project"].table), *known(session, CORE["Talent"].table)])
    kind = column.type
    if column.name.endswith("currency") or column.name in ("base", "quoted"):
        return random.choice(["CNY", "USD", "EUR"])
    if column.name == "archived_at":
        return None if random.random() < 0.8 else _moment(random)
    if isinstance(kind, Enum):
        return random.choice(list(kind.enum_class or ()))
    if isinstance(kind, Boolean):
        return random.random() < 0.5
    if isinstance(kind, ExactDecimal):
        return random.choice(
            [Decimal(0), Decimal("0.0001"), Decimal("-12.5"), Decimal("99999999999999.9999"), Decimal(7)]
        )
    if isinstance(kind, Integer):
        return random.choice([0, 1, 7, 2024])
    if isinstance(kind, Float):
        return random.choice([0.0, 1.0, 0.1, -3.75, 1e-9, 123456789.125])
    if isinstance(kind, UtcDateTime | DateTime):
        return _moment(random)
    if isinstance(kind, PartialDateText):
        return random.choice(_DATES)
    if hasattr(kind, "none_as_null"):
        return _json(entity, column, random)
    if column.info.get("zoned_time"):
        return random.choice(_ZONED)
    length = getattr(kind, "length", None) or 100
    return random.choice(WORDS)[:length]


def _moment(random: Random) -> Any:
    from datetime import UTC, datetime

    return random.choice(
        [datetime(2024, 7, 16, 8, 30, tzinfo=UTC), datetime(1999, 12, 31, 23, 59, 59, 123456, tzinfo=UTC)]
    )


def _json(entity: Any, column: Column[Any], random: Random) -> Any:
    fields = [*entity.fields.values(), *(each for group in GROUPS.values() if group.model is entity.model
                                         for each in group.fields.values())]  # fmt: skip
    for declared in fields:
        if column.name not in declared.columns:
            continue
        if isinstance(declared, LocalizedList):
            return [_texts(random) for _ in range(random.randrange(3))]
        if isinstance(declared, Localized | Translations):
            return _texts(random)
        if isinstance(declared, DeclaredColumn):
            if declared.items is not None:
                return random.sample([member.value for member in list[Any](declared.items)], 2)
            if declared.type == "[Degree!]!":
                return [{"level": "doctor", "year": 2009}, {"subject": random.choice(WORDS), "institution": None}]
            if declared.type == "Advancement":
                return {"scope": "TRACK"}
            if declared.type == "[LanguageTag!]!":
                return ["en", "zh-Hant"]
            if declared.type == "[String!]!":
                return [random.choice(WORDS) for _ in range(random.randrange(3))]
            if declared.type == "JSON!":
                return random.choice([[], {"a": [1, None, 2.5, True]}, [{"b": "光"}]])
    return _DEFAULT


def _texts(random: Random) -> dict[str, str]:
    return {tag: random.choice(WORDS) for tag in random.sample(_TAGS, random.randrange(4))}
