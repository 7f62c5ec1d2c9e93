"""A folder of backups: their names, which of them were read back, and how many are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from store.models.base import now

SUFFIX = ".roadshow"
_MARK = ".verified"
"""Ending of an empty file beside each backup that was restored and compared."""
_NAME = "roadshow-%Y%m%d-%H%M%S"


def new_path(folder: Path) -> Path:
    """Return the path of a backup made now."""
    return folder / f"{now().strftime(_NAME)}{SUFFIX}"


def backups(folder: Path) -> list[Path]:
    """List the backups of a folder, newest first; files that somebody named otherwise are left out."""
    return sorted((each for each in folder.glob(f"*{SUFFIX}") if _moment(each) is not None), reverse=True)


def made_at(path: Path) -> datetime:
    """Return when one of `backups` was made."""
    moment = _moment(path)
    assert moment is not None
    return moment


def _moment(path: Path) -> datetime | None:
    try:
        return datetime.strptime(path.name.removesuffix(SUFFIX) + "+0000", f"{_NAME}%z")
    except ValueError:
        return None


def mark_verified(path: Path) -> None:
    """Record that a backup was restored and compared."""
    _mark(path).touch()


def is_verified(path: Path) -> bool:
    """Return whether a backup was restored and compared."""
    return _mark(path).exists()


def delete_old(folder: Path, keep: int) -> Sequence[Path]:
    """Delete all but the newest `keep` verified backups and what is newer than they are; gives what was deleted."""
    existing = backups(folder)
    verified = [each for each in existing if is_verified(each)]
    old = [each for each in existing if len(verified) >= keep and each < verified[keep - 1]]
    for each in old:
        each.unlink(missing_ok=True)
        _mark(each).unlink(missing_ok=True)
    return old


def _mark(path: Path) -> Path:
    return path.with_name(path.name + _MARK)
