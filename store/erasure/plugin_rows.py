"""Rows of plugins' entities that are an erased person's."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import inspect, or_, select
from sqlalchemy.orm import Session

from store.changes import ChangeRecord
from store.enums import Operation
from store.models import Change
from store.models.base import Identified, table_of
from store.plugin_tables.registration import PERSONAL, PluginTable


def personal_models() -> Iterator[type[Identified]]:
    """Return the tables whose rows are deleted with a person: link tables first."""
    for table in PERSONAL.values():
        yield from dict.fromkeys(link.model for link in table.links.values())
        yield table.model


def rows_of_plugins(session: Session, talent_id: str) -> list[ChangeRecord]:
    """Return a record for each row that is the person's, current or logged, and for each row of its lists."""
    present = set(inspect(session.connection()).get_table_names())
    return [
        record
        for table in PERSONAL.values()
        if table_of(table.model).name in present  # else of a plugin that isn't migrated here
        for record in _rows(session, table, talent_id)
    ]


def _rows(session: Session, personal: PluginTable, talent_id: str) -> Iterator[ChangeRecord]:
    table, column = table_of(personal.model), personal.person
    assert column is not None
    owners = set(session.scalars(select(table.c.id).where(table.c[column] == talent_id)))
    owners |= _logged(session, str(table.name), column, {talent_id})
    for owner in sorted(owners):
        yield ChangeRecord(str(table.name), owner, owner, Operation.ERASE, None, None)
    for link in personal.links.values():
        linked = table_of(link.model)
        rows = set(session.scalars(select(linked.c.id).where(linked.c[link.parent].in_(owners))))
        for row in sorted(rows | _logged(session, str(linked.name), link.parent, owners)):
            yield ChangeRecord(str(linked.name), row, row, Operation.ERASE, None, None)


def _logged(session: Session, table: str, column: str, values: set[str]) -> set[str]:
    """Rows of a table whose column held one of the values at some time."""
    conditions = (
        or_(Change.after[column].as_string() == value, Change.before[column].as_string() == value) for value in values
    )
    ids = session.scalars(select(Change.entity_id).where(Change.entity_type == table, or_(False, *conditions)))
    return set(ids)
