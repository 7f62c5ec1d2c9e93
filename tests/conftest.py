"""Fixtures for every room: databases on SQLite and on a real PostgreSQL server."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from tests.support import databases, postgresql

if TYPE_CHECKING:
    from store.database import Database


os.environ.setdefault("ROADSHOW_ENCODE_IN_BACKGROUND", "false")  # models are loaded where a test is about them
for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")  # the test processes fill the cores already; more threads wait by spinning
settings.register_profile("roadshow", deadline=None)  # how long an example takes depends on what else runs
settings.load_profile("roadshow")
gc.set_threshold(200_000, 50, 50)  # hundreds of thousands of objects stay all the while: look through them seldom


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # the process that the user started, not one of xdist's
        directory = postgresql.prepare_directory()
        config.add_cleanup(lambda: postgresql.stop(directory))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out what is about the compiled executor where all tests run on the other one (`make nightly`)."""
    if os.environ.get("ROADSHOW_EXECUTOR") == "reference" and item.get_closest_marker("planned"):
        pytest.skip("about the compiled executor")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Leave long tests of rules that are the same SQL on both databases to `make nightly` on PostgreSQL."""
    if item.get_closest_marker("nightly_on_postgresql") and "[postgresql" in item.name:
        item.add_marker(pytest.mark.nightly)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    if config.option.dist != "loadscope":
        return None
    from tests.support.scheduling import by_module

    return by_module(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        from tests.support.scheduling import longest_first

        longest_first(items)


@pytest.fixture(scope="session")
def shared_directory(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A directory that all processes of this test run see."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


@pytest.fixture
def young_heap() -> Iterator[None]:
    """Leave everything that other tests created out of garbage collections, which would take seconds."""
    gc.collect(1)
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(params=databases.BACKENDS)
def database_url(request: pytest.FixtureRequest, shared_directory: Path) -> Iterator[str]:
    """The URL of an empty, migrated database; the test runs once on SQLite and once on PostgreSQL."""
    with databases.fresh(request.param, shared_directory) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty, migrated database; the test runs once on SQLite and once on PostgreSQL."""
    yield from _opened(database_url)


@pytest.fixture
def sqlite_url(shared_directory: Path) -> Iterator[str]:
    """As ``database_url``, on SQLite only: for tests to which the kind of database means nothing."""
    with databases.fresh("sqlite", shared_directory) as url:
        yield url


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """As ``database``, on SQLite only: for tests to which the kind of database means nothing."""
    yield from _opened(sqlite_url)


@pytest.fixture
def postgresql_url(shared_directory: Path) -> Iterator[str]:
    """As ``database_url``, on PostgreSQL only."""
    with databases.fresh("postgresql", shared_directory) as url:
        yield url


def _opened(url: str) -> Iterator[Database]:
    from store.database import Database

    opened = Database(url)
    try:
        yield opened
    finally:
        opened.dispose()
