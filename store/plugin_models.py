"""Tables of plugins' entities beside core's, for search, export, data documents and erasure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol

from store.models import ENTITIES
from store.models.base import Identified
from store.search.fields import SEARCHABLE, SearchFields


class PluginModel(Protocol):
    """What the store reads of a plugin's entity."""

    @property
    def model(self) -> type[Identified]: ...

    @property
    def search(self) -> SearchFields | None: ...


def register(entities: Iterable[PluginModel]) -> None:
    """Let the store know the tables of plugins' entities, for as long as the process runs."""
    for each in entities:
        ENTITIES[each.model.prefix] = each.model
        if each.search is not None:
            SEARCHABLE[each.model.prefix] = each.search


@contextmanager
def registered(entities: Iterable[PluginModel]) -> Iterator[None]:
    """As `register`, until the block ends."""
    added = tuple(entities)
    register(added)
    try:
        yield
    finally:
        for each in added:
            ENTITIES.pop(each.model.prefix, None)
            SEARCHABLE.pop(each.model.prefix, None)
