"""External ids of a run: looked up in batches, written in batches."""

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from store.imports.values.folding import folded
from store.models import ENTITIES, ExternalId
from store.models.base import table_of

_AT_ONCE = 500
_LONGEST = 300


def short(text: str, longest: int = _LONGEST) -> str:
    """Shorten `text` to a key's maximum length by its hash, so that two keys stay distinct."""
    return text if len(text) <= longest else f"{text[: longest - 41]}/{hashlib.sha256(text.encode()).hexdigest()[:40]}"


def team_key(project_key: str, name: str) -> str:
    """Return the key of a person known only from a project's team column."""
    return short(f"team/{project_key}/{folded(name)}")


class Keys:
    """Finds entities by key, in the store and among those this run has created but not yet sent."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._pending: dict[tuple[str, str, str], dict[str, object]] = {}
        self._changed: list[dict[str, object]] = []
        self._stored = lru_cache(maxsize=50_000)(self._look_up)

    def add(self, entity_type: str, namespace: str, value: str, entity_id: str, fingerprint: str | None = None) -> None:
        """Add a new key."""
        self._pending[entity_type, namespace, value] = {
            "entity_type": entity_type,
            "namespace": namespace,
            "value": value,
            "entity_id": entity_id,
            "fingerprint": fingerprint,
        }

    def set_fingerprint(self, entity_type: str, namespace: str, value: str, entity_id: str, fingerprint: str) -> None:
        """Record the fingerprint of an existing key's last import."""
        self._changed.append(
            {"a": entity_type, "b": namespace, "c": value, "new_id": entity_id, "new_fingerprint": fingerprint}
        )

    def find(self, entity_type: str, namespace: str, value: str) -> str | None:
        """Return the id of the entity with this key."""
        pending = self._pending.get((entity_type, namespace, value))
        if pending is not None:
            return str(pending["entity_id"])
        return self._stored(entity_type, namespace, value)

    def exists(self, entity_type: str, identifier: str) -> bool:
        """Return whether the table `entity_type` has this id."""
        table = next(table_of(model) for model in ENTITIES.values() if table_of(model).name == entity_type)
        return self.session.execute(select(table.c.id).where(table.c.id == identifier)).first() is not None

    def named(self, identifier: str) -> list[str]:
        """Return the stored keys of an entity, each with its namespace."""
        statement = select(ExternalId.namespace, ExternalId.value).where(ExternalId.entity_id == identifier)
        return sorted(f"{namespace}:{value}" for namespace, value in self.session.execute(statement))

    def known(self, entity_type: str, namespace: str, values: Iterable[str]) -> dict[str, tuple[str, str | None]]:
        """Map those of `values` that the store has to id and fingerprint."""
        listed = list(values)
        by_key: dict[str, tuple[str, str | None]] = {}
        for start in range(0, len(listed), _AT_ONCE):
            statement = select(ExternalId.value, ExternalId.entity_id, ExternalId.fingerprint).where(
                ExternalId.entity_type == entity_type,
                ExternalId.namespace == namespace,
                ExternalId.value.in_(listed[start : start + _AT_ONCE]),
            )
            by_key.update((value, (identifier, mark)) for value, identifier, mark in self.session.execute(statement))
        return by_key

    def of_entities(
        self, entity_type: str, namespace: str, identifiers: Iterable[str]
    ) -> dict[str, dict[str, str | None]]:
        """Map each entity to its keys in the namespace, with fingerprints."""
        listed = list(identifiers)
        by_entity: dict[str, dict[str, str | None]] = {}
        for start in range(0, len(listed), _AT_ONCE):
            statement = select(ExternalId.entity_id, ExternalId.value, ExternalId.fingerprint).where(
                ExternalId.entity_type == entity_type,
                ExternalId.namespace == namespace,
                ExternalId.entity_id.in_(listed[start : start + _AT_ONCE]),
            )
            for identifier, value, mark in self.session.execute(statement):
                by_entity.setdefault(identifier, {})[value] = mark
        return by_entity

    def flush(self) -> None:
        """Send new keys."""
        connection = self.session.connection()
        if self._pending:
            connection.execute(insert(ExternalId), list(self._pending.values()))
        if self._changed:
            table: Any = ExternalId.__table__
            statement = (
                update(table)
                .where(table.c.entity_type == bindparam("a"))
                .where(table.c.namespace == bindparam("b"))
                .where(table.c.value == bindparam("c"))
                .values(entity_id=bindparam("new_id"), fingerprint=bindparam("new_fingerprint"))
            )
            connection.execute(statement, self._changed)
        if self._pending:
            self._stored.cache_clear()
        self._pending, self._changed = {}, []

    def _look_up(self, entity_type: str, namespace: str, value: str) -> str | None:
        return self.session.scalar(
            select(ExternalId.entity_id).where(
                ExternalId.entity_type == entity_type, ExternalId.namespace == namespace, ExternalId.value == value
            )
        )
