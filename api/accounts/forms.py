"""Forms of pages: read whole, from pages of this server alone; and the session's cookie."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.operations.settings import ServerSettings
from api.requests.identity import COOKIE, is_own_origin

MOST_BYTES = 10_000
COOKIE_SECONDS = 400 * 86_400
"""The longest that browsers take; the server ends a session earlier, 30 days after its last use."""


async def posted(request: Request) -> dict[str, str]:
    """The fields of a form. Raises HTTPException: 403 for a page of another site, 413 for too long a form."""
    headers = request.headers
    site = headers.get("sec-fetch-site", "same-origin")
    if site not in ("same-origin", "none") or not is_own_origin(headers.get("origin"), headers.get("host", "")):
        raise HTTPException(403, "This form was sent by a page of another site")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise HTTPException(413, f"The form is longer than {MOST_BYTES} bytes")
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def notice_version(settings: ServerSettings) -> str | None:
    """The version of the privacy notice that people agree to; None where there is none."""
    return settings.privacy_notice_version if settings.privacy_notice is not None else None


def is_secure(request: Request, public_url: str | None) -> bool:
    """Whether browsers reach this server by TLS."""
    return request.url.scheme == "https" or (public_url or "").startswith("https:")


def keep_session(response: Response, secret: str, secure: bool) -> None:
    """Have the browser keep a session's secret, out of reach for scripts and for other sites' forms."""
    response.set_cookie(COOKIE, secret, max_age=COOKIE_SECONDS, secure=secure, httponly=True, samesite="lax")


def forget_session(response: Response, secure: bool) -> None:
    """Have the browser forget it."""
    response.delete_cookie(COOKIE, secure=secure, httponly=True, samesite="lax")
