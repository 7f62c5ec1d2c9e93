"""What a test does where something that it needs isn't installed."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def lacking(reason: str) -> NoReturn:
    """Skip the test; in CI, where nothing may be left out, fail it. `reason` says what is missing and the remedy."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must run this test. {reason}", pytrace=False)
    pytest.skip(reason)
