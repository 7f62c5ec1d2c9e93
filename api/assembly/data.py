"""Loads the facts and demo data of core and plugins. Loading again changes nothing."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator

from plugins.host.contributions.contributions import DataDocuments
from plugins.host.contributions.registry import Entry
from plugins.host.host import Host
from store.access.actors import Actor
from store.database import Database
from store.documents import DocumentsError, LoadReport, load

log = logging.getLogger("roadshow.data")


def load_data(database: Database, host: Host, kinds: Collection[str]) -> Iterator[tuple[str, LoadReport]]:
    """Load documents of these kinds (``reference``, ``demo``), core's first; yield each owner with its report.

    Each set is one transaction. Raises store.documents.DocumentsError with every problem of a set, which is then not
    loaded.
    """
    for entry in host.contributions.data:
        if entry.value.kind in kinds:
            yield entry.owner, _load(database, host, entry)


def load_reference(database: Database, host: Host) -> None:
    """Load the facts of core and the plugins of ``host``. A plugin with faulty documents is left out.

    Raises store.documents.DocumentsError for faults in core's own.
    """
    for entry in host.contributions.data:
        if entry.value.kind == "reference":
            try:
                report = _load(database, host, entry)
            except DocumentsError as problem:
                if entry.owner == "core":
                    raise
                log.error("the facts of the plugin %s were not loaded: %s", entry.owner, problem)
                continue
            if report.changed:
                log.info("%s: %s", entry.owner, report)


def _load(database: Database, host: Host, entry: Entry[DataDocuments]) -> LoadReport:
    documents, owner = entry.value, entry.owner
    models = [model for tables in host.contributions.of(owner).tables for model in tables.value.models]
    with database.write(Actor.system(f"data of {owner}")) as session:
        return load(session, documents.files(), documents.namespace or owner, models=models)
