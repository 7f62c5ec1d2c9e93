"""Edits that people made by hand, read from the change log; bulk writes preserve them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from store.enums import Operation
from store.models.system import Change

_AT_ONCE = 500


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
    """Return the edits of `entity_ids` by actors with a key; edits by the system don't count.

    A row of one of the tables `extensions` may begin with an edit: it has further columns of a record that is older.
    """
    edits = Edits()
    for ids in _chunks(sorted(entity_ids)):
        statement = (
            select(Change.entity_type, Change.entity_id, Change.owner_id, Change.operation, Change.before, Change.after)
            .where(Change.actor_id.is_not(None), or_(Change.entity_id.in_(ids), Change.owner_id.in_(ids)))
            .where(
                or_(
                    Change.operation.in_((Operation.UPDATE, Operation.DELETE)),
                    and_(Change.operation == Operation.CREATE, Change.entity_type.in_(extensions)),
                )
            )
        )
        for entity_type, entity_id, owner_id, operation, before, after in session.execute(statement):
            if operation is not Operation.DELETE:
                edits.fields.setdefault(entity_id, set()).update(after or ())
            else:
                edits.removed.setdefault(owner_id, []).append((entity_type, before or {}))
    return edits


def _chunks(ids: list[str]) -> Iterable[list[str]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]
