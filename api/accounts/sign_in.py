"""Signing in: a form asks for an address, a link is sent to it, and a second form gives the browser its cookie.

Opening a link only shows a form, because mail scanners open links and must not use them up. Neither the answer nor its
time depends on whether an address has an account.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from urllib.parse import quote

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response

from api.accounts.forms import PROVIDER_PATH, notice_version, open_browser_session, read_form, render_page
from api.accounts.mail import AccountMail, base_address, send
from api.accounts.texts import in_language, text
from api.operations.settings import ServerSettings
from api.pages import LANGUAGES, Pages, language_of
from plugins.host.contributions.contributions import SignInProvider
from store.access.accounts import AccountError, consent, email_of
from store.access.actors import Actor
from store.accounts.signing_in import SignInLink, TooManyLinksError, is_usable, request_link, sign_in
from store.database import Database
from store.models import Account

PATH, CONFIRM_PATH = "/sign-in", "/sign-in/confirm"
ACTOR = Actor.system("sign-in")


class SignInPages:
    """The pages at ``/sign-in``."""

    def __init__(
        self,
        database: Database,
        settings: ServerSettings,
        pages: Pages,
        providers: Sequence[SignInProvider] = (),
    ) -> None:
        self.database = database
        self.settings = settings
        self.pages = pages
        self.providers = providers

    async def ask(self, request: Request) -> Response:
        """Show the form for an address; by POST, send a link to it."""
        if request.method != "POST":
            return self.form(request)
        email = (await read_form(request)).get("email", "")
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
        """Show the form of a link; by POST, open the session."""
        if request.method != "POST":
            token = request.query_params.get("token", "")
            if not await asyncio.to_thread(self._is_usable, token):
                return self._gone(request)
            return self._page(request, step="confirm", token=token, notice_address=self.settings.privacy_notice or "")
        token = (await read_form(request)).get("token", "")
        secret = await asyncio.to_thread(self._sign_in, token, request.headers.get("user-agent"))
        if secret is None:
            return self._gone(request)
        return open_browser_session(request, self.settings, secret)

    def form(self, request: Request, status: int = 200, **values: str) -> Response:
        """Render the page with the form for an address, and the ways to identity providers."""
        return self._page(request, status, step="ask", notice_address=self.settings.privacy_notice or "", **values)

    def _gone(self, request: Request) -> Response:
        return self._page(request, 410, step="gone")

    def _page(self, request: Request, status: int = 200, **values: str) -> Response:
        texts = in_language(language_of(request))
        shown = {name: texts[value] if name in ("problem", "notice") else value for name, value in values.items()}
        language = language_of(request)
        offered = self.providers if values.get("step") == "ask" else ()
        providers = [(PROVIDER_PATH.format(provider=each.name), each.title[language]) for each in offered]
        return render_page(self.pages, request, "sign_in.html", "sign_in", status, providers=providers, **shown)

    def _link(self, email: str, client: str | None) -> SignInLink | None:
        with self.database.write(ACTOR) as session:
            return request_link(session, email, client)

    def _is_usable(self, token: str) -> bool:
        with self.database.read() as session:
            return is_usable(session, token)

    def _sign_in(self, token: str, browser: str | None) -> str | None:
        with self.database.write(ACTOR) as session:
            signed_in = sign_in(session, token, browser)
            if signed_in is None:
                return None
            consent(signed_in[0], notice_version(self.settings))
            return signed_in[1]

    def _send(self, link: SignInLink, language: str) -> None:
        send(self.settings, sign_in_mail(self.settings, link.account, link.token, language))


def sign_in_mail(settings: ServerSettings, account: Account, token: str, language: str) -> AccountMail:
    """Write the mail with a link, in the account's first language that we have, else in `language`."""
    own = next((each[:2] for each in account.languages if each[:2] in LANGUAGES), language)
    return AccountMail(
        account.email or "", text("mail_subject", own), text("mail_text", own), "A sign-in link",
        sign_in_address(settings, token),
    )  # fmt: skip


def sign_in_address(settings: ServerSettings, token: str) -> str:
    """Return the address of a link."""
    return f"{base_address(settings)}{CONFIRM_PATH}?token={quote(token)}"
