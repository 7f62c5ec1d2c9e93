"""Laws: never one twice unless it changed, never more than asked for, the time of day where the reader is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from plugins.digest.content.choosing import changes, choose
from plugins.digest.content.reading import Line
from plugins.digest.content.schedule import DAYS, frequency, in_order, next_after
from plugins.digest.delivery.ownership import DigestOwner
from plugins.digest.settings import Settings
from store.notifications.outbox import Outbox
from tests.plugins.digest.samples import moment

FEW = examples(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def line(project: str, state: int, rank: int = 1) -> Line:
    """A project whose summary says its state."""
    node = {"summaries": [{"language": "en", "text": f"state {state}"}], "names": [], "tracks": [{"id": "trk_1"}]}
    return Line(project, rank, 50.0, (), node)


pools = st.lists(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 2), max_size=8), min_size=1, max_size=8)


@FEW
@given(pools, st.integers(1, 5))
def test_over_any_history_nothing_comes_twice_unless_it_changed_and_everything_comes_in_the_end(
    history: list[dict[str, int]], most: int
) -> None:
    had: dict[str, dict[str, str]] = {}
    last: dict[str, int] = {}
    for pool in history:
        chosen = choose([line(project, state) for project, state in pool.items()], had, most)
        assert len(chosen) <= most
        assert len({each.line.project for each in chosen}) == len(chosen)
        for each in chosen:
            project = each.line.project
            assert last.get(project) != pool[project], "sent before, as it is"
            assert each.changed == (("summary",) if project in last else ())
            last[project] = pool[project]
            had[project] = each.parts
    pool = history[-1]
    for _ in range(len(pool)):
        for each in choose([line(project, state) for project, state in pool.items()], had, most):
            had[each.line.project], last[each.line.project] = each.parts, pool[each.line.project]
    assert all(last[project] == state for project, state in pool.items())


@FEW
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 1)), max_size=12), st.integers(0, 4))
def test_the_best_come_first_and_none_twice_in_one(pool: list[tuple[str, int]], most: int) -> None:
    chosen = [each.line.project for each in choose([line(*each) for each in pool], {}, most)]
    assert chosen == list(dict.fromkeys(project for project, _ in pool))[:most]


def test_it_reads_no_further_than_it_must() -> None:
    def endless() -> object:
        number = 0
        while True:
            number += 1
            yield line(f"prj_{number}", 0)

    assert len(choose(endless(), {}, 3)) == 3  # type: ignore[arg-type]


def test_what_a_project_is_called_in_another_language_or_order_is_no_change() -> None:
    one = Line("p", 1, 1.0, (), {"tracks": [{"id": "trk_1", "name": "Health"}, {"id": "trk_2", "name": "Sea"}]})
    other = Line("p", 9, 5.0, ("why",), {"tracks": [{"id": "trk_2", "name": "海洋"}, {"id": "trk_1", "name": "健康"}]})
    assert changes(one.parts, other.parts) == ()
    third = Line("p", 1, 1.0, (), {"tracks": [{"id": "trk_1", "name": "Health"}]})
    assert changes(one.parts, third.parts) == ("tracks",)
    assert changes({"name": "x"}, one.parts) == ("name",)
    assert changes({}, one.parts) == (), "a part that wasn't looked at then"


@FEW
@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    st.sets(st.sampled_from(DAYS), min_size=1), st.integers(0, 23), st.integers(0, 59),
    st.sampled_from(["UTC", "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"]),
)  # fmt: skip
def test_the_next_time_is_later_on_the_day_and_there_is_none_between(
    at: datetime, days: set[str], hour: int, minute: int, zone: str
) -> None:
    clock = f"{hour:02}:{minute:02}"
    found = next_after(at, days, clock, zone)
    assert found > at
    assert found - at <= timedelta(days=7, hours=2)
    there = found.astimezone(ZoneInfo(zone))
    shifted = there.utcoffset() != (found - timedelta(hours=3)).astimezone(ZoneInfo(zone)).utcoffset()
    assert shifted or (DAYS[there.weekday()] in days and f"{there:%H:%M}" == clock)
    following = next_after(found, days, clock, zone)
    assert following > found
    assert next_after(found - timedelta(microseconds=1), days, clock, zone) == found


@pytest.mark.parametrize(
    ("after", "clock", "zone", "expected"),
    [
        ("2024-03-30T12:00+00:00", "02:30", "Europe/Berlin", "2024-03-31T01:30+00:00"),  # a time that isn't
        ("2024-10-26T12:00+00:00", "02:30", "Europe/Berlin", "2024-10-27T00:30+00:00"),  # a time that is twice
        ("2024-07-16T00:00+08:00", "08:00", "Asia/Shanghai", "2024-07-16T00:00+00:00"),
    ],
)
def test_when_clocks_change(after: str, clock: str, zone: str, expected: str) -> None:
    assert next_after(moment(after), DAYS, clock, zone) == moment(expected)


def test_the_frequency_is_told_by_the_days() -> None:
    assert [frequency(days) for days in (DAYS, ["MONDAY"], ["MONDAY", "FRIDAY"])] == ["DAILY", "WEEKLY", "DAYS"]
    assert in_order({"SUNDAY", "MONDAY"}) == ["MONDAY", "SUNDAY"]


@FEW
@given(st.integers(1, 60), st.floats(0, 1))
def test_pauses_between_attempts_grow_to_a_limit_and_are_spread(attempt: int, chance: float) -> None:
    settings = Settings(first_retry=60, longest_retry=3600)
    outbox = Outbox(None, DigestOwner(settings), settings, chance=lambda: chance)  # type: ignore[arg-type]
    middle = min(3600, 60 * 3 ** (attempt - 1))
    assert outbox.backoff(attempt).total_seconds() == pytest.approx(middle * (0.5 + chance), abs=1e-3)
