"""Files of jobs: in a folder of the data directory, named after the job, described in its result."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from pydantic import BaseModel

from store.files.uploads import uploads_folder
from store.models.base import now

KEY = "file"
"""Where a job's result describes its file."""


class WithResult(Protocol):
    """A job, or a row with its result."""

    @property
    def result(self) -> dict[str, object] | None: ...


class StoredFile(BaseModel):
    """A job's file."""

    name: str
    """What a reader saves it as."""
    media_type: str
    bytes: int
    expires_at: datetime
    stored_as: str
    """Its name in the folder: of the job and the attempt, so that two attempts never write to one file."""


def folder_of(data_directory: Path) -> Path:
    """Return the folder that holds the files of jobs."""
    return data_directory / "jobs"


def path_of(data_directory: Path, stored: StoredFile) -> Path:
    """Return where the file of a job is."""
    return folder_of(data_directory) / stored.stored_as


def forget_files(data_directory: Path, kept: timedelta) -> int:
    """Delete files of jobs older than `kept`, those of unfinished attempts and uploads too; return how many."""
    count = 0
    oldest = (now() - kept).timestamp()
    for path in (*folder_of(data_directory).glob("*"), *uploads_folder(data_directory).rglob("*")):
        with suppress(FileNotFoundError):  # another process was first
            if path.is_file() and path.stat().st_mtime < oldest:
                path.unlink()
                count += 1
                with suppress(OSError):  # the folders of an upload, unless there is more in them
                    path.parent.rmdir()
                    path.parent.parent.rmdir()
    return count


def file_of(job: WithResult) -> StoredFile | None:
    """Return the file of a job; None without one, or once it has expired."""
    told = (job.result or {}).get(KEY)
    if told is None:
        return None
    stored = StoredFile.model_validate(told)
    return stored if stored.expires_at > now() else None
