"""The current day, by which the validity of priorities and needs is judged."""

from __future__ import annotations

from datetime import date

import numpy as np


def this_day() -> np.datetime64:
    """Return today, in UTC."""
    return np.datetime64("today", "D")


def today() -> date:
    """Return today, in UTC, as a date for SQL."""
    return date.fromisoformat(str(this_day()))
