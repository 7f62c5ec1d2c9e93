"""What the account pages share: reading forms, rendering answers, and the session's cookie."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.accounts.texts import TEXTS, in_language
from api.operations.settings import ServerSettings
from api.pages import Pages, language_of
from api.requests.identity import COOKIE, is_own_origin

MOST_BYTES = 10_000
COOKIE_SECONDS = 400 * 86_400
"""The longest that browsers accept; the server ends a session that isn't used for 30 days."""
ACCOUNT_PATH = "/account"
CODE_PATH = "/sign-in/code"
PROVIDER_PATH = "/sign-in/with/{provider}"


async def read_form(request: Request, most_bytes: int = MOST_BYTES) -> dict[str, str]:
    """Read the fields of a form. Raises HTTPException: 403 if another site's page sent it, 413 if it is too long."""
    _require_own_page(request)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most_bytes:
            raise HTTPException(413, f"The form is longer than {most_bytes} bytes")
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


async def read_upload_form(request: Request, most_bytes: int) -> dict[str, str | tuple[str, bytes]]:
    """As `read_form`, of a form with a file, which is given as its name and content."""
    _require_own_page(request)
    told = request.headers.get("content-length", "")
    if not told.isdecimal() or int(told) > most_bytes:
        raise HTTPException(413, f"The form is longer than {most_bytes} bytes")
    fields: dict[str, str | tuple[str, bytes]] = {}
    async with request.form(max_files=1, max_fields=20, max_part_size=most_bytes) as form:
        for name, value in form.items():
            fields[name] = value if isinstance(value, str) else (value.filename or "", await value.read())
    return fields


def _require_own_page(request: Request) -> None:
    """Raise HTTPException with status 403 if a page of another site sent the form.

    Every current browser sends ``Sec-Fetch-Site`` or ``Origin`` with a form; programs send neither and are let through.
    """
    headers = request.headers
    site = headers.get("sec-fetch-site", "same-origin")
    if site not in ("same-origin", "none") or not is_own_origin(headers.get("origin"), headers.get("host", "")):
        raise HTTPException(403, "This form was sent by a page of another site")


def render_page(
    pages: Pages, request: Request, template: str, title: str, status: int = 200, **values: object
) -> Response:
    """Render a page with the texts in the reader's language; ``title`` names one of them. No cache stores the page."""
    texts = in_language(language_of(request))
    answer = pages.render(request, template, TEXTS[title], status, text=texts, **values)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def notice_version(settings: ServerSettings) -> str | None:
    """Return the version of the privacy notice that people agree to; None without a notice."""
    return settings.privacy_notice_version if settings.privacy_notice is not None else None


def open_browser_session(request: Request, settings: ServerSettings, secret: str) -> Response:
    """Lead to the account page, and set the session's cookie, out of reach of scripts and other sites' forms."""
    answer = RedirectResponse(ACCOUNT_PATH, 303)
    secure = _is_secure(request, settings)
    answer.set_cookie(COOKIE, secret, max_age=COOKIE_SECONDS, secure=secure, httponly=True, samesite="lax")
    return answer


def delete_session_cookie(request: Request, settings: ServerSettings, response: Response) -> None:
    """Make the browser delete the session's cookie."""
    response.delete_cookie(COOKIE, secure=_is_secure(request, settings), httponly=True, samesite="lax")


def _is_secure(request: Request, settings: ServerSettings) -> bool:
    """Return whether browsers reach this server by TLS, perhaps through a proxy."""
    return request.url.scheme == "https" or (settings.public_url or "").startswith("https:")
