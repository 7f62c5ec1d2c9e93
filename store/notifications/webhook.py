"""Posts one signed message to a webhook, by the Standard Webhooks specification.

A receiver accepts a message once it has the whole body. So all but the last byte is sent first, then the outbox records
the hand-over, then the last byte goes.
"""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpcore
from standardwebhooks import Webhook

from store.enums import AttemptOutcome
from store.notifications.addresses import AddressError, CheckedNetwork, check_url
from store.notifications.results import HandOver, Result
from store.notifications.settings import DeliverySettings

LONGEST_ANSWER = 16_384
LONGEST_WAIT = 86_400.0


def body(kind: str, at: datetime, data: Mapping[str, object]) -> str:
    """Build a message as the specification recommends: `type`, `timestamp`, `data`."""
    message = {"type": kind, "timestamp": at.isoformat().replace("+00:00", "Z"), "data": data}
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def signed_headers(secret: str, message_id: str, at: datetime, content: str) -> dict[str, str]:
    """Return the three headers for verification."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, at, content),
    }


def post(url: str, content: str, headers: Mapping[str, str], settings: DeliverySettings, hand_over: HandOver) -> Result:
    """Send it. Follows no redirect, uses no proxy. Never raises."""
    payload = content.encode()
    state = {"handed": False, "lost": False}

    def parts() -> Iterator[bytes]:
        yield payload[:-1]
        if not hand_over():
            state["lost"] = True
            raise _LostError
        state["handed"] = True
        yield payload[-1:]

    own = {
        "content-type": "application/json",
        "content-length": str(len(payload)),
        "user-agent": "Roadshow/1",
        "accept-encoding": "identity",
        "connection": "close",
    }
    every: list[tuple[bytes | str, bytes | str]] = [*own.items(), *headers.items()]
    timeouts = dict.fromkeys(("connect", "read", "write", "pool"), settings.webhook_timeout)
    try:
        check_url(url, settings)
        network = CheckedNetwork(settings.private_addresses, time.monotonic() + settings.webhook_timeout)
        with (
            httpcore.ConnectionPool(ssl_context=ssl.create_default_context(), network_backend=network) as pool,
            pool.stream("POST", url, headers=every, content=parts(), extensions={"timeout": timeouts}) as response,
        ):
            return _answered(response)
    except _LostError:
        return Result(None)
    except AddressError as problem:
        return Result(AttemptOutcome.REFUSED, None, str(problem))
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError) as problem:
        if state["lost"]:
            return Result(None)
        words = f"{type(problem).__name__}: {problem}"[:400]
        return Result(AttemptOutcome.UNCERTAIN if state["handed"] else AttemptOutcome.FAILED, None, words)


def _answered(response: httpcore.Response) -> Result:
    read = bytearray()
    try:
        for chunk in response.iter_stream():
            read += chunk
            if len(read) >= LONGEST_ANSWER:
                break
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError):
        pass  # the status has arrived, which is all that counts
    status = response.status
    words = bytes(read[:300]).decode("utf-8", "replace").strip()
    if 200 <= status < 300:
        return Result(AttemptOutcome.DELIVERED, status)
    if 300 <= status < 400:
        return Result(AttemptOutcome.FAILED, status, "It answered with a redirect, which isn't followed.")
    if status == 410:
        return Result(AttemptOutcome.REFUSED, status, words or "Gone.", gone=True)
    return Result(AttemptOutcome.FAILED, status, words, wait=_wait(response) if status in (429, 503) else None)


def _wait(response: httpcore.Response) -> float | None:
    """Return the seconds of `Retry-After`, a number or a date."""
    for name, value in response.headers:
        if name.lower() == b"retry-after":
            text = value.decode("latin-1").strip()
            if text.isdigit():
                return min(float(text), LONGEST_WAIT)
            try:
                seconds = (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()
            except (ValueError, TypeError):
                return None
            return min(max(0.0, seconds), LONGEST_WAIT)
    return None


class _LostError(Exception):
    """Another process has taken the message over."""
