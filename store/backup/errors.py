"""The error of backups."""

from __future__ import annotations


class BackupError(Exception):
    """A backup that can't be written, read or restored; the message says why and what to do."""
