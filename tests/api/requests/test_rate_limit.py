"""The rate limit: a bucket of points for each actor, shared by processes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.requests.rate_limit import RateLimits


class Clock:
    def __init__(self) -> None:
        self.time = 1_000.0

    def __call__(self) -> float:
        return self.time


def limits(points: int = 100, seconds: float = 10.0) -> tuple[RateLimits, Clock]:
    clock = Clock()
    return RateLimits(points, seconds, now=clock), clock


def test_a_bucket_is_emptied_and_fills_again_evenly() -> None:
    rates, clock = limits()
    assert rates.take("a", 60).left == 40
    refused = rates.take("a", 50)
    assert not refused.granted
    assert (refused.left, round(refused.retry_after, 6)) == (40, 1.0)
    clock.time += 1.0
    assert rates.take("a", 50).granted
    assert rates.take("b", 100).left == 0
    clock.time += 100.0
    assert rates.take("a", 1).left == 99


@given(st.lists(st.tuples(st.integers(1, 60), st.floats(0, 5)), max_size=60))
def test_no_more_is_granted_than_the_bucket_and_what_flows_in(steps: list[tuple[int, float]]) -> None:
    rates, clock = limits()
    began, granted = clock.time, 0
    try:
        for cost, pause in steps:
            clock.time += pause
            allowance = rates.take("a", cost)
            granted += cost * allowance.granted
            assert granted <= 100 + (clock.time - began) * 10 + 1e-6
            assert 0 <= allowance.left <= 100
            if not allowance.granted:  # what it says about waiting is true, and no longer than needed
                clock.time += allowance.retry_after + 1e-6
                assert rates.take("a", cost).granted
                granted += cost
    finally:
        rates.close()


def test_what_can_never_be_granted_is_refused_and_costs_nothing() -> None:
    rates, _ = limits()
    assert not rates.take("a", 101).granted
    assert rates.take("a", 100).granted


def test_a_full_neighbourhood_gives_up_the_bucket_nearest_to_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.requests.rate_limit.SLOTS", 4)
    monkeypatch.setattr("api.requests.rate_limit.PROBES", 4)
    rates, _ = limits()
    assert rates.take("greedy", 90).left == 10
    assert all(rates.take(f"actor {number}", 10).granted for number in range(40))
    assert not rates.take("greedy", 90).granted


def test_processes_of_one_server_share_the_buckets(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from api.requests.rate_limit import RateLimits\n"
        "rates = RateLimits(1000, 1e6, Path(sys.argv[1]))\n"
        "print(sum(rates.take('a', 1).granted for _ in range(600)))"
    )
    children = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    assert sum(int(child.communicate()[0]) for child in children) == 1000
