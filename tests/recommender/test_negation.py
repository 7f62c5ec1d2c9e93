"""A sentence that denies something isn't about it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.text import affirmed, is_denial

DENIED = [
    "No drones.",
    "We left batteries in 2020.",
    "No data platforms, please.",
    "Consumer applications and tokens are not for us.",
    "Systems that watch citizens are excluded.",
    "Speculative tokens never.",
    "No pure software without a deck or a dock.",
    "消费应用和代币不投。",
    "监视市民的系统除外。",
    "请勿推荐数据平台。",
    "我们不做无人机。",
    "没有甲板或码头的纯软件不投。",
]
AFFIRMED = [
    "Robots that work where people can't or won't: pipes, hulls, tunnels, night shifts.",
    "A wall-mounted radar that notices a fall in the bathroom without a camera.",
    "Milk protein from yeast, for cheese that melts and stretches without a cow.",
    "Works not only for drones but for boats.",
    "The left hand moves again after stroke.",
    "不锈钢管道检测机器人。",
    "未来城市的无人机物流。",
    "无人便利店的智能货柜。",
]


@pytest.mark.parametrize("text", DENIED)
def test_a_sentence_that_excludes_something_is_a_denial(text: str) -> None:
    assert is_denial(text)


@pytest.mark.parametrize("text", AFFIRMED)
def test_a_sentence_that_names_something_in_passing_by_not_is_none(text: str) -> None:
    assert not is_denial(text)


@pytest.mark.parametrize(
    ("text", "kept", "gone"),
    [
        ("A sensor that lives from shaking and needs no battery for ten years.", "sensor", "battery"),
        ("We don't invest in games but in tools for games.", "tools for games", "invest"),
        ("我们已退出电池业务，转做水处理。", "水处理", "电池"),
    ],
)
def test_what_is_denied_is_blanked_and_the_rest_stays(text: str, kept: str, gone: str) -> None:
    assert kept in affirmed(text)
    assert gone not in affirmed(text)


@given(st.text(max_size=200))
def test_the_affirmed_text_has_the_same_length(text: str) -> None:
    assert len(affirmed(text)) == len(text)
