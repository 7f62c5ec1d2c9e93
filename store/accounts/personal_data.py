"""Everything stored about a person with an account, for that person."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Table, or_, select
from sqlalchemy.orm import Session

from store.changes import plain
from store.models import Account, Base, Change, Invitation, Project

_SHARED = Project.__tablename__
"""Records that others work on too: of others' changes to them, only those that refer to the person are personal."""
_Row = dict[str, Any]


def personal_data(
    session: Session,
    account: Account,
    archived: Callable[[Collection[str]], Iterable[Mapping[str, object]]] | None = None,
) -> dict[str, Any]:
    """Return rows by table, without secrets: the account, its talent, and whatever refers to either.

    `archived` gives the archived entries of the change log about ids or by them.

    The change log is included as far as it concerns the person: their own writes without what others had written
    before, and changes to their rows without the names of those who made them. Plugins' tables and texts that merely
    mention the person are not included.
    """
    tables = Base.metadata.tables
    data: dict[str, list[_Row]] = {"account": _rows(session, tables["account"], Account.id == account.id)}
    if account.talent_id is not None:
        talent = tables["talent"]
        data["talent"] = _rows(session, talent, talent.c.id == account.talent_id)
    ids = {account.id, *([account.talent_id] if account.talent_id else [])}
    for table in tables.values():
        refers = _references(table)
        if refers and table.name not in ("account", "sign_in_token", "provider_request"):
            data[str(table.name)] = _rows(session, table, or_(*(column.in_(ids) for column in refers)))
    document = tables["document"]
    added = or_(document.c.subject_id.in_(ids), document.c.uploaded_by_id == account.id)
    data["document"] = _rows(session, document, added)
    message = tables["outbox_message"]
    data["outbox_message"] = _rows(session, message, message.c.source_id == account.id)
    if account.email:
        data["invitation"] = _rows(session, tables["invitation"], Invitation.email == account.email)
    known = {row["id"] for rows in data.values() for row in rows if "id" in row}
    authors = {account.id, *(row["id"] for row in data.get("api_key", ()))}
    about = or_(Change.entity_id.in_(known), Change.actor_id.in_(authors))
    changes = _rows(session, tables["change"], about)
    if archived is not None:
        old = [{name: plain(value) for name, value in each.items()} for each in archived(known | authors)]
        changes = sorted(old + changes, key=lambda change: change["sequence"])
    data["change"] = [row for change in changes if (row := _own_part(change, authors, known, ids)) is not None]
    return {name: rows for name, rows in data.items() if rows}


def _own_part(change: _Row, authors: set[str], known: set[str], ids: set[str]) -> _Row | None:
    """Return what of a change concerns the person; None for others' changes to a shared record that don't."""
    shared = change["entity_type"] == _SHARED
    if change["actor_id"] in authors:
        return change if change["entity_id"] in known and not shared else change | {"before": None}
    anonymous = change | {"actor_id": None, "actor_name": None}
    if not shared:
        return anonymous
    before, after = (_referring(change[side], ids) for side in ("before", "after"))
    return anonymous | {"before": before, "after": after} if before or after else None


def _referring(values: Mapping[str, Any] | None, ids: set[str]) -> _Row | None:
    references = {name: value for name, value in (values or {}).items() if isinstance(value, str) and value in ids}
    return references or None


def _references(table: Table) -> Sequence["Column[Any]"]:
    """Return the columns of a table that refer to an account or a talent."""
    targets = ("account", "talent")
    return [each for each in table.columns if any(key.column.table.name in targets for key in each.foreign_keys)]


def _rows(session: Session, table: Table, condition: Any) -> list[_Row]:
    shown: list[Column[Any]] = [column for column in table.columns if not column.info.get("secret")]
    rows = session.execute(select(*shown).where(condition).order_by(*table.primary_key.columns))
    names = [str(column.name) for column in shown]  # SQLAlchemy's own kind of text is no key for JSON
    return [dict(zip(names, map(plain, row), strict=True)) for row in rows]
