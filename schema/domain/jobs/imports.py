"""The mutation that starts the import of an uploaded file."""

from __future__ import annotations

from sqlalchemy.orm import Session

from schema.declarations.base import STAFF, GivenArguments
from schema.domain.documents.uploads import arrived, given_upload
from schema.domain.jobs.starting import started
from schema.domain.shared.problems import Payload, RefusedError, bad, forbidden
from schema.domain.shared.writing import guarded
from schema.request.context import Context
from store.enums import ImportFile
from store.files.uploads import Upload
from store.imports import MappingError
from store.imports.kinds import KINDS
from store.imports.planning.mapping import parse_mapping

MOST_CORRECTIONS = 1000
"""Corrections of one import."""
LONGEST_MAPPING = 100_000
"""Characters of a mapping."""
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
        _check(arguments)
        return started(context, session, IMPORT, {
            "upload": upload.token,
            "kind": kind,
            "namespace": arguments["namespace"],
            "format": arguments.get("format"),
            "check_only": arguments["check_only"],
            "skip_bad_rows": arguments["skip_bad_rows"],
            "skip_bad_cells": arguments["skip_bad_cells"],
            "mapping": arguments.get("mapping"),
            "corrections": [
                {name: each.get(name) for name in ("row", "column", "value")}
                for each in arguments.get("corrections") or ()
            ],
            "file": arguments["file"],
        })  # fmt: skip

    return await guarded(context, "startImport", arguments, work)


def _check(arguments: GivenArguments) -> None:
    """Raise RefusedError for options that can't be used, which needs no file."""
    mapping = arguments.get("mapping")
    if mapping is not None and len(mapping) > LONGEST_MAPPING:
        raise bad(f"A mapping has at most {LONGEST_MAPPING:,} characters.", "mapping")
    try:
        if mapping is not None:
            parse_mapping(mapping, "The mapping")
    except MappingError as problem:
        raise bad(str(problem), "mapping") from problem
    if len(arguments.get("corrections") or ()) > MOST_CORRECTIONS:
        advice = "map values in the mapping, or correct the file and upload it again."
        raise bad(f"An import takes at most {MOST_CORRECTIONS:,} corrections; {advice}", "corrections")
    if arguments["file"] == ImportFile.PREVIEW and not arguments["check_only"]:
        raise bad("A preview is of an import that only checks; set checkOnly, or ask for another file.", "file")


def _sent(context: Context, token: str) -> Upload:
    """Return an upload of whoever asks, whose file has arrived. Raises RefusedError."""
    if context.actor.role not in STAFF:
        raise forbidden(f"{context.actor.role} may not import files; organisers and administrators may.")
    upload = given_upload(context, token)
    arrived(context, upload)
    return upload
