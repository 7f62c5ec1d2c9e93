"""Moments that a place's clock shows: a local time with its time zone, such as a deadline.

Canonical texts are those of RFC 9557: `2026-05-01T17:00:00+08:00[Asia/Shanghai]`. People write
`2026-05-01 17:00 Asia/Shanghai`. What can be read two ways is refused: an abbreviation such as CST, an hour that the
clock shows twice, an hour that it skips.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

_PATTERN = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})[T ](?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?"
    r"\s*(?P<offset>Z|[+-]\d{2}:\d{2})?\s*(?:\[(?P<bracketed>[^\]]+)\]|(?P<zone>\S.*))?",
    re.IGNORECASE,
)
_REMEDY = "write a local time and an IANA time zone, such as 2026-05-01 17:00 Asia/Shanghai"
_SPOKEN = {"beijing time": "Asia/Shanghai", "北京时间": "Asia/Shanghai", "utc": "UTC", "z": "UTC"}
_ABBREVIATIONS = {
    "CST": "Asia/Shanghai, America/Chicago or America/Havana",
    "IST": "Asia/Kolkata, Asia/Jerusalem or Europe/Dublin",
    "BST": "Europe/London or Asia/Dhaka",
    "EST": "America/New_York or Australia/Sydney",
    "AST": "America/Halifax or Asia/Riyadh",
    "PST": "America/Los_Angeles or Asia/Manila",
}


def read_zoned_time(text: str, zone_key: str | None = None) -> str:
    """Return the canonical text of a local time in the zone that it names.

    Where it names none, it is one of the zone `zone_key`; a time with an offset is converted to that zone.
    Raises ValueError, with the remedy, for what has no zone, doesn't exist, or can be read two ways.
    """
    match = _PATTERN.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text[:60]!r} is not a time in a zone; {_REMEDY}")
    written = match["bracketed"] or match["zone"] or zone_key
    if written is None:
        known = "an offset alone doesn't name a time zone" if match["offset"] else "it names no time zone"
        raise ValueError(f"{text[:60]!r} can be read in many ways: {known}; {_REMEDY}")
    zone = _zone(written.strip())
    local, given = _local(match), _offset(match["offset"])
    try:
        if given is not None and not (match["bracketed"] or match["zone"]):
            moment = (local - given).replace(tzinfo=UTC).astimezone(zone)
            local, given = moment.replace(tzinfo=None, fold=0), moment.utcoffset()
        possible = _offsets(local, zone)
    except OverflowError as error:
        raise ValueError(f"{text[:60]!r} is at the end of the calendar; {_REMEDY}") from error
    if not possible:
        raise ValueError(
            f"{local:%Y-%m-%d %H:%M} doesn't exist in {zone.key}: the clock is put forward over it; "
            "write a time before or after that"
        )
    if given is None and len(possible) > 1:
        options = " or ".join(f"{local:%Y-%m-%d %H:%M}{_offset_text(each)} {zone.key}" for each in possible)
        raise ValueError(
            f"{local:%Y-%m-%d %H:%M} comes twice in {zone.key}, where the clock is put back; write {options}"
        )
    offset = possible[0] if given is None else given
    if offset not in possible:
        raise ValueError(
            f"{zone.key} is at {_offset_text(possible[0])} then, not at {_offset_text(offset)}; correct one of the two"
        )
    return f"{local:%Y-%m-%dT%H:%M:%S}{_offset_text(offset)}[{zone.key}]"


def time_zone_key(written: str) -> str:
    """Return the IANA name of a time zone; raises ValueError for what is none, or one of several."""
    return _zone(written.strip()).key


def instant_of(canonical: str) -> datetime:
    """Return the moment of a canonical text, in UTC."""
    return datetime.fromisoformat(canonical.partition("[")[0]).astimezone(UTC)


def _local(match: re.Match[str]) -> datetime:
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    try:
        day = datetime.fromisoformat(match["date"])
        if (hour, minute, second) == (24, 0, 0):  # the end of the day
            return day + timedelta(days=1)
        return day.replace(hour=hour, minute=minute, second=second)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{match[0][:60]!r} is not in the calendar, or no time of a day; {_REMEDY}") from error


def _zone(written: str) -> ZoneInfo:
    if (options := _ABBREVIATIONS.get(written.upper())) is not None:
        raise ValueError(f"{written} can be read in several ways: write {options}")
    key = _SPOKEN.get(written.casefold()) or _zones().get(written.casefold())
    if key is None:
        raise ValueError(f"{written[:60]!r} is no time zone; {_REMEDY}")
    return ZoneInfo(key)


@cache
def _zones() -> dict[str, str]:
    """Names with a place alone: `EST` and `GMT0` are kept for old programs."""
    return {each.casefold(): each for each in available_timezones() if "/" in each}


def _offsets(local: datetime, zone: ZoneInfo) -> list[timedelta]:
    """The offsets at which the zone's clock shows a time: none where it is skipped, two where it comes twice."""
    found: list[timedelta] = []
    for fold in (0, 1):
        moment = local.replace(tzinfo=zone, fold=fold)
        offset = moment.utcoffset()
        assert offset is not None
        shown = moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
        if shown == local and offset not in found:
            found.append(offset)
    return found


def _offset(text: str | None) -> timedelta | None:
    if text is None:
        return None
    if text.upper() == "Z":
        return timedelta()
    hours, minutes = int(text[1:3]), int(text[4:6])
    return (-1 if text[0] == "-" else 1) * timedelta(hours=hours, minutes=minutes)


def _offset_text(offset: timedelta) -> str:
    minutes = abs(offset) // timedelta(minutes=1)
    return f"{'-' if offset < timedelta() else '+'}{minutes // 60:02}:{minutes % 60:02}"


def moments_of(name: str, canonical: str | None) -> dict[str, datetime | None]:
    """Return the column derived from the column `name` of canonical texts."""
    return {f"{name}_at": None if canonical is None else instant_of(canonical)}
