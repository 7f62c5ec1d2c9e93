"""The page of an account: its roles, the one in use, and where the person is signed in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from api.accounts.forms import ACCOUNT_PATH, CODE_PATH, PROVIDER_PATH, delete_session_cookie, read_form, render_page
from api.accounts.governing_page import OpenContext
from api.accounts.invitation_page import InvitationPage, scope_name
from api.accounts.inviting_page import InvitingPage, inviting_routes
from api.accounts.mail import INVITATION_PATH
from api.accounts.members_page import MembersPage, members_routes
from api.accounts.second_factor_pages import SecondFactorPages, second_factor_routes
from api.accounts.sign_in import ACTOR as SIGN_IN
from api.accounts.sign_in import CONFIRM_PATH, PATH, SignInPages
from api.accounts.texts import TEXTS
from api.operations.settings import ServerSettings
from api.pages import Pages, language_of
from api.requests.identity import Identity, credentials, session_secret
from plugins.host.contributions.contributions import SignInProvider
from plugins.host.host import Host
from schema.domain.accounts.governing import given_roles
from store.access.accounts import held_by, sign_out_everywhere
from store.access.actors import Actor
from store.accounts.identities import linked_at
from store.accounts.second_factors import is_pending
from store.accounts.signing_in import actor_in, end_session, open_sessions, session_of, switch_role
from store.database import Database
from store.models import Account, AccountSession, Membership

_Change = Callable[[Session, AccountSession, Actor], object]


class AccountPage:
    """The page at ``/account`` and its forms."""

    def __init__(
        self,
        database: Database,
        settings: ServerSettings,
        identity: Identity,
        pages: Pages,
        sign_in_pages: SignInPages,
    ) -> None:
        self.database = database
        self.providers = sign_in_pages.providers
        self.sign_in_pages = sign_in_pages
        self.settings = settings
        self.identity = identity
        self.pages = pages

    async def show(self, request: Request) -> Response:
        """Show the page, or the sign-in form if nobody is signed in."""
        language = language_of(request)
        shown = await asyncio.to_thread(self._shown, _secret(request), language)
        if shown is None:
            return self.sign_in_pages.form(request)
        if not shown:
            return RedirectResponse(CODE_PATH, 303)
        return render_page(self.pages, request, "account.html", "account", **shown)

    async def switch_role(self, request: Request) -> Response:
        """Use another of the account's roles in this browser."""
        wanted = (await read_form(request)).get("membership", "")
        return await self._changed(request, lambda _, opened, actor: switch_role(opened, actor, wanted))

    async def sign_out(self, request: Request) -> Response:
        """Sign out: here, in another browser, or everywhere; offer the same at the provider, if one was used."""
        which = (await read_form(request)).get("session", "")

        def change(session: Session, opened: AccountSession, _: Actor) -> object:
            if which == "all":
                return sign_out_everywhere(session, opened.account_id)
            return end_session(session, opened.account_id, which or opened.id)

        return await self._changed(request, change)

    async def _changed(self, request: Request, change: _Change) -> Response:
        still, provider = await asyncio.to_thread(self._change, _secret(request), change)
        self.identity.forget(credentials(request.headers))
        left = "/" if provider is None else f"{PROVIDER_PATH.format(provider=provider)}/signed-out"
        answer = RedirectResponse(ACCOUNT_PATH if still else left, 303)
        if not still:
            delete_session_cookie(request, self.settings, answer)
        return answer

    def _change(self, secret: str, change: _Change) -> tuple[bool, str | None]:
        """Change something in a session; return whether it is still open, and the provider by which it was opened."""
        with self.database.read() as session:
            opened = session_of(session, secret)
            actor = self._actor(session, opened) if opened is not None else None
        if actor is None:
            if opened is not None:  # waits for a code: nothing but leaving it is possible
                with self.database.write(SIGN_IN) as session:
                    end_session(session, opened.account_id, opened.id)
            return False, None
        with self.database.write(actor) as session:
            present = session_of(session, secret)
            if present is None:
                return False, None
            change(session, present, actor)
            return present.ended_at is None, present.provider

    def _actor(self, session: Session, opened: AccountSession) -> Actor | None:
        return actor_in(session, opened, self.settings.second_factor == "organisers")

    def _shown(self, secret: str, language: str) -> dict[str, Any] | None:
        """Return what the page shows: nothing if a code is due, None if nobody is signed in."""
        with self.database.read() as session:
            opened = session_of(session, secret)
            actor = self._actor(session, opened) if opened is not None else None
            if opened is None or actor is None:
                return {} if opened is not None and is_pending(session, opened) else None
            account = session.get_one(Account, opened.account_id)
            ends = {each.id: session.get(Membership, each.id) for each in actor.memberships}
            return {
                "account": account,
                "providers": [
                    (
                        PROVIDER_PATH.format(provider=each.name),
                        each.title[language],
                        linked_at(session, account.id, each.issuer),
                    )
                    for each in self.providers
                ],
                "verified": opened.verified_at is not None,
                "roles_wait": len(held_by(session, account.id, account.talent_id)) > len(actor.memberships),
                "invites": bool(given_roles(actor)),
                "roles": [
                    {
                        "id": each.id,
                        "role": TEXTS[each.role.value][language],
                        "scope": scope_name(session, each.scope_id, language),
                        "ends": getattr(ends[each.id], "ends_at", None),
                        "in_use": each == actor.held,
                    }
                    for each in actor.memberships
                ],
                "sessions": [
                    {"id": each.id, "browser": each.browser, "used": each.used_at, "here": each.id == opened.id}
                    for each in open_sessions(session, account.id)
                ],
            }


def account_routes(
    database: Database,
    settings: ServerSettings,
    identity: Identity,
    pages: Pages,
    open_context: OpenContext,
    host: Host,
) -> list[Route]:
    """Return the routes of signing in, of invitations and of the account."""
    declared: list[SignInProvider] = []
    to_providers: list[Route] = []
    if settings.identity_providers or host.contributions.identity_providers:
        from api.accounts.provider_pages import ProviderPages, offered_providers, provider_routes  # takes a while

        offered = offered_providers(host, settings)
        declared = [each.declared for each in offered.values()]
        to_providers = provider_routes(ProviderPages(database, settings, pages, offered))
    sign_in_pages = SignInPages(database, settings, pages, declared)
    inviting = InvitingPage(open_context, identity, pages, sign_in_pages)
    account = AccountPage(database, settings, identity, pages, sign_in_pages)
    return [
        Route(PATH, sign_in_pages.ask, methods=["GET", "POST"]),
        Route(CONFIRM_PATH, sign_in_pages.confirm, methods=["GET", "POST"]),
        Route(INVITATION_PATH, InvitationPage(database, settings, pages).show, methods=["GET", "POST"]),
        Route(ACCOUNT_PATH, account.show),
        Route("/account/role", account.switch_role, methods=["POST"]),
        Route("/sign-out", account.sign_out, methods=["POST"]),
        *to_providers,
        *inviting_routes(inviting),
        *members_routes(MembersPage(open_context, identity, pages, sign_in_pages)),
        *second_factor_routes(SecondFactorPages(database, settings, identity, pages)),
    ]


def _secret(request: Request) -> str:
    return session_secret(request.headers.get("cookie", "")) or ""
