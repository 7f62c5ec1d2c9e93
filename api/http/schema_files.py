"""The endpoints of ``/schema.graphql`` and ``/clients/…``: the schema's text, and files for front ends made from it."""

from __future__ import annotations

import gzip
from collections.abc import Awaitable, Callable, Mapping
from functools import cache

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

MEDIA_TYPE = "text/plain; charset=utf-8"


def schema_text(text: Callable[[], str]) -> Callable[[Request], Awaitable[Response]]:
    """Serve ``text``, a schema, compressed once, as far as gzip goes, to those that accept it."""

    @cache
    def compressed() -> bytes:
        return gzip.compress(text().encode(), 9, mtime=0)

    async def served(request: Request) -> Response:
        headers = {"Vary": "Accept-Encoding"}
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(await run_in_threadpool(text), media_type=MEDIA_TYPE, headers=headers)
        content = await run_in_threadpool(compressed)
        return Response(content, media_type=MEDIA_TYPE, headers={**headers, "Content-Encoding": "gzip"})

    return served


def client_files(files: Mapping[str, Callable[[], str]]) -> Callable[[Request], Awaitable[Response]]:
    """Serve the file that the path's ``name`` names, written from the schema when it is first asked for."""
    written = {name: cache(write) for name, write in files.items()}

    async def served(request: Request) -> Response:
        write = written.get(request.path_params["name"])
        if write is None:
            raise HTTPException(404, f"There is no such file; there are {', '.join(written)}.")
        return Response(await run_in_threadpool(write), media_type="text/javascript; charset=utf-8")

    return served
