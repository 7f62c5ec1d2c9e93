"""The address to which a file is sent before a job reads it."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from secrets import token_hex

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from store.database import Database
from store.jobs.uploads import UploadError, read_upload

PATH = "/uploads/{token}"


def upload_route(database: Database, data_directory: Path, most_bytes: int) -> Route:
    """Return the route that stores a request's body as it arrives. Its address is the right to send one file."""

    async def endpoint(request: Request) -> Response:
        if database.frozen:
            return PlainTextResponse("Nothing can be stored just now. Try again later.\n", 503, {"Retry-After": "60"})
        try:
            upload = await asyncio.to_thread(read_upload, database, request.path_params["token"])
        except UploadError as problem:
            return PlainTextResponse(f"{problem}\n", 404)
        path = upload.path(data_directory)
        if path.exists():
            return PlainTextResponse("The file was sent already; create another upload for another file.\n", 409)
        told = request.headers.get("content-length", "")
        too_large = PlainTextResponse(f"The file is larger than {most_bytes} bytes, which is the limit here.\n", 413)
        if told.isdecimal() and int(told) > most_bytes:
            return too_large
        await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
        unfinished = path.parent / f".{token_hex(8)}"
        digest, size = hashlib.sha256(), 0
        try:
            with unfinished.open("wb") as stream:
                async for chunk in request.stream():
                    size += len(chunk)
                    if size > most_bytes:
                        return too_large
                    digest.update(chunk)
                    await asyncio.to_thread(stream.write, chunk)
            if not size:
                return PlainTextResponse("The file is empty. Send its bytes as the request's body.\n", 400)
            unfinished.rename(path)
        except ClientDisconnect:
            return PlainTextResponse("The file didn't arrive whole; send it again.\n", 400)
        finally:
            unfinished.unlink(missing_ok=True)
        return JSONResponse({"name": upload.name, "bytes": size, "sha256": digest.hexdigest()}, 201)

    return Route(PATH, endpoint, methods=["PUT"])
