"""Batches of a file's records with settled keys, for both the check and the write."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from store.imports.planning.plans import FilePlan
from store.imports.problems import RowProblem
from store.imports.readers.opening import rows_of
from store.imports.records.reader import ReadRow
from store.imports.resolving.identities import Entry, Identities

_SIZE = 500
Item = TypeVar("Item")


@dataclass(slots=True)
class Batch:
    """Consecutive rows, and what the store has of their records, by key."""

    rows: list[ReadRow]
    known: dict[str, Entry]


def read_batches(plan: FilePlan, identities: Identities, *, take_notes: bool) -> Iterator[Batch]:
    """Read the rows of a file in batches. Raises FileError if the file ends unexpectedly."""
    for cells in batches(plan.corrections.applied(rows_of(plan.source)), _SIZE):
        rows = [plan.reader.read(number, row, take_notes) for number, row in cells]
        records = [row.record for row in rows if row.record is not None and row.is_good]
        known, problems = identities.settle(plan.kind, records)
        for row in rows:
            if row.record is not None and row.number in problems:
                name = plan.reader.headers.get("name", "name")
                text = next(iter(row.record.names.values()), "")
                row.problems.append(RowProblem(plan.path, row.number, name, text, problems[row.number]))
                row.is_good = False
        yield Batch(rows, known)


def batches(items: Iterator[Item], size: int) -> Iterator[list[Item]]:
    """Split `items` into lists of at most `size`."""
    while batch := list(islice(items, size)):
        yield batch
