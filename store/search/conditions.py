"""Which documents match, and how well: the same on SQLite and PostgreSQL, to the last place.

The database's index (FTS5 without positions, GIN) finds the documents that hold all tokens. What the
index can't tell (that tokens stand side by side, and how often) is read from the stored tokens by
string functions that both databases have. The score depends on the query and the document alone, in
whole numbers: it is equal on both, doesn't move when other documents come and go (so a cursor made of
it stays good), and tells nothing of documents that the reader may not see, as inverse document
frequencies would.
"""

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    cast,
    column,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.sql.elements import SQLColumnExpression

from store.models import SearchDocument
from store.search.queries import Query, Unit, parse

TITLE_WEIGHT = 3
"""One occurrence in a name counts as much as so many in other texts of common length."""
COMMON_TITLE_LENGTH = 10
COMMON_BODY_LENGTH = 200
"""Tokens; a longer text's occurrences count for less."""
SATURATION = 120
"""Hundredths of an occurrence at which a unit has half of its score (BM25's k1)."""
HIGHEST_SCORE = 1000

_INDEX_TOKENS_PER_UNIT = 12


def matching(query: str | Query, entity_type: str, dialect: str) -> Select[str]:
    """A SELECT of the ids of `entity_type` (a table's name) that match `query`: `Project.id.in_(matching(…))`.

    `dialect` is `sqlite` or `postgresql`. A query without a word in it matches nothing.
    """
    parsed = query if isinstance(query, Query) else parse(query)
    return select(SearchDocument.entity_id).where(SearchDocument.entity_type == entity_type, condition(parsed, dialect))


def condition(query: Query, dialect: str) -> ColumnElement[bool]:
    """The condition on `search_document` that every unit of `query` occurs."""
    if not query:
        return false()
    phrases = [
        or_(_holds(SearchDocument.title, unit, dialect), _holds(SearchDocument.body, unit, dialect))
        for unit in query.units
        if len(unit.tokens) > 1
    ]
    return and_(_in_index(query, dialect), *phrases)


def score(query: Query) -> ColumnElement[int]:
    """From 0 to 1000, for a row of `search_document`; in whole numbers, rounded down at each division.

    For each unit, occurrences in the title (three times, damped by half for its length) and in the
    body (damped by three quarters for its length) make `f`, in hundredths; the unit's score is
    `1000 - 1000 · 120 / (f + 120)`; the document's is the mean of its units' (BM25F, Robertson and Zaragoza 2009,
    with fixed common lengths and without inverse document frequency).
    """
    title_norm = 50 + SearchDocument.title_length * 50 // COMMON_TITLE_LENGTH
    body_norm = 25 + SearchDocument.body_length * 75 // COMMON_BODY_LENGTH
    total: ColumnElement[int] | None = None
    for unit in query.units:
        in_title = occurrences(SearchDocument.title, unit) * (TITLE_WEIGHT * 10_000) // title_norm
        in_body = occurrences(SearchDocument.body, unit) * 10_000 // body_norm
        frequency = in_title + in_body
        # 1000 f / (f + 120), written so that f, the costly part, is computed once.
        part = HIGHEST_SCORE - HIGHEST_SCORE * SATURATION // (frequency + SATURATION)
        total = part if total is None else total + part
    if total is None:
        return literal_column("0", BigInteger)
    return total // len(query.units)


def occurrences(column: SQLColumnExpression[str], unit: Unit) -> ColumnElement[int]:
    """How often `unit` occurs in a column of tokens."""
    found = _count(column, unit.pattern)
    return found + _count(column, unit.form_pattern) if unit.form_pattern else found


def _count(column: SQLColumnExpression[str], pattern: str) -> ColumnElement[int]:
    removed = func.length(column) - func.length(func.replace(column, pattern, ""))
    return cast(removed, BigInteger) // len(pattern)


def _holds(column: SQLColumnExpression[str], unit: Unit, dialect: str) -> ColumnElement[bool]:
    position = func.instr if dialect == "sqlite" else func.strpos
    return position(column, unit.pattern) > 0


def _in_index(query: Query, dialect: str) -> ColumnElement[bool]:
    """That the index has every token of `query`: necessary for every match, enough for units of one token."""
    terms: dict[str, None] = {}
    for unit in query.units:
        for position, token in enumerate(unit.tokens[:_INDEX_TOKENS_PER_UNIT]):
            prefix = unit.prefix and position == len(unit.tokens) - 1
            written = _term(token, prefix, dialect)
            if prefix and unit.form_pattern:
                either = "OR" if dialect == "sqlite" else "|"
                written = f"({written} {either} {_term('_' + token, True, dialect)})"
            terms[written] = None
    # Tokens hold letters, digits, + # and _ only (store.search.tokens): nothing in them needs escaping.
    wanted = literal((" AND " if dialect == "sqlite" else " & ").join(terms), String)
    if dialect == "sqlite":
        index = table("search_index", column("rowid", Integer))
        found = select(index.c.rowid).where(literal_column("search_index").op("MATCH", is_comparison=True)(wanted))
        return SearchDocument.number.in_(found)
    return literal_column("search_document.terms").op("@@", is_comparison=True)(cast(wanted, TSQUERY))


def _term(token: str, prefix: bool, dialect: str) -> str:
    if dialect == "sqlite":
        return f'"{token}" *' if prefix else f'"{token}"'
    return f"'{token}':*" if prefix else f"'{token}'"
