"""Entities as rows, and the formats of core; plugins add others through the same hook."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO

import orjson
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from plugins.host.contributions.contributions import Exporter
from plugins.host.hook_markers import hookimpl
from store.changes import plain
from store.models import ENTITIES
from store.models.base import UPKEEP, Identified, table_of
from store.plugin_tables.registration import EXTENSIONS
from store.values.spreadsheets import TableWriter

BATCH = 1000


def exportable() -> dict[str, type[Identified]]:
    """Models by the name of their table."""
    return {str(table_of(model).name): model for model in ENTITIES.values()}


def rows_of(session: Session, model: type[Identified], *, archived: bool = False) -> Iterator[dict[str, object]]:
    """The columns of every row, by name, in the order of ids; without secret columns. Memory stays constant.

    The columns of plugins' tables that extend the rows follow.
    """
    names = _shown(model)
    statement = select(*(getattr(model, name) for name in names)).order_by(model.id)
    for extension in (each.model for each in EXTENSIONS.values() if each.extends is model):
        if inspect(session.connection()).has_table(str(table_of(extension).name)):  # else of a plugin not migrated here
            further = [name for name in _shown(extension) if name not in UPKEEP | {"id", "record_id"}]
            statement = statement.add_columns(*(getattr(extension, name) for name in further))
            statement = statement.outerjoin(extension, table_of(extension).c.record_id == model.id)
            names += further
    if not archived and "archived_at" in names:
        statement = statement.where(model.archived_at.is_(None))  # type: ignore[attr-defined]
    for row in session.execute(statement.execution_options(yield_per=BATCH)):
        yield {name: plain(value) for name, value in zip(names, row, strict=True)}


def _shown(model: type[Identified]) -> list[str]:
    return [each.key for each in inspect(model).column_attrs if not each.columns[0].info.get("secret")]


def write_csv(rows: Iterable[Mapping[str, object]], stream: BinaryIO) -> None:
    """Comma-separated values, UTF-8 with a byte order mark, so that spreadsheets read Chinese; lists as JSON.

    No text becomes a formula.
    """
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=True)
    writer = TableWriter(text)
    for number, row in enumerate(rows):
        if number == 0:
            writer.row(row)
        writer.row(_cell(value) for value in row.values())
    text.detach()


def write_json_lines(rows: Iterable[Mapping[str, object]], stream: BinaryIO) -> None:
    """One JSON object a line."""
    for row in rows:
        stream.write(orjson.dumps(row, default=str, option=orjson.OPT_APPEND_NEWLINE))


def _cell(value: object) -> object:
    return orjson.dumps(value, default=str).decode() if isinstance(value, dict | list) else value


class CoreFormats:
    """The export formats of core."""

    @hookimpl
    def register_exporters(self) -> Iterable[Exporter]:
        """CSV and JSON Lines."""
        yield Exporter(
            name="csv",
            description="Comma-separated values.",
            suffix=".csv",
            media_type="text/csv; charset=utf-8",
            write=write_csv,
        )
        yield Exporter(
            name="jsonl",
            description="JSON Lines: one object a line.",
            suffix=".jsonl",
            media_type="application/x-ndjson",
            write=write_json_lines,
        )
