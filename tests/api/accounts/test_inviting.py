"""The form by which people are invited."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from api.accounts.inviting_page import _offer, _UnusableError
from store.models.base import now

GIVEN = {"role": "ORGANISER", "days": "14"}


def test_a_role_holds_to_the_end_of_its_last_day() -> None:
    assert _offer({**GIVEN, "ends": "2099-12-31"}, "en")["ends"] == datetime(2100, 1, 1, tzinfo=UTC).isoformat()
    today = now().date()
    assert datetime.fromisoformat(_offer({**GIVEN, "ends": today.isoformat()}, "en")["ends"]) > now()
    assert _offer(GIVEN, "en")["ends"] is None


@pytest.mark.parametrize("last", ["2020-01-01", "9999-12-31", "31/12/2099", "soon"])
def test_a_last_day_that_is_past_or_no_date_is_refused(last: str) -> None:
    with pytest.raises(_UnusableError, match="today or later"):
        _offer({**GIVEN, "ends": last}, "en")
