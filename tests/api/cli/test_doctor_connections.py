"""`roadshow doctor` compares what the workers may open with what PostgreSQL takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.assembly.connections import most_connections, pool_size
from api.cli.doctor import _connections
from api.operations.settings import ServerSettings
from store.database import Database


@pytest.mark.parametrize(("workers", "state"), [(1, "ok"), (1_000, "warning")])
def test_connections_are_compared_with_what_the_server_allows(postgresql_url: str, workers: int, state: str) -> None:
    settings = ServerSettings(database_url=postgresql_url, workers=workers, threads=1, write_threads=1)
    database = Database(postgresql_url)
    (finding,) = _connections(database, settings)
    database.dispose()
    assert finding.state == state
    assert str(most_connections(settings)) in finding.found
    assert ("max_connections = " in finding.remedy) == (state == "warning")


def test_a_process_has_a_connection_for_each_of_its_threads() -> None:
    settings = ServerSettings(threads=5, write_threads=3, workers=2)
    assert pool_size(settings) > 5 + 3
    assert most_connections(settings) > 2 * pool_size(settings)


def test_the_guide_has_the_figures_of_the_defaults() -> None:
    page = (Path(__file__).parents[3] / "docs" / "operations.md").read_text("utf-8")
    assert f"keeps {pool_size(ServerSettings())} connections" in page
    assert f"with the defaults {most_connections(ServerSettings(workers=1))}." in page
