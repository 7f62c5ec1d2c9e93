"""The page that an invitation's link leads to: what is offered, and a form that accepts it."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.accounts.forms import is_secure, keep_session, notice_version, posted
from api.accounts.texts import TEXTS, in_language
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
        """What is offered; by POST, it is accepted."""
        if request.method != "POST":
            token = request.query_params.get("token", "")
            offered = await asyncio.to_thread(self._offered, token, language_of(request))
            if offered is None:
                return self._page(request, 410, step="over")
            notice = self.settings.privacy_notice or ""
            return self._page(request, 200, step="offered", token=token, notice_address=notice, **offered)
        token = (await posted(request)).get("token", "")
        done, secret = await asyncio.to_thread(self._accept, token, request.headers.get("user-agent"))
        if not done:
            return self._page(request, 410, step="over")
        if secret is None:
            return self._page(request, step="accepted")
        answer = RedirectResponse("/account", 303)
        keep_session(answer, secret, is_secure(request, self.settings.public_url))
        return answer

    def _page(self, request: Request, status: int = 200, **values: str) -> Response:
        texts = in_language(language_of(request))
        answer = self.pages.render(request, "invitation.html", TEXTS["invitation"], status, text=texts, **values)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def _offered(self, token: str, language: str) -> dict[str, str] | None:
        with self.database.read() as session:
            found = open_invitation(session, token)
            if found is None:
                return None
            return {"role": TEXTS[found.role.value][language], "scope": scope_name(session, found.scope_id, language)}

    def _accept(self, token: str, browser: str | None) -> tuple[bool, str | None]:
        """Whether it was accepted, and the secret of a session where it made the account."""
        try:
            with self.database.write(ACTOR) as session:
                accepted = accept(session, token)
                if accepted is None:
                    return False, None
                consent(accepted.account, notice_version(self.settings))
                return True, open_session(session, accepted.account, browser) if accepted.is_new else None
        except AccountError:  # what it was for is archived by now, or the account is
            return False, None


def scope_name(session: Any, scope_id: str | None, language: str) -> str:
    """What a scope is called."""
    if scope_id is None:
        return TEXTS["INSTALLATION"][language]
    entity = session.get(ENTITIES[prefix_of(scope_id) or ""], scope_id)
    names: dict[str, str] = getattr(entity, "name", None) or {}
    return names.get(language) or next(iter(names.values()), scope_id)
