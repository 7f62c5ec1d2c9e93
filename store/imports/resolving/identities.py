"""Finds the stored record that a row means: by id, or by keys from its names."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.bulk import shape_of
from store.imports.kinds import Kind
from store.imports.records.record import Record
from store.imports.resolving.keys import Keys
from store.imports.values.folding import folded
from store.models.base import Identified, table_of

Entry = tuple[str, str | None]
"""A record's id and the fingerprint of its last import."""


class Identities:
    """Settles the keys of records, batch by batch."""

    def __init__(self, session: Session, namespace: str, keys: Keys) -> None:
        self.session = session
        self.namespace = namespace
        self.keys = keys

    def settle(self, kind: Kind, records: Sequence[Record]) -> tuple[dict[str, Entry], dict[int, str]]:
        """Return what the store has of `records`, by key, and problems, by row.

        A record without an id that the store knows by one of its names or a former key gets the stored key, and its
        other keys as well.
        """
        table = shape_of(kind.model).entity_type
        wanted = {key for record in records for key in (*record.keys, *record.former_keys)}
        known = self.keys.known(table, self.namespace, sorted(wanted))
        named = [record for record in records if not record.has_id]
        known_ids = {known[key][0] for record in named for key in (*record.keys, *record.former_keys) if key in known}
        all_keys = self.keys.of_entities(table, self.namespace, sorted(known_ids))
        doubtful = {
            known[key][0]
            for record in named
            if any(key not in known for key in record.keys)
            for key in (*record.keys, *record.former_keys)
            if key in known
        }
        names = self._names(kind.model, doubtful)
        problems: dict[int, str] = {}
        for record in named:
            try:
                self._settle(record, known, all_keys, names)
            except ValueError as error:
                problems[record.row] = str(error)
            if record.key not in known and (entry := _entry(record.key, all_keys)):
                known[record.key] = entry
        return known, problems

    def _settle(
        self,
        record: Record,
        known: Mapping[str, Entry],
        all_keys: Mapping[str, Mapping[str, str | None]],
        names: Mapping[str, Mapping[str, str]],
    ) -> None:
        means = {known[key][0] for key in record.keys if key in known}
        if len(means) > 1:
            raise ValueError("has the names of several stored records; give it the id of the right one")
        if means:
            (identifier,) = means
            if any(key not in known for key in record.keys):
                _check_names(record, names.get(identifier, {}))
        else:
            former = [known[key][0] for key in record.former_keys if key in known]
            identifier = next((one for one in former if _agree(record.names, names.get(one, {}))), "")
            if not identifier:
                return
        keys = all_keys.get(identifier, {})
        main = min(keys, key=lambda key: (keys[key] is None, key))
        own = dict.fromkeys([*record.keys, *(key for key in keys if key.startswith("by-"))])
        record.key, record.other_keys = main, tuple(key for key in own if key != main)

    def _names(self, model: type[Identified], identifiers: set[str]) -> dict[str, dict[str, str]]:
        table = table_of(model)
        if not identifiers or "name" not in table.c:
            return {}
        statement = select(table.c.id, table.c.name).where(table.c.id.in_(sorted(identifiers)))
        return {row.id: row.name or {} for row in self.session.execute(statement)}


def _entry(key: str, all_keys: Mapping[str, Mapping[str, str | None]]) -> Entry | None:
    return next(((identifier, keys[key]) for identifier, keys in all_keys.items() if key in keys), None)


def _check_names(record: Record, stored: Mapping[str, str]) -> None:
    for tag, text in record.names.items():
        if tag in stored and folded(stored[tag]) != folded(text):
            raise ValueError(
                f"shares a name with a stored record called {stored[tag]!r} in {tag}; correct the name, "
                "or give each record an id"
            )


def _agree(names: Mapping[str, str], stored: Mapping[str, str]) -> bool:
    shared = names.keys() & stored.keys()
    return bool(shared) and all(folded(names[tag]) == folded(stored[tag]) for tag in shared)
