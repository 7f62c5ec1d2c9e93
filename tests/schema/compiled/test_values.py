"""Texts cut out of JSON are those that reading the JSON gives."""

from __future__ import annotations

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schema.compiled.response.values import pick, picker, text_picker

TAGS = ("en", "zh", "zh-Hant", "e", "text")
UNUSUAL = ("", "plain", "中文", "zh", '"zh":"', 'a"b', "\\", '","zh":"x', "\n")
texts = st.dictionaries(st.sampled_from(TAGS), st.sampled_from(UNUSUAL))


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(texts, st.lists(st.sampled_from(TAGS), unique=True).map(tuple), st.booleans())
def test_a_text_is_picked_as_from_the_whole(found: dict[str, str], tags: tuple[str, ...], spaced: bool) -> None:
    packed = orjson.dumps(found, option=orjson.OPT_INDENT_2 if spaced else None)
    expected = pick(found, tags)
    assert picker(tags)(packed) == expected
    assert text_picker(tags)(packed.decode()) == expected


def test_nothing_is_picked_from_nothing() -> None:
    assert picker(("en",))(None) is text_picker(("en",))(None) is None
    assert picker(("en",))(b"null") is None
