"""Rate limit in points of cost per actor, shared by all workers of one server.

The generic cell rate algorithm (ITU-T I.371, annex A): a bucket that fills evenly, stored as one moment per actor, the
time at which it would be full again. The moments are in a file mapped by all workers.
"""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
import struct
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from math import ceil
from pathlib import Path
from typing import NamedTuple

from api.operations.settings import SHARED, Limits

SLOTS = 65_536
PROBES = 8
"""Neighbouring slots to check; if all are taken, the one nearest to full is reused."""
_SLOT = struct.Struct("=Qd")
FILE = "rate-limits"


def shared_rates(limits: Limits) -> RateLimits | None:
    """Return the rate limit of ``limits``, shared by the processes of `roadshow serve`; None if it is off."""
    if limits.rate_points == 0:
        return None
    shared = os.environ.get(SHARED)
    return RateLimits(limits.rate_points, limits.rate_seconds, Path(shared) if shared else None)


@lru_cache(maxsize=4_096)
def _key(who: str) -> int:
    return int.from_bytes(hashlib.blake2b(who.encode("utf-8", "surrogateescape"), digest_size=8).digest()) or 1


class Allowance(NamedTuple):
    """An actor's remaining points."""

    granted: bool
    left: int
    """Points left now."""
    full_after: float
    """Seconds until the bucket is full again."""
    retry_after: float = 0.0
    """Seconds after which the same cost will be granted."""


class RateLimits:
    """Buckets of ``points`` that fill within ``seconds``. Safe to share among threads and processes.

    ``directory`` is where a server's processes share a file; without one, this process is alone.
    """

    def __init__(
        self, points: int, seconds: float, directory: Path | None = None, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.points = points
        self.seconds = seconds
        self.policy = f'"cost";q={points};w={seconds:g}'.encode()
        self._interval = seconds / points
        self._now = now
        self._lock = threading.Lock()
        self._alone = directory is None
        if directory is None:
            handle, path = tempfile.mkstemp(prefix="roadshow-rates-")
            os.unlink(path)
        else:
            handle = os.open(directory / FILE, os.O_RDWR | os.O_CREAT, 0o600)
        os.ftruncate(handle, SLOTS * _SLOT.size)
        self._handle = handle
        self._map = mmap.mmap(handle, SLOTS * _SLOT.size)

    def headers(self, allowance: Allowance) -> list[tuple[bytes, bytes]]:
        """Return the rest as in the IETF draft "RateLimit header fields for HTTP"."""
        lines = [
            (b"ratelimit-policy", self.policy),
            (b"ratelimit", b'"cost";r=%d;t=%d' % (allowance.left, ceil(allowance.full_after))),
        ]
        if not allowance.granted:
            lines.append((b"retry-after", b"%d" % max(1, ceil(allowance.retry_after))))
        return lines

    def take(self, who: str, cost: int) -> Allowance:
        """Take ``cost`` points from the bucket of ``who`` if it has as many; otherwise take none.

        A cost above ``points`` is never granted.
        """
        key = _key(who)
        with self._lock:
            if self._alone:
                return self._take(key, cost)
            fcntl.lockf(self._handle, fcntl.LOCK_EX)
            try:
                return self._take(key, cost)
            finally:
                fcntl.lockf(self._handle, fcntl.LOCK_UN)

    def _take(self, key: int, cost: int) -> Allowance:
        now = self._now()
        place = key % SLOTS * _SLOT.size
        stored, full_at = _SLOT.unpack_from(self._map, place)
        if stored != key:
            place, full_at = self._find(key, now)
        wanted = max(full_at, now) + cost * self._interval
        over = wanted - now - self.seconds
        if over > 1e-9:
            missing = max(full_at - now, 0.0)
            return Allowance(False, self._left(missing), missing, over)
        _SLOT.pack_into(self._map, place, key, wanted)
        return Allowance(True, self._left(wanted - now), wanted - now)

    def _left(self, missing: float) -> int:
        return max(0, int((self.seconds - missing) / self._interval + 1e-6))

    def _find(self, key: int, now: float) -> tuple[int, float]:
        """Return the slot of ``key``, and its moment."""
        first = key % SLOTS
        best, best_moment = -1, float("inf")
        for step in range(PROBES):
            place = (first + step) % SLOTS * _SLOT.size
            stored, moment = _SLOT.unpack_from(self._map, place)
            if stored == key:
                return place, moment
            if stored == 0 or moment <= now:
                moment = 0.0
            if moment < best_moment:
                best, best_moment = place, moment
        return best, now

    def close(self) -> None:
        """Release the file."""
        with suppress(ValueError, OSError):
            self._map.close()
            os.close(self._handle)
