"""A running server with a small schema, and a client for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.operations.settings import Limits, ServerSettings
from tests.api import small
from tests.api.running import running
from tests.support import databases

LIMITS = Limits(seconds=60, body_bytes=200_000)


@pytest.fixture(scope="module")
def server(shared_directory: Path) -> Iterator[str]:
    """The address of a server with the small schema, in development mode."""
    with databases.fresh("sqlite", shared_directory) as url:
        settings = ServerSettings(database_url=url, development=True, limits=LIMITS, poll_seconds=0.02)
        with running(small.assembly(settings)) as address:
            yield address


@pytest.fixture(scope="module")
def client(server: str) -> Iterator[httpx.Client]:
    """A client of ``server``."""
    with httpx.Client(base_url=server, timeout=20) as opened:
        yield opened
