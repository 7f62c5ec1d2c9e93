"""One mock server for these tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from api.mock.server import MockServer, settings_for
from api.operations.settings import ServerSettings
from tests.api.running import running_app


@dataclass(frozen=True)
class Mock:
    """A mock server by its address."""

    address: str
    server: MockServer

    def ask(self, query: str, key: str | None = None, **variables: object) -> dict[str, Any]:
        """The whole answer."""
        return self.post(query, key, **variables).json()  # type: ignore[no-any-return]

    def post(self, query: str, key: str | None = None, **variables: object) -> httpx.Response:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        body = {"query": query, "variables": variables}
        return httpx.post(f"{self.address}/graphql", json=body, headers=headers, timeout=60)

    def inject(self, **given: object) -> httpx.Response:
        """Change which faults it injects."""
        return httpx.post(f"{self.address}/mock", json=given, timeout=60)


@pytest.fixture(scope="package")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mock]:
    folder = tmp_path_factory.mktemp("mock")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        server = MockServer(settings_for(ServerSettings(), folder), "investor")
    with running_app(server) as address:
        yield Mock(address, server)
