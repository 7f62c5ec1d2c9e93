"""Computes when the next digest is due: days of the week and a time of day in the subscriber's time zone."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


def next_after(moment: datetime, days: Collection[str], at: str, zone: str) -> datetime:
    """Return the first time after `moment` that is one of `days` at `at` in `zone`; in UTC.

    A time that a day skips, because clocks go forward, is the same moment by the old time; a time that occurs twice is
    the first.
    """
    place = ZoneInfo(zone)
    hour, minute = (int(part) for part in at.split(":"))
    day = moment.astimezone(place).date() - timedelta(days=1)
    while True:
        if DAYS[day.weekday()] in days:
            candidate = datetime.combine(day, time(hour, minute), place).astimezone(UTC)
            if candidate > moment:
                return candidate
        day += timedelta(days=1)


def is_time(text: str) -> bool:
    """Return whether it is a time of day such as `08:00`."""
    return re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text) is not None


def is_zone(text: str) -> bool:
    """Return whether it is the name of a time zone, such as `Asia/Shanghai`."""
    return text in available_timezones()


def in_order(days: Collection[str]) -> list[str]:
    """Days of the week, each once, Monday first."""
    return [day for day in DAYS if day in days]


def frequency(days: Collection[str]) -> str:
    """Return `DAILY`, `WEEKLY` (one day) or `DAYS`."""
    return {7: "DAILY", 1: "WEEKLY"}.get(len(set(days)), "DAYS")
