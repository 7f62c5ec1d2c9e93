"""Signing in: an address is asked for, a link is sent, a form confirms it, and the browser gets its cookie.

A link only shows a form: programs that look through mail open links, and must not use them up. What is answered, and
how long it takes, doesn't depend on whether an address has an account.
"""

from __future__ import annotations

import asyncio
from urllib.parse import quote

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.accounts.forms import is_secure, keep_session, notice_version, posted
from api.accounts.mail import Letter, base_of, send
from api.accounts.texts import TEXTS, in_language, text
from api.operations.settings import ServerSettings
from api.pages import LANGUAGES, Pages, language_of
from store.access.accounts import AccountError, consent, email_of
from store.access.actors import Actor
from store.accounts.signing_in import SignInLink, TooManyLinksError, ask_for_link, holds, sign_in
from store.database import Database
from store.models import Account

PATH, CONFIRM_PATH = "/sign-in", "/sign-in/confirm"
ACTOR = Actor.system("sign-in")


class SignInPages:
    """The pages at ``/sign-in``."""

    def __init__(self, database: Database, settings: ServerSettings, pages: Pages) -> None:
        self.database = database
        self.settings = settings
        self.pages = pages

    async def ask(self, request: Request) -> Response:
        """The form for an address; by POST, the link for it."""
        if request.method != "POST":
            return self.form(request)
        email = (await posted(request)).get("email", "")
        client = request.client.host if request.client else None
        try:
            link = await asyncio.to_thread(self._link, email_of(email), client)
        except AccountError:
            return self.form(request, 400, problem="bad_email", email=email[:254])
        except TooManyLinksError:
            return self.form(request, 429, problem="too_many", email=email[:254])
        answer = self.form(request, notice="sent")
        if link is not None:
            answer.background = BackgroundTask(self._send, link, language_of(request))
        return answer

    async def confirm(self, request: Request) -> Response:
        """The form that a link leads to; by POST, the session."""
        if request.method != "POST":
            token = request.query_params.get("token", "")
            if not await asyncio.to_thread(self._holds, token):
                return self._gone(request)
            return self._page(request, step="confirm", token=token, notice_address=self.settings.privacy_notice or "")
        token = (await posted(request)).get("token", "")
        secret = await asyncio.to_thread(self._sign_in, token, request.headers.get("user-agent"))
        if secret is None:
            return self._gone(request)
        answer = RedirectResponse("/account", 303)
        keep_session(answer, secret, is_secure(request, self.settings.public_url))
        return answer

    def form(self, request: Request, status: int = 200, **values: str) -> Response:
        """The page with the form for an address."""
        return self._page(request, status, step="ask", **values)

    def _gone(self, request: Request) -> Response:
        return self._page(request, 410, step="gone")

    def _page(self, request: Request, status: int = 200, **values: str) -> Response:
        texts = in_language(language_of(request))
        shown = {name: texts[value] if name in ("problem", "notice") else value for name, value in values.items()}
        answer = self.pages.render(request, "sign_in.html", TEXTS["sign_in"], status, text=texts, **shown)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def _link(self, email: str, client: str | None) -> SignInLink | None:
        with self.database.write(ACTOR) as session:
            return ask_for_link(session, email, client)

    def _holds(self, token: str) -> bool:
        with self.database.read() as session:
            return holds(session, token)

    def _sign_in(self, token: str, browser: str | None) -> str | None:
        with self.database.write(ACTOR) as session:
            found = sign_in(session, token, browser)
            if found is None:
                return None
            consent(found[0], notice_version(self.settings))
            return found[1]

    def _send(self, link: SignInLink, language: str) -> None:
        send(self.settings, sign_in_letter(self.settings, link.account, link.token, language))


def sign_in_letter(settings: ServerSettings, account: Account, token: str, language: str) -> Letter:
    """The mail with a link, in the account's language if that is one of ours, else in `language`."""
    own = next((each[:2] for each in account.languages if each[:2] in LANGUAGES), language)
    return Letter(
        account.email or "", text("mail_subject", own), text("mail_text", own), "A link to sign in",
        sign_in_address(settings, token),
    )  # fmt: skip


def sign_in_address(settings: ServerSettings, token: str) -> str:
    """The address of a link."""
    return f"{base_of(settings)}{CONFIRM_PATH}?token={quote(token)}"
