"""Search across types: hits by descending score, with highlights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, collate, exists, func, or_, select
from sqlalchemy.orm import Session

from store.models import ENTITIES, SearchDocument
from store.models.base import Identified, table_of
from store.search import conditions
from store.search.conditions import Bind
from store.search.fields import SEARCHABLE, texts_of
from store.search.highlights import Highlight, fragment, highlight
from store.search.queries import Query, parse
from store.values.ids import prefix_of
from store.values.localized import candidates

MOST_HIGHLIGHTS = 5


@dataclass(frozen=True, slots=True)
class Hit:
    """One entity found."""

    entity_id: str
    entity_type: str
    """The table's name."""
    score: int
    """From 0 to 1000; see `store.search.conditions.score`."""
    highlights: tuple[Highlight, ...] = ()

    @property
    def position(self) -> tuple[int, str]:
        """The hit's position in the order, for `after` of the next page."""
        return self.score, self.entity_id


def search(
    session: Session,
    query: str,
    types: Sequence[str] | None = None,
    languages: Sequence[str] = (),
    limit: int = 20,
    after: tuple[int, str] | None = None,
    visible: Mapping[str, ColumnElement[bool]] | None = None,
    before: tuple[int, str] | None = None,
    backwards: bool = False,
) -> list[Hit]:
    """Return up to `limit` entities that match `query`, best first, ties by id.

    `types` are table names (None: all searchable ones). `visible` gives, by table name, the condition under which a row
    of the type may be shown; a type without one is unrestricted. `after` is the `position` of the last hit seen,
    `before` that of the first; `backwards` begins with the worst. Because scores depend on the document alone, pages
    neither skip nor repeat. Highlights come in the order of `languages`.
    """
    parsed = parse(query)
    if not parsed or limit < 1:
        return []
    dialect = session.get_bind().dialect.name
    statement = hits_statement(parsed, dialect, types, limit, after, visible, before=before, backwards=backwards)
    rows = session.execute(statement).all()
    highlights = _highlights(session, [row.entity_id for row in rows], parsed, languages)
    return [Hit(row.entity_id, row.entity_type, row.score, highlights.get(row.entity_id, ())) for row in rows]


def count(
    session: Session,
    query: str,
    types: Sequence[str] | None = None,
    visible: Mapping[str, ColumnElement[bool]] | None = None,
) -> int:
    """Count the entities that `search` would find."""
    parsed = parse(query)
    if not parsed:
        return 0
    return session.scalar(count_statement(parsed, session.get_bind().dialect.name, types, visible)) or 0


def hits_statement(
    query: Query,
    dialect: str,
    types: Sequence[str] | None = None,
    limit: Any = None,
    after: tuple[object, object] | None = None,
    visible: Mapping[str, ColumnElement[bool]] | None = None,
    bind: Bind = conditions.as_given,
    before: tuple[object, object] | None = None,
    backwards: bool = False,
) -> Select[object]:
    """Return a SELECT of (entity_id, entity_type, score) for `search`. `bind` renders the query's values, for cached
    SQL; `limit`, `after` and `before` may be parameters too."""
    score = conditions.score(query, bind).label("score")
    found = (
        select(SearchDocument.entity_id, SearchDocument.entity_type, score)
        .where(_condition(query, dialect, types, visible, bind))
        .subquery("found")
    )
    # In byte order, whatever the collation of the PostgreSQL database.
    order = collate(found.c.entity_id, "C") if dialect == "postgresql" else found.c.entity_id
    keys = [found.c.score, order.desc()] if backwards else [found.c.score.desc(), order]
    statement = select(found).order_by(*keys).limit(limit)
    if after is not None:
        statement = statement.where(
            or_(found.c.score < after[0], and_(found.c.score == after[0], order > cast(after[1], String)))
        )
    if before is not None:
        statement = statement.where(
            or_(found.c.score > before[0], and_(found.c.score == before[0], order < cast(before[1], String)))
        )
    return statement


def count_statement(
    query: Query,
    dialect: str,
    types: Sequence[str] | None = None,
    visible: Mapping[str, ColumnElement[bool]] | None = None,
    bind: Bind = conditions.as_given,
) -> Select[object]:
    """Return the SELECT behind `count`."""
    condition = _condition(query, dialect, types, visible, bind)
    return select(func.count()).select_from(SearchDocument).where(condition)


def texts_statement(prefix: str, ids: Any) -> Select[object]:
    """Return a SELECT of ids and searchable attributes of entities of one type, for highlights."""
    model = ENTITIES[prefix]
    return select(model.id, *(getattr(model, name) for name in SEARCHABLE[prefix].names)).where(model.id.in_(ids))


def _condition(
    query: Query,
    dialect: str,
    types: Sequence[str] | None,
    visible: Mapping[str, ColumnElement[bool]] | None,
    bind: Bind,
) -> ColumnElement[bool]:
    parts = [conditions.condition(query, dialect, bind)]
    if types is not None:
        parts.append(SearchDocument.entity_type.in_(types))
    for entity_type, allowed in (visible or {}).items():
        if types is None or entity_type in types:
            model = _model_of(entity_type)
            # Checked per document found: listing all visible rows takes longer than most searches.
            shown = exists().where(model.id == SearchDocument.entity_id, allowed).correlate(SearchDocument)
            parts.append(or_(SearchDocument.entity_type != entity_type, shown))
    return and_(*parts)


def _model_of(entity_type: str) -> type[Identified]:
    return next(ENTITIES[prefix] for prefix in SEARCHABLE if table_of(ENTITIES[prefix]).name == entity_type)


def _highlights(
    session: Session, entity_ids: Sequence[str], query: Query, languages: Sequence[str]
) -> dict[str, tuple[Highlight, ...]]:
    by_prefix: dict[str, list[str]] = {}
    for entity_id in entity_ids:
        by_prefix.setdefault(str(prefix_of(entity_id)), []).append(entity_id)
    by_id: dict[str, tuple[Highlight, ...]] = {}
    for prefix, ids in by_prefix.items():
        for row in session.execute(texts_statement(prefix, ids)):
            by_id[row.id] = highlights_of(dict(row._mapping), prefix, query, languages)
    return by_id


def highlights_of(
    row: Mapping[str, object], prefix: str, query: Query, languages: Sequence[str] = ()
) -> tuple[Highlight, ...]:
    """Return the fragments of an entity's searchable attributes in which `query` occurs, names first."""
    tried = candidates(languages)
    result: list[Highlight] = []
    for name in SEARCHABLE[prefix].names:
        texts = list(texts_of(row.get(name)))
        texts.sort(key=lambda text: tried.index(text[0]) if text[0] in tried else len(tried))
        for language, value in texts:
            if spans := highlight(value, query):
                piece, shifted = fragment(value, spans)
                result.append(Highlight(name, language, piece, shifted))
                if len(result) == MOST_HIGHLIGHTS:
                    return tuple(result)
    return tuple(result)
