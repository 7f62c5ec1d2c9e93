"""Writes docs/coverage.md: where each thing that the sources ask for is represented, or that it isn't yet.

    python -m docs.tools.coverage            write the page
    python -m docs.tools.coverage --check    say whether it is up to date

It loads the three programmes into an empty database, finds in it the records that quote each requirement's words, and
looks every named field up in the GraphQL schema. So a row can't claim a record or a field that isn't there.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml
from graphql import GraphQLInterfaceType, GraphQLObjectType
from graphql import build_schema as read_schema
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from api.assembly.core_contributions import CoreData
from api.assembly.data import load_data
from docs.tools.coverage_values import valued_fields
from plugins.host.host import Host
from schema.declarations.entities import CORE
from schema.request.context import Services
from schema.types.build import build_schema
from store.database import Database
from store.database.migration import core_chain, upgrade
from store.models import ENTITIES, ExternalId, SourceDocument
from store.models.base import Base
from store.settings import Settings

ROOT = Path(__file__).parents[2]
REQUIREMENTS = Path(__file__).with_name("coverage.yaml")
PAGE = ROOT / "docs" / "coverage.md"
PROGRAMMES = ("chinaocs", "kunshan", "cotiec")
SHOWN = 3
"""Records of one type that a row names."""


class CoverageError(Exception):
    """A requirement names what isn't there; the message has a line for each."""


@dataclass(frozen=True)
class Quoted:
    """A row of the database that quotes a source: its type, and the key of it or of what it belongs to."""

    entity: str
    key: str
    namespace: str
    quote: str


@dataclass(frozen=True)
class Evidence:
    """What there is: `Type.field` of the schema, the type of each record by its key, quotes, titles of sources."""

    fields: frozenset[str]
    entities: dict[str, str]
    quoted: tuple[Quoted, ...]
    titles: dict[str, str]
    valued: frozenset[tuple[str, str]]
    """Pairs of programme and `Type.field` for which a record of the programme has a value."""
    asked: frozenset[str]
    """Types of which records were asked for their values."""


def gather() -> Evidence:
    """Load the three programmes into an empty database, and build the schema."""
    host = Host.load(core=[CoreData()], plugins=[import_module(f"plugins.{name}") for name in PROGRAMMES])
    schema = build_schema(host)
    fields = frozenset(_coordinates(schema.as_str()))
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/coverage.sqlite")
        try:
            upgrade(database, core_chain())
            for _ in load_data(database, host, {"reference"}):
                pass
            with database.read() as session:
                keys = _keys(session)
                quoted = tuple(_quoted(session, {id_: key for id_, (_, key) in keys.items()}))
                titles = {keys[each.id][1]: each.title["en"] for each in session.scalars(select(SourceDocument))}
                records = _records_by_type(session, {id_: key for id_, (_, key) in keys.items()})
            services = Services(database, Settings(), schema.registry, host=host)
            valued = frozenset(valued_fields(schema, services, records))
        finally:
            database.dispose()
    entities = {key: entity for entity, key in keys.values()}
    return Evidence(fields, entities, quoted, titles, valued, frozenset(records))


def _coordinates(text: str) -> Iterator[str]:
    """Every `Type.field` of a schema."""
    for name, kind in read_schema(text).type_map.items():
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            yield from (f"{name}.{field}" for field in kind.fields)


def _keys(session: Session) -> dict[str, tuple[str, str]]:
    """Type and key of each record, by its id."""
    types = {model.__tablename__: model.__name__ for model in ENTITIES.values()}  # type: ignore[attr-defined]
    return {
        row.entity_id: (types[row.entity_type], f"{row.namespace}:{row.value}")
        for row in session.scalars(select(ExternalId))
        if row.entity_type in types
    }


def _quoted(session: Session, keys: dict[str, str]) -> Iterator[Quoted]:
    for mapper in Base.registry.mappers:
        if "quote" not in mapper.columns:
            continue
        for row in session.scalars(select(mapper.class_)):
            if row.quote:
                key = keys.get(row.id) or _owner(row, keys)
                yield Quoted(mapper.class_.__name__, key, key.split(":")[0], row.quote)


def _records_by_type(session: Session, keys: dict[str, str]) -> dict[str, list[tuple[str, str]]]:
    """For each entity of the schema the programme and the id of each record; a link is of its first record's."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name, entity in CORE.items():
        pairs = []
        for row in session.scalars(select(entity.model)):
            key = keys.get(row.id) or _first_key(row, keys)
            if key is not None:
                pairs.append((key.split(":")[0], row.id))
        found[name] = pairs
    return found


def _first_key(row: Any, keys: dict[str, str]) -> str | None:
    columns = (column.key for column in inspect(type(row)).columns if column.foreign_keys or column.key == "subject_id")
    return next((keys[getattr(row, name)] for name in columns if getattr(row, name) in keys), None)


def _owner(row: Any, keys: dict[str, str]) -> str:
    """The key of the first record that a link joins."""
    columns = (column.key for column in inspect(type(row)).columns if column.foreign_keys)
    return next(keys[getattr(row, name)] for name in columns if getattr(row, name))


def page(requirements: Sequence[dict[str, Any]], evidence: Evidence) -> str:
    """The text of docs/coverage.md.

    Raises
    ------
    CoverageError: a requirement names a record or a field that doesn't exist, or has neither.
    """
    problems: list[str] = []
    rows: dict[str, list[str]] = defaultdict(list)
    counts = {"yes": 0, "partly": 0, "shape only": 0, "not yet": 0}
    for each in requirements:
        fields, records = each.get("fields", []), each.get("records", [])
        problems += [f"{each['id']}: the schema has no {name}" for name in fields if name not in evidence.fields]
        problems += [f"{each['id']}: there is no record {key}" for key in records if key not in evidence.entities]
        namespace = each["source"].split(":")[0]
        found = [
            one for one in evidence.quoted
            if one.namespace == namespace and (each["quote"] in one.quote or one.quote in each["quote"])
        ]  # fmt: skip
        state = "not yet" if each.get("absent") else "partly" if each.get("open") else "yes"
        if state == "not yet" and (found or records):
            problems.append(f"{each['id']}: is said to be absent, and {len(found) + len(records)} records hold it")
        if state != "not yet" and not (found or records):
            problems.append(f"{each['id']}: no record quotes it; name one under records")
        judged = [name for name in fields if name.split(".")[0] in evidence.asked]
        empty = [name for name in judged if (namespace, name) not in evidence.valued]
        missing = [each["open"]] if each.get("open") else []
        if empty and state != "not yet":
            state = "shape only" if state == "yes" else state
            missing.append(f"No record of this programme has a value: {', '.join(f'`{name}`' for name in empty)}.")
        counts[state] += 1
        shown = _records(found, [(evidence.entities.get(key, ""), key) for key in records])
        where = " · ".join(f"`{name}`" for name in fields)
        rows[each["source"]].append(
            f"| {each['id']} | {each['item']} | {state} | {shown} | {where} | {' '.join(missing)} |"
        )
    if problems:
        raise CoverageError("\n".join(problems))
    return "\n".join([*_head(len(requirements), counts), *_tables(rows, evidence.titles)]) + "\n"


def _head(total: int, counts: dict[str, int]) -> list[str]:
    return [
        "# What the sources ask for, and where it is",
        "",
        "Generated by `python -m docs.tools.coverage` from `docs/tools/coverage.yaml`, the data of the plugins "
        "`chinaocs`, `kunshan` and `cotiec`, and the GraphQL schema. Records are those that quote the requirement's "
        "words; a link such as `EventPerson` is named with the record that it belongs to.",
        "",
        f"Of {total} rows {counts['yes']} are represented, {counts['partly']} partly, {counts['not yet']} not yet. Of "
        f"{counts['shape only']} a named field is there as a shape only: no record of the programme has a value for "
        "it, because its source gives none.",
    ]


def _tables(rows: dict[str, list[str]], titles: dict[str, str]) -> Iterator[str]:
    for source, lines in rows.items():
        yield from ("", f"## {titles[source]}", "", f"`{source}`", "")
        yield from (
            "| row | what | represented | records | over GraphQL | what is missing |",
            "|---|---|---|---|---|---|",
        )
        yield from lines


def _records(found: Sequence[Quoted], named: Sequence[tuple[str, str]]) -> str:
    """Records by type, each type with the keys of a few."""
    by_type: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for entity, key in [*named, *((one.entity, one.key) for one in found)]:
        by_type[entity][key] += 1
    texts = []
    for entity, keys in sorted(by_type.items()):
        shown = [f"`{key}`" + (f" ×{count}" if count > 1 else "") for key, count in sorted(keys.items())[:SHOWN]]
        more = f" and {len(keys) - SHOWN} more" if len(keys) > SHOWN else ""
        texts.append(f"{entity} {', '.join(shown)}{more}")
    return "; ".join(texts)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the page; 0 if all is well."""
    parser = argparse.ArgumentParser(description="Where each thing that the sources ask for is represented.")
    parser.add_argument("--check", action="store_true", help="only say whether docs/coverage.md is up to date")
    options = parser.parse_args(arguments)
    try:
        text = page(yaml.safe_load(REQUIREMENTS.read_text("utf-8")), gather())
    except CoverageError as error:
        print(error, file=sys.stderr)
        return 1
    if options.check:
        if PAGE.exists() and PAGE.read_text("utf-8") == text:
            return 0
        print("docs/coverage.md is out of date; run: python -m docs.tools.coverage", file=sys.stderr)
        return 1
    PAGE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
