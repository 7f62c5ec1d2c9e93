"""Traces an operation's statements, for the log of slow operations and `roadshow explain`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event

Fetch = Callable[[str, Any], list[Any]]
"""(text, parameters) -> all rows, as the driver gives them."""


@dataclass(slots=True)
class Read:
    """One statement that ran."""

    text: str
    parameters: object
    """As the driver takes them; they may be personal, so they are never logged."""
    seconds: float
    rows: int | None = None

    def summary(self, characters: int = 400) -> str:
        """Summarise for a log: time, rows, and the beginning of the statement."""
        text = " ".join(self.text.split())
        rows = "" if self.rows is None else f", {self.rows} rows"
        return f"{self.seconds * 1000:.1f} ms{rows}: {text[:characters]}{'…' if len(text) > characters else ''}"


@dataclass(slots=True)
class Trace:
    """The statements of one operation, in order."""

    reads: list[Read] = field(default_factory=list)

    def following(self, fetch: Fetch) -> Fetch:
        """Wrap `fetch` to record what it runs."""

        def traced(text: str, parameters: object) -> list[Any]:
            began = time.perf_counter()
            read = Read(text, parameters, 0.0)
            self.reads.append(read)
            try:
                rows = fetch(text, parameters)
                read.rows = len(rows)
                return rows
            finally:
                read.seconds = time.perf_counter() - began

        return traced

    @contextmanager
    def listening(self, engine: Engine) -> Iterator[None]:
        """Record what any session of `engine` runs meanwhile, for a process that does nothing else."""

        def before(conn: object, cursor: object, text: str, parameters: object, context: object, many: bool) -> None:
            self.reads.append(Read(text, parameters, time.perf_counter()))

        def after(conn: object, cursor: object, text: str, parameters: object, context: object, many: bool) -> None:
            self.reads[-1].seconds = time.perf_counter() - self.reads[-1].seconds

        event.listen(engine, "before_cursor_execute", before)
        event.listen(engine, "after_cursor_execute", after)
        try:
            yield
        finally:
            event.remove(engine, "before_cursor_execute", before)
            event.remove(engine, "after_cursor_execute", after)
