"""Identifiers."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.models import ENTITIES
from store.values.ids import new_id, prefix_of


def test_ids_sort_by_creation() -> None:
    ids = [new_id("prj") for _ in range(5000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)


def test_ids_of_several_threads_differ() -> None:
    with ThreadPoolExecutor(4) as pool:
        ids = [
            identifier
            for batch in pool.map(lambda _: [new_id("x1") for _ in range(1000)], range(4))
            for identifier in batch
        ]
    assert len(set(ids)) == 4000


@given(st.from_regex(r"[a-z][a-z0-9]{1,7}", fullmatch=True))
def test_an_id_tells_its_type(prefix: str) -> None:
    identifier = new_id(prefix)
    assert re.fullmatch(r"[a-z0-9]+_[0-9a-hjkmnp-tv-z]{26}", identifier)
    assert len(identifier) <= 40
    assert prefix_of(identifier) == prefix


@given(st.text(max_size=60))
def test_what_is_not_an_id_has_no_type(text: str) -> None:
    assert prefix_of(text) is None or re.fullmatch(r"[a-z][a-z0-9]{1,7}_[0-9a-z]{26}", text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "prj_",
        "prj_123",
        "prj_06c0j3w7dh7q5q4r5w3m8g2k1e\n",
        "PRJ_06C0J3W7DH7Q5Q4R5W3M8G2K1E",
        "prj-06c0j3w7dh7q5q4r5w3m8g2k1e",
        "prj_06c0j3w7dh7q5q4r5w3m8g2k1u",  # Crockford's alphabet has no u
    ],
)
def test_near_misses_are_no_ids(text: str) -> None:
    assert prefix_of(text) is None


def test_each_type_has_a_prefix_of_its_own() -> None:
    from store.models import Base, Identified

    entities = [mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Identified)]
    assert len(ENTITIES) == len(entities)
    assert all(re.fullmatch(r"[a-z]{3}", prefix) for prefix in ENTITIES)
