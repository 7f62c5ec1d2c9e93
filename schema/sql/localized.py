"""Multilingual text in SQL: the text of the first available language, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from store.values.localized import candidates


class sort_text(GenericFunction[str]):  # noqa: N801
    """`text` for sorting: by code point, ignoring the case of ASCII letters, on both databases."""

    inherit_cache = True


@compiles(sort_text, "sqlite")
def _sqlite(element: sort_text, compiler: SQLCompiler, **options: Any) -> str:
    return f"lower({compiler.process(element.clauses, **options)})"


@compiles(sort_text, "postgresql")
def _postgresql(element: sort_text, compiler: SQLCompiler, **options: Any) -> str:
    return f'lower(({compiler.process(element.clauses, **options)}) COLLATE "C")'


def text_in(column: ColumnElement[object], languages: Sequence[str]) -> ColumnElement[str | None]:
    """The text of `column` in the first of `languages` that it has; NULL where it has none of them."""
    texts = [func.nullif(column[tag].as_string(), "") for tag in candidates(languages)]
    return func.coalesce(*texts, literal(None)) if texts else literal(None)


def sort_key(column: ColumnElement[object], languages: Sequence[str]) -> ColumnElement[Any]:
    """What a multilingual text is sorted by."""
    return sort_text(text_in(column, languages))
