"""Uploaded files that wait to be used: in a folder of the data directory, under a signed name that expires."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from store.database import Database
from store.database.installation_keys import installation_key
from store.models.base import now
from store.values.ids import new_id

LIFETIME = timedelta(hours=24)
"""How long a file may be sent to its address, and then be used."""
LONGEST_NAME = 120
MOST_WAITING = 20
"""Files of one asker that may wait to be used."""
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]")
_KEY = "uploads"


class UploadError(ValueError):
    """An upload can't be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A place for one file. `token` names it, proves that it was asked for here, and is part of its address."""

    token: str
    name: str
    """The file's name, as it was on the asker's machine."""
    asker_id: str
    """Who asked for it; see `Actor.asker_id`."""
    document: bool
    """Whether it can become a document alone, and so is no larger than one may be."""
    expires_at: datetime

    def path(self, data_directory: Path) -> Path:
        """Return where the file is stored."""
        return self.askers_folder(data_directory) / _hashed(self.token) / self.name

    def askers_folder(self, data_directory: Path) -> Path:
        """Return the folder of all uploads of the asker."""
        return uploads_folder(data_directory) / _hashed(self.asker_id)

    def waiting(self, data_directory: Path) -> int:
        """Return how many files of the asker wait to be used."""
        return sum(1 for _ in self.askers_folder(data_directory).glob("*/*"))


def uploads_folder(data_directory: Path) -> Path:
    """Return the folder of everybody's uploads: `asker/upload/file`."""
    return data_directory / "uploads"


def new_upload(database: Database, name: str, asker_id: str, document: bool = False) -> Upload:
    """Make a place for a file of this name. Raises UploadError for a name that can't be one."""
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or _UNSAFE.search(name) or name.startswith("."):
        raise UploadError(
            f"{name[:40]!r} can't be a file's name; give up to {LONGEST_NAME} characters without / \\ : * ? \" < > |."
        )
    token = str(_serializer(database).dumps([new_id("upl"), name, asker_id, document]))
    return Upload(token, name, asker_id, document, now() + LIFETIME)


def read_upload(database: Database, token: str) -> Upload:
    """Return the upload of a token. Raises UploadError for one that wasn't given here, or has expired."""
    try:
        (_, name, asker_id, *document), created = _serializer(database).loads(
            token, max_age=int(LIFETIME.total_seconds()), return_timestamp=True
        )
    except SignatureExpired as problem:
        raise UploadError("The upload has expired; create another with createUpload.") from problem
    except BadSignature as problem:
        raise UploadError("There is no such upload; create one with createUpload.") from problem
    return Upload(token, name, asker_id, document == [True], created + LIFETIME)


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _serializer(database: Database) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(installation_key(database, _KEY), salt="roadshow upload")
