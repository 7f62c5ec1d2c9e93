"""Persons named in a project's team column: who is meant, and whether an erasure forbids it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from store.erased_keys import ErasedKeys
from store.imports.resolving.keys import Keys, team_key
from store.imports.resolving.scratch import Scratch
from store.imports.values.folding import folded
from store.imports.values.persons import name_and_title
from store.imports.values.scripts import language_in


@dataclass(frozen=True, slots=True)
class Person:
    """A person named in a team column. `known` is the id if there is one; otherwise `key` will be the key."""

    name: str
    title: dict[str, Any]
    known: str | None
    key: str


class People:
    """Finds the persons of teams."""

    def __init__(self, namespace: str, keys: Keys, erased: ErasedKeys, scratch: Scratch) -> None:
        self.namespace = namespace
        self.keys = keys
        self.erased = erased
        self.scratch = scratch

    def find(self, project_keys: Sequence[str], text: str, language: str | None = None) -> Person | None:
        """Return who `text` means: the one talent of the run with that name or id, else somebody of this project alone.

        Any of `project_keys` identifies the project, the main one first. None for an erased person.
        """
        name, written = name_and_title(text)
        title = {"title": {language_in(written, language): written}} if written else {}
        named = self.scratch.keys_named("talents", folded(name))
        key = named[0] if len(named) == 1 else name
        if ("talent", self.namespace, key) in self.erased:
            return None
        if (known := self.keys.find("talent", self.namespace, key)) is not None:
            return Person(name, title, known, key)
        own = [team_key(project_key, name) for project_key in project_keys]
        if any(("talent", self.namespace, key) in self.erased for key in own):
            return None
        looked_up = ((self.keys.find("talent", self.namespace, key), key) for key in own)
        known, key = next(((known, key) for known, key in looked_up if known is not None), (None, own[0]))
        return Person(name, title, known, key)
