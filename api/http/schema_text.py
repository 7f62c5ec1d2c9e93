"""The endpoint of ``/schema.graphql``, whose text is compressed once rather than for each request."""

from __future__ import annotations

import gzip
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

MEDIA_TYPE = "text/plain; charset=utf-8"


def endpoint(text: str) -> Callable[[Request], Awaitable[Response]]:
    """Serve ``text``, a schema, compressed as far as gzip goes to those that accept it."""
    plain = text.encode()
    compressed = gzip.compress(plain, 9, mtime=0)

    async def served(request: Request) -> Response:
        headers = {"Vary": "Accept-Encoding"}
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(plain, media_type=MEDIA_TYPE, headers=headers)
        return Response(compressed, media_type=MEDIA_TYPE, headers={**headers, "Content-Encoding": "gzip"})

    return served
