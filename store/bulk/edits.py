"""Edits that people made by hand, read from the change log; bulk writes preserve them."""

from bisect import bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from store.changes import ChangeRecord, record_many
from store.enums import Operation
from store.models.system import Change
from store.values.ids import new_id

_AT_ONCE = 500
_ENDLESS = 1 << 62
_IMPORT = "import"
"""Entity type of the change that says which ones an import wrote."""


@dataclass(slots=True)
class Edits:
    """Fields that people set, and links that people removed."""

    fields: dict[str, set[str]] = field(default_factory=dict)
    """Entity id to attribute names."""
    removed: dict[str, list[tuple[str, dict[str, object]]]] = field(default_factory=dict)
    """Owner's id to the (table, row) of each link that a person removed."""

    def has_removed(self, owner_id: str, table: str, identity: dict[str, Any]) -> bool:
        """Return whether a person removed the link of `table` that has `identity`'s values."""
        return any(
            name == table and all(row.get(key) == value for key, value in identity.items())
            for name, row in self.removed.get(owner_id, ())
        )


def edits_of(session: Session, entity_ids: Collection[str], extensions: Collection[str] = ()) -> Edits:
    """Return the edits of `entity_ids` by actors with a key; those by the system and by imports don't count.

    A row of one of the tables `extensions` may begin with an edit: it has further columns of a record that is older.
    """
    edits, imported = Edits(), _imported(session)
    for ids in _chunks(sorted(entity_ids)):
        statement = (
            select(
                Change.sequence,
                Change.entity_type,
                Change.entity_id,
                Change.owner_id,
                Change.operation,
                Change.before,
                Change.after,
            )
            .where(Change.actor_id.is_not(None), or_(Change.entity_id.in_(ids), Change.owner_id.in_(ids)))
            .where(
                or_(
                    Change.operation.in_((Operation.UPDATE, Operation.DELETE)),
                    and_(Change.operation == Operation.CREATE, Change.entity_type.in_(extensions)),
                )
            )
        )
        for sequence, entity_type, entity_id, owner_id, operation, before, after in session.execute(statement):
            place = bisect_right(imported, (sequence, _ENDLESS)) - 1
            if place >= 0 and sequence <= imported[place][1]:
                continue
            if operation is not Operation.DELETE:
                edits.fields.setdefault(entity_id, set()).update(after or ())
            else:
                edits.removed.setdefault(owner_id, []).append((entity_type, before or {}))
    return edits


def mark_import(session: Session, first: int, last: int) -> None:
    """Say in the log that the changes from `first` to `last` are an import's, in its transaction."""
    identifier = new_id("imp")
    said: dict[str, object] = {"first": first, "last": last}
    record_many(session, [ChangeRecord(_IMPORT, identifier, identifier, Operation.CREATE, None, said)])


def _imported(session: Session) -> list[tuple[int, int]]:
    """Return the first and the last position of each import in somebody's name, in order."""
    said = session.scalars(select(Change.after).where(Change.entity_type == _IMPORT).order_by(Change.sequence))
    return [(int(str(after["first"])), int(str(after["last"]))) for after in said if after]


def _chunks(ids: list[str]) -> Iterable[list[str]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]
