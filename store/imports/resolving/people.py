"""Persons that the team column of a project names: who is meant, and whether an erasure forbids it."""

import re
from dataclasses import dataclass
from typing import Any

from store.erased_keys import ErasedKeys
from store.imports.resolving.keys import Keys, team_key
from store.imports.resolving.scratch import Scratch
from store.imports.values.texts import folded, language_of

_PERSON = re.compile(r"(?P<name>.+?)\s*[(（\[【](?P<title>.+?)[)）\]】]")


@dataclass(frozen=True, slots=True)
class Person:
    """A person as a team column names one. `known` is the id, if there is one; else `key` is to be the key."""

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

    def find(self, project_key: str, text: str) -> Person | None:
        """Who `text` means: the one talent of the run with that name or id, else somebody of this project alone.

        None for an erased person.
        """
        match = _PERSON.fullmatch(text)
        name = match["name"] if match else text
        title = {"title": {language_of(match["title"]): match["title"]}} if match else {}
        named = self.scratch.keys_named("talents", folded(name))
        key = named[0] if len(named) == 1 else name
        if ("talent", self.namespace, key) in self.erased:
            return None
        if (known := self.keys.find("talent", self.namespace, key)) is not None:
            return Person(name, title, known, key)
        key = team_key(project_key, name)
        if ("talent", self.namespace, key) in self.erased:
            return None
        return Person(name, title, self.keys.find("talent", self.namespace, key), key)
