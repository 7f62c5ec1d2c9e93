"""Where the bytes of documents are: a folder, or object storage that speaks S3 or another protocol of `obstore`.

A key is written once and never changed. Rows of `document` are what counts: bytes without a row are an orphan, which
`store.files.sweeping` deletes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from store.settings import Settings

CHUNK = 1 << 20
"""Bytes read at once."""
_RETRIES = {"max_retries": 3, "retry_timeout": timedelta(seconds=20)}


class StorageError(Exception):
    """The storage of documents can't be used now, or holds no such bytes; the message says why."""


class DocumentStorage:
    """Bytes by key."""

    def __init__(self, store: ObjectStore, shown: str) -> None:
        self._store = store
        self.shown = shown
        """Where it is, for people; without secrets."""

    def put(self, key: str, path: Path) -> None:
        """Store the content of a file under a key. Raises StorageError."""
        try:
            obstore.put(self._store, key, path)
        except (BaseError, OSError) as problem:
            raise self._failed("written", problem) from problem

    def put_stream(self, key: str, chunks: Iterator[bytes]) -> None:
        """Store bytes under a key as they come. Raises StorageError."""
        try:
            obstore.put(self._store, key, chunks)
        except (BaseError, OSError) as problem:
            raise self._failed("written", problem) from problem

    def read(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Return the bytes of a key from `start` up to, without, `end`, in chunks.

        Raises StorageError at once where there are none; where reading breaks off, in the middle.
        """
        try:
            if end is None:
                found = obstore.get(self._store, key, options={"range": {"offset": start}} if start else {})
            else:
                found = obstore.get(self._store, key, options={"range": (start, end)})
        except (BaseError, OSError) as problem:
            raise self._failed("read", problem) from problem
        return self._chunks(found)

    def _chunks(self, found: obstore.GetResult) -> Iterator[bytes]:
        try:
            for chunk in found.stream(min_chunk_size=CHUNK):
                yield bytes(chunk)
        except (BaseError, OSError) as problem:
            raise self._failed("read", problem) from problem

    def delete(self, key: str) -> None:
        """Delete a key; nothing happens where there is none. Raises StorageError."""
        try:
            obstore.delete(self._store, key)
        except FileNotFoundError:
            return
        except (BaseError, OSError) as problem:
            raise self._failed("deleted", problem) from problem

    def listed(self) -> Iterator[tuple[str, datetime]]:
        """Yield each key and when it was written. Raises StorageError."""
        try:
            for batch in obstore.list(self._store):
                for each in batch:
                    yield each["path"], each["last_modified"]
        except (BaseError, OSError) as problem:
            raise self._failed("listed", problem) from problem

    def _failed(self, what: str, problem: Exception) -> StorageError:
        first = next((line for line in str(problem).splitlines() if line.strip()), type(problem).__name__)
        return StorageError(f"Documents in {self.shown} can't be {what}: {first[:300]}")


class Opened(Protocol):
    """Storage that a plugin provides; `roadshow.DocumentBytes` says what each does."""

    def put(self, key: str, path: Path) -> None: ...

    def read(self, key: str, start: int, end: int | None) -> Iterable[bytes]: ...

    def delete(self, key: str) -> None: ...

    def listed(self) -> Iterable[tuple[str, datetime]]: ...


class ForeignStorage(DocumentStorage):
    """Storage that a plugin provides. Whatever it raises is its failure, told as `StorageError`."""

    def __init__(self, opened: Opened, shown: str) -> None:
        self._opened = opened
        self.shown = shown

    def put(self, key: str, path: Path) -> None:
        with self._failing("written"):
            self._opened.put(key, path)

    def put_stream(self, key: str, chunks: Iterator[bytes]) -> None:
        with self._failing("written"), TemporaryDirectory() as folder:
            path = Path(folder, "bytes")
            with path.open("wb") as stream:
                stream.writelines(chunks)
            self._opened.put(key, path)

    def read(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        with self._failing("read"):
            chunks = iter(self._opened.read(key, start, end))
            first = next(chunks, b"")  # so that there being none is told at once
        return self._rest(first, chunks)

    def _rest(self, first: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
        yield first
        with self._failing("read"):
            yield from chunks

    def delete(self, key: str) -> None:
        with self._failing("deleted"):
            self._opened.delete(key)

    def listed(self) -> Iterator[tuple[str, datetime]]:
        with self._failing("listed"):
            yield from self._opened.listed()

    @contextmanager
    def _failing(self, what: str) -> Iterator[None]:
        try:
            yield
        except Exception as problem:
            raise self._failed(what, problem) from problem


SCHEMES: dict[str, Callable[[str], Opened]] = {}
"""What opens the storage of an address by its scheme, where a plugin provides it."""


def key_of(document_id: str) -> str:
    """Return the key of a document's bytes; folders stay short, because the last characters of ids are random."""
    return f"{document_id[-2:]}/{document_id}"


def storage_of(settings: Settings) -> DocumentStorage:
    """Return the storage that the settings name. Raises StorageError for an address that can't be one."""
    return _opened(settings.files.storage, settings.data_directory)


@lru_cache(maxsize=4)
def _opened(url: str | None, data_directory: Path) -> DocumentStorage:
    if url is None:
        folder = data_directory.absolute() / "documents"
        return DocumentStorage(LocalStore(folder, automatic_cleanup=True, mkdir=True), str(folder))
    opens = SCHEMES.get(url.partition("://")[0])
    if opens is not None:
        shown = re.sub("//[^/@]*@", "//", url)
        try:
            return ForeignStorage(opens(url), shown)
        except Exception as problem:
            raise StorageError(f"files.storage = {shown!r} can't be used: {problem}") from problem
    try:
        store = from_url(url, retry_config=_RETRIES)  # type: ignore[call-overload]
    except (BaseError, ValueError, OSError) as problem:
        raise StorageError(f"files.storage = {url!r} can't be used: {problem}") from problem
    return DocumentStorage(store, url)
