"""Resolves references to other records by id, key or name, in the store or in files of the same run."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.imports.kinds import KINDS
from store.imports.resolving.keys import Keys
from store.imports.resolving.scratch import Scratch
from store.imports.values.folding import folded
from store.models import ConceptScheme, EventEdition, Programme
from store.models.base import Identified, Named, table_of
from store.values.ids import prefix_of

_FURTHER: dict[str, type[Identified]] = {"editions": EventEdition, "schemes": ConceptScheme, "programmes": Programme}
"""What references may refer to beside importable kinds."""


def model_of(kind: str) -> type[Identified]:
    """What a reference of this kind refers to."""
    return _FURTHER[kind] if kind in _FURTHER else KINDS[kind].model


class References:
    """Finds records by the text of a cell."""

    def __init__(self, session: Session, namespace: str, keys: Keys, scratch: Scratch, named: set[str]) -> None:
        """`named` are the kinds whose stored names `scratch` already knows; it grows."""
        self.session = session
        self.namespace = namespace
        self.keys = keys
        self.scratch = scratch
        self._named = named

    def find(self, kind: str, text: str) -> tuple[str | None, str | None]:
        """Return the id of a stored entity, or else the key of a record of this run; (None, None) if there is none.

        Raises ValueError if several records have the name.
        """
        table = str(table_of(model_of(kind)).name)
        if self.scratch.has_record(kind, text):
            return self.keys.find(table, self.namespace, text), text
        if (identifier := self.keys.find(table, self.namespace, text)) is not None:
            return identifier, None
        namespace, colon, value = text.partition(":")
        if colon and (identifier := self.keys.find(table, namespace, value)) is not None:
            return identifier, None
        if prefix_of(text) == model_of(kind).prefix and self.keys.exists(table, text):
            return text, None
        return self._by_name(kind, table, text)

    def exists(self, kind: str, text: str) -> bool:
        """Return whether there is such a record, checking the run before the store."""
        return self.scratch.has_record(kind, text) or self.find(kind, text) != (None, None)

    def _by_name(self, kind: str, table: str, text: str) -> tuple[str | None, str | None]:
        if not issubclass(model_of(kind), Named):
            return None, None
        name = folded(text)
        in_run = self.scratch.keys_named(kind, name)
        if len(in_run) == 1:
            return self.keys.find(table, self.namespace, in_run[0]), in_run[0]
        if kind not in self._named:
            self.scratch.add_store_names(kind, _names(self.session, model_of(kind)))
            self._named.add(kind)
        in_store = self.scratch.ids_named(kind, name) if not in_run else []
        if len(in_store) == 1:
            return in_store[0], None
        if in_run or in_store:
            raise ValueError(f"is the name of several {kind}; write the id of the right one")
        return None, None


def missing(kind: str, text: str) -> str:
    """Return the message for a reference that leads nowhere."""
    if kind not in KINDS:
        return f"is not known among the {kind}; correct it, or load the programme that has it first"
    return (
        f"is not known among the {kind}, neither in the store nor in these files; correct it, or import the {kind} "
        "first or in the same command"
    )


def _names(session: Session, model: type[Identified]) -> Iterator[tuple[str, str]]:
    table = table_of(model)
    statement = select(table.c.id, table.c.name, table.c.aliases).where(table.c.archived_at.is_(None))
    for identifier, names, aliases in session.execute(statement.execution_options(yield_per=1000)):
        for name in {folded(text) for text in [*(names or {}).values(), *(aliases or ())]}:
            yield name, identifier
