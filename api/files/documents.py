"""The address of a document's bytes: for whoever may see it, in ranges, and not again while nothing changed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from urllib.parse import quote

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from werkzeug.http import http_date, parse_if_range_header, parse_range_header
from werkzeug.sansio.http import is_resource_modified

from api.requests.answers import Caller
from api.requests.errors import RequestError
from api.requests.identity import Identity, credentials
from schema.declarations.base import Model
from schema.request.context import Context
from store.access.actors import Actor
from store.files.media_types import SHOWN
from store.files.storage import StorageError, key_of, storage_of
from store.models import Document
from store.settings import Settings

log = logging.getLogger("roadshow.documents")

OpenContext: TypeAlias = Callable[[Actor, Caller], AbstractContextManager[Context]]
PATH = "/documents/{id}/file"
SAFE = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "private, no-cache",
    "Vary": "Authorization, Cookie",
    "Accept-Ranges": "bytes",
}
"""A file is never a page of this server: browsers show it in a frame without scripts, or save it, and ask each time.
`nosniff` is in every answer of the server."""


@dataclass(frozen=True, slots=True)
class _Stored:
    id: str
    file_name: str
    media_type: str
    size: int
    sha256: str
    added_at: datetime


def document_route(identity: Identity, open_context: OpenContext, settings: Settings) -> Route:
    """Return the route of documents. Its rules are the API's: `Document` as the caller sees it."""

    async def endpoint(request: Request) -> Response:
        try:
            found = await asyncio.to_thread(_found, request, identity, open_context)
        except RequestError as refusal:
            return PlainTextResponse(f"{refusal}\n", refusal.status, headers=refusal.headers)
        if found is None:
            return PlainTextResponse("There is no such document that you may see.\n", 404)
        return await _answer(request, found, settings)

    return Route(PATH, endpoint, methods=["GET", "HEAD"])


def _found(request: Request, identity: Identity, open_context: OpenContext) -> _Stored | None:
    actor = identity.actor(credentials(request.headers))
    document: Model = Document
    with open_context(actor, Caller(request_id=request.scope.get("request_id", ""))) as context:
        wanted = select(document).where(
            document.id == request.path_params["id"],
            document.sha256.is_not(None),  # not a link
            document.archived_at.is_(None),
            context.scope.visible("Document", document),
        )
        row = context.session.scalar(wanted)
        if row is None:
            return None
        return _Stored(row.id, row.file_name, row.media_type, row.size, row.sha256, row.created_at)


async def _answer(request: Request, found: _Stored, settings: Settings) -> Response:
    etag = f'"{found.sha256}"'
    headers = {**SAFE, "ETag": etag, "Last-Modified": http_date(found.added_at)}
    if not is_resource_modified(
        http_if_modified_since=request.headers.get("if-modified-since"),
        http_if_none_match=request.headers.get("if-none-match"),
        etag=etag,
        last_modified=found.added_at,
    ):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = _disposition(found)
    part = _asked_part(request, found, etag)
    if part is None:
        headers["Content-Range"] = f"bytes */{found.size}"
        return PlainTextResponse(f"The file has {found.size} bytes.\n", 416, headers)
    start, end = part
    status = 200
    if end - start < found.size:
        status = 206
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{found.size}"
    headers["Content-Length"] = str(end - start)
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=found.media_type)
    try:
        chunks = await asyncio.to_thread(storage_of(settings).read, key_of(found.id), start, end)
    except StorageError as problem:
        log.error("document %s: %s", found.id, problem)
        return PlainTextResponse("The file can't be read just now. Try again later.\n", 503, {"Retry-After": "60"})
    return StreamingResponse(chunks, status, headers, found.media_type)


def _asked_part(request: Request, found: _Stored, etag: str) -> tuple[int, int] | None:
    """Return where the part asked for begins and ends: the whole file without a range; None for one beyond its end."""
    whole = (0, found.size)
    ranged = parse_range_header(request.headers.get("range"))
    if ranged is None or ranged.units != "bytes" or len(ranged.ranges) != 1:  # which a server may ignore
        return whole
    condition = parse_if_range_header(request.headers.get("if-range"))
    if condition.etag is not None and condition.etag != etag.strip('"'):
        return whole
    if condition.date is not None and condition.date != found.added_at.replace(microsecond=0):
        return whole
    start, end = ranged.ranges[0]
    if start < 0:
        return max(0, found.size + start), found.size
    return (start, min(end or found.size, found.size)) if start < found.size else None


def _disposition(found: _Stored) -> str:
    shown = "inline" if found.media_type in SHOWN else "attachment"
    return f"{shown}; filename*=UTF-8''{quote(found.file_name, safe='')}"
