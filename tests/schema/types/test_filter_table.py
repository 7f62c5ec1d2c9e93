"""Each scalar field of a listed type filters, is covered by another filter, or says why not; the page says which."""

from __future__ import annotations

from docs.tools import filters
from schema.declarations.entities import CORE


def test_each_scalar_field_filters_or_says_why_not() -> None:
    assert {name: each.open for name, each in filters.coverage().items() if each.open} == {}


def test_no_reason_is_left_for_a_field_that_filters() -> None:
    used = {
        f"{name}.{field}"
        for name, each in filters.coverage().items()
        for fields in each.without.values()
        for field in fields
    }
    named = {f"{kind}.{filters.camel(field)}" for kind, _, field in (each.partition(".") for each in filters.WITHOUT)}
    assert named <= used
    assert all(name.partition(".")[0] in CORE for name in filters.WITHOUT)


def test_the_page_lists_the_filters() -> None:
    page = filters.PAGE.read_text("utf-8")
    assert filters.written(page) == page, "run python -m docs.tools.filters"
