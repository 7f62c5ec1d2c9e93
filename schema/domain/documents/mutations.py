"""Mutations of documents: added, changed, archived and restored by those who may write the record."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from schema.declarations.base import GivenArguments, Model
from schema.declarations.errors import UnavailableError
from schema.domain.documents.entity import visible_documents
from schema.domain.documents.uploads import arrived, given_upload
from schema.domain.shared.inputs.filling import fill
from schema.domain.shared.problems import Payload, RefusedError, bad, conflict, forbidden, missing
from schema.domain.shared.writers import may_try
from schema.domain.shared.writing import guarded, require_version, target
from schema.request.context import Context
from store import models
from store.files.media_types import MEDIA_TYPES, MediaTypeError, media_type_of
from store.files.storage import DocumentStorage, StorageError, key_of, storage_of
from store.files.uploads import Upload
from store.models.base import now
from store.settings import FileSettings
from store.values.ids import new_id

RULES = {
    "createUpload": "Those who may import, or add a document to a record.",
    "addDocument": "Those who may change the record, with a file that they uploaded.",
    "updateDocument": "Those who may change the record.",
    "archiveDocument": "Those who may change the record.",
    "restoreDocument": "Those who may change the record.",
}
"""Who may run each mutation of documents, in a sentence."""
LONGEST_LINK = 1000


@dataclass(frozen=True, slots=True)
class _File:
    """An uploaded file that may become a document."""

    path: Path
    media_type: str
    size: int
    sha256: str


async def add_document(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Add a file that was uploaded, or a link, to a record.

    The bytes are stored before the row, so that no row is without them, and deleted again where there is no row.
    """
    dry_run = bool(arguments.get("dry_run"))
    try:
        upload, file = _given(context, arguments)
    except RefusedError as refused:
        return Payload(user_errors=refused.errors, dry_run=dry_run)
    identifier = new_id(models.Document.prefix)

    async def work(session: Session) -> object:
        return await _added(context, session, identifier, arguments, upload, file)

    if file is None or upload is None or dry_run:
        return await guarded(context, "addDocument", arguments, work)
    checked = await guarded(context, "addDocument", {**arguments, "dry_run": True}, work)
    if checked.user_errors:
        return Payload(user_errors=checked.user_errors)
    written: object = None
    try:
        storage = storage_of(context.services.settings)
        storage.put(key_of(identifier), file.path)
        try:
            payload = await guarded(context, "addDocument", arguments, work)
            written = getattr(payload.written, "id", None)
        finally:
            if written != identifier:
                _forget(storage, identifier)
    except StorageError as problem:
        raise UnavailableError(str(problem)) from problem
    if written == identifier:
        file.path.unlink(missing_ok=True)
    return payload


async def _added(
    context: Context, session: Session, identifier: str, arguments: GivenArguments, upload: Upload | None,
    file: _File | None,
) -> models.Document:  # fmt: skip
    await _subject(context, session, arguments["subject"])
    row = models.Document(id=identifier, subject_id=arguments["subject"], kind=arguments["kind"])
    given = {name: arguments[name] for name in ("visibility", "caption", "credit", "source") if name in arguments}
    await fill(context, session, context.registry.entities["Document"], row, given, ())
    row.uploaded_by_id = context.actor.account_id
    if upload is not None:
        found = file or _file(context, upload)  # which raises what keeps it from being there
        row.file_name, row.media_type = found.path.name, found.media_type
        row.size, row.sha256 = found.size, found.sha256
    else:
        row.link = arguments["link"]
    _require_room(session, context.services.settings.files, row)
    session.add(row)
    return row


async def update_document(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Change what is said of a document, and who may see it."""

    async def work(session: Session) -> object:
        row = await _open(context, session, arguments)
        await fill(context, session, context.registry.entities["Document"], row, arguments["input"], ("input",))
        return row

    return await guarded(context, "updateDocument", arguments, work)


async def archive_document(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Take a document out of use; it is deleted some days later."""
    return await _changed(context, "archiveDocument", arguments, _archive)


async def restore_document(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Take a document out of the archive."""
    return await _changed(context, "restoreDocument", arguments, _restore)


async def _changed(
    context: Context, mutation: str, arguments: GivenArguments, change: Callable[[models.Document], None]
) -> Payload:
    async def work(session: Session) -> object:
        row = await _open(context, session, arguments)
        change(row)
        return row

    return await guarded(context, mutation, arguments, work)


def _archive(row: models.Document) -> None:
    row.archived_at = row.archived_at or now()


def _restore(row: models.Document) -> None:
    row.archived_at = None


async def _open(context: Context, session: Session, arguments: GivenArguments) -> models.Document:
    """Return a document whose record the actor may write, archived or not. Raises RefusedError."""
    document: Model = models.Document
    rules = context.registry.row_rules("Document", context.actor, document)
    archived = and_(document.archived_at.is_not(None), visible_documents(context.actor, document), *rules)
    seen = or_(context.scope.visible("Document", document), archived)
    row: models.Document | None = session.scalar(select(document).where(document.id == arguments["id"], seen))
    if row is None:
        raise missing("document", arguments["id"], "id")
    try:
        await _subject(context, session, row.subject_id)
    except RefusedError as refused:
        raise forbidden("You may not change the record that it belongs to.", "id") from refused
    require_version(context, session, row, arguments.get("if_version"))
    return row


async def _subject(context: Context, session: Session, identifier: str) -> None:
    """Lock the record that documents belong to. Raises RefusedError unless the actor may write it."""
    entity = context.registry.of_id(identifier)
    if entity is None:
        raise missing("record", identifier, "subject")
    if entity.writers is None or entity.subject is not None:
        raise bad(f"Documents belong to records that people edit, not to {entity.name}.", "subject")
    if not may_try(context.actor, entity, create=False):
        raise forbidden(f"{context.actor.role} may not change this.", "subject")
    await target(context, session, entity, identifier, "subject")


def _given(context: Context, arguments: GivenArguments) -> tuple[Upload | None, _File | None]:
    """Return the upload, and its file if that is there: a call that is repeated finds it used. Raises RefusedError."""
    token, link = arguments.get("upload"), arguments.get("link")
    if (token is None) == (link is None):
        raise bad("Give either an upload or a link.", "upload")
    if link is not None:
        parts = urlsplit(link)
        if parts.scheme not in ("http", "https") or not parts.hostname or len(link) > LONGEST_LINK:
            raise bad(f"Write an address such as https://example.org/film, of up to {LONGEST_LINK} characters.", "link")
        return None, None
    assert token is not None
    upload = given_upload(context, token)
    if arguments.get("idempotency_key") and not upload.path(context.services.settings.data_directory).is_file():
        return upload, None
    return upload, _file(context, upload)


def _file(context: Context, upload: Upload) -> _File:
    settings = context.services.settings.files
    path = arrived(context, upload)
    size = path.stat().st_size
    if size > settings.file_bytes:
        raise bad(f"{path.name} has {size} bytes; a document has at most {settings.file_bytes}.", "upload")
    try:
        media_type = media_type_of(path, settings.media_types or MEDIA_TYPES.values())
    except MediaTypeError as problem:
        raise bad(str(problem), "upload") from problem
    with path.open("rb") as stream:
        return _File(path, media_type, size, hashlib.file_digest(stream, "sha256").hexdigest())


def _require_room(session: Session, settings: FileSettings, row: models.Document) -> None:
    """Raise RefusedError where the record's documents would be too many or too large together."""
    document = models.Document
    count, size = session.execute(
        select(func.count(), func.coalesce(func.sum(document.size), 0)).where(document.subject_id == row.subject_id)
    ).one()
    if count >= settings.record_count:
        raise conflict(f"The record has {count} documents, the most allowed; archived ones count.", "subject")
    if (size or 0) + (row.size or 0) > settings.record_bytes:
        raise conflict(
            f"The record's documents have {size} bytes; with this one they would have more than the "
            f"{settings.record_bytes} allowed. Archived ones count until they are deleted.", "upload",
        )  # fmt: skip


def _forget(storage: DocumentStorage, identifier: str) -> None:
    with suppress(StorageError):  # then the sweep finds them
        storage.delete(key_of(identifier))
