"""Answers to statements, kept until something is written."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from store.changes import latest_position

MOST_KEPT = 32
KEPT_SECONDS = 30.0
"""No longer, for what a rule looks at beside the rows, such as the time."""


class VisibleIds:
    """The answers to the statements asked last, each of one position of the change log."""

    def __init__(self) -> None:
        self._found: OrderedDict[Hashable, tuple[float, list[str]]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, session: Session, statement: Select[Any]) -> list[str]:
        """What ``statement`` gives; the same list as before, where nothing was written since."""
        compiled = statement.compile(session.get_bind())
        key = (latest_position(session), str(compiled), repr(sorted(compiled.params.items())))
        with self._lock:
            kept = self._found.get(key)
            if kept is not None and time.monotonic() - kept[0] < KEPT_SECONDS:
                self._found.move_to_end(key)
                return kept[1]
        ids = list(session.scalars(statement))
        with self._lock:
            self._found[key] = time.monotonic(), ids
            while len(self._found) > MOST_KEPT:
                self._found.popitem(last=False)
        return ids
