"""Ids of records that were merged: the reference executor finds where they went."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import Dialect, select

from schema.compiled.run.runtime import Runtime
from schema.compiled.run.statements import IDS, Statement, ids_value, late_ids
from schema.execution.errors import NotCompilable
from store.merging import MERGEABLE
from store.models import RecordMerge
from store.values.ids import prefix_of

_PREFIXES = frozenset(each.prefix for each in MERGEABLE)


def require_unmerged(runtime: Runtime, missing: Sequence[str]) -> None:
    """Raise NotCompilable if one of the ids that nothing was found for is that of a merged record."""
    ids = [each for each in missing if prefix_of(each) in _PREFIXES]
    if ids and _statement(runtime.dialect).run(runtime, {IDS: ids_value(runtime.sqlite, ids)}):
        raise NotCompilable("merged")


@lru_cache(maxsize=8)
def _statement(dialect: Dialect) -> Statement:
    gone = RecordMerge.gone_id
    merged = select(gone).where(gone.in_(late_ids(dialect)), RecordMerge.undone_at.is_(None)).limit(1)
    return Statement(merged, dialect, None)
