"""Content negotiation: what weighs most wins, and long headers take no time."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.http.negotiation import EVENTS, GRAPHQL, JSON, preferred, takes_events
from api.requests.languages import MOST, accepted


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", JSON), ("*/*;q=0.1", JSON), (f"{JSON};charset=utf-16", None), (f"{JSON};q=0", None), ("image/png", None),
        (f"{GRAPHQL};charset=UTF-8, {JSON};q=0.9", GRAPHQL), (f"*/*, {GRAPHQL};q=0.2", JSON),
        (f"{JSON};q=0.2, */*", GRAPHQL), (f"multipart/mixed;deferSpec=20220824, {JSON}", JSON),
        (f"{GRAPHQL.upper()}", GRAPHQL), (f"application/*;q=0.5, {JSON};q=0.4", GRAPHQL),
    ],
)  # fmt: skip
def test_the_heaviest_kind_is_preferred(accept: str, kind: str | None) -> None:
    assert preferred(accept) == kind


@pytest.mark.parametrize(
    ("accept", "taken"), [(EVENTS, True), ("*/*", False), (f"{EVENTS};q=0", False), (f"{JSON}, {EVENTS};q=0.1", True)]
)
def test_events_are_taken_by_name_alone(accept: str, taken: bool) -> None:
    assert takes_events(accept) is taken


@pytest.mark.parametrize(
    ("header", "tags"),
    [
        (None, ()), ("zh-CN,zh;q=0.9,en;q=0.8", ("zh-CN", "zh", "en")), ("en;q=0.1, de", ("de", "en")),
        ("*, en;q=0", ()), ("xx-nonsense-!!, fr", ("fr",)), ("EN-us", ("en-US",)),
    ],
)  # fmt: skip
def test_languages_come_best_first(header: str | None, tags: tuple[str, ...]) -> None:
    assert accepted(header) == tags


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=300))
def test_no_header_is_too_odd(header: str) -> None:
    assert preferred(header) in (None, JSON, GRAPHQL)
    takes_events(header)
    assert len(accepted(header)) <= MOST
