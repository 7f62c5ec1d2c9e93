"""Conditions and scores of a search, identical on SQLite and PostgreSQL to the last digit.

The database's index (FTS5 without positions, GIN) finds documents that hold all tokens. Adjacency and counts are read
from the stored tokens by string functions that both databases have. The score is an integer that depends on the query
and the document alone: it is equal on both, stays stable when other documents come and go (so cursors stay valid), and
reveals nothing about hidden documents, as inverse document frequencies would.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
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
"""How many occurrences in other texts of common length one occurrence in a name counts for."""
COMMON_TITLE_LENGTH = 10
COMMON_BODY_LENGTH = 200
"""In tokens; occurrences in a longer text count less."""
SATURATION = 120
"""Hundredths of an occurrence at which a unit reaches half of its score (BM25's k1)."""
HIGHEST_SCORE = 1000

_INDEX_TOKENS_PER_UNIT = 12

Bind: TypeAlias = Callable[[str, object], ColumnElement[Any]]
"""(name, value) -> the SQL for a value of a query."""


def as_given(name: str, value: object) -> ColumnElement[object]:
    """Return the value itself."""
    return literal(value)


def values_of(query: Query, dialect: str) -> Mapping[str, object]:
    """Return all values that `condition` and `score` put into a query's SQL, by parameter name."""
    values: dict[str, object] = {"terms": _terms(query, dialect)}
    for number, unit in enumerate(query.units):
        for name, pattern in (("pattern", unit.pattern), ("form", unit.form_pattern)):
            if pattern is not None:
                values |= {f"{name}_{number}": pattern, f"{name}_length_{number}": len(pattern)}
    return values


def shape_of(query: Query) -> tuple[tuple[bool, bool], ...]:
    """Return what a query's SQL depends on; queries of one shape differ only in `values_of`."""
    return tuple((len(unit.tokens) > 1, unit.form_pattern is not None) for unit in query.units)


def matching(query: str | Query, entity_type: str, dialect: str) -> Select[str]:
    """Return a SELECT of the ids of `entity_type` (a table's name) that match `query`: `Project.id.in_(matching(…))`.

    `dialect` is `sqlite` or `postgresql`. A query without a word matches nothing.
    """
    parsed = query if isinstance(query, Query) else parse(query)
    return select(SearchDocument.entity_id).where(SearchDocument.entity_type == entity_type, condition(parsed, dialect))


def condition(query: Query, dialect: str, bind: Bind = as_given) -> ColumnElement[bool]:
    """Return the condition on `search_document` that every unit of `query` occurs."""
    if not query:
        return false()
    position = func.instr if dialect == "sqlite" else func.strpos
    phrases = []
    for number, unit in enumerate(query.units):
        if len(unit.tokens) > 1:
            pattern = bind(f"pattern_{number}", unit.pattern)
            phrases.append(or_(position(SearchDocument.title, pattern) > 0, position(SearchDocument.body, pattern) > 0))
    return and_(_in_index(bind("terms", _terms(query, dialect)), dialect), *phrases)


def score(query: Query, bind: Bind = as_given) -> ColumnElement[int]:
    """Return a row's score from 0 to 1000, an integer rounded down at each division.

    For each unit, occurrences in the title (tripled, damped by half for its length) and in the body (damped by three
    quarters for its length) make `f`, in hundredths; the unit's score is `1000 - 1000 · 120 / (f + 120)`; the
    document's is the mean of its units' (BM25F, Robertson and Zaragoza 2009, with fixed common lengths and without
    inverse document frequency).
    """
    title_norm = 50 + SearchDocument.title_length * 50 // COMMON_TITLE_LENGTH
    body_norm = 25 + SearchDocument.body_length * 75 // COMMON_BODY_LENGTH
    total: ColumnElement[int] | None = None
    for number, unit in enumerate(query.units):
        in_title = _occurrences(SearchDocument.title, unit, number, bind) * (TITLE_WEIGHT * 10_000) // title_norm
        in_body = _occurrences(SearchDocument.body, unit, number, bind) * 10_000 // body_norm
        frequency = in_title + in_body
        # 1000 f / (f + 120), written so that the costly f is computed once.
        part = HIGHEST_SCORE - HIGHEST_SCORE * SATURATION // (frequency + SATURATION)
        total = part if total is None else total + part
    if total is None:
        return literal_column("0", BigInteger)
    return total // len(query.units)


def _occurrences(column: SQLColumnExpression[str], unit: Unit, number: int, bind: Bind) -> ColumnElement[int]:
    """Count how often a unit occurs in a column of tokens."""
    occurrences = _count(column, "pattern", number, unit.pattern, bind)
    return occurrences + _count(column, "form", number, unit.form_pattern, bind) if unit.form_pattern else occurrences


def _count(column: SQLColumnExpression[str], name: str, number: int, pattern: str, bind: Bind) -> ColumnElement[int]:
    without = func.replace(column, bind(f"{name}_{number}", pattern), "")
    removed = func.length(column) - func.length(without)
    return cast(removed, BigInteger) // bind(f"{name}_length_{number}", len(pattern))


def _in_index(terms: ColumnElement[str], dialect: str) -> ColumnElement[bool]:
    if dialect == "sqlite":
        index = table("search_index", column("rowid", Integer))
        rows = select(index.c.rowid).where(literal_column("search_index").op("MATCH", is_comparison=True)(terms))
        return SearchDocument.number.in_(rows)
    return literal_column("search_document.terms").op("@@", is_comparison=True)(cast(terms, TSQUERY))


def _terms(query: Query, dialect: str) -> str:
    """Return the index query, every token of `query`: necessary for every match, sufficient for units of one token."""
    terms: dict[str, None] = {}
    for unit in query.units:
        for position, token in enumerate(unit.tokens[:_INDEX_TOKENS_PER_UNIT]):
            prefix = unit.prefix and position == len(unit.tokens) - 1
            written = _term(token, prefix, dialect)
            if prefix and unit.form_pattern:
                either = "OR" if dialect == "sqlite" else "|"
                written = f"({written} {either} {_term('_' + token, True, dialect)})"
            terms[written] = None
    # Tokens hold only letters, digits, + # and _ (store.search.tokens): nothing needs escaping.
    return (" AND " if dialect == "sqlite" else " & ").join(terms)


def _term(token: str, prefix: bool, dialect: str) -> str:
    if dialect == "sqlite":
        return f'"{token}" *' if prefix else f'"{token}"'
    return f"'{token}':*" if prefix else f"'{token}'"
