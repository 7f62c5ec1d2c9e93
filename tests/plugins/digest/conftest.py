"""What the digest's tests share."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rankings look at the change log each time, so that no test has to wait for that."""
    monkeypatch.setattr("recommender.snapshot.follower.CHECK_SECONDS", 0.0)
