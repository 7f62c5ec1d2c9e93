"""The address to which a file is sent before it is imported or becomes a document."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from secrets import token_hex

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from api.operations.settings import ServerSettings
from plugins.host.errors import PluginFailedError, UserError
from plugins.host.host import Host
from store.database import Database
from store.files.uploads import MOST_WAITING, Upload, UploadError, read_upload

PATH = "/uploads/{token}"
_LATER = {"Retry-After": "60"}


class RefusedUploadError(Exception):
    """A file isn't taken; `answer` says why."""

    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.answer = PlainTextResponse(f"{message}\n", status, headers)


def upload_route(database: Database, settings: ServerSettings, host: Host) -> Route:
    """Return the route that stores a request's body as it arrives. Its address is the right to send one file.

    Checks of plugins, such as for viruses, are asked when it has arrived whole; what one of them refuses, or fails to
    check, isn't kept.
    """

    async def endpoint(request: Request) -> Response:
        try:
            upload = await asyncio.to_thread(_expected, database, settings, request)
            path = upload.path(settings.data_directory)
            limit = settings.files.file_bytes if upload.document else settings.jobs.upload_bytes
            await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
            unfinished = path.parent / f".{token_hex(8)}"
            try:
                size, digest = await _received(request, unfinished, limit)
                await asyncio.to_thread(_check, host, unfinished, upload.name)
                unfinished.rename(path)
            finally:
                unfinished.unlink(missing_ok=True)
        except RefusedUploadError as refused:
            return refused.answer
        return JSONResponse({"name": upload.name, "bytes": size, "sha256": digest}, 201)

    return Route(PATH, endpoint, methods=["PUT"])


def _expected(database: Database, settings: ServerSettings, request: Request) -> Upload:
    """Return the upload that the address names. Raises RefusedUploadError unless its file may be sent now."""
    if database.frozen:
        raise RefusedUploadError(503, "Nothing can be stored just now. Try again later.", _LATER)
    try:
        upload = read_upload(database, request.path_params["token"])
    except UploadError as problem:
        raise RefusedUploadError(404, str(problem)) from problem
    if upload.path(settings.data_directory).exists():
        raise RefusedUploadError(409, "The file was sent already; create another upload for another file.")
    if upload.document and upload.waiting(settings.data_directory) >= MOST_WAITING:
        waiting = f"{MOST_WAITING} files that you sent wait to be used, the most allowed. Use them, or come back later."
        raise RefusedUploadError(429, waiting, {"Retry-After": "3600"})
    return upload


async def _received(request: Request, unfinished: Path, limit: int) -> tuple[int, str]:
    """Write the body to a file; return its size and SHA-256. Raises RefusedUploadError."""
    too_large = f"The file is larger than {limit} bytes, which is the limit here."
    told = request.headers.get("content-length", "")
    if told.isdecimal() and len(told) < 20 and int(told) > limit:
        raise RefusedUploadError(413, too_large)
    digest, size = hashlib.sha256(), 0
    try:
        with unfinished.open("wb") as stream:
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit:
                    raise RefusedUploadError(413, too_large)
                digest.update(chunk)
                await asyncio.to_thread(stream.write, chunk)
    except ClientDisconnect as problem:
        raise RefusedUploadError(400, "The file didn't arrive whole; send it again.") from problem
    if not size:
        raise RefusedUploadError(400, "The file is empty. Send its bytes as the request's body.")
    return size, digest.hexdigest()


def _check(host: Host, path: Path, name: str) -> None:
    """Ask every check of plugins. Raises RefusedUploadError with the first reason; a check that fails refuses."""
    for entry in host.contributions.upload_checks:
        try:
            reason = host.call(entry, entry.value.examine, path, name)
        except UserError as problem:
            reason = str(problem)
        except PluginFailedError as failure:
            unchecked = "The file can't be checked just now. Send it again later."
            raise RefusedUploadError(503, unchecked, _LATER) from failure
        if reason is not None:
            raise RefusedUploadError(422, f"{name} isn't taken: {reason}")
