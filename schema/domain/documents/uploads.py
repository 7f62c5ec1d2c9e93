"""The mutation that makes a place for a file, and the uploads that others name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from schema.declarations.base import STAFF, GivenArguments
from schema.domain.shared.problems import Payload, RefusedError, bad, forbidden
from schema.request.context import Context
from store.enums import Role
from store.files.uploads import Upload, UploadError, new_upload, read_upload


@dataclass(frozen=True, slots=True)
class UploadPlace:
    """Where a file is to be sent."""

    token: str
    url: str
    expires_at: datetime


async def create_upload(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Make a place for a file."""
    dry_run = bool(arguments.get("dry_run"))
    try:
        asker = asker_of(context)
        document = context.actor.role not in STAFF
        upload = new_upload(context.services.database, arguments["name"], asker, document)
    except RefusedError as refused:
        return Payload(user_errors=refused.errors, dry_run=dry_run)
    except UploadError as problem:
        return Payload(user_errors=bad(str(problem), "name").errors, dry_run=dry_run)
    place = UploadPlace(upload.token, f"/uploads/{upload.token}", upload.expires_at)
    return Payload(None if dry_run else place, dry_run=dry_run)


def given_upload(context: Context, token: str) -> Upload:
    """Return an upload of whoever asks, whether or not its file has arrived. Raises RefusedError."""
    asker = asker_of(context)
    try:
        upload = read_upload(context.services.database, token)
    except UploadError as problem:
        raise bad(str(problem), "upload") from problem
    if upload.asker_id != asker:
        raise bad("There is no such upload; create one with createUpload.", "upload")
    return upload


def arrived(context: Context, upload: Upload) -> Path:
    """Return the file of an upload. Raises RefusedError where it hasn't arrived whole, or was used."""
    path = upload.path(context.services.settings.data_directory)
    if not path.is_file():
        raise bad("The file hasn't been sent yet: PUT it to the upload's address first.", "upload")
    return path


def asker_of(context: Context) -> str:
    """Return who asks. Raises RefusedError for those who may not send files."""
    if context.actor.role in (Role.PUBLIC, Role.REVIEWER):
        raise forbidden(f"{context.actor.role} may not send files: they are for those who may edit a record.")
    if context.actor.asker_id is None:
        raise forbidden("Sign in or send an API key.")
    return context.actor.asker_id
