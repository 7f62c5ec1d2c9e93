"""Sentinels for arguments that were not given."""

from __future__ import annotations

from enum import Enum
from typing import Final


class Default(Enum):
    """Arguments that were not given; an enum, so that type checkers can tell them from values."""

    RAISE = "RAISE"
    BY_SETTINGS = "BY_SETTINGS"


RAISE: Final = Default.RAISE
"""As a default: let the failure through."""
BY_SETTINGS: Final = Default.BY_SETTINGS
"""As a time limit: `call_time_limit` of the settings."""
