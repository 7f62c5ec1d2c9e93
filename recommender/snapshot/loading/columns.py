"""Helpers of column loaders: join texts, group rows, turn pairs of ids into a matrix."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from scipy import sparse
from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute


def text_of(parts: Iterable[Mapping[str, str] | None]) -> dict[str, str]:
    """Join several multilingual fields into one text per language, without repetitions."""
    joined: dict[str, list[str]] = defaultdict(list)
    for texts in parts:
        for tag, text in (texts or {}).items():
            cleaned = text.strip()
            if cleaned and all(cleaned not in earlier for earlier in joined[tag]):
                joined[tag].append(cleaned)
    return {tag: "\n".join(texts) for tag, texts in joined.items() if texts}


def day_of(value: date | None) -> np.datetime64 | None:
    """Return the day as a numpy date."""
    return None if value is None else np.datetime64(value, "D")


def memberships(
    pairs: Iterable[tuple[str, str, float]], rows: Mapping[str, int], codes: Mapping[str, int], columns: int
) -> sparse.csr_matrix:
    """Turn weighted pairs of ids into a sparse matrix; pairs with an unknown id are left out."""
    entries = [(rows[a], codes[b], weight) for a, b, weight in pairs if a in rows and b in codes]
    if not entries:
        return sparse.csr_matrix((len(rows), max(1, columns)), dtype=np.float32)
    row, column, weight = zip(*entries, strict=True)
    values = np.array(weight, np.float32)
    return sparse.csr_matrix((values, (row, column)), shape=(len(rows), max(1, columns)))


def only(column: InstrumentedAttribute[Any], ids: Collection[str] | None) -> list[ColumnElement[bool]]:
    """Return the conditions for ``column`` to be one of ``ids``; no condition for ``None``."""
    return [] if ids is None else [column.in_(list(ids))]


def grouped(rows: Iterable[Sequence[Any]]) -> dict[str, list[Sequence[Any]]]:
    """Group the rows by their first column, sorted, so that the order of reading doesn't matter."""
    groups: dict[str, list[Sequence[Any]]] = defaultdict(list)
    for row in rows:
        groups[row[0]].append(tuple(row[1:]))
    for own in groups.values():
        if len(own) > 1:
            own.sort(key=repr)
    return groups
