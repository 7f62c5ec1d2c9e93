"""Known problems of commands, as sentences for the terminal."""

from __future__ import annotations

import sys

# By module and class: a problem is only raised by a loaded module, so none is imported for it.
_KNOWN = (
    ("store.settings", "SettingsError"),
    ("store.database", "DatabaseError"),
    ("store.database.migration", "MigrationError"),
    ("store.backup.errors", "BackupError"),
    ("store.access.keys", "ApiKeyError"),
    ("store.access.accounts", "AccountError"),
    ("store.erasure", "ErasureError"),
    ("store.documents.problems", "DocumentsError"),
    ("recommender.interface.answers", "RecommenderError"),
    ("plugins.host.errors", "PluginError"),
    ("plugins.host.errors", "UserError"),
    ("api.operations.problems", "CommandError"),
)


class CommandError(Exception):
    """A command can't be carried out; the text says why and what to do."""


def known_problem(problem: BaseException) -> str | None:
    """Return the text of ``problem`` if it is written for people; None for a defect."""
    for module, name in _KNOWN:
        kind = getattr(sys.modules.get(module), name, None)
        if kind is not None and isinstance(problem, kind):
            return str(problem)
    database_error = getattr(sys.modules.get("sqlalchemy.exc"), "DBAPIError", None)
    if database_error is not None and isinstance(problem, database_error):
        from store.database.environment import environment_problem

        sentence = environment_problem(problem)
        return sentence and f"The database can't be used: {sentence} The transaction was rolled back."
    if isinstance(problem, OSError) and problem.strerror:  # a file, a disk, a permission
        return f"{problem.filename}: {problem.strerror}" if problem.filename is not None else problem.strerror
    return None
