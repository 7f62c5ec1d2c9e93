"""Lets plugins erase a person's data, and reports what is left."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.host.contributions.contributions import ErasedPerson
from plugins.host.errors import PluginFailedError, UserError
from plugins.host.host import Host
from store.erasure.plugin_rows import personal_models
from store.models import PluginRecord
from store.models.base import table_of


def person_of(identifier: str, names: Iterable[str], emails: Iterable[str | None]) -> ErasedPerson:
    """Describe the person for plugins, before the erasure."""
    return ErasedPerson(identifier, tuple(names), tuple(each for each in emails if each))


def erase_by_plugins(session: Session, host: Host, person: ErasedPerson) -> list[str]:
    """Call each plugin's erasers, each in a savepoint of the session; return sentences on what is left."""
    left: list[str] = []
    records = session.scalars(select(PluginRecord).order_by(PluginRecord.name)).all()
    with_tables = {record.name: record.tables for record in records if record.tables}
    for entry in host.contributions.erasers:
        if entry.owner not in with_tables:
            continue
        try:
            with session.begin_nested():
                said = host.call(entry, entry.value.erase, person, session, time_limit=None)
                left += [f"the plugin '{entry.owner}': {each}" for each in said or ()]
        except (PluginFailedError, UserError) as failure:
            left.append(f"{failure} Its tables may still contain the person's data.")
    able = {entry.owner for entry in host.contributions.erasers}
    declared = {str(table_of(model).name) for model in personal_models()}
    for name, tables in with_tables.items():
        unchecked = [table for table in tables if table not in declared]
        if name not in able and unchecked:
            left.append(f"the plugin '{name}' has no eraser; its tables: {', '.join(unchecked)}")
    return left
