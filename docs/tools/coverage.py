"""Writes docs/appendix/coverage.md: where each requirement of the sources is represented, or why it isn't.

    python -m docs.tools.coverage            write the page, of what isn't represented in full
    python -m docs.tools.coverage --check    say whether it is up to date
    python -m docs.tools.coverage --all      print all requirements

Loads the three programmes into an empty database, finds the records that quote each requirement, and looks up every
named field in the GraphQL schema. A row can't claim a record or a field that doesn't exist.
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
PAGE = ROOT / "docs" / "appendix" / "coverage.md"
PROGRAMMES = ("chinaocs", "kunshan", "cotiec")


class CoverageError(Exception):
    """Requirements that name missing records or fields, one a line of the message."""


@dataclass(frozen=True)
class Quoted:
    """A row of the database that quotes a source: its type, and the key of it or of what it belongs to."""

    entity: str
    key: str
    namespace: str
    quote: str


@dataclass(frozen=True)
class Evidence:
    """The facts to check against: fields of the schema, types of records by key, quotes, titles of sources."""

    fields: frozenset[str]
    entities: dict[str, str]
    quoted: tuple[Quoted, ...]
    titles: dict[str, str]
    valued: frozenset[tuple[str, str]]
    """Pairs of programme and `Type.field` for which a record of the programme has a value."""
    asked: frozenset[str]
    """Types whose records were queried for values."""


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
    """Yield every `Type.field` of a schema."""
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
    """Programme and id of each record, by entity; a link belongs to the programme of its first record."""
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
    """Return the key of the first record that a link joins."""
    columns = (column.key for column in inspect(type(row)).columns if column.foreign_keys)
    return next(keys[getattr(row, name)] for name in columns if getattr(row, name))


def page(requirements: Sequence[dict[str, Any]], evidence: Evidence, everything: bool = False) -> str:
    """Render the page: the requirements that aren't represented in full, or all.

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
            missing.append(f"No value: {_grouped(empty)}.")
        counts[state] += 1
        keys = [*records, *sorted(one.key for one in found)]
        title = f"{each['id']} {each['item']}"
        texts = [f"{title} ({'; '.join([_grouped(fields), *(f'`{key}`' for key in keys[:1])])})" if fields else title]
        texts += [f"**{state.capitalize()}.** {' '.join(missing)}"] if state != "yes" else []
        if everything or state != "yes":
            rows[each["source"]].append(f"- {'. '.join(texts)}")
    if problems:
        raise CoverageError("\n".join(problems))
    return "\n".join([*_head(len(requirements), counts), *_tables(rows, evidence.titles)]) + "\n"


def _grouped(coordinates: Sequence[str]) -> str:
    """Schema coordinates, those of one type in braces: ``Event.{type,mode}``."""
    names: dict[str, list[str]] = defaultdict(list)
    for each in coordinates:
        kind, _, field = each.partition(".")
        names[kind].append(field)
    texts = (each[0] if len(each) == 1 else f"{{{','.join(each)}}}" for each in names.values())
    return ", ".join(f"`{kind}.{text}`" for kind, text in zip(names, texts, strict=True))


def _head(total: int, counts: dict[str, int]) -> list[str]:
    return [
        "# What the sources ask for, and where it is",
        "",
        "Generated by `python -m docs.tools.coverage` from `docs/tools/coverage.yaml`, the data of the three programme "
        "plugins, and the GraphQL schema. Each line names the fields and the first record that quotes the requirement. "
        "Listed is what isn't represented in full; `python -m docs.tools.coverage --all` prints the rest as well.",
        "",
        f"{total} requirements: {counts['yes']} represented, {counts['partly']} partly, {counts['not yet']} not yet, "
        f"{counts['shape only']} as a shape only: the schema has the field, but the source gives no value for it.",
    ]


def _tables(rows: dict[str, list[str]], titles: dict[str, str]) -> Iterator[str]:
    for source, lines in rows.items():
        yield from ("", f"## {titles[source]}", "", f"`{source}`", "")
        yield from lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the page and return the exit code."""
    parser = argparse.ArgumentParser(description="List where each requirement of the sources is represented.")
    parser.add_argument("--check", action="store_true", help="only check whether the page is up to date")
    parser.add_argument("--all", action="store_true", help="print all requirements, and write nothing")
    options = parser.parse_args(arguments)
    try:
        text = page(yaml.safe_load(REQUIREMENTS.read_text("utf-8")), gather(), options.all)
    except CoverageError as error:
        print(error, file=sys.stderr)
        return 1
    if options.all:
        print(text, end="")
        return 0
    if options.check:
        if PAGE.exists() and PAGE.read_text("utf-8") == text:
            return 0
        print("docs/appendix/coverage.md is out of date; run: python -m docs.tools.coverage", file=sys.stderr)
        return 1
    PAGE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
