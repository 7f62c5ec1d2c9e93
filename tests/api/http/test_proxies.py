"""A forwarded address counts where it comes from a configured proxy, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError

from api.operations.settings import Limits, ServerSettings
from tests.api import small
from tests.api.running import running
from tests.support import databases


def left(address: str, forwarded: str) -> int:
    """Points left to the caller after a request that says where it was forwarded from."""
    headers = {"X-Forwarded-For": forwarded}
    response = httpx.post(f"{address}/graphql", json={"query": "{hello}"}, headers=headers, timeout=20)
    return int(response.headers["ratelimit"].split("r=")[1].split(";")[0])


@pytest.mark.parametrize(
    ("proxies", "apart"),
    [((), False), (("127.0.0.1",), True), (("127.0.0.0/8",), True), (("10.0.0.0/8", "::1"), False)],
)
def test_forwarded_addresses_have_buckets_of_their_own_behind_a_proxy(
    shared_directory: Path, proxies: tuple[str, ...], apart: bool
) -> None:
    limits = Limits(rate_points=100, rate_seconds=100_000)
    with databases.fresh("sqlite", shared_directory) as url:
        settings = ServerSettings(database_url=url, limits=limits, proxies=proxies)
        with running(small.assembly(settings)) as address:
            found = [left(address, f"203.0.113.{number}") for number in (1, 2, 3)]
    assert found == ([99, 99, 99] if apart else [99, 98, 97])


def test_what_the_caller_wrote_before_the_proxy_is_not_believed(shared_directory: Path) -> None:
    limits = Limits(rate_points=100, rate_seconds=100_000)
    with databases.fresh("sqlite", shared_directory) as url:
        settings = ServerSettings(database_url=url, limits=limits, proxies=("127.0.0.1",))
        with running(small.assembly(settings)) as address:
            found = [left(address, f"198.51.100.{number}, 203.0.113.9") for number in (1, 2)]
    assert found == [99, 98]


@pytest.mark.parametrize("proxy", ["*", "proxy.example", "127.0.0.1/33"])
def test_a_proxy_is_an_address_or_a_network(proxy: str) -> None:
    with pytest.raises(ValidationError, match=r"127\.0\.0\.1"):
        ServerSettings(proxies=(proxy,))
