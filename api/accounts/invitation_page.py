"""The page of an invitation's link: it shows the offer and accepts it."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from api.accounts.forms import notice_version, open_browser_session, read_form, render_page
from api.accounts.texts import TEXTS
from api.operations.settings import ServerSettings
from api.pages import Pages, language_of
from store.access.accounts import AccountError, consent
from store.access.actors import Actor
from store.accounts.invitations import accept, open_invitation
from store.accounts.signing_in import open_session
from store.database import Database
from store.models import ENTITIES
from store.values.ids import prefix_of

ACTOR = Actor.system("invitation")


class InvitationPage:
    """The page at ``/invitation``."""

    def __init__(self, database: Database, settings: ServerSettings, pages: Pages) -> None:
        self.database = database
        self.settings = settings
        self.pages = pages

    async def show(self, request: Request) -> Response:
        """Show the offer; by POST, accept it."""
        if request.method != "POST":
            token = request.query_params.get("token", "")
            offered = await asyncio.to_thread(self._offered, token, language_of(request))
            if offered is None:
                return self._page(request, 410, step="over")
            notice = self.settings.privacy_notice or ""
            return self._page(request, 200, step="offered", token=token, notice_address=notice, **offered)
        token = (await read_form(request)).get("token", "")
        accepted, secret = await asyncio.to_thread(self._accept, token, request.headers.get("user-agent"))
        if not accepted:
            return self._page(request, 410, step="over")
        if secret is None:
            return self._page(request, step="accepted")
        return open_browser_session(request, self.settings, secret)

    def _page(self, request: Request, status: int = 200, **values: str) -> Response:
        return render_page(self.pages, request, "invitation.html", "invitation", status, **values)

    def _offered(self, token: str, language: str) -> dict[str, str] | None:
        with self.database.read() as session:
            invitation = open_invitation(session, token)
            if invitation is None:
                return None
            return {
                "role": TEXTS[invitation.role.value][language],
                "scope": scope_name(session, invitation.scope_id, language),
            }

    def _accept(self, token: str, browser: str | None) -> tuple[bool, str | None]:
        """Return whether it was accepted, and the secret of a session if that created the account."""
        try:
            with self.database.write(ACTOR) as session:
                accepted = accept(session, token)
                if accepted is None:
                    return False, None
                consent(accepted.account, notice_version(self.settings))
                return True, open_session(session, accepted.account, browser) if accepted.is_new else None
        except AccountError:  # the account is archived, or the membership would already have ended
            return False, None


def scope_name(session: Any, scope_id: str | None, language: str) -> str:
    """Return the name of a scope in a language, or in any if there is none in that."""
    if scope_id is None:
        return TEXTS["INSTALLATION"][language]
    entity = session.get(ENTITIES[prefix_of(scope_id) or ""], scope_id)
    names = getattr(entity, "name", None) or {}
    return names if isinstance(names, str) else names.get(language) or next(iter(names.values()), scope_id)
