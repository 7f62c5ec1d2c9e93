"""Loads the facts and the demo data that core and the plugins bring. Loading again changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from plugins.host import Host
from store.actors import Actor
from store.database import Database
from store.documents import LoadReport, load


def load_data(database: Database, host: Host, kinds: Collection[str]) -> Iterator[tuple[str, LoadReport]]:
    """Load documents of these kinds (``reference``, ``demo``), core's first; gives each owner with its report.

    Each set is one transaction. Raises store.documents.DocumentsError with every problem in a set, which is then
    not loaded.
    """
    for entry in host.contributions.data:
        documents = entry.value
        if documents.kind not in kinds:
            continue
        owner = entry.owner
        models = [model for tables in host.contributions.of(owner).tables for model in tables.value.models]
        with database.write(Actor.system(f"data of {owner}")) as session:
            report = load(session, documents.files(), documents.namespace or owner, models=models)
        yield owner, report
