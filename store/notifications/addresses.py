"""Allowed webhook addresses: only the public internet, unless the operator allows more.

The checked address is the one connected to, so a name that resolves differently the second time gets nothing.
"""

from __future__ import annotations

import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import httpcore

from store.notifications.settings import DeliverySettings

_UNICAST = (ipaddress.ip_network("2000::/3"), ipaddress.ip_network("64:ff9b::/96"))


class AddressError(Exception):
    """Nothing may be sent there; the text says why."""


def check_url(url: str, settings: DeliverySettings) -> str:
    """Return the URL if it is allowed for a webhook; its host is resolved when something is sent.

    Raises
    ------
    AddressError: what is wrong with it, and what is allowed.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise AddressError(f"'{url}' is not a URL: {error}") from error
    allowed = ("https", "http") if settings.plain_http else ("https",)
    if parts.scheme not in allowed or not host or not url.isascii() or any(each.isspace() for each in url):
        raise AddressError(f"'{url}' can't be a webhook's address; give one that begins with {allowed[0]}://")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise AddressError("A webhook's address can't have a user, password or fragment; verify the signature instead.")
    if port == 0:
        raise AddressError("0 is not a port.")
    literal = host.strip("[]")
    try:
        number = ipaddress.ip_address(literal)
    except ValueError:
        return url
    if not settings.private_addresses and not is_public(number):
        raise AddressError(f"{literal} is not an address of the public internet.")
    return url


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Return whether it is on the public internet; an IPv6 address that wraps an IPv4 one counts as that one.

    Of IPv6 only global unicast (2000::/3, RFC 4291) and what NAT64 wraps (RFC 6052) is: an IPv4-compatible address such
    as ``::127.0.0.1`` is not.
    """
    if isinstance(address, ipaddress.IPv6Address):
        if not any(address in network for network in _UNICAST):
            return False
        wrapped = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if wrapped is None and address in ipaddress.ip_network("64:ff9b::/96"):
            wrapped = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if wrapped is not None and not is_public(wrapped):
            return False
    return address.is_global and not address.is_multicast


class CheckedNetwork(httpcore.SyncBackend):
    """Connects to a name's addresses if all of them are allowed; everything ends at `deadline` (monotonic)."""

    def __init__(self, private_addresses: bool, deadline: float) -> None:
        super().__init__()
        self._private = private_addresses
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """As of httpcore; raises AddressError."""
        try:
            addresses = _looked_up(host, port, _left(timeout, self._deadline, httpcore.ConnectTimeout))
        except OSError as error:
            raise httpcore.ConnectError(f"{host} can't be found: {error}") from error
        for each in addresses:
            if not self._private and not is_public(ipaddress.ip_address(each.partition("%")[0])):
                raise AddressError(f"{host} resolves to {each}, which is not an address of the public internet.")
        problem: Exception | None = None
        for each in addresses[:3]:
            try:
                left = _left(timeout, self._deadline, httpcore.ConnectTimeout)
                stream = super().connect_tcp(each, port, left, local_address, socket_options)
                return TimedStream(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
        raise problem or httpcore.ConnectError(f"{host} has no address")

    def connect_unix_socket(self, *arguments: object, **named: object) -> httpcore.NetworkStream:
        """Never: a webhook goes over the network."""
        raise AddressError("A webhook goes over the network.")


class TimedStream(httpcore.NetworkStream):
    """A stream that ends at a deadline, however slowly data arrives."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """As of httpcore."""
        return self._stream.read(max_bytes, _left(timeout, self._deadline, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """As of httpcore."""
        self._stream.write(buffer, _left(timeout, self._deadline, httpcore.WriteTimeout))

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """As of httpcore."""
        left = _left(timeout, self._deadline, httpcore.ConnectTimeout)
        return TimedStream(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def close(self) -> None:
        """As of httpcore."""
        self._stream.close()

    def get_extra_info(self, info: str) -> object:
        """As of httpcore."""
        return self._stream.get_extra_info(info)


def _looked_up(host: str, port: int, seconds: float) -> list[str]:
    """Resolve a name. Raises OSError, or httpcore.ConnectTimeout after `seconds`.

    The system's resolver has no time limit, so it runs in a thread that is abandoned if it takes longer.
    """
    answer: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

    def look() -> None:
        try:
            entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answer.put(list(dict.fromkeys(str(each[4][0]) for each in entries)))
        except OSError as error:
            answer.put(error)
        except UnicodeError as error:  # a part of the name is too long
            answer.put(OSError(str(error)))

    threading.Thread(target=look, name="webhook-name", daemon=True).start()
    try:
        addresses = answer.get(timeout=seconds)
    except queue.Empty:
        raise httpcore.ConnectTimeout(f"{host} wasn't resolved within {seconds:.0f} s") from None
    if isinstance(addresses, OSError):
        raise addresses
    return addresses


def _left(timeout: float | None, deadline: float, problem: type[Exception]) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise problem("the time limit of the whole request has passed")
    return left if timeout is None else min(timeout, left)
