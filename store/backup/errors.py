"""What can be wrong with a backup."""

from __future__ import annotations


class BackupError(Exception):
    """A backup can't be written, read or restored; the message says why and what to do."""
