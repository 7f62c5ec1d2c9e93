"""Uploaded files that wait for a job: in a folder of the data directory, under a signed name that expires."""

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
"""How long a file may be sent to its address, and then be imported."""
LONGEST_NAME = 120
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
    expires_at: datetime

    def path(self, data_directory: Path) -> Path:
        """Return where the file is stored."""
        return data_directory / "uploads" / hashlib.sha256(self.token.encode()).hexdigest()[:32] / self.name


def new_upload(database: Database, name: str, asker_id: str) -> Upload:
    """Make a place for a file of this name. Raises UploadError for a name that can't be one."""
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or _UNSAFE.search(name) or name.startswith("."):
        raise UploadError(
            f"{name[:40]!r} can't be a file's name; give up to {LONGEST_NAME} characters without / \\ : * ? \" < > |."
        )
    token = str(_serializer(database).dumps([new_id("upl"), name, asker_id]))
    return Upload(token, name, asker_id, now() + LIFETIME)


def read_upload(database: Database, token: str) -> Upload:
    """Return the upload of a token. Raises UploadError for one that wasn't given here, or has expired."""
    try:
        (_, name, asker_id), created = _serializer(database).loads(
            token, max_age=int(LIFETIME.total_seconds()), return_timestamp=True
        )
    except SignatureExpired as problem:
        raise UploadError("The upload has expired; create another with createUpload.") from problem
    except BadSignature as problem:
        raise UploadError("There is no such upload; create one with createUpload.") from problem
    return Upload(token, name, asker_id, created + LIFETIME)


def _serializer(database: Database) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(installation_key(database, _KEY), salt="roadshow upload")
