"""The endpoint of ``/clients/…``: files for front ends, written from the schema when one is first asked for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import cache

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response


def endpoint(files: Mapping[str, Callable[[], str]]) -> Callable[[Request], Awaitable[Response]]:
    """Serve the file that the path's ``name`` names."""
    written = {name: cache(write) for name, write in files.items()}

    async def served(request: Request) -> Response:
        write = written.get(request.path_params["name"])
        if write is None:
            raise HTTPException(404, f"There is no such file; there are {', '.join(written)}.")
        return Response(write(), media_type="text/javascript; charset=utf-8")

    return served
