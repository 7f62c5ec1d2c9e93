"""Detects records that are their own ancestors, such as a place within itself."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.bulk import shape_of
from store.documents.drafts import Draft
from store.documents.problems import Problem
from store.documents.resolving import Resolver


def check_circles(session: Session, resolver: Resolver, problems: list[Problem]) -> None:
    """Report records that are their own ancestors by a reference to their own table."""
    by_column: dict[tuple[str, str], list[Draft]] = {}
    for draft in resolver.keyed.values():
        for name, reference in draft.references.items():
            if (
                reference is not None
                and shape_of(draft.model).references.get(name) == shape_of(draft.model).entity_type
            ):
                by_column.setdefault((shape_of(draft.model).entity_type, name), []).append(draft)
    for (_, name), drafts in by_column.items():
        table = shape_of(drafts[0].model).table
        statement = select(table.c.id, table.c[name]).where(table.c[name].is_not(None))
        parents: dict[str, str | None] = {row[0]: row[1] for row in session.execute(statement)}
        parents.update((_id(resolver, draft), resolver.target(draft.references[name])) for draft in drafts)
        for draft in drafts:
            if _is_circle(_id(resolver, draft), parents):
                message = "makes the record its own ancestor; correct it"
                value = str(draft.references[name])
                where = draft.lines.get(name, draft.where)
                problems.append(Problem(where, draft.label, name.removesuffix("_id"), value, message))


def _id(resolver: Resolver, draft: Draft) -> str:
    assert draft.key is not None
    return resolver.ids[draft.key]


def _is_circle(start: str, parents: dict[str, str | None]) -> bool:
    seen: set[str] = set()
    current: str | None = start
    while current is not None and current not in seen:
        seen.add(current)
        current = parents.get(current)
    return current == start
