"""The mutation that starts the import of an uploaded file."""

from __future__ import annotations

from sqlalchemy.orm import Session

from schema.declarations.base import STAFF, GivenArguments
from schema.domain.documents.uploads import arrived, given_upload
from schema.domain.jobs.starting import started
from schema.domain.shared.problems import Payload, RefusedError, bad, forbidden
from schema.domain.shared.writing import guarded
from schema.request.context import Context
from store.files.uploads import Upload
from store.imports.kinds import KINDS

IMPORT = "import"
"""Name of the kind of job that `startImport` asks for."""


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
    if context.actor.role not in STAFF:
        raise forbidden(f"{context.actor.role} may not import files; organisers and administrators may.")
    upload = given_upload(context, token)
    arrived(context, upload)
    return upload
