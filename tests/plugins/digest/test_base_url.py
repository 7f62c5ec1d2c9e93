"""Addresses in the settings: those that mail can carry, or none."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from plugins.digest.delivery.mail import Envelope, notice_message
from plugins.digest.settings import Settings


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://roadshow.example.org", "https://roadshow.example.org"),
        ("https://roadshow.example.org/", "https://roadshow.example.org"),
        ("https://路演.example.org", "https://xn--2dx317d.example.org"),
        ("https://bücher.example.org:8443/a", "https://xn--bcher-kva.example.org:8443/a"),
        ("https://example.org/路演", "https://example.org/%E8%B7%AF%E6%BC%94"),
        ("https://例え。テスト", "https://xn--r8jz45g.xn--zckzah"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://localhost:8000", "http://localhost:8000"),
    ],
)
def test_an_address_is_kept_as_mail_can_carry_it(written: str, kept: str) -> None:
    assert Settings(base_url=written).base_url == kept


@pytest.mark.parametrize(
    "written",
    ["roadshow.example.org", "ftp://example.org", "https://", "https://-路.org", "https://a b.org", "https://x.org:port",
     "https://x.org?y=1", "https://x.org#y", "https://user@x.org"],
)  # fmt: skip
def test_any_other_is_refused_at_the_start(written: str) -> None:
    with pytest.raises(ValidationError, match=r"is not a server's address|has no usable host"):
        Settings(base_url=written)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Roadshow <digest@example.org>", "Roadshow <digest@example.org>"),
        ("digest@路演.example.org", "digest@xn--2dx317d.example.org"),
        ("路演 <digest@路演.example.org>", "路演 <digest@xn--2dx317d.example.org>"),
    ],
)
def test_a_sender_is_kept_as_mail_can_carry_it(written: str, kept: str) -> None:
    assert Settings(sender=written).sender == kept


@pytest.mark.parametrize("written", ["digest", "", "摘要@example.org", "@example.org"])
def test_a_sender_that_is_none_is_refused_at_the_start(written: str) -> None:
    with pytest.raises(ValidationError, match="is not a sender"):
        Settings(sender=written)


def test_a_message_with_such_addresses_can_be_sent() -> None:
    settings = Settings(base_url="https://路演.example.org/摘要", sender="路演 <digest@路演.example.org>")
    assert settings.sender is not None
    envelope = Envelope("dlv_1", settings.sender, "reader@example.org", settings.address, None, 30)
    link = ("Confirm", f"{settings.address}/confirm")
    message = notice_message("confirm", "zh", datetime(2025, 1, 1, tzinfo=UTC), envelope, ["你好"], link)
    assert "https://xn--2dx317d.example.org/%E6%91%98%E8%A6%81/confirm" in message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert message.as_bytes().decode("ascii")
    assert message["Message-ID"] == "<dlv_1@xn--2dx317d.example.org>"
