"""One server for all tests of documents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.files.desk import Desk, opened
from tests.support import databases

LIMIT = 100_000


@pytest.fixture(scope="package")
def desk(shared_directory: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with (
        databases.fresh("sqlite", shared_directory) as url,
        opened(url, tmp_path_factory.mktemp("data"), file_bytes=LIMIT, record_bytes=3 * LIMIT, record_count=30) as made,
    ):
        yield made
