"""Webhooks go to the public internet alone: whatever the address is written like, and whatever a name stands for."""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from store.notifications.addresses import AddressError, check_url, is_public
from store.notifications.settings import DeliverySettings as Settings
from store.notifications.webhook import post
from tests.plugins.digest.receivers import web_server

FEW = examples(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

STRICT = Settings(plain_http=True)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/", "ftp://hooks.example.org/", "https://", "hooks.example.org", "https://user@example.org/",
        "https://user:word@example.org/", "https://example.org/#part", "https://exa mple.org/", "https://例子.org/",
        "https://example.org:99999/", "https://example.org:0/", "https://127.0.0.1/", "https://[::1]/", "https://[fe80::1]/",
        "https://[::ffff:10.0.0.1]/", "https://[64:ff9b::7f00:1]/", "https://0.0.0.0/", "https://169.254.169.254/latest",
    ],
)  # fmt: skip
def test_addresses_that_no_webhook_may_have(url: str) -> None:
    with pytest.raises(AddressError):
        check_url(url, Settings())


def test_an_address_that_it_may_have_and_what_settings_allow() -> None:
    assert check_url("https://hooks.example.org:8443/a?b=c", Settings())
    assert check_url("https://[2606:2800:220:1:248:1893:25c8:1946]/", Settings())
    assert check_url("http://127.0.0.1:8080/", Settings(plain_http=True, private_addresses=True))


@FEW
@given(st.one_of(st.ip_addresses(), st.ip_addresses(network="10.0.0.0/8"), st.ip_addresses(network="fc00::/7")))
def test_public_is_what_is_global_also_when_it_is_wrapped(address: Any) -> None:
    assert not is_public(address) or address.is_global
    if isinstance(address, ipaddress.IPv4Address):
        for wrapped in (f"::ffff:{address}", f"64:ff9b::{address}"):
            assert not is_public(ipaddress.ip_address(wrapped)) or is_public(address)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "0x7f000001", "2130706433", "127.1"])
def test_however_this_machine_is_called_nothing_reaches_it(host: str) -> None:
    with web_server() as hook:
        port = hook.url.rsplit(":", 1)[1]
        result = post(f"http://{host}:{port}", "{}", {}, STRICT, lambda: True)
        assert hook.got == []
    assert result.outcome == "REFUSED"
    assert "public internet" in result.detail


def test_a_name_that_stands_for_something_private_too_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 443)) for each in ("93.184.215.14", "10.0.0.7")]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: both)
    result = post("https://hooks.example.org/", "{}", {}, Settings(), lambda: pytest.fail("handed over"))
    assert result.outcome == "REFUSED"
    assert "10.0.0.7" in result.detail


def test_a_receiver_that_drips_is_left_in_time_and_may_have_it() -> None:
    listening = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(10_000)
            for _ in range(200):
                try:
                    connection.sendall(b"H")
                except OSError:
                    return
                time.sleep(0.05)

    threading.Thread(target=drip, daemon=True).start()
    settings = Settings(plain_http=True, private_addresses=True, webhook_timeout=0.5)
    url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
    result = post(url, "{}", {}, settings, lambda: True)
    listening.close()
    assert result.outcome == "UNCERTAIN"


def test_who_lost_the_lease_sends_nothing_whole() -> None:
    with web_server() as hook:
        settings = Settings(plain_http=True, private_addresses=True)
        result = post(hook.url, '{"a": 1}', {}, settings, lambda: False)
        time.sleep(0.05)
        assert result.outcome is None
        assert hook.got == []


@FEW
@given(st.ip_addresses(v=4), st.sampled_from(["::{}", "::ffff:{}", "64:ff9b::{}", "fec0::{}", "fe80::{}"]))
def test_no_wrapping_makes_a_private_address_public(address: Any, form: str) -> None:
    wrapped = ipaddress.ip_address(form.format(address))
    if form.startswith(("::{", "fe")):
        assert not is_public(wrapped)
    assert not is_public(wrapped) or is_public(address)


@pytest.mark.parametrize("host", ["[::127.0.0.1]", "[::7f00:1]", "[::10.0.0.1]", "[::169.254.169.254]"])
def test_an_ipv4_compatible_address_is_refused(host: str) -> None:
    with pytest.raises(AddressError, match="public internet"):
        check_url(f"https://{host}/", Settings())


def test_a_name_that_nobody_resolves_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    never = threading.Event()
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: [] * never.wait(60))
    result = post("https://hooks.example.org/", "{}", {}, Settings(webhook_timeout=0.3), lambda: pytest.fail("sent"))
    never.set()
    assert result.outcome == "FAILED"
    assert "wasn't resolved within" in result.detail
