"""Laws of tokens, queries and highlights, for any text whatever."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from store.search import Query, begun, highlight, marked, parse
from store.search.highlights import fragment
from store.search.index import encode
from store.search.tokens import LONGEST_TOKEN, index_tokens, tokenize

texts = st.one_of(
    st.text(max_size=60),
    st.text("aAéÉß’'-.5 医疗水カｶﾞ한ㄱ＊Ａ，﷽ﬁ\u0301\u1161İ#+_", max_size=40),
)


@given(texts)
@example("e\u0301tude ｶﾞ İstanbul ㎏ ﷽")
@example("ᄒ\u1161\u11ab글")
def test_the_tokens_for_the_index_are_those_with_places(text: str) -> None:
    assert [token.text for token in tokenize(text)] == index_tokens(text)[0]


@given(texts)
def test_tokens_stand_in_order_within_the_text(text: str) -> None:
    tokens = tokenize(text)
    assert all(0 <= token.start < token.end <= len(text) for token in tokens)
    assert [token.start for token in tokens] == sorted(token.start for token in tokens)


@given(texts)
def test_tokens_need_no_escaping_in_either_database(text: str) -> None:
    for token in [*index_tokens(text)[0], *index_tokens(text)[1]]:
        assert token
        assert len(token) <= LONGEST_TOKEN
        assert not re.search(r"""[\s"'\\|&!:*<>()]""", token)
        token.encode("utf-8")


@given(texts)
def test_case_and_width_make_no_difference(text: str) -> None:
    wide = "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)
    assert index_tokens(wide) == index_tokens(text)
    if text.isascii():
        assert index_tokens(text.upper()) == index_tokens(text)


@given(texts, texts)
@example("Robotics", "robo*")
@example("医疗器械", "疗器")
def test_the_index_finds_a_unit_exactly_where_a_highlight_marks_it(text: str, query: str) -> None:
    stored, _ = encode([text], 1000)
    for unit in parse(query).units:
        found = unit.pattern in stored or (unit.form_pattern is not None and unit.form_pattern in stored)
        assert found == bool(highlight(text, Query((unit,))))


def test_a_prefix_finds_all_that_the_word_finds() -> None:
    families = ("robot robots robotic", "company companies", "happy happily", "universal university", "x-ray x-rays")
    for family in families:
        for word in family.split():
            assert highlight(family, word)
            assert {span[0] for span in highlight(family, word)} <= {span[0] for span in highlight(family, f"{word}*")}


@pytest.mark.parametrize(
    ("typed", "read"),
    [("rob", "rob*"), ("rob ", "rob "), ("rob*", "rob*"), ('"big rob', '"big rob"*'), ('"big"', '"big"'), ("", "")],
)
def test_what_is_being_typed_is_a_prefix(typed: str, read: str) -> None:
    assert begun(typed) == read


@given(texts)
def test_every_text_finds_itself(text: str) -> None:
    stored, _ = encode([text], 1000)
    query = text.replace('"', " ").replace("*", " ").replace("＊", " ")
    for unit in parse(query).units:
        assert unit.pattern in stored


@given(texts, texts)
def test_spans_are_in_order_and_apart_and_marking_keeps_the_text(text: str, query: str) -> None:
    spans = highlight(text, query)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(one[1] < other[0] for one, other in pairwise(spans))
    assert marked(text, spans, "", "") == text


@given(st.text("ab 医", min_size=1, max_size=300), st.integers(1, 60))
def test_a_fragment_is_a_piece_of_the_text_with_the_same_marks(text: str, length: int) -> None:
    spans = highlight(text, "a 医 b")
    piece, kept = fragment(text, spans, length)
    assert piece.strip("…") in text
    assert all(piece[start:end].strip("…") in {text[s:e][: end - start] for s, e in spans} for start, end in kept)
    if spans:
        assert kept


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("Medical robots for robotics", "robot", "Medical [robots] for [robotics]"),
        ("Medical robots for robotics", "robot*", "Medical [robots] for [robotics]"),
        ("A robot, x ray", "robots*", "A [robot], x ray"),
        ("A robot, x ray", "x-rays*", "A robot, [x ray]"),
        ("人工智能医疗器械", "医疗", "人工智能[医疗]器械"),
        ("人工智能医疗器械", "人工智能 器械", "[人工智能]医疗[器械]"),
        ("污水处理，水", "水", "污[水]处理，[水]"),
        ("ＡＩ芯片 and AI", "ai", "[ＡＩ]芯片 and [AI]"),
        ("Investments here", "investm*", "[Investments] here"),
        ("An x-ray, no x, no ray", "x-ray", "An [x-ray], no x, no ray"),
        ("e\u0301tude", "etude", "[e\u0301tude]"),
        ("nothing", "。", "nothing"),
    ],
)
def test_what_is_marked(text: str, query: str, expected: str) -> None:
    assert marked(text, highlight(text, query), "[", "]") == expected


@pytest.mark.parametrize(
    ("query", "units"),
    [
        ("Robots  for ships", [("robot",), ("ship",)]),
        ("for the", [("for",), ("the",)]),
        ('"robots for ships"', [("robot", "for", "ship")]),
        ('"robots for', [("robot", "for")]),
        ("“机器人”", [("机器", "器人")]),
        ("x-ray x-ray", [("x", "ray")]),
        ("robots/ships", [("robot",), ("ship",)]),
        ("AI医疗", [("ai",), ("医疗",)]),
        ("robots " * 167, [("robot",)]),
        ("医疗" * 501, [("医疗", "疗医") * 499 + ("医疗",)]),
    ],
)
def test_how_a_query_is_understood(query: str, units: list[tuple[str, ...]]) -> None:
    assert [unit.tokens for unit in parse(query).units] == units
