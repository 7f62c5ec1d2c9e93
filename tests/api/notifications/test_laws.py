"""Whatever is told when: everything goes out once, nothing empty, and nobody gets more than the limit in a day."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.database import Database
from store.enums import NotificationState
from tests.api.notifications.telling import Installation

FEW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
LIMIT = 2
DAY = timedelta(days=1)
NAMES = count()

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("tell"), st.sampled_from(["alpha-deadline", "alpha-slow", "alpha-security"])),
        st.tuples(st.just("wait"), st.sampled_from([1, 5, 11])),
    ),
    min_size=4, max_size=16,
)  # fmt: skip


def most_in_a_day(times: list[datetime]) -> int:
    return max((sum(begin <= at < begin + DAY for at in times) for begin in times), default=0)


@FEW
@given(STEPS)
def test_all_goes_out_once_within_the_limit(sqlite_database: Database, steps: list[tuple[str, object]]) -> None:
    telling = Installation.opened(sqlite_database, daily_limit=LIMIT)
    ada = telling.account(f"ada{next(NAMES)}")
    told = []
    for number, (step, value) in enumerate(steps):
        if step == "wait":
            telling.later += timedelta(hours=int(str(value)))
        else:
            told += [each for _ in range(2) for each in telling.tell(ada, f"Entry {number}", kind=str(value))]
        telling.bundler.run()
    for _ in range(len(steps) + 1):
        telling.later += timedelta(hours=25)
        telling.bundler.run()
    rows = telling.notifications(ada)
    assert sorted(row.id for row in rows) == sorted(told)
    assert {row.state for row in rows} <= {NotificationState.SENT}
    messages = [message for message in telling.messages() if message.source_id == ada]
    brought = Counter(item["notification"] for message in messages for item in message.items)
    assert brought == Counter(told), "each in one message"
    assert all(message.items for message in messages)
    assert most_in_a_day([each.made_at for each in messages if each.kind != "alpha-security"]) <= LIMIT
