"""What the pages for those who give roles share: clients of the API in this process, as whoever is signed in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import ClassVar, Protocol

from starlette.requests import Request
from starlette.responses import Response

from api.accounts.forms import render_page
from api.accounts.sign_in import SignInPages
from api.accounts.texts import text
from api.pages import Pages, language_of
from api.requests.answers import Caller
from api.requests.identity import Identity, session_secret
from schema.declarations.base import GivenArguments
from schema.domain.accounts.governing import given_roles
from schema.request.context import Context
from store.access.actors import Actor


class OpenContext(Protocol):
    """Opens the context of an operation in an actor's name."""

    def __call__(self, actor: Actor, caller: Caller) -> AbstractContextManager[Context]: ...


class GoverningPage:
    """A page for those who give and withdraw roles."""

    template: ClassVar[str]
    title: ClassVar[str]
    """The name of its title among the texts."""

    def __init__(self, open_context: OpenContext, identity: Identity, pages: Pages, sign_in_pages: SignInPages) -> None:
        self.open_context = open_context
        self.identity = identity
        self.pages = pages
        self.sign_in_pages = sign_in_pages

    async def for_those_who_govern(self, request: Request, answer: Callable[[Request, Actor], Response]) -> Response:
        """Answer in the name of whoever is signed in, if their role may give roles."""
        secret = session_secret(request.headers.get("cookie", ""))
        actor = await asyncio.to_thread(self.identity.actor, f"session {secret}" if secret else None)
        if actor.session_id is None:
            return self.sign_in_pages.form(request)
        if not given_roles(actor):
            return self.page(request, 403, problem=text("may_not_invite", language_of(request)), roles=(), listed=())
        return await asyncio.to_thread(answer, request, actor)

    def ask(self, request: Request, actor: Actor, document: str, variables: GivenArguments) -> GivenArguments:
        """Run an operation of the API as the actor."""
        caller = Caller(
            accept_language=request.headers.get("accept-language"),
            request_id=request.scope["request_id"],
        )
        with self.open_context(actor, caller) as context, context.own() as own:
            own.may_write = True
            return own.ask(document, dict(variables))

    def page(self, request: Request, status: int = 200, **values: object) -> Response:
        """Render the page."""
        return render_page(self.pages, request, self.template, self.title, status, **values)


def problems_of(answer: GivenArguments) -> list[str]:
    """Return what the API refused, in its words."""
    payloads = [payload for payload in (answer.get("data") or {}).values() if payload]
    refused = [error["message"] for payload in payloads for error in payload["userErrors"]]
    return [*(error["message"] for error in answer.get("errors", ())), *refused]
