"""External ids: records' names in other systems, as they are read, filtered by and written."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, delete, insert, inspect, select, tuple_
from sqlalchemy.orm import Session

from schema.declarations import batch, readers
from schema.declarations.base import STAFF, Model, Row
from schema.declarations.entities import Entity
from schema.declarations.errors import BadUserInputError
from schema.declarations.filters import FilterScope
from schema.domain.shared.faults import Faults
from schema.domain.shared.problems import bad, conflict, forbidden
from schema.request.context import Context
from schema.sql.lookups import PERSONS, split
from store.enums import Role
from store.erased_keys import key_hash
from store.models import ErasedKey, ExternalId
from store.models.base import touch

MOST = 20
"""Maximum number of external ids of a record."""
_NAMESPACE, _VALUE = 80, 300
"""Maximum characters of a namespace and a value."""


def _ids_of(parents: Sequence[Row], context: Context) -> list[list[str]]:
    """Return each record's external ids."""
    by_parent: dict[str, list[str]] = {parent.id: [] for parent in parents}
    wanted = select(ExternalId.entity_id, ExternalId.namespace, ExternalId.value)
    wanted = wanted.where(ExternalId.entity_id.in_(by_parent))
    for identifier, namespace, value in context.session.execute(wanted):
        by_parent[identifier].append(f"{namespace}:{value}")
    return [sorted(by_parent[parent.id]) for parent in parents]


def _has_one(scope: FilterScope, model: Model, values: Sequence[str]) -> ColumnElement[bool]:
    """Match records with one of these external ids."""
    try:
        pairs = [split(value) for value in values]
    except ValueError as error:
        raise BadUserInputError(f"externalIds: {error}", field="externalIds") from None
    table = inspect(model).mapper.local_table.name
    ids = select(ExternalId.entity_id).where(
        ExternalId.entity_type == table, tuple_(ExternalId.namespace, ExternalId.value).in_(pairs)
    )
    condition: ColumnElement[bool] = model.id.in_(ids.correlate(None))
    return condition


_DESCRIPTION = "Its names in other systems, each with its namespace, such as `gb:320583`. Organisers alone write them."


class NamedElsewhere:
    """A record that other systems have names for."""

    external_ids = batch("[String!]!", _DESCRIPTION, _ids_of, condition=_has_one, edit=True)


class PersonNamedElsewhere:
    """A person that other systems have names for: they may be addresses or numbers, so organisers alone read them."""

    external_ids = batch(
        "[String!]", _DESCRIPTION, _ids_of, condition=_has_one, edit=True, readers=readers(Role.ORGANISER)
    )


def write_external_ids(
    context: Context, session: Session, entity: Entity, row: Row, given: Sequence[str] | None, where: tuple[str, ...]
) -> None:
    """Replace a record's external ids. Raises RefusedError for what can't be used and what another record has."""
    if context.actor.role not in STAFF:
        raise forbidden("Only organisers write external ids, because imports find records by them.", *where)
    texts = list(dict.fromkeys(given or ()))
    if len(texts) > MOST:
        raise bad(f"The list has more than {MOST} external ids.", *where)
    table = entity.table.name
    with session.no_autoflush:  # the row may still lack what it needs
        own = select(ExternalId.namespace, ExternalId.value).where(
            ExternalId.entity_type == table, ExternalId.entity_id == row.id
        )
        present = {(namespace, value) for namespace, value in session.execute(own)}
        faults, wanted = Faults(), set()
        for position, text in enumerate(texts):
            with faults.noting():
                key = _read(text, *where, str(position))
                wanted.add(key)
                if key not in present:
                    _require_free(session, table, text, key, *where, str(position))
        faults.settle()
        if wanted == present:
            return
        connection = session.connection()
        for namespace, value in present - wanted:
            one = (ExternalId.namespace == namespace, ExternalId.value == value)
            connection.execute(delete(ExternalId).where(ExternalId.entity_type == table, and_(*one)))
        new = [_row(table, key, row.id) for key in sorted(wanted - present)]
        if new:
            connection.execute(insert(ExternalId), new)
    touch(row, public=entity.name not in PERSONS)


def holder_of(session: Session, table: str, namespace: str, value: str) -> str | None:
    """Return the id of the record with an external id; None if no record has it."""
    holder: str | None = session.scalar(
        select(ExternalId.entity_id).where(
            ExternalId.entity_type == table, ExternalId.namespace == namespace, ExternalId.value == value
        )
    )
    return holder


def _read(text: str, *where: str) -> tuple[str, str]:
    try:
        namespace, value = split(text.strip())
    except ValueError as error:
        raise bad(str(error), *where) from None
    if len(namespace) > _NAMESPACE or len(value) > _VALUE:
        raise bad(f"Its namespace has at most {_NAMESPACE} characters, its value {_VALUE}.", *where)
    return namespace, value


def _require_free(session: Session, table: str, text: str, key: tuple[str, str], *where: str) -> None:
    holder = holder_of(session, table, *key)
    if holder is not None:
        raise conflict(f"{text!r} is the external id of {holder}; take it from that record first.", *where)
    if session.get(ErasedKey, key_hash(table, *key)) is not None:
        raise conflict(f"The record {text!r} was erased with a person's data; give another external id.", *where)


def _row(table: str, key: tuple[str, str], identifier: str) -> dict[str, object]:
    return {"entity_type": table, "namespace": key[0], "value": key[1], "entity_id": identifier, "fingerprint": None}
