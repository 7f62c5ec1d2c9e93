"""The page of an account: the roles that it holds, the one in use, and where it is signed in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from api.accounts.forms import forget_session, is_secure, posted
from api.accounts.invitation_page import InvitationPage, scope_name
from api.accounts.mail import INVITATION_PATH
from api.accounts.sign_in import CONFIRM_PATH, PATH, SignInPages
from api.accounts.texts import TEXTS, in_language
from api.operations.settings import ServerSettings
from api.pages import Pages, language_of
from api.requests.identity import Identity, credentials, session_secret
from store.access.accounts import sign_out_everywhere
from store.access.actors import Actor
from store.accounts.signing_in import actor_in, open_sessions, session_of
from store.database import Database
from store.models import Account, AccountSession, Membership
from store.models.base import now


class AccountPage:
    """The page at ``/account`` and its forms."""

    def __init__(
        self,
        database: Database,
        settings: ServerSettings,
        identity: Identity,
        pages: Pages,
        entrance: SignInPages,
    ) -> None:
        self.database = database
        self.entrance = entrance
        self.settings = settings
        self.identity = identity
        self.pages = pages

    async def show(self, request: Request) -> Response:
        """The page; to who isn't signed in the form to do so."""
        language = language_of(request)
        shown = await asyncio.to_thread(self._shown, _secret(request), language)
        if shown is None:
            return self.entrance.form(request)
        answer = self.pages.render(request, "account.html", TEXTS["account"], text=in_language(language), **shown)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    async def act(self, request: Request) -> Response:
        """Use another of the account's roles in this browser."""
        wanted = (await posted(request)).get("membership", "")

        def change(session: Session, opened: AccountSession, actor: Actor) -> None:
            chosen = next((each for each in actor.memberships if each.id == wanted), None)
            if chosen is not None:
                opened.membership_id = chosen.id if session.get(Membership, chosen.id) else None

        return await self._changed(request, change)

    async def end(self, request: Request) -> Response:
        """Sign out: here, in another browser, or everywhere."""
        which = (await posted(request)).get("session", "")

        def change(session: Session, opened: AccountSession, actor: Actor) -> None:
            if which == "all":
                sign_out_everywhere(session, opened.account_id)
                return
            other = opened if which in ("", opened.id) else session.get(AccountSession, which)
            if other is not None and other.account_id == opened.account_id and other.ended_at is None:
                other.ended_at = now()

        return await self._changed(request, change)

    async def _changed(self, request: Request, change: Callable[[Session, AccountSession, Actor], None]) -> Response:
        still = await asyncio.to_thread(self._change, _secret(request), change)
        self.identity.forget(credentials(request.headers))
        answer = RedirectResponse("/account" if still else "/", 303)
        if not still:
            forget_session(answer, is_secure(request, self.settings.public_url))
        return answer

    def _change(self, secret: str, change: Callable[[Session, AccountSession, Actor], None]) -> bool:
        """Change something in a session; whether it is still open then."""
        with self.database.read() as session:
            opened = session_of(session, secret)
            actor = actor_in(session, opened) if opened is not None else None
        if actor is None:
            return False
        with self.database.write(actor) as session:
            present = session_of(session, secret)
            if present is None:
                return False
            change(session, present, actor)
            return present.ended_at is None

    def _shown(self, secret: str, language: str) -> dict[str, Any] | None:
        with self.database.read() as session:
            opened = session_of(session, secret)
            actor = actor_in(session, opened) if opened is not None else None
            if opened is None or actor is None:
                return None
            account = session.get_one(Account, opened.account_id)
            ends = {each.id: session.get(Membership, each.id) for each in actor.memberships}
            return {
                "account": account,
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


def account_routes(database: Database, settings: ServerSettings, identity: Identity, pages: Pages) -> list[Route]:
    """The routes of signing in and of the account."""
    entrance = SignInPages(database, settings, pages)
    account = AccountPage(database, settings, identity, pages, entrance)
    return [
        Route(PATH, entrance.ask, methods=["GET", "POST"]),
        Route(CONFIRM_PATH, entrance.confirm, methods=["GET", "POST"]),
        Route(INVITATION_PATH, InvitationPage(database, settings, pages).show, methods=["GET", "POST"]),
        Route("/account", account.show),
        Route("/account/role", account.act, methods=["POST"]),
        Route("/sign-out", account.end, methods=["POST"]),
    ]


def _secret(request: Request) -> str:
    return session_secret(request.headers.get("cookie", "")) or ""
