"""Snapshots on disk: written by the process that built one, memory-mapped by the others and at the next start.

A file holds the pickled objects followed by their raw arrays (pickle protocol 5 with out-of-band buffers), so that
pages are read on demand and shared between processes.

Unpickling runs code, so the objects are signed (HMAC-SHA256) with a key from the installation's database: foreign files
in the data directory are never unpickled. Arrays are numbers and need no signature.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import io
import json
import logging
import mmap
import os
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

from recommender.blocks import Block, core_blocks
from recommender.fit.model import MODEL_VERSION
from recommender.snapshot.pool_snapshot import PoolSnapshot

log = logging.getLogger("roadshow.recommender")

SAVED_FROM = 2_000
"""Smaller pools are read from the store as fast as from a file."""
FORMAT = b"roadshow snapshot 12\n"
SIGNATURE = hashlib.sha256().digest_size
ALIGNMENT = 64


class Absent:
    """A placeholder for a plugin's block, restored if its plugin is present."""

    def __init__(self, name: str) -> None:
        self.name = name


class SnapshotFile:
    """The file for snapshots of one store by one model. ``key`` identifies both; a file with another key isn't read.

    ``secret()`` returns the signing key: a file signed with another counts as missing.
    """

    def __init__(self, directory: Path, key: str, secret: Callable[[], bytes]) -> None:
        own = hashlib.sha256(f"{MODEL_VERSION}|{key}".encode()).hexdigest()[:16]
        self.path = directory / f"recommender-{own}.snapshot"
        self.key = key
        self._secret = secret

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Admit one process at a time; the others wait, then find what it wrote. If none can write, none waits."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            lock = open(self.path.with_suffix(".lock"), "w")  # noqa: SIM115
        except OSError as problem:
            log.warning("snapshots aren't saved: %s", problem)
            yield
            return
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def stamp(self) -> tuple[int, int] | None:
        """Return a value that differs for each snapshot written; ``None`` where there is none."""
        try:
            status = self.path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_ino

    def write(self, snapshot: PoolSnapshot) -> None:
        """Write the snapshot, and its index beside it, replacing the earlier ones."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        state = {each.name: getattr(snapshot, each.name) for each in fields(snapshot) if each.init}
        state["everyone"] = snapshot.caches.current
        if snapshot.index is not None:
            target = self.path.with_suffix(f".{snapshot.fitted_at}.faiss")
            if not target.is_file():
                snapshot.index.save(target)
            for earlier in self.path.parent.glob(f"{self.path.stem}.*.faiss"):
                if earlier != target:
                    earlier.unlink()  # processes that have it mapped keep it
        buffers: list[pickle.PickleBuffer] = []
        written = io.BytesIO()
        _Pickler(written, buffers).dump((self.key, state))
        partial = self.path.with_suffix(".partial")
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            views = [buffer.raw() for buffer in buffers]
            header = json.dumps([len(written.getvalue()), *(len(view) for view in views)]).encode()
            file.write(FORMAT + len(header).to_bytes(8, "little") + header)
            file.write(self._signature(header, written.getvalue()) + written.getvalue())
            for view in views:
                file.write(bytes(-file.tell() % ALIGNMENT))
                file.write(view)
        partial.replace(self.path)

    def _signature(self, header: bytes, objects: bytes | memoryview) -> bytes:
        signed = hmac.new(self._secret(), FORMAT + header, hashlib.sha256)
        signed.update(objects)
        return signed.digest()

    def read(self, blocks: Sequence[Block]) -> PoolSnapshot | None:
        """Return the saved snapshot with the plugins' unfitted ``blocks`` back in place; ``None`` if unusable."""
        try:
            return self._read(blocks)
        except FileNotFoundError:
            return None
        except Exception as problem:  # a file of another version, or cut short: the store has everything
            log.warning("the saved snapshot %s can't be used (%s); it is built anew", self.path, problem)
            return None

    def _read(self, blocks: Sequence[Block]) -> PoolSnapshot | None:
        with open(self.path, "rb") as file:
            mapped = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        start = len(FORMAT) + 8
        if bytes(mapped[: len(FORMAT)]) != FORMAT:
            return None
        length = int.from_bytes(mapped[len(FORMAT) : start], "little")
        header = bytes(mapped[start : start + length])
        size, *lengths = json.loads(header)
        start += length
        signature, start = bytes(mapped[start : start + SIGNATURE]), start + SIGNATURE
        objects, at = mapped[start : start + size], start + size
        if not hmac.compare_digest(signature, self._signature(header, objects)):
            raise ValueError("it was not signed by this installation")
        buffers = []
        for each in lengths:
            at += -at % ALIGNMENT
            buffers.append(mapped[at : at + each])
            at += each
        key, state = pickle.loads(objects, buffers=buffers)
        if key != self.key:
            return None
        everyone = state.pop("everyone")
        snapshot = PoolSnapshot(**state)
        snapshot.caches.restore(everyone)
        if snapshot.index is not None:
            snapshot.index.load(self.path.with_suffix(f".{snapshot.fitted_at}.faiss"))
        _put_back(snapshot, {block.name: block for block in blocks})
        return snapshot


def _put_back(snapshot: PoolSnapshot, blocks: Mapping[str, Block]) -> None:
    """Refit plugins' blocks, which may differ in version from those in the file."""
    model = snapshot.model
    absent = {name for name, block in model.by_name_.items() if isinstance(block, Absent)}
    for name in absent:
        model.by_name_[name] = blocks[name].fit(model.context_)
    model.blocks = tuple(model.by_name_[block.name] for block in model.blocks)


class _Pickler(pickle.Pickler):
    def __init__(self, file: io.BytesIO, buffers: list[pickle.PickleBuffer]) -> None:
        super().__init__(file, protocol=5, buffer_callback=buffers.append)
        self._core = {type(block) for block in core_blocks()}

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, Block) and type(value) not in self._core:
            return Absent, (value.name,)
        return NotImplemented
