"""The page of one's notifications and preferences, unsubscribing by a link, and previews for organisers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import cast
from urllib.parse import parse_qs

from jinja2 import TemplateError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from api.accounts.forms import read_form
from api.notifications.channels import offered
from api.notifications.feed import PRIVATE, feed_response, latest
from api.notifications.rendering import example_of, html_of
from api.notifications.texts import LANGUAGES, TEXTS, text
from api.operations.delivery import delivery_settings
from api.operations.settings import ServerSettings
from api.pages import Pages, language_of
from api.requests.identity import Identity, credentials
from plugins.host.errors import UserError
from plugins.host.host import Host
from schema.declarations.base import STAFF
from schema.domain.notifications.choices import checked_address, kinds, preferences, shown_address
from store.access.actors import Actor
from store.database import Database
from store.database.installation_keys import installation_key
from store.models import Account
from store.notifications.links import FEED_PATH, UNSUBSCRIBE_PATH, NotificationSigner
from store.notifications.preferences import addresses_of, decide, set_address
from store.notifications.sending import EMAIL, FEED

PATH = "/notifications"
PREVIEW_PATH = "/notifications/preview"
SIGN_IN_PATH = "/account"
LONGEST_FORM = 10_000
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""A mail's styles stand in it; it fetches nothing."""


class NotificationPages:
    """Answers for people, by the settings."""

    def __init__(
        self, database: Database, host: Host, settings: ServerSettings, identity: Identity, pages: Pages
    ) -> None:
        self.database = database
        self.host = host
        self.settings = settings
        self.identity = identity
        self.pages = pages
        self.delivery = delivery_settings(settings)
        self.channels = offered(host, self.delivery)

    @property
    def signer(self) -> NotificationSigner:
        """Signs links."""
        return NotificationSigner(installation_key(self.database, "notifications"))

    async def show(self, request: Request) -> Response:
        """Show what the person was told, and how they want it; lead to signing in if nobody is signed in."""
        actor = await self._actor(request)
        if actor.account_id is None:
            return RedirectResponse(SIGN_IN_PATH, 303)
        shown = await asyncio.to_thread(self._shown, actor, actor.account_id, language_of(request))
        return self._page(request, "notifications.html", "notifications", 200, **shown)

    async def save(self, request: Request) -> Response:
        """Save preferences: a checkbox for each kind and channel."""
        actor, form = await self._actor(request), await read_form(request, 100_000)
        if actor.account_id is None:
            return RedirectResponse(SIGN_IN_PATH, 303)
        await asyncio.to_thread(self._save, actor, actor.account_id, form)
        return self._back(request)

    async def save_address(self, request: Request) -> Response:
        """Save where a channel reaches the person, or make a new address of the feed."""
        actor, form = await self._actor(request), await read_form(request)
        if actor.account_id is None:
            return RedirectResponse(SIGN_IN_PATH, 303)
        problem = await asyncio.to_thread(self._save_address, actor, actor.account_id, form)
        if problem is None:
            return self._back(request)
        shown = await asyncio.to_thread(self._shown, actor, actor.account_id, language_of(request))
        return self._page(request, "notifications.html", "notifications", 400, **{**shown, "problem": problem})

    async def unsubscribe(self, request: Request) -> Response:
        """Ask, and turn a kind's mails off by the button or a mailbox's one click (RFC 8058)."""
        language, named = language_of(request), self.signer.unsubscribed(request.path_params["token"])
        declared = kinds(self.host).get(named[1]) if named is not None else None
        if named is None or declared is None or declared.required:
            return self._page(request, "unsubscribe.html", "notifications", 404, said=text("invalid", language))
        if request.method == "POST":
            form = parse_qs((await _body(request)).decode("utf-8", "replace"))
            await asyncio.to_thread(self._decide, *named)
            if form.get("List-Unsubscribe") == ["One-Click"]:
                return PlainTextResponse("Unsubscribed.\n", headers=PRIVATE)
        off = request.method == "POST"
        said = text("stopped" if off else "ask", language, kind=declared.title[language])
        return self._page(request, "unsubscribe.html", "notifications", said=said, off=off)

    async def feed(self, request: Request) -> Response:
        """Return the feed of an address."""
        return await asyncio.to_thread(feed_response, self.database, self.signer, self.delivery.address, request)

    async def preview(self, request: Request) -> Response:
        """Show every kind with its example, in both languages, to organisers."""
        actor = await self._actor(request)
        if actor.role not in STAFF:
            return PlainTextResponse("Only organisers and administrators may see previews. Sign in first.\n", 403)
        wanted = request.query_params.get("kind")
        if wanted is not None:
            return self._example(wanted, request.query_params.get("in", "en"))
        listed = [(kind.name, kind.title, kind.description) for kind in kinds(self.host).values()]
        return self._page(request, "notification_previews.html", "preview", listed=listed, languages=LANGUAGES)

    def _example(self, name: str, language: str) -> Response:
        kind = kinds(self.host).get(name)
        if kind is None or language not in LANGUAGES:
            return PlainTextResponse("There is no such kind of notification, or no such language.\n", 404)
        base_url = self.delivery.address
        leave = None if kind.required else f"{base_url}{PATH}"
        try:
            message = example_of(kind, language, base_url)
        except TemplateError as problem:
            return PlainTextResponse(f"The templates of '{name}' don't fit its example: {problem}\n", 500)
        headers = {"Cache-Control": "no-store", "Content-Security-Policy": MAIL_POLICY}
        return Response(html_of(message, base_url, leave), media_type="text/html; charset=utf-8", headers=headers)

    def _shown(self, actor: Actor, account_id: str, language: str) -> dict[str, object]:
        with self.database.read() as session:
            every = preferences(session, self.host, account_id, language)
            rows = addresses_of(session, account_id)
        by_kind: dict[str, dict[str, object]] = {}
        for each in every:
            entry = by_kind.setdefault(each.kind, {"title": each.title, "channels": {}})
            cast(dict[str, object], entry["channels"])[each.channel] = each
        signer = self.signer
        addresses = [
            (each.title[language], shown_address(signer, account_id, each.name, rows.get(each.name)))
            for each in self.channels
            if each.has_address
        ]
        feed = shown_address(signer, account_id, FEED, rows.get(FEED))
        return {
            "told": latest(self.database, account_id), "kinds": by_kind, "addresses": addresses,
            "channels": [(each.name, each.title[language]) for each in self.channels],
            "feed": f"{self.delivery.address}{feed.feed_url}", "previews": actor.role in STAFF, "problem": None,
        }  # fmt: skip

    def _save(self, actor: Actor, account_id: str, form: Mapping[str, str]) -> None:
        with self.database.read() as session:
            before = preferences(session, self.host, account_id, "en")
        names = {each.name for each in self.channels}
        with self.database.write(actor) as session:
            for each in before:
                enabled = f"{each.kind} {each.channel}" in form
                if each.channel in names and not each.required and enabled != each.enabled:
                    decide(session, account_id, each.kind, each.channel, enabled)

    def _save_address(self, actor: Actor, account_id: str, form: Mapping[str, str]) -> str | None:
        channel, given = form.get("channel", ""), form.get("address", "").strip() or None
        if channel != FEED and channel not in {each.name for each in self.channels if each.has_address}:
            return f"{channel!r} is no channel with an address."
        try:
            address = checked_address(self.host, self.settings.notifications, channel, given)
        except (ValueError, UserError) as problem:
            return str(problem)
        with self.database.write(actor) as session:
            set_address(session, account_id, channel, address)
        return None

    def _decide(self, account_id: str, kind: str) -> None:
        with self.database.write(Actor.system("unsubscribe")) as session:
            if session.get(Account, account_id) is not None:
                decide(session, account_id, kind, EMAIL, False)

    async def _actor(self, request: Request) -> Actor:
        return await asyncio.to_thread(self.identity.actor, credentials(request.headers))

    def _page(self, request: Request, template: str, title: str, status: int = 200, **values: object) -> Response:
        language = language_of(request)
        texts = {name: texts[language] for name, texts in TEXTS.items()}
        answer = self.pages.render(request, template, TEXTS[title], status, text=texts, **values)
        answer.headers.update(PRIVATE)
        return answer

    def _back(self, request: Request) -> Response:
        return RedirectResponse(f"{PATH}?lang={language_of(request)}", 303)


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_FORM:
            return b""
    return body


def notification_routes(pages: NotificationPages) -> list[Route]:
    """Return the routes of notifications."""
    return [
        Route(PATH, pages.show),
        Route(PATH, pages.save, methods=["POST"]),
        Route(f"{PATH}/address", pages.save_address, methods=["POST"]),
        Route(PREVIEW_PATH, pages.preview),
        Route(UNSUBSCRIBE_PATH, pages.unsubscribe, methods=["GET", "POST"]),
        Route(FEED_PATH, pages.feed),
        Route(f"{FEED_PATH}/json", pages.feed),
    ]
