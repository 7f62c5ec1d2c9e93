"""Signing in by an identity provider, linking an account to one, and signing out there."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeVar

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from api.accounts.forms import ACCOUNT_PATH, PROVIDER_PATH, notice_version, open_browser_session, read_form, render_page
from api.accounts.mail import base_address
from api.accounts.provider_client import LEEWAY_SECONDS, ProviderClient, ProviderError
from api.accounts.texts import text
from api.operations.problems import CommandError
from api.operations.settings import ServerSettings
from api.pages import Pages, language_of
from api.requests.identity import session_secret
from plugins.host.contributions.contributions import ProvidedIdentity, SignInProvider, SignInRequest
from plugins.host.contributions.registry import Entry
from plugins.host.errors import PluginFailedError, UserError
from plugins.host.host import Host
from store.access.accounts import consent
from store.access.actors import Actor
from store.accounts import identities
from store.accounts.identities import Identity, SignedOut, TooManyRequestsError
from store.accounts.signing_in import actor_in, open_session, session_of
from store.database import Database
from store.models import ProviderRequest

log = logging.getLogger("roadshow.sign-in")

COOKIE = "roadshow_provider"
"""The name of the cookie that binds a browser's way there and back; it lasts as long as that may take."""
ACTOR = Actor.system("sign-in")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Arrived:
    """What came of a return: the secret of a session, a link to confirm, or neither."""

    secret: str | None = None
    to_link: Identity | None = None


@dataclass(frozen=True)
class OfferedProvider:
    """A provider of the settings or of a plugin, whose functions are then isolated."""

    declared: SignInProvider
    host: Host
    entry: Entry[SignInProvider] | None = None
    client: ProviderClient | None = None
    """Of OpenID Connect, by the settings: knows of signing out."""

    def begin(self, request: SignInRequest) -> str:
        """Return where to send a browser. Raises ProviderError."""
        address = self._call(self.declared.begin, request)
        if not isinstance(address, str) or not address.startswith(("https://", "http://")):
            raise ProviderError(f"{address!r} is no address to send a browser to")
        return address

    def complete(self, given: Mapping[str, str], request: SignInRequest) -> ProvidedIdentity:
        """Return who comes back. Raises ProviderError, or UserError if the provider refused."""
        provided = self._call(self.declared.complete, given, request)
        subject = provided.subject if isinstance(provided, ProvidedIdentity) else None
        if not isinstance(subject, str) or not 0 < len(subject) <= 255:
            raise ProviderError("its id of the person isn't a text of 1 to 255 characters")
        return provided

    def _call(self, function: Callable[..., T], *arguments: object) -> T:
        if self.entry is None:
            return function(*arguments)
        try:
            return self.host.call(self.entry, function, *arguments, time_limit=self.declared.time_limit)
        except PluginFailedError as failure:
            raise ProviderError(str(failure)) from failure


def offered_providers(host: Host, settings: ServerSettings) -> Mapping[str, OfferedProvider]:
    """Return the providers of the settings, then those of running plugins, by name. Raises CommandError for a clash."""
    clients = {name: ProviderClient(each) for name, each in settings.identity_providers.items()}
    offered = {name: OfferedProvider(each.declared(name), host, client=each) for name, each in clients.items()}
    for entry in host.contributions.identity_providers:
        taken = next((name for name, each in offered.items()
                      if name == entry.name or each.declared.issuer == entry.value.issuer), None)  # fmt: skip
        if taken is not None:
            raise CommandError(
                f"The identity provider '{entry.name}' of plugin '{entry.owner}' has the name or the issuer of "
                f"'{taken}'. Remove one: identity_providers.{taken} in the settings, or the plugin."
            )
        offered[entry.name] = OfferedProvider(entry.value, host, entry)
    return offered


class ProviderPages:
    """The pages below ``/sign-in/with``, for each provider."""

    def __init__(
        self, database: Database, settings: ServerSettings, pages: Pages, providers: Mapping[str, OfferedProvider]
    ) -> None:
        self.database = database
        self.settings = settings
        self.pages = pages
        self.providers = providers

    async def leave(self, request: Request) -> Response:
        """Send the browser to the provider: to sign in or, if somebody is signed in, to link the account."""
        name = request.path_params["provider"]
        provider = self.providers.get(name)
        if provider is None:
            return self._page(request, 404, step="unknown")
        browser = secrets.token_urlsafe(32)
        leaving = SignInRequest(
            redirect_address=self._back(name),
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            code_verifier=secrets.token_urlsafe(48),
            language=language_of(request),
        )
        try:
            address = await asyncio.to_thread(provider.begin, leaving)
            await asyncio.to_thread(self._begin, request, name, browser, leaving)
        except (ProviderError, UserError) as problem:
            log.error("identity provider %s: %s", name, problem)
            return self._page(request, 502, step="unreachable")
        except TooManyRequestsError:
            return self._page(request, 429, step="too_many")
        answer = RedirectResponse(address, 303)
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
        provider, state = self.providers.get(name), given.get("state", "")
        browser = request.cookies.get(COOKIE, "")
        if provider is None:
            return self._page(request, 404, step="unknown")
        asked = await asyncio.to_thread(self._take, state, browser, name)
        if asked is None:
            return self._page(request, 400, step="lost")
        coming = SignInRequest(
            redirect_address=self._back(name), state=state, nonce=asked.nonce, code_verifier=asked.code_verifier
        )
        try:
            provided = await asyncio.to_thread(provider.complete, dict(given), coming)
        except UserError as refusal:
            log.warning("identity provider %s: %s", name, refusal)
            return self._page(request, 400, step="refused")
        except ProviderError as problem:
            log.error("identity provider %s: %s", name, problem)
            return self._page(request, 502, step="unreachable")
        verified = provided.email.strip().lower() if provided.email and provided.verified else None
        identity = Identity(provider.declared.issuer, provided.subject, verified)
        agent = request.headers.get("user-agent")
        there = provided.session if provider.client is not None else None
        arrived = await asyncio.to_thread(self._arrive, name, identity, asked, agent, there)
        if arrived.to_link is not None:
            return self._page(request, step="link", state=state, known_as=verified or provided.name or provided.subject)
        if arrived.secret is None:
            return self._page(request, 403, step="unlinked")
        return open_browser_session(request, self.settings, arrived.secret)

    async def link(self, request: Request) -> Response:
        """Link the account that is signed in, as its form confirms; or remove the link."""
        name, form = request.path_params["provider"], await read_form(request)
        provider = self.providers.get(name)
        if provider is None:
            return self._page(request, 404, step="unknown")
        done = await asyncio.to_thread(self._link, request, name, provider.declared.issuer, form)
        return RedirectResponse(ACCOUNT_PATH, 303) if done else self._page(request, 409, step="not_linked")

    async def signed_out(self, request: Request) -> Response:
        """Say that the session here has ended, and lead to the end of that at the provider."""
        client = self._client(request.path_params["provider"])
        back = f"{base_address(self.settings)}/"
        there = await asyncio.to_thread(client.sign_out_address, back) if client is not None else None
        return self._page(request, step="signed_out", there=there or "")

    async def end_sessions(self, request: Request) -> Response:
        """End the sessions of whoever has signed out at the provider, which says so by a logout token."""
        name, form = request.path_params["provider"], await read_form(request)
        client = self._client(name)
        answer = JSONResponse({}, headers={"Cache-Control": "no-store"})
        if client is None:
            answer.status_code = 404
            return answer
        try:
            signed_out = await asyncio.to_thread(client.signed_out_there, form.get("logout_token", ""))
        except ProviderError as problem:
            log.warning("identity provider %s: %s", name, problem)
            return JSONResponse({"error": "invalid_request"}, 400, headers={"Cache-Control": "no-store"})
        await asyncio.to_thread(self._end, name, client.settings.issuer, signed_out)
        return answer

    def _end(self, name: str, issuer: str, signed_out: SignedOut) -> None:
        # Its clock may be ahead of ours, or behind: a session begun in the same minute ends, too.
        late = replace(signed_out, said_at=signed_out.said_at + timedelta(seconds=LEEWAY_SECONDS))
        with self.database.write(ACTOR) as session:
            identities.sign_out_of_provider(session, issuer, name, late)

    def _back(self, name: str) -> str:
        return f"{base_address(self.settings)}{PROVIDER_PATH.format(provider=name)}/callback"

    def _client(self, name: str) -> ProviderClient | None:
        provider = self.providers.get(name)
        return provider.client if provider is not None else None

    def _begin(self, request: Request, name: str, browser: str, leaving: SignInRequest) -> None:
        address = request.client.host if request.client else None
        with self.database.write(ACTOR) as session:
            account = self._signed_in(session, request)
            identities.begin_request(
                session,
                leaving.state,
                browser,
                name,
                leaving.nonce,
                leaving.code_verifier,
                account.account_id if account is not None else None,
                address,
            )

    def _take(self, state: str, browser: str, name: str) -> ProviderRequest | None:
        if not state or not browser:
            return None
        with self.database.write(ACTOR) as session:
            return identities.take_request(session, state, browser, name)

    def _arrive(
        self, name: str, identity: Identity, asked: ProviderRequest, browser: str | None, there: str | None
    ) -> _Arrived:
        domains = self.providers[name].declared.email_domains
        with self.database.write(ACTOR) as session:
            if asked.account_id is not None:
                identities.propose_link(session, asked, identity)
                return _Arrived(to_link=identity)
            account = identities.account_of(session, identity, domains)
            if account is None:
                return _Arrived()
            consent(account, notice_version(self.settings))
            return _Arrived(open_session(session, account, browser, name, there))

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
        provider, language = self.providers.get(request.path_params["provider"]), language_of(request)
        title = provider.declared.title[language] if provider is not None else text("unknown_provider", language)
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
