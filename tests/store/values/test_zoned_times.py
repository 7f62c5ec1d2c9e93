"""Local times in their zones: read once, and asked about where they can be read two ways."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.values.zoned_times import instant_of, read_zoned_time

ZONES = ["Asia/Shanghai", "Europe/London", "America/Los_Angeles", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"]


@pytest.mark.parametrize(
    ("written", "canonical", "instant"),
    [
        ("2026-05-01 17:00 Asia/Shanghai", "2026-05-01T17:00:00+08:00[Asia/Shanghai]", "2026-05-01T09:00"),
        ("2026-05-01T17:00:30+08:00[Asia/Shanghai]", "2026-05-01T17:00:30+08:00[Asia/Shanghai]", "2026-05-01T09:00:30"),
        ("2026-05-01 17:00 北京时间", "2026-05-01T17:00:00+08:00[Asia/Shanghai]", "2026-05-01T09:00"),
        ("2026-05-01 24:00 asia/shanghai", "2026-05-02T00:00:00+08:00[Asia/Shanghai]", "2026-05-01T16:00"),
        ("2026-10-25 01:30+00:00 Europe/London", "2026-10-25T01:30:00+00:00[Europe/London]", "2026-10-25T01:30"),
        ("2026-10-25 01:30+01:00 Europe/London", "2026-10-25T01:30:00+01:00[Europe/London]", "2026-10-25T00:30"),
        ("2026-12-31 23:59 UTC", "2026-12-31T23:59:00+00:00[UTC]", "2026-12-31T23:59"),
        ("2026-01-01 12:00 Asia/Kathmandu", "2026-01-01T12:00:00+05:45[Asia/Kathmandu]", "2026-01-01T06:15"),
    ],
)
def test_a_time_is_read_in_its_zone(written: str, canonical: str, instant: str) -> None:
    assert read_zoned_time(written) == canonical
    assert instant_of(canonical) == datetime.fromisoformat(instant).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("2026-05-01 17:00", "names no time zone"),
        ("2026-05-01 17:00+08:00", "an offset alone"),
        ("2026-05-01 17:00 CST", "America/Chicago"),
        ("2026-05-01 17:00 EST", "several ways"),
        ("2026-05-01 17:00 Mars/Olympus", "is no time zone"),
        ("2026-03-29 01:30 Europe/London", "doesn't exist in Europe/London"),
        ("2026-10-25 01:30 Europe/London", "2026-10-25 01:30\\+01:00 Europe/London or"),
        ("2026-10-25 01:30+02:00 Europe/London", "is at \\+01:00 then, not at \\+02:00"),
        ("2026-02-30 10:00 Asia/Shanghai", "not in the calendar"),
        ("2026-05-01 25:00 Asia/Shanghai", "no time of a day"),
        ("2026-05-01", "is not a time in a zone"),
        ("0001-01-01 00:00 Asia/Shanghai", "the end of the calendar"),
        ("soon", "write a local time"),
    ],
)
def test_what_can_be_read_two_ways_is_asked_about(written: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read_zoned_time(written)


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)).map(lambda moment: moment.replace(microsecond=0)),
    st.sampled_from(ZONES),
)
def test_every_moment_is_read_back(moment: datetime, zone: str) -> None:
    local = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    offset = local.utcoffset()
    assert offset is not None
    text = f"{local:%Y-%m-%dT%H:%M:%S}{local:%z}"
    canonical = read_zoned_time(f"{text[:-2]}:{text[-2:]}[{zone}]")
    assert instant_of(canonical) == moment.replace(tzinfo=UTC)
    assert read_zoned_time(canonical) == canonical
    assert offset % timedelta(minutes=1) == timedelta()
