"""The clock of a test's server: moved as a whole, so that what expires or falls due does so now.

libfaketime shifts every reading of the time in the server's processes, in Python, in SQLite and in the plugin alike.
PostgreSQL is a server of its own, so functions that add the same shift come before its own in the search path.
Intervals are measured by the monotonic clock, which isn't shifted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import create_engine, text

_FUNCTIONS = """
CREATE SCHEMA shifted_clock;
CREATE TABLE shifted_clock.shift (seconds double precision NOT NULL);
INSERT INTO shifted_clock.shift VALUES (0);
CREATE FUNCTION public.now() RETURNS timestamptz STABLE LANGUAGE sql AS
  'SELECT pg_catalog.now() + make_interval(secs => seconds) FROM shifted_clock.shift';
CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz VOLATILE LANGUAGE sql AS
  'SELECT pg_catalog.clock_timestamp() + make_interval(secs => seconds) FROM shifted_clock.shift';
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = public, pg_catalog', current_database()); END $$;
"""


@dataclass
class Clock:
    """The time as the server sees it. It starts with the computer's."""

    file: Path
    """Where the server's processes read the shift."""
    database_url: str
    shift: timedelta = timedelta()

    def move(self, by: timedelta) -> None:
        """Move the time, for each reading from now on; it goes on at its usual pace."""
        self.shift += by
        seconds = self.shift.total_seconds()
        if self._is_shared:
            _run(self.database_url, f"UPDATE shifted_clock.shift SET seconds = {seconds}")
        unfinished = self.file.with_suffix(".unfinished")
        unfinished.write_text(f"{seconds:+.6f}\n", "ascii")
        unfinished.replace(self.file)

    def prepare(self) -> Mapping[str, str]:
        """Return what the environment of a server with this clock holds, its database made ready.

        Raises RuntimeError without libfaketime, which isn't there for Windows.
        """
        try:
            from libfaketime import get_reload_information
        except ImportError as error:
            raise RuntimeError("A server with a clock of its own needs the package libfaketime: install it") from error
        if self._is_shared:
            _run(self.database_url, _FUNCTIONS)
        self.move(timedelta())
        _, preloaded = get_reload_information()
        return {**preloaded, "FAKETIME_TIMESTAMP_FILE": str(self.file), "FAKETIME_DONT_FAKE_MONOTONIC": "1"}

    @property
    def _is_shared(self) -> bool:
        return not self.database_url.startswith("sqlite")


def _run(url: str, statements: str) -> None:
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            connection.execute(text(statements))
    finally:
        engine.dispose()
