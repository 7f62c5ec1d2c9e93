"""The second step of signing in, and the page that sets it up: one-time codes of an authenticator app."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import segno
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from api.accounts.forms import ACCOUNT_PATH, CODE_PATH, read_form, render_page
from api.accounts.texts import text
from api.operations.settings import ServerSettings
from api.pages import Pages, language_of
from api.requests.identity import Identity, credentials, session_secret
from store.access.actors import Actor
from store.accounts import second_factors
from store.accounts.second_factors import TooManyCodesError
from store.accounts.signing_in import actor_in, session_of, verify_session
from store.database import Database
from store.models import Account, AccountSession

SETTING_UP_PATH = "/account/second-step"
ACTOR = Actor.system("sign-in")


class SecondFactorPages:
    """The pages at `CODE_PATH` and `SETTING_UP_PATH`."""

    def __init__(self, database: Database, settings: ServerSettings, identity: Identity, pages: Pages) -> None:
        self.database = database
        self.settings = settings
        self.identity = identity
        self.pages = pages

    async def ask(self, request: Request) -> Response:
        """Ask for a code; by POST, verify the session by it."""
        if request.method != "POST":
            due = await asyncio.to_thread(self._is_pending, _secret(request))
            return self._page(request, step="code") if due else RedirectResponse(ACCOUNT_PATH, 303)
        code = (await read_form(request)).get("code", "")
        try:
            verified = await asyncio.to_thread(self._verify, _secret(request), code)
        except TooManyCodesError:
            return self._page(request, 429, step="code", problem="too_many_codes")
        if not verified:
            return self._page(request, 400, step="code", problem="wrong_code")
        self.identity.forget(credentials(request.headers))
        return RedirectResponse(ACCOUNT_PATH, 303)

    async def set_up(self, request: Request) -> Response:
        """Show whether it is set up; by POST, take a step of setting it up, or remove it."""
        form = await read_form(request) if request.method == "POST" else {}
        try:
            shown = await asyncio.to_thread(self._stepped, _secret(request), form)
        except TooManyCodesError:
            return self._page(request, 429, step="later", problem="too_many_codes")
        if shown is None:
            return RedirectResponse(ACCOUNT_PATH, 303)
        self.identity.forget(credentials(request.headers))
        return self._page(request, 400 if "problem" in shown else 200, **shown)

    def _page(self, request: Request, status: int = 200, **values: object) -> Response:
        language = language_of(request)
        if "problem" in values:
            values["problem"] = text(str(values["problem"]), language)
        return render_page(self.pages, request, "second_factor.html", "second_step", status, **values)

    def _is_pending(self, secret: str) -> bool:
        with self.database.read() as session:
            opened = session_of(session, secret)
            return opened is not None and second_factors.is_pending(session, opened)

    def _verify(self, secret: str, code: str) -> bool:
        with self.database.write(ACTOR) as session:
            opened = session_of(session, secret)
            return opened is not None and verify_session(session, opened, code)

    def _stepped(self, secret: str, form: Mapping[str, str]) -> dict[str, object] | None:
        """Take a step, and return what to show; None if nobody is signed in."""
        with self.database.read() as session:
            opened = session_of(session, secret)
            actor = actor_in(session, opened) if opened is not None else None
            if opened is None or actor is None:
                return None
            if not form:
                return self._state(session, opened)
        with self.database.write(actor) as session:
            present = session_of(session, secret)
            return None if present is None else self._step(session, present, form)

    def _step(self, session: Session, opened: AccountSession, form: Mapping[str, str]) -> dict[str, object]:
        """Take the step that a form names."""
        account = session.get_one(Account, opened.account_id)
        wanted, code = form.get("step"), form.get("code", "")
        enrolled = second_factors.has_second_factor(session, account.id)
        if wanted == "begin" and not enrolled:
            second_factors.begin(session, account)
        elif wanted == "confirm" and not enrolled:
            codes = second_factors.confirm(session, opened, code)
            if codes is not None:
                return {"step": "codes", "codes": codes}
            return {**self._state(session, opened), "problem": "wrong_code"}
        elif wanted in ("renew", "remove") and enrolled:
            if not verify_session(session, opened, code):
                return {**self._state(session, opened), "problem": "wrong_code"}
            if wanted == "renew":
                return {"step": "codes", "codes": second_factors.renew_recovery_codes(session, account.id)}
            second_factors.remove(session, account.id)
        return self._state(session, opened)

    def _state(self, session: Session, opened: AccountSession) -> dict[str, object]:
        """Return what the page shows as things are."""
        account = session.get_one(Account, opened.account_id)
        if second_factors.has_second_factor(session, account.id):
            return {"step": "on", "left": second_factors.recovery_codes_left(session, account.id)}
        factor = second_factors.unconfirmed(session, account.id)
        if factor is None:
            return {"step": "off", "required": self.settings.second_factor == "organisers"}
        picture = segno.make(second_factors.address(account, factor), error="m")
        key = " ".join(factor.secret[start : start + 4] for start in range(0, len(factor.secret), 4))
        return {"step": "confirm", "picture": picture.svg_data_uri(scale=5, border=4, light="#fff"), "key": key}


def second_factor_routes(pages: SecondFactorPages) -> list[Route]:
    """Return the routes of the pages."""
    return [
        Route(CODE_PATH, pages.ask, methods=["GET", "POST"]),
        Route(SETTING_UP_PATH, pages.set_up, methods=["GET", "POST"]),
    ]


def _secret(request: Request) -> str:
    return session_secret(request.headers.get("cookie", "")) or ""
