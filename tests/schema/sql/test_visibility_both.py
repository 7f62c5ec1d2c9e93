"""The same rows are seen on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest
from graphql import ExecutionResult
from sqlalchemy import select
from sqlalchemy.orm import aliased

from schema.declarations.base import STAFF
from schema.request.context import Services
from schema.sql.scope import Scope
from store.database import Database
from store.enums import Role
from tests.schema.samples import SampleRecords
from tests.schema.sql.test_visibility import EVERYBODY, ROWS


@pytest.mark.parametrize("role", list(Role))
def test_the_same_rows_on_both_databases(
    run: Callable[..., ExecutionResult], samples: SampleRecords, role: Role
) -> None:
    ids = samples.nodes
    result = run("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": list(ids.values())}, samples.as_(role))
    assert result.data
    found = {node["id"] for node in result.data["nodes"] if node}
    seen = {short for short, identifier in ids.items() if identifier in found}
    assert seen == {short for short in ids if role in ROWS.get(short, EVERYBODY)}


def test_what_shows_a_row_is_never_seen_without_it(
    samples: SampleRecords, database: Database, services: Services
) -> None:
    """Joins from these columns leave the row's own rule out."""
    by_model = {each.model: each for each in services.registry.entities.values()}
    shown_by = [(entity, *each) for entity in by_model.values() for each in entity.shown_by]
    seen = 0
    with database.read() as session:
        for role, (entity, model, column) in product(Role, shown_by):
            scope = Scope(samples.as_(role), ("en",), services.registry, database.url.get_backend_name())
            target = aliased(entity.model)
            named = select(target.id).join(model, getattr(model, column) == target.id)
            named = named.where(scope.visible(by_model[model], model))
            if entity.archivable and role not in STAFF:
                named = named.where(target.archived_at.is_(None))
            seen += len(session.scalars(named).all())
            assert not session.scalars(named.where(~scope.visible(entity, target))).all(), (role, column)
    assert seen > 0
