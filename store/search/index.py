"""The search index: one row of tokens for each searchable entity.

The database's own index (FTS5, GIN) follows `search_document` by a trigger or a generated column, so any writer of that
table keeps the index right.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeVar, cast

from sqlalchemy import Column, Select, Table, delete, inspect, or_, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from store.models import ENTITIES, SearchDocument
from store.models.base import table_of
from store.search.fields import LONGEST_BODY, LONGEST_TITLE, SEARCHABLE, texts_of
from store.search.tokens import index_tokens
from store.values.ids import prefix_of

_BATCH = 500
T = TypeVar("T")


def update(session: Session, entity_ids: Iterable[str]) -> None:
    """Index the searchable ones among `entity_ids` in the session's transaction.

    Reads the rows from the database, so changes must be flushed. Archived and removed entities leave the index.
    """
    by_prefix: dict[str, list[str]] = {}
    for entity_id in sorted(set(entity_ids)):
        prefix = prefix_of(entity_id)
        if prefix is not None and prefix in SEARCHABLE:
            by_prefix.setdefault(prefix, []).append(entity_id)
    for prefix, ids in by_prefix.items():
        for batch in _batches(ids):
            statement = _rows_statement(prefix)
            rows = session.connection().execute(statement.where(_table(prefix).c.id.in_(batch))).mappings().all()
            present = {str(row["id"]) for row in rows}
            _remove(session, [entity_id for entity_id in batch if entity_id not in present])
            update_rows(session, cast(Sequence[Mapping[str, object]], rows))


def update_rows(session: Session, rows: Iterable[Mapping[str, object]]) -> None:
    """Index `rows` without reading them again, for writers that hold whole rows (a bulk import).

    A row maps attribute name to value: `id`, the searchable attributes (an absent one is empty), and `archived_at` if
    archived. Rows of several types may be mixed.
    """
    for batch in _batches(rows):
        documents: dict[str, dict[str, object]] = {}
        missing: list[str] = []
        for row in batch:
            entity_id = str(row["id"])
            prefix = prefix_of(entity_id)
            if prefix not in SEARCHABLE:
                continue
            documents.pop(entity_id, None)
            if row.get("archived_at") is None:
                documents[entity_id] = document_of(entity_id, row)
            else:
                missing.append(entity_id)
        _remove(session, missing)
        if documents:
            session.connection().execute(_upsert(session), list(documents.values()))


def rebuild(session: Session) -> int:
    """Rebuild the index, as needed after a change of the token rules. Return the number of entities."""
    session.flush()
    session.connection().execute(delete(SearchDocument))
    count = 0
    present = set(inspect(session.connection()).get_table_names())
    for prefix in SEARCHABLE:
        if _table(prefix).name not in present:  # of a plugin that isn't migrated here yet
            continue
        last = ""
        while True:
            page = _rows_statement(prefix).where(_table(prefix).c.id > last).order_by(_table(prefix).c.id).limit(_BATCH)
            rows = cast(Sequence[Mapping[str, object]], session.connection().execute(page).mappings().all())
            if not rows:
                break
            update_rows(session, rows)
            count += sum(row["archived_at"] is None for row in rows)
            last = str(rows[-1]["id"])
    optimize(session)
    return count


def optimize(session: Session) -> None:
    """Merge SQLite's index into one piece: faster to read, and removed tokens leave the file.

    Pays after a large import; takes time in proportion to the whole index. PostgreSQL doesn't need it.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.connection().execute(text("INSERT INTO search_index (search_index) VALUES ('optimize')"))


def document_of(entity_id: str, row: Mapping[str, object]) -> dict[str, object]:
    """Return the row of `search_document` for an entity's row."""
    prefix = str(prefix_of(entity_id))
    fields = SEARCHABLE[prefix]
    title, title_length = encode(_texts(row, fields.title), LONGEST_TITLE)
    body, body_length = encode(_texts(row, fields.body), LONGEST_BODY)
    return {
        "entity_type": _table(prefix).name,
        "entity_id": entity_id,
        "title": title,
        "body": body,
        "title_length": title_length,
        "body_length": body_length,
    }


def encode(texts: Iterable[str], longest: int) -> tuple[str, int]:
    """Return the stored tokens of `texts`, and their number.

    Each token stands between two blanks; a second blank separates texts, so that no phrase crosses. The distinct word
    forms that differ from their stems follow at the end, each marked by `_`: prefixes are searched among stems and
    forms. The first `longest` characters of all texts together count.
    """
    parts: list[str] = []
    forms: dict[str, None] = {}
    length = 0
    for value in texts:
        if longest <= 0:
            break
        tokens, differing = index_tokens(value[:longest])
        longest -= len(value)
        if tokens:
            length += len(tokens)
            parts.append(" ".join(tokens))
            forms.update(dict.fromkeys(differing))
    if forms:
        parts.append(" ".join(f"_{form}" for form in forms))
    return (f" {'  '.join(parts)} " if parts else ""), length


def _texts(row: Mapping[str, object], names: Iterable[str]) -> Iterator[str]:
    for name in names:
        for _, value in texts_of(row.get(name)):
            yield value


def _table(prefix: str) -> Table:
    return table_of(ENTITIES[prefix])


def _rows_statement(prefix: str) -> Select[object]:
    columns: list[Column[object]] = [_table(prefix).c[name] for name in SEARCHABLE[prefix].names]
    return select(_table(prefix).c.id, _table(prefix).c.archived_at, *columns)


def _remove(session: Session, entity_ids: Sequence[str]) -> None:
    if entity_ids:
        session.connection().execute(delete(SearchDocument).where(SearchDocument.entity_id.in_(entity_ids)))


def _upsert(session: Session) -> postgresql.Insert | sqlite.Insert:
    dialect = session.get_bind().dialect.name
    statement: sqlite.Insert | postgresql.Insert
    statement = sqlite.insert(SearchDocument) if dialect == "sqlite" else postgresql.insert(SearchDocument)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["entity_id"],
        set_={name: new[name] for name in ("title", "body", "title_length", "body_length")},
        where=or_(
            SearchDocument.title.is_distinct_from(new.title),
            SearchDocument.body.is_distinct_from(new.body),
        ),
    )


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, _BATCH)):
        yield batch
