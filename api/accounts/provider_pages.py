"""Signing in by an identity provider, linking an account to one, and signing out there."""

from __future__ import annotations

import asyncio
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from api.accounts.forms import ACCOUNT_PATH, PROVIDER_PATH, notice_version, open_browser_session, read_form, render_page
from api.accounts.mail import base_address
from api.accounts.provider_client import LEEWAY_SECONDS, Departure, ProviderClient, ProviderError
from api.accounts.texts import text
from api.operations.settings import ServerSettings
from api.pages import Pages, language_of
from api.requests.identity import session_secret
from store.access.accounts import consent
from store.access.actors import Actor
from store.accounts import identities
from store.accounts.identities import Identity, TooManyRequestsError
from store.accounts.signing_in import actor_in, open_session, session_of
from store.database import Database
from store.models import ProviderRequest

log = logging.getLogger("roadshow.sign-in")

COOKIE = "roadshow_provider"
"""The name of the cookie that binds a browser's way there and back; it lasts as long as that may take."""
ACTOR = Actor.system("sign-in")


@dataclass(frozen=True, slots=True)
class _Arrived:
    """What came of a return: the secret of a session, a link to confirm, or neither."""

    secret: str | None = None
    to_link: Identity | None = None


class ProviderPages:
    """The pages below ``/sign-in/with``, for each provider of the settings."""

    def __init__(self, database: Database, settings: ServerSettings, pages: Pages) -> None:
        self.database = database
        self.settings = settings
        self.pages = pages
        self.clients = {
            name: ProviderClient(each, f"{base_address(settings)}{PROVIDER_PATH.format(provider=name)}/callback")
            for name, each in settings.identity_providers.items()
        }

    def titles(self) -> list[tuple[str, str]]:
        """Return address and title of each provider."""
        return [
            (PROVIDER_PATH.format(provider=name), each.title) for name, each in self.settings.identity_providers.items()
        ]

    async def leave(self, request: Request) -> Response:
        """Send the browser to the provider: to sign in or, if somebody is signed in, to link the account."""
        name = request.path_params["provider"]
        client = self.clients.get(name)
        if client is None:
            return self._page(request, 404, step="unknown")
        browser = secrets.token_urlsafe(32)
        try:
            departure = await asyncio.to_thread(client.departure, secrets.token_urlsafe(32), language_of(request))
            await asyncio.to_thread(self._begin, request, name, browser, departure)
        except ProviderError as problem:
            log.error("identity provider %s: %s", name, problem)
            return self._page(request, 502, step="unreachable")
        except TooManyRequestsError:
            return self._page(request, 429, step="too_many")
        answer = RedirectResponse(departure.address, 303)
        answer.headers["Cache-Control"] = "no-store"
        answer.set_cookie(
            COOKIE,
            browser,
            max_age=int(identities.LIFETIME.total_seconds()),
            path=PROVIDER_PATH.format(provider=name),
            secure=self._secure(request),
            httponly=True,
            samesite="lax",  # the provider's page leads back here
        )
        return answer

    async def come_back(self, request: Request) -> Response:
        """Sign in whoever comes back, or ask whether to link the account."""
        name, given = request.path_params["provider"], request.query_params
        client, state = self.clients.get(name), given.get("state", "")
        browser = request.cookies.get(COOKIE, "")
        if client is None:
            return self._page(request, 404, step="unknown")
        asked = await asyncio.to_thread(self._take, state, browser, name)
        if asked is None or given.get("iss", client.settings.issuer) != client.settings.issuer:
            return self._page(request, 400, step="lost")
        if "code" not in given:
            log.warning("identity provider %s: %s", name, given.get("error", "")[:80])
            return self._page(request, 400, step="refused")
        try:
            identity = await asyncio.to_thread(client.arrival, given["code"], asked.nonce, asked.code_verifier)
        except ProviderError as problem:
            log.error("identity provider %s: %s", name, problem)
            return self._page(request, 502, step="unreachable")
        agent = request.headers.get("user-agent")
        arrived = await asyncio.to_thread(self._arrive, name, identity, asked, agent)
        if arrived.to_link is not None:
            return self._page(request, step="link", state=state, known_as=identity.email or identity.subject)
        if arrived.secret is None:
            return self._page(request, 403, step="unlinked")
        return open_browser_session(request, self.settings, arrived.secret)

    async def link(self, request: Request) -> Response:
        """Link the account that is signed in, as its form confirms; or remove the link."""
        name, form = request.path_params["provider"], await read_form(request)
        client = self.clients.get(name)
        if client is None:
            return self._page(request, 404, step="unknown")
        done = await asyncio.to_thread(self._link, request, name, client.settings.issuer, form)
        return RedirectResponse(ACCOUNT_PATH, 303) if done else self._page(request, 409, step="not_linked")

    async def signed_out(self, request: Request) -> Response:
        """Say that the session here has ended, and lead to the end of that at the provider."""
        client = self.clients.get(request.path_params["provider"])
        back = f"{base_address(self.settings)}/"
        there = await asyncio.to_thread(client.sign_out_address, back) if client is not None else None
        return self._page(request, step="signed_out", there=there or "")

    async def end_sessions(self, request: Request) -> Response:
        """End the sessions of whoever has signed out at the provider, which says so by a logout token."""
        name, form = request.path_params["provider"], await read_form(request)
        client = self.clients.get(name)
        answer = JSONResponse({}, headers={"Cache-Control": "no-store"})
        if client is None:
            answer.status_code = 404
            return answer
        try:
            subject, said_at = await asyncio.to_thread(client.signed_out_there, form.get("logout_token", ""))
        except ProviderError as problem:
            log.warning("identity provider %s: %s", name, problem)
            return JSONResponse({"error": "invalid_request"}, 400, headers={"Cache-Control": "no-store"})
        await asyncio.to_thread(self._end, name, Identity(client.settings.issuer, subject), said_at)
        return answer

    def _end(self, name: str, identity: Identity, said_at: datetime) -> None:
        with self.database.write(ACTOR) as session:
            # Its clock may be ahead of ours, or behind: a session begun in the same minute ends, too.
            identities.sign_out_of_provider(session, identity, name, said_at + timedelta(seconds=LEEWAY_SECONDS))

    def _begin(self, request: Request, name: str, browser: str, departure: Departure) -> None:
        address = request.client.host if request.client else None
        with self.database.write(ACTOR) as session:
            account = self._signed_in(session, request)
            identities.begin_request(
                session,
                departure.state,
                browser,
                name,
                departure.nonce,
                departure.code_verifier,
                account.account_id if account is not None else None,
                address,
            )

    def _take(self, state: str, browser: str, name: str) -> ProviderRequest | None:
        if not state or not browser:
            return None
        with self.database.write(ACTOR) as session:
            return identities.take_request(session, state, browser, name)

    def _arrive(self, name: str, identity: Identity, asked: ProviderRequest, browser: str | None) -> _Arrived:
        domains = self.settings.identity_providers[name].email_domains
        with self.database.write(ACTOR) as session:
            if asked.account_id is not None:
                identities.propose_link(session, asked, identity)
                return _Arrived(to_link=identity)
            account = identities.account_of(session, identity, domains)
            if account is None:
                return _Arrived()
            consent(account, notice_version(self.settings))
            return _Arrived(open_session(session, account, browser, name))

    def _link(self, request: Request, name: str, issuer: str, form: dict[str, str]) -> bool:
        with self.database.read() as session:
            actor = self._signed_in(session, request)
        if actor is None or actor.account_id is None:
            return False
        with self.database.write(actor) as session:
            if form.get("change") == "unlink":
                return identities.unlink(session, actor.account_id, issuer)
            state, browser = form.get("state", ""), request.cookies.get(COOKIE, "")
            return identities.confirm_link(session, state, browser, actor.account_id, name, issuer) is not None

    def _signed_in(self, session: Session, request: Request) -> Actor | None:
        opened = session_of(session, session_secret(request.headers.get("cookie", "")) or "")
        return actor_in(session, opened) if opened is not None else None

    def _secure(self, request: Request) -> bool:
        return request.url.scheme == "https" or base_address(self.settings).startswith("https:")

    def _page(self, request: Request, status: int = 200, **values: str) -> Response:
        provider = self.settings.identity_providers.get(request.path_params["provider"])
        title = provider.title if provider is not None else text("unknown_provider", language_of(request))
        return render_page(
            self.pages, request, "provider.html", "sign_in", status, provider=title,
            action=f"/sign-in/with/{request.path_params['provider']}/link", **values,
        )  # fmt: skip


def provider_routes(pages: ProviderPages) -> list[Route]:
    """Return the routes of the pages."""
    return [
        Route(PROVIDER_PATH, pages.leave),
        Route(f"{PROVIDER_PATH}/callback", pages.come_back),
        Route(f"{PROVIDER_PATH}/link", pages.link, methods=["POST"]),
        Route(f"{PROVIDER_PATH}/signed-out", pages.signed_out),
        Route(f"{PROVIDER_PATH}/backchannel-logout", pages.end_sessions, methods=["POST"]),
    ]
