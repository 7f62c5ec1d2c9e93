"""Everything that is held about a person with an account, for that person."""

from typing import Any

from sqlalchemy import Column, Table, or_, select
from sqlalchemy.orm import Session

from store.changes import plain
from store.models import Account, Base, Change, Invitation


def personal_data(session: Session, account: Account) -> dict[str, Any]:
    """Rows by table, without secrets: the account, the talent that it is, and whatever refers to them.

    The change log comes with what was written about them, and what they wrote themselves. Plugins' tables and texts
    that merely mention the person aren't in it.
    """
    tables = Base.metadata.tables
    found: dict[str, list[dict[str, Any]]] = {"account": _rows(session, tables["account"], Account.id == account.id)}
    if account.talent_id is not None:
        talent = tables["talent"]
        found["talent"] = _rows(session, talent, talent.c.id == account.talent_id)
    ids = {account.id, *([account.talent_id] if account.talent_id else [])}
    for table in tables.values():
        refers = [column for column in table.columns if _is_about_a_person(column)]
        if refers and table.name not in ("account", "sign_in_token"):
            found[str(table.name)] = _rows(session, table, or_(*(column.in_(ids) for column in refers)))
    if account.email:
        found["invitation"] = _rows(session, tables["invitation"], Invitation.email == account.email)
    known = {row["id"] for rows in found.values() for row in rows if "id" in row}
    keys = {row["id"] for row in found.get("api_key", ())}
    about = or_(Change.entity_id.in_(known), Change.actor_id.in_({account.id, *keys}))
    found["change"] = _rows(session, tables["change"], about)
    return {name: rows for name, rows in found.items() if rows}


def _is_about_a_person(column: "Column[Any]") -> bool:
    return any(key.column.table.name in ("account", "talent") for key in column.foreign_keys)


def _rows(session: Session, table: Table, condition: Any) -> list[dict[str, Any]]:
    shown: list[Column[Any]] = [column for column in table.columns if not column.info.get("secret")]
    rows = session.execute(select(*shown).where(condition).order_by(*table.primary_key.columns))
    names = [str(column.name) for column in shown]  # SQLAlchemy's own kind of text is no key for JSON
    return [dict(zip(names, map(plain, row), strict=True)) for row in rows]
