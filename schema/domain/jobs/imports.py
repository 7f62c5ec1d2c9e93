"""Mutations that bring files in: a place for an upload, and the job that imports it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from schema.declarations.base import STAFF, GivenArguments
from schema.domain.jobs.starting import started
from schema.domain.shared.problems import Payload, RefusedError, bad, forbidden
from schema.domain.shared.writing import guarded
from schema.request.context import Context
from store.imports.kinds import KINDS
from store.jobs.uploads import Upload, UploadError, new_upload, read_upload

IMPORT = "import"
"""Name of the kind of job that `startImport` asks for."""


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
        asker = _asker(context)
        upload = new_upload(context.services.database, arguments["name"], asker)
    except RefusedError as refused:
        return Payload(user_errors=refused.errors, dry_run=dry_run)
    except UploadError as problem:
        return Payload(user_errors=bad(str(problem), "name").errors, dry_run=dry_run)
    place = UploadPlace(upload.token, f"/uploads/{upload.token}", upload.expires_at)
    return Payload(None if dry_run else place, dry_run=dry_run)


async def start_import(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Ask for the import of an uploaded file."""
    try:  # before the transaction: the first reading of an upload writes the key that signs them
        upload = _sent(context, arguments["upload"])
    except RefusedError as refused:
        return Payload(user_errors=refused.errors, dry_run=bool(arguments.get("dry_run")))

    async def work(session: Session) -> object:
        kind = arguments.get("kind")
        if kind is not None and kind not in KINDS:
            raise bad(f"{kind[:40]!r} can't be imported; give one of {', '.join(KINDS)}.", "kind")
        return started(context, session, IMPORT, {
            "upload": upload.token,
            "kind": kind,
            "namespace": arguments["namespace"],
            "format": arguments.get("format"),
            "check_only": arguments["check_only"],
            "skip_bad_rows": arguments["skip_bad_rows"],
            "skip_bad_cells": arguments["skip_bad_cells"],
        })  # fmt: skip

    return await guarded(context, "startImport", arguments, work)


def _sent(context: Context, token: str) -> Upload:
    """Return an upload of whoever asks, whose file has arrived. Raises RefusedError."""
    asker = _asker(context)
    try:
        upload = read_upload(context.services.database, token)
    except UploadError as problem:
        raise bad(str(problem), "upload") from problem
    if upload.asker_id != asker:
        raise bad("There is no such upload; create one with createUpload.", "upload")
    if not upload.path(context.services.settings.data_directory).is_file():
        raise bad("The file hasn't been sent yet: PUT it to the upload's address first.", "upload")
    return upload


def _asker(context: Context) -> str:
    """Return who asks. Raises RefusedError for those who may not import."""
    if context.actor.role not in STAFF:
        raise forbidden(f"{context.actor.role} may not import files; organisers and administrators may.")
    if context.actor.asker_id is None:
        raise forbidden("Sign in or send an API key.")
    return context.actor.asker_id
