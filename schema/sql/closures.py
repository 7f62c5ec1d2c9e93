"""Trees and crosswalks in SQL: everything in a place, everything that an industry covers."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select, union

from store.enums import MappingRelation
from store.models import Concept, ConceptMapping
from store.place_tree import within

_COVERED = (MappingRelation.EXACT, MappingRelation.CLOSE)


def places_within(ids: Sequence[str]) -> Select[str]:
    """Return a SELECT of the ids of these places and everything in them."""
    return within(*ids)


def concepts_covered(ids: Sequence[str], *, narrower: bool = True, mapped: bool = True) -> Select[str]:
    """Return a SELECT of the ids of these concepts, narrower ones, and those mapped as exact, close or narrower."""
    statement = select(Concept.id).where(Concept.id.in_(ids))
    if narrower:
        statement = _with_narrower(statement)
    if mapped:
        start = statement.subquery()
        forward = select(ConceptMapping.target_id).where(
            ConceptMapping.source_id.in_(select(start.c.id)),
            ConceptMapping.relation.in_((*_COVERED, MappingRelation.NARROW)),
        )
        backward = select(ConceptMapping.source_id).where(
            ConceptMapping.target_id.in_(select(start.c.id)),
            ConceptMapping.relation.in_((*_COVERED, MappingRelation.BROAD)),
        )
        reached = union(select(start.c.id), forward, backward).subquery()
        statement = select(Concept.id).where(Concept.id.in_(select(reached.c[0])))
        if narrower:
            statement = _with_narrower(statement)
    return statement


def _with_narrower(start: Select[str]) -> Select[str]:
    below = start.cte(recursive=True)
    below = below.union(select(Concept.id).join(below, Concept.broader_id == below.c.id))
    return select(below.c.id)
