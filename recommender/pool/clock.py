"""The day of reading: the one clock of what is in force on some days only."""

from __future__ import annotations

from datetime import date

import numpy as np


def this_day() -> np.datetime64:
    """Today, in UTC."""
    return np.datetime64("today", "D")


def today() -> date:
    """Return the same for SQL."""
    return date.fromisoformat(str(this_day()))
