"""Writing the fields of an input into a row: its columns, its references, and the lists that belong to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.declarations.base import STAFF, Declaration, GivenArguments, Row
from schema.declarations.computed import Batch
from schema.declarations.entities import Entity
from schema.declarations.extensions import Extended
from schema.declarations.relations import Listing, Relation
from schema.domain.shared.extending import Extending
from schema.domain.shared.external_ids import write_external_ids
from schema.domain.shared.faults import Faults
from schema.domain.shared.inputs.parts import read_parts
from schema.domain.shared.inputs.references import read_reference
from schema.domain.shared.inputs.values import MEMBERS, editable, put
from schema.domain.shared.problems import bad, forbidden, missing
from schema.request.context import Context
from schema.sql.pages import rows_statement
from schema.sql.scope import camel


async def fill(
    context: Context,
    session: Session,
    entity: Entity,
    row: Row,
    given: GivenArguments,
    path: Sequence[str],
    faults: Faults | None = None,
) -> None:
    """Put what was given into `row`; raises RefusedError with every field that can't be used.

    With `faults` they are noted there instead, beside those of other parts. Lists are written after a flush, so that
    the row is there.
    """
    declared = {each.name: each for each in editable(entity)}
    lists: list[Callable[[], None]] = []
    extending = Extending(session, row)
    collected = Faults() if faults is None else faults
    for name, value in given.items():
        declaration = declared[name]
        where = (*path, camel(name))
        with collected.noting():
            _require_editor(context, declaration, where)
            aim = row
            if isinstance(declaration, Extended):
                aim, declaration = extending.row_of(declaration), declaration.inner
            if isinstance(declaration, Relation):
                setattr(aim, declaration.column, await read_reference(context, declaration, value, aim, where))
            elif isinstance(declaration, Listing) and declaration.join.through is None:
                lists.append(await read_parts(context, session, entity, row, declaration, value or (), where))
            elif isinstance(declaration, Listing):
                lists.append(_links(context, session, row, declaration, value, where))
            elif isinstance(declaration, Batch):
                write_external_ids(context, session, entity, row, value, where)
            else:
                put(aim, declaration, value, where)
    if faults is None:
        collected.settle()
    if (lists or extending) and not collected.errors:
        session.add(row)
        extending.touch()
        session.flush()
        for write in lists:
            write()
        extending.write()


def _require_editor(context: Context, declaration: Declaration, where: tuple[str, ...]) -> None:
    role = context.actor.role
    if declaration.editors is not None and role not in STAFF and role not in declaration.editors:
        raise forbidden(f"{role} may not write this; organisers do.", *where)


def _links(
    context: Context, session: Session, row: Row, declaration: Listing, value: Any, where: tuple[str, ...]
) -> Callable[[], None]:
    ids = list(dict.fromkeys(value or ()))
    _check_members(context, declaration, ids, where)
    return lambda: _write_links(session, declaration, row.id, ids)


def _check_members(context: Context, declaration: Listing, ids: list[str], where: tuple[str, ...]) -> None:
    if len(ids) > MEMBERS:
        raise bad(f"The list has more than {MEMBERS} items.", *where)
    target = context.registry.entities[declaration.join.target]
    known = {row.id for row in context.session.execute(rows_statement(context.scope, target, ids))}
    faults = Faults()
    for position, identifier in enumerate(ids):
        with faults.noting():
            if identifier not in known:
                raise missing(target.name, identifier, *where, str(position))
    faults.settle()


def _write_links(session: Session, declaration: Listing, parent: str, ids: Sequence[str]) -> None:
    """Replace a parent's link rows by `ids`; remaining ones keep their other columns."""
    join = declaration.join
    assert join.through is not None
    link: Any = join.through
    mine = select(link).where(getattr(link, join.near) == parent)
    present = {getattr(each, join.far): each for each in session.scalars(mine)}
    for identifier, each in present.items():
        if identifier not in ids:
            session.delete(each)
    for identifier in ids:
        if identifier not in present:
            session.add(link(**{join.near: parent, join.far: identifier}))
