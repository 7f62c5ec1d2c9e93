"""The endpoint of ``/metrics``, and who may read it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from api.operations.metrics import Metrics
from api.requests.errors import RequestError
from api.requests.identity import Identity, credentials
from store.enums import Role

LOOPBACK = re.compile(r"127(\.\d+){3}|::1|::ffff:127(\.\d+){3}")
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
"""Headers added by proxies; a proxy on this machine may stand for anybody."""


def endpoint(metrics: Metrics, identity: Identity, served_to: str) -> Callable[[Request], Awaitable[Response]]:
    """Serve ``/metrics`` to those allowed by the setting `metrics`."""

    async def served(request: Request) -> Response:
        try:
            actor = await asyncio.to_thread(identity.actor, credentials(request.headers))
        except RequestError as refusal:
            return PlainTextResponse(f"{refusal}\n", refusal.status, headers=refusal.headers)
        local = served_to == "local" and from_here(request)
        if not (served_to == "everyone" or local or actor.role is Role.ADMIN):
            return PlainTextResponse("Metrics are served to an administrator's API key; see ROADSHOW_METRICS.\n", 403)
        body, media_type = await asyncio.to_thread(metrics.text, request.headers.get("accept", ""))
        return Response(body, headers={"Content-Type": media_type, "Cache-Control": "no-store"})

    return served


def from_here(request: Request) -> bool:
    """Return whether a process of this machine asks directly, not through a proxy."""
    client = request.client.host if request.client else ""
    return LOOPBACK.fullmatch(client) is not None and not any(name in request.headers for name in FORWARDED)
