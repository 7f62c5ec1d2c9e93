"""Finds texts in the store that contain a name, for a human to judge."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import orjson
from sqlalchemy import JSON, Column, ColumnElement, Enum, String, Text, cast, inspect, or_, select
from sqlalchemy.orm import Session

from store.bulk import shape_of
from store.models import ENTITIES, SearchDocument
from store.models.base import Identified, table_of
from store.search.conditions import condition
from store.search.fields import SEARCHABLE, texts_of
from store.search.queries import parse

_SHORTEST = 80
"""Minimum length of a text column; shorter ones hold codes."""
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """One attribute of one row that contains a name."""

    entity_type: str
    """The table's name."""
    entity_id: str
    owner_id: str
    """The entity to check: a link's first parent, else the row itself."""
    field: str


def mentions(session: Session, names: Iterable[str]) -> tuple[Mention, ...]:
    """Find every text attribute of every entity, archived ones included, that contains one of `names`.

    Names match as whole words regardless of case, and literally in Chinese, Japanese and Korean; in searchable texts
    also by the rules of search (width, punctuation). Reads every table once.
    """
    wanted = [name for name in dict.fromkeys(name.strip() for name in names) if name]
    if not wanted:
        return ()
    collected: set[Mention] = set()
    patterns = [pattern_of(name) for name in wanted]
    present = set(inspect(session.connection()).get_table_names())
    for model in ENTITIES.values():
        if table_of(model).name not in present:  # of a plugin that isn't migrated here
            continue
        collected.update(_in_table(session, model, wanted, patterns))
    return tuple(sorted(collected | set(_by_search(session, wanted, {mention.entity_id for mention in collected}))))


def text_columns(model: type[Identified]) -> list[Column[object]]:
    """Return the columns of a model with people's texts: no ids, codes, enums or dates."""
    return [column for column in shape_of(model).table.columns if _holds_text(column)]


def _holds_text(column: Column[object]) -> bool:
    kind = column.type
    if (
        column.foreign_keys
        or column.primary_key
        or column.info.keys() & {"secret", "zoned_time"}
        or isinstance(kind, Enum)
    ):
        return False
    if isinstance(kind, JSON):
        return True
    return isinstance(kind, String) and (kind.length is None or kind.length >= _SHORTEST)


def pattern_of(name: str) -> re.Pattern[str]:
    """Return a pattern for `name` as a whole word; scripts without blanks have no word boundaries."""
    parted = [re.match(r"\w", end) is not None and not _WIDE.match(end) for end in (name[0], name[-1])]
    before, after = (r"(?<!\w)" if parted[0] else "", r"(?!\w)" if parted[1] else "")
    return re.compile(before + re.escape(name) + after, re.IGNORECASE)


def _in_table(
    session: Session, model: type[Identified], names: Collection[str], patterns: Collection[re.Pattern[str]]
) -> Iterator[Mention]:
    table = shape_of(model).table
    columns = text_columns(model)
    if not columns:
        return
    hit = or_(*(_contains(column, name) for column in columns for name in names))
    for row in map(dict, session.execute(select(table).where(hit)).mappings()):
        for column in columns:
            texts = [text for _, text in texts_of(row[column.key]) if isinstance(text, str)]
            if any(pattern.search(text) for pattern in patterns for text in texts):
                yield Mention(str(table.name), row["id"], _owner(model, row), column.key)


def _owner(model: type[Identified], row: Mapping[str, object]) -> str:
    shape = shape_of(model)
    references = () if shape.editable else shape.references
    return str(next((row[name] for name in references if row[name]), row["id"]))


def _contains(column: Column[object], name: str) -> ColumnElement[bool]:
    """Return a coarse filter for the database."""
    if isinstance(column.type, JSON):
        return cast(column, Text).icontains(orjson.dumps(name).decode()[1:-1], autoescape=True)
    return column.icontains(name, autoescape=True)


def _by_search(session: Session, names: Iterable[str], known: Collection[str]) -> Iterator[Mention]:
    """Find what search matches beyond the literal text."""
    for name in names:
        query = parse('"' + name.replace('"', " ") + '"')
        matches = select(SearchDocument.entity_type, SearchDocument.entity_id).where(
            condition(query, session.get_bind().dialect.name)
        )
        for entity_type, entity_id in session.execute(matches):
            if entity_id not in known:
                fields = ", ".join(SEARCHABLE[entity_id.partition("_")[0]].names)
                yield Mention(entity_type, entity_id, entity_id, fields)
