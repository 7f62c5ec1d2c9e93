"""Limits a plugin's migration to the plugin's own tables. Each statement is parsed before it runs.

Statements are parsed by sqlglot. One that can't be parsed, or that acts on more than tables (a trigger, a function, a
block of code), is refused, because its tables can't be determined.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import sqlglot
from sqlalchemy import Connection, event, inspect
from sqlglot import exp
from sqlglot.errors import SqlglotError

READING_PRAGMA = re.compile(
    r"PRAGMA\s+(\w+\.)?(table_info|table_xinfo|table_list|index_list|index_info|index_xinfo|foreign_key_list|"
    r"foreign_key_check)\b", re.IGNORECASE,
)  # fmt: skip
SAVEPOINT = re.compile(r"(SAVEPOINT|RELEASE(\s+SAVEPOINT)?|ROLLBACK\s+TO(\s+SAVEPOINT)?)\s+\S+\s*;?\s*$", re.IGNORECASE)
WRITES = (exp.Insert, exp.Update, exp.Delete, exp.Merge)
CHANGES = (exp.Alter, exp.Drop, exp.TruncateTable, exp.Comment)
SHOWN = 300


class ForeignTableError(Exception):
    """A plugin's migration would touch tables of others; the message includes the statement."""


class MigrationScope:
    """The tables that one run of a plugin's migrations may touch.

    `own` are the plugin's tables; tables created by the run join them. `foreign` are all other tables of the database;
    `indexes` maps each index to its table. `dialect` is SQLAlchemy's.
    """

    def __init__(self, own: set[str], foreign: set[str], indexes: dict[str, str], dialect: str) -> None:
        self._own = {name.lower() for name in own}
        self._foreign = {name.lower() for name in foreign} - self._own
        self._indexes = {index.lower(): table.lower() for index, table in indexes.items()}
        self._dialect = "postgres" if dialect == "postgresql" else dialect

    def check(self, statement: str) -> None:
        """Raise ForeignTableError if the statement, as a driver gets it, touches tables of others."""
        if SAVEPOINT.match(statement.strip()) or READING_PRAGMA.match(statement.strip()):
            return
        plain = re.sub(r"%\(\w+\)s|(?<!%)%s", "NULL", statement).replace("%%", "%")
        try:
            parsed = [each for each in sqlglot.parse(plain, dialect=self._dialect) if each is not None]
        except SqlglotError:
            parsed = [exp.Command(this=plain)]
        for expression in parsed:
            self._check(expression, statement)

    def _check(self, expression: exp.Expr, statement: str) -> None:
        for write in expression.find_all(*WRITES):
            self._must_be_own(_target(write), statement)
        if isinstance(expression, exp.Create):
            self._create(expression, statement)
        elif isinstance(expression, CHANGES):
            self._change(expression, statement)
        elif not isinstance(expression, (exp.Query, *WRITES)):
            raise ForeignTableError(f"its tables can't be determined: {_shown(statement)}")
        elif isinstance(expression, exp.Select) and expression.args.get("into"):
            raise ForeignTableError(f"it creates a table by SELECT INTO; use CREATE TABLE: {_shown(statement)}")

    def _create(self, expression: exp.Create, statement: str) -> None:
        kind = str(expression.args.get("kind", "")).upper()
        name = _target(expression)
        if kind == "INDEX":
            self._must_be_own(name, statement)
            index = expression.this.name.lower()
            self._indexes.setdefault(index, name)
        elif kind == "TABLE":
            if name in self._foreign:
                self._must_be_own(name, statement)
            self._own.add(name)
        elif kind not in ("VIEW", "TYPE", "SEQUENCE"):
            raise ForeignTableError(f"its tables can't be determined: {_shown(statement)}")

    def _change(self, expression: exp.Expr, statement: str) -> None:
        kind = str(expression.args.get("kind") or "TABLE").upper()
        if kind in ("VIEW", "TYPE", "SEQUENCE"):
            return
        if isinstance(expression, exp.Drop | exp.TruncateTable):
            named = [table.name.lower() for table in expression.find_all(exp.Table)]
        else:
            named = [_target(expression)]
        for name in named:
            self._must_be_own(self._indexes.get(name, name) if kind == "INDEX" else name, statement)
        for rename in expression.find_all(exp.AlterRename):
            self._own.add(rename.this.name.lower())

    def _must_be_own(self, name: str, statement: str) -> None:
        if name not in self._own and (name in self._foreign or name not in self._indexes):
            raise ForeignTableError(f"'{name}' isn't a table of the plugin: {_shown(statement)}")


@contextmanager
def within_scope(connection: Connection, own: set[str]) -> Iterator[list[ForeignTableError]]:
    """Refuse every statement on the connection that touches a table outside `own`.

    Yields what was refused, even if the migration ignored the refusal: then roll back.
    """
    inspector = inspect(connection)
    tables = set(inspector.get_table_names())
    indexes = {str(each["name"]): table for table in tables for each in inspector.get_indexes(table)}
    scope = MigrationScope(own, tables - own, indexes, connection.dialect.name)
    refused: list[ForeignTableError] = []

    def check(_: object, cursor: object, statement: str, *rest: object) -> None:
        try:
            scope.check(statement)
        except ForeignTableError as error:
            refused.append(error)
            raise

    event.listen(connection, "before_cursor_execute", check)
    try:
        yield refused
    finally:
        event.remove(connection, "before_cursor_execute", check)


def _target(expression: exp.Expr) -> str:
    """Return the statement's target: the first table it names."""
    table = expression.this.find(exp.Table) if isinstance(expression.this, exp.Expr) else None
    return table.name.lower() if table is not None else ""


def _shown(statement: str) -> str:
    line = " ".join(statement.split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}…"
