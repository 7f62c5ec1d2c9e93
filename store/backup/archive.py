"""The file of a backup: a ZIP archive with a manifest, a member for each table and for each file, all with hashes.

An encrypted one is the same in the format of https://age-encryption.org, which the tool `age` reads as well.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO

import pyrage
from pydantic import BaseModel, ValidationError

from store.backup.errors import BackupError

MANIFEST = "manifest.json"
FORMAT = 1
_AGE = b"age-encryption.org/"
_CHUNK = 1 << 20


class ChainRecord(BaseModel):
    """A chain of migrations: whose it is, and where the database stood."""

    name: str
    revision: str | None
    version: str = ""
    tables: list[str] = []


class TableRecord(BaseModel):
    """What a table held."""

    name: str
    columns: list[str]
    rows: int
    digest: str
    """See `store.backup.rows.Digest`: the same when the rows are read back."""


class Manifest(BaseModel):
    """What is in a backup."""

    format: int = FORMAT
    roadshow: str
    made_at: str
    database: str
    """`sqlite` or `postgresql`: where it comes from; it may be restored to either."""
    chains: list[ChainRecord]
    tables: list[TableRecord]
    members: dict[str, str] = {}
    """The SHA-256 of each other member."""


class ArchiveWriter:
    """Adds members to an archive; use `writing`."""

    def __init__(self, target: zipfile.ZipFile) -> None:
        self._target = target
        self.members: dict[str, str] = {}

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        """Add a member made of chunks."""
        digest = sha256()
        with self._target.open(name, "w", force_zip64=True) as member:
            for chunk in chunks:
                digest.update(chunk)
                member.write(chunk)
        self.members[name] = digest.hexdigest()

    def finish(self, manifest: Manifest) -> None:
        """Add the manifest, which says what all others are."""
        manifest.members = self.members
        self._target.writestr(MANIFEST, manifest.model_dump_json(indent=1))


@contextmanager
def writing(
    path: Path, recipients: Sequence[str] = (), check: Callable[[Path], None] | None = None
) -> Iterator[ArchiveWriter]:
    """Write an archive that appears under its name when it is complete; encrypted where there are `recipients`.

    `check` is called with the path of the complete archive before it is encrypted; what it raises goes through, and
    nothing is left. Raises BackupError where the folder can't be written to, or a recipient isn't a public key of age.
    """
    keys = [_recipient(each) for each in recipients]
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    plain = path.with_name(f".{path.name}.{os.getpid()}.plain") if keys else unfinished
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target:
            os.chmod(plain, 0o600)
            yield ArchiveWriter(target)
        if check is not None:
            check(plain)
        if keys:
            pyrage.encrypt_file(str(plain), str(unfinished), keys)
            os.chmod(unfinished, 0o600)
        with unfinished.open("rb+") as stream:
            os.fsync(stream.fileno())
        unfinished.replace(path)
    except OSError as problem:
        raise BackupError(f"{path} can't be written: {problem.strerror or problem}.") from problem
    finally:
        unfinished.unlink(missing_ok=True)
        plain.unlink(missing_ok=True)


class ArchiveReader:
    """A backup whose manifest was read; use `reading`."""

    def __init__(self, path: Path, source: zipfile.ZipFile) -> None:
        self.path = path
        self._source = source
        self.manifest = self._read_manifest()

    def check(self) -> None:
        """Read every member. Raises BackupError where one is missing, is damaged, or isn't in the manifest."""
        there = set(self._source.namelist()) - {MANIFEST}
        if odd := there.symmetric_difference(self.manifest.members):
            raise self._damaged(f"{min(odd)} is {'not in the manifest' if min(odd) in there else 'missing'}")
        for name, expected in self.manifest.members.items():
            digest = sha256()
            for chunk in self.chunks(name):
                digest.update(chunk)
            if digest.hexdigest() != expected:
                raise self._damaged(f"{name} is not what was written")

    def chunks(self, name: str) -> Iterator[bytes]:
        """A member's content. Raises BackupError where it is damaged."""
        try:
            with self._source.open(name) as member:
                while chunk := member.read(_CHUNK):
                    yield chunk
        except (zipfile.BadZipFile, OSError, EOFError, ValueError, zlib.error) as problem:
            raise self._damaged(f"{name}: {problem}") from problem

    def lines(self, name: str) -> Iterator[bytes]:
        """A member's lines, without their ends."""
        with self._source.open(name) as member:
            for line in member:
                yield line.rstrip(b"\n")

    def _read_manifest(self) -> Manifest:
        try:
            manifest = Manifest.model_validate_json(self._source.read(MANIFEST))
        except KeyError as problem:
            raise BackupError(f"{self.path} is no backup of Roadshow: it has no {MANIFEST}.") from problem
        except (ValidationError, zipfile.BadZipFile, zlib.error) as problem:
            raise self._damaged(f"{MANIFEST} can't be read") from problem
        if manifest.format > FORMAT:
            raise BackupError(
                f"{self.path} was written by Roadshow {manifest.roadshow} in a newer format ({manifest.format}; "
                f"this version reads up to {FORMAT}). Install that version or a later one."
            )
        return manifest

    def _damaged(self, what: str) -> BackupError:
        return BackupError(f"{self.path} is damaged: {what}. Nothing was restored; use another backup.")


@contextmanager
def reading(path: Path, identity: Path | None = None) -> Iterator[ArchiveReader]:
    """Open a backup; `identity` is a file with the secret key that an encrypted one needs.

    Raises BackupError where it can't be read.
    """
    with _plain(path, identity) as stream:
        try:
            source = zipfile.ZipFile(stream)
        except zipfile.BadZipFile as problem:
            raise BackupError(
                f"{path} is damaged, or is no backup of Roadshow: {problem}. Nothing was restored; use another backup."
            ) from problem
        with source:
            yield ArchiveReader(path, source)


@contextmanager
def _plain(path: Path, identity: Path | None) -> Iterator[IO[bytes]]:
    try:
        with path.open("rb") as stream:
            if stream.read(len(_AGE)) != _AGE:
                stream.seek(0)
                yield stream
                return
    except OSError as problem:
        raise BackupError(f"{path} can't be read: {problem.strerror or problem}.") from problem
    if identity is None:
        raise BackupError(f"{path} is encrypted. Name the file with the secret key: --identity FILE.")
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".restore-") as decrypted:
        try:
            pyrage.decrypt_file(str(path), decrypted.name, _identities(identity))
        except pyrage.DecryptError as problem:
            raise BackupError(f"{path} can't be decrypted with {identity}: {problem}.") from problem
        yield decrypted


def _recipient(text: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError as problem:
        raise BackupError(f"{text!r} is no public key of age (`age1…`, made by `age-keygen`).") from problem


def _identities(path: Path) -> list[pyrage.x25519.Identity]:
    try:
        lines = [line.strip() for line in path.read_text("utf-8").splitlines()]
        return [pyrage.x25519.Identity.from_str(each) for each in lines if each and not each.startswith("#")]
    except (OSError, UnicodeDecodeError, pyrage.IdentityError) as problem:
        raise BackupError(f"{path} holds no secret key of age (`AGE-SECRET-KEY-…`): {problem}.") from problem
