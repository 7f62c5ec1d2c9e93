"""The digest's secret: from the settings, or from a file."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from plugins.digest.settings import Settings
from roadshow.outbox import LinkError, Signer


@dataclass(frozen=True)
class Secrets(Signer):
    """Signs and verifies by the settings."""

    namespace: ClassVar[str] = "roadshow digest"
    settings: Settings

    @cached_property
    def master(self) -> bytes:
        """The secret. Without a setting it is created in `key_file` on first use."""
        given = self.settings.secret
        return given.get_secret_value().encode() if given else _kept(self.settings.key_file)


def _kept(path: Path) -> bytes:
    """Return the secret in a file, created atomically so that several processes find the same."""
    with contextlib.suppress(FileNotFoundError):
        return _read(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".digest-")  # readable by this user alone
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32))
        with contextlib.suppress(FileExistsError):
            os.link(name, path)
    finally:
        os.unlink(name)
    return _read(path)


def _read(path: Path) -> bytes:
    secret = path.read_bytes().strip()
    if len(secret) < 32:
        raise ValueError(
            f"{path} holds no secret of at least 32 characters; set plugins.digest.secret, or remove the file"
        )
    return secret


__all__ = ["LinkError", "Secrets"]
