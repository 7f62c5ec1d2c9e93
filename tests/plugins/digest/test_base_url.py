"""The public address of the server: any that mail and feeds can carry."""

import pytest
from pydantic import ValidationError

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
    with pytest.raises(ValidationError, match=r"is no address of a server|has no usable host"):
        Settings(base_url=written)
