"""Problems that a command may end with, as a sentence for the person at the terminal."""

from __future__ import annotations

import sys

# By module and class: a problem can only be raised by a module that is loaded, so none is imported for it.
_KNOWN = (
    ("store.settings", "SettingsError"),
    ("store.database", "DatabaseError"),
    ("store.migrate", "MigrationError"),
    ("store.keys", "ApiKeyError"),
    ("store.erasure", "ErasureError"),
    ("store.documents.problems", "DocumentsError"),
    ("recommender.types", "RecommenderError"),
    ("plugins.errors", "PluginError"),
    ("plugins.errors", "UserError"),
    ("api.problems", "CommandError"),
)


class CommandError(Exception):
    """A command can't do what was asked; the text says why and what to do."""


def known_problem(problem: BaseException) -> str | None:
    """The text of ``problem`` where it is written for people; None where it is a defect."""
    for module, name in _KNOWN:
        kind = getattr(sys.modules.get(module), name, None)
        if kind is not None and isinstance(problem, kind):
            return str(problem)
    return None
