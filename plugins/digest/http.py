"""Addresses for recipients: pages that ask, POSTs that act, the feed and the CSV. A GET never changes anything."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from urllib.parse import parse_qs

from markupsafe import Markup
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from plugins.digest.content import texts
from plugins.digest.content.outbox_writer import ListError, OutboxWriter
from plugins.digest.content.reading import as_investor, lines, name_of
from plugins.digest.delivery.feed import atom, entries_of, table
from plugins.digest.delivery.ownership import release
from plugins.digest.delivery.signing import LinkError, Secrets
from plugins.digest.managing import confirm
from plugins.digest.settings import Settings
from plugins.digest.tables import OWNER, Channel, Receipt, Subscription, SubscriptionState
from roadshow import Context, Page, PageContext, Route, hookimpl
from roadshow.outbox import cancel_waiting

LONGEST_FORM = 10_000
NOTHING = Markup("")
TITLE = {"en": "Digest", "zh": "推荐订阅"}
PRIVATE = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}

ANSWERED = """query DigestAnswered($id: ID!, $project: ID!) {
  investor(id: $id) { interests(first: 1, filter: { project: [$project] }) { nodes { kind } } }
  project(id: $project) { id name }
}"""
EXPRESS = """mutation DigestExpress($project: ID!, $kind: InterestKind!, $reason: PassReason) {
  expressInterest(project: $project, kind: $kind, reason: $reason) { userErrors { message } }
}"""
WITHDRAW = """mutation DigestWithdraw($project: ID!) {
  withdrawInterest(project: $project) { userErrors { message } }
}"""


class DigestEndpoints:
    """Answers for links, by the settings."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.secrets = Secrets(settings)
        self.writer = OutboxWriter(settings, self.secrets)

    # ---- unsubscribe

    def ask_unsubscribe(self, context: PageContext) -> Markup:
        """Ask for confirmation, or show that it is done."""
        row = self._by_link(context, "unsubscribe", context.parameters["token"])
        if row is None:
            return _refused("invalid", context)
        what = {"address": row.address or texts.text("digest", context.language)}
        if row.state == SubscriptionState.UNSUBSCRIBED:
            return _said("unsubscribed", context.language, **what)
        return _form("unsubscribe_ask", "unsubscribe", context, **what)

    def unsubscribe(self, request: Request, form: Mapping[str, str]) -> Response:
        """Unsubscribe by a mailbox's one click (RFC 8058), or from the page."""
        context = request.state.context
        row = self._by_link(context, "unsubscribe", request.path_params["token"])
        if row is None:
            return PlainTextResponse("This link is invalid.\n", 404, headers=PRIVATE)
        identifier = row.id
        with context.acting_as(as_investor(row.investor_id)) as own, own.write() as session:
            cancelled = cancel_waiting(session, OWNER, identifier, "It was unsubscribed.")
            subscription = session.get_one(Subscription, identifier)
            if subscription.state != SubscriptionState.UNSUBSCRIBED:
                subscription.state = SubscriptionState.UNSUBSCRIBED
                subscription.next_at = subscription.reason = None
                subscription.number += 1
            session.flush()
            for delivery in cancelled:
                release(session, delivery)
        if form.get("List-Unsubscribe") == "One-Click":
            return PlainTextResponse("Unsubscribed.\n", headers=PRIVATE)
        return _back(request)

    # ---- confirm

    def ask_confirm(self, context: PageContext) -> Markup:
        """Ask for confirmation, or show that it is done."""
        row, problem = self._current(context, "confirm", context.parameters["token"])
        if row is None or row.state == SubscriptionState.UNSUBSCRIBED:
            return _refused(problem or "invalid", context)
        if row.state != SubscriptionState.UNCONFIRMED:
            when = texts.day(row.next_at, context.language) if row.next_at else "–"
            return _said("confirmed", context.language, when=when)
        return _form("confirm_ask", "confirm", context, address=row.address or "")

    def confirm(self, request: Request, form: Mapping[str, str]) -> Response:
        """Confirm the address."""
        context = request.state.context
        row, _ = self._current(context, "confirm", request.path_params["token"])
        if row is not None:
            identifier = row.id
            with context.acting_as(as_investor(row.investor_id)) as own, own.write() as session:
                confirm(session, session.get_one(Subscription, identifier))
        return _back(request)

    # ---- interested, pass

    def ask_answer(self, context: PageContext) -> Markup:
        """Ask; or show the answer, and offer to undo it."""
        language, token = context.language, context.parameters["token"]
        row, problem = self._current(context, "answer", token)
        if row is None:
            return _refused(problem or "invalid", context)
        content = self.secrets.opened("answer", token, self.settings.link_days)
        with context.acting_as(as_investor(row.investor_id), [language]) as own:
            answers = own.ask(ANSWERED, {"id": row.investor_id, "project": content["p"]}).get("data") or {}
        if not answers.get("project") or not answers.get("investor"):
            return _refused("gone", context)
        what = {"project": answers["project"]["name"]}
        answered = [node["kind"] for node in answers["investor"]["interests"]["nodes"]]
        if answered == [content["k"]]:
            done = _said("liked" if content["k"] == "LIKE" else "passed", language, **what)
            return done + _button("undo", context, {"undo": "yes"}, quiet=True)
        undone = context.parameters.get("undone") == "yes" and not answered
        said = _said("undone", language, **what) if undone else NOTHING
        if content["k"] == "LIKE":
            return said + _form("like_ask", "interested", context, **what)
        return said + _form("pass_ask", "pass", context, _reasons(language), **what)

    def answer(self, request: Request, form: Mapping[str, str]) -> Response:
        """Record the answer as the investor, or undo it."""
        context, token = request.state.context, request.path_params["token"]
        row, _ = self._current(context, "answer", token)
        if row is None:
            return _back(request)
        content = self.secrets.opened("answer", token, self.settings.link_days)
        with context.acting_as(as_investor(row.investor_id)) as own:
            if form.get("undo"):
                own.ask(WITHDRAW, {"project": content["p"]})
                return _back(request, "&undone=yes")
            given = {"project": content["p"], "kind": content["k"]}
            if content["k"] == "PASS" and form.get("reason") in texts.REASONS:
                given["reason"] = form["reason"]
            own.ask(EXPRESS, given)
        return _back(request)

    # ---- feed, CSV

    def feed(self, request: Request) -> Response:
        """Return the Atom feed; 304 if the client's copy is current."""
        context = request.state.context
        row, refusal = self._fetched(context, request.path_params["token"])
        if row is None:
            return refusal
        try:
            name = name_of(context, row.investor_id, row.language)
        except ListError:
            return PlainTextResponse("The list no longer exists.\n", 410, headers=PRIVATE)
        body = atom(row, name, entries_of(context, row), self.writer.feed_address(row), self.settings.address)
        mark = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {**PRIVATE, "Cache-Control": "private, no-cache", "ETag": mark}
        if mark in (request.headers.get("if-none-match") or "").replace("W/", "").split(", "):
            return Response(status_code=304, headers=headers)
        return Response(body, media_type="application/atom+xml", headers=headers)

    def list(self, request: Request) -> Response:
        """Return the current list as CSV."""
        context = request.state.context
        row, refusal = self._fetched(context, request.path_params["token"])
        if row is None:
            return refusal
        wanted = select(Receipt.project_id, Receipt.had_at).where(Receipt.subscription_id == row.id)
        had = {each.project_id: each.had_at for each in context.session.execute(wanted)}
        try:
            ranked = list(islice(lines(context, row.investor_id, row.language), row.size))
        except ListError:
            return PlainTextResponse("The list no longer exists.\n", 410, headers=PRIVATE)
        headers = {**PRIVATE, "Content-Disposition": 'attachment; filename="roadshow-list.csv"'}
        body = table(ranked, had, row.language, self.settings.address)
        return Response(body, media_type="text/csv; charset=utf-8", headers=headers)

    def _fetched(self, context: Context, token: str) -> tuple[Subscription | None, Response]:
        row = context.session.get(Subscription, self.secrets.feed_of(token) or "")
        if row is None or not self.secrets.is_feed_token(token, row.id, row.number):
            return None, PlainTextResponse("There is nothing here.\n", 404, headers=PRIVATE)
        if row.state in (SubscriptionState.UNSUBSCRIBED, SubscriptionState.UNCONFIRMED):
            return None, PlainTextResponse("This has ended.\n", 410, headers=PRIVATE)
        return row, Response()

    def _by_link(self, context: Context, purpose: str, token: str) -> Subscription | None:
        try:
            content = self.secrets.opened(purpose, token)
        except LinkError:
            return None
        return context.session.get(Subscription, content["s"])

    def _current(self, context: Context, purpose: str, token: str) -> tuple[Subscription | None, str | None]:
        """Return the subscription of an expiring link, or the name of the sentence that says why there is none."""
        try:
            content = self.secrets.opened(purpose, token, self.settings.link_days)
        except LinkError as problem:
            return None, "expired" if problem.expired else "invalid"
        row = context.session.get(Subscription, content["s"])
        if row is None or row.number != content["n"] or row.channel != Channel.EMAIL:
            return None, "invalid"
        return row, None


@hookimpl
def register_routes(settings: Settings) -> Iterable[Route]:
    """What does something, and what is fetched."""
    door = DigestEndpoints(settings)
    yield Route(path="/digest/unsubscribe/{token}", endpoint=_posted(door.unsubscribe), methods=["POST"])
    yield Route(path="/digest/confirm/{token}", endpoint=_posted(door.confirm), methods=["POST"])
    yield Route(path="/digest/answer/{token}", endpoint=_posted(door.answer), methods=["POST"])
    yield Route(path="/digest/feeds/{token}", endpoint=door.feed, time_limit=20.0)
    yield Route(path="/digest/lists/{token}", endpoint=door.list, time_limit=20.0)


@hookimpl
def register_pages(settings: Settings) -> Iterable[Page]:
    """What asks."""
    door = DigestEndpoints(settings)
    for path, render in (
        ("/digest/unsubscribe/{token}", door.ask_unsubscribe),
        ("/digest/confirm/{token}", door.ask_confirm),
        ("/digest/answer/{token}", door.ask_answer),
    ):
        yield Page(path=path, title=TITLE, render=render, navigation=False)


def _posted(handle: Callable[[Request, Mapping[str, str]], Response]) -> Callable[[Request], object]:
    async def endpoint(request: Request) -> Response:
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > LONGEST_FORM:
                return PlainTextResponse("That is too long for a form.\n", 413)
        form = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
        return await asyncio.to_thread(handle, request, form)

    return endpoint


def _back(request: Request, more: str = "") -> Response:
    language = request.query_params.get("lang")
    query = f"?lang={language}{more}" if language in texts.LANGUAGES else more.replace("&", "?", 1)
    return RedirectResponse(f"{request.url.path}{query}", 303, headers=PRIVATE)


def _refused(sentence: str, context: PageContext) -> Markup:
    """Show the problem, with the matching status: never existed, or no longer exists."""
    context.status = 404 if sentence == "invalid" else 410
    return _said(sentence, context.language)


def _said(sentence: str, language: str, **values: object) -> Markup:
    title = texts.text("digest", language)
    return Markup('<h1>{}</h1><p role="status">{}</p>').format(title, texts.text(sentence, language, **values))


def _form(sentence: str, button: str, context: PageContext, within: Markup = NOTHING, /, **values: str) -> Markup:
    asked = Markup("<h1>{}</h1>").format(texts.text(sentence, context.language, **values))
    return asked + _button(button, context, {}, within)


def _button(
    words: str, context: PageContext, hidden: Mapping[str, str], inside: Markup = NOTHING, quiet: bool = False
) -> Markup:
    fields = Markup("").join(
        Markup('<input type="hidden" name="{}" value="{}">').format(name, value) for name, value in hidden.items()
    )
    form = Markup('<form method="post" action="?lang={}">{}{}<p><button type="submit"{}>{}</button></p></form>')
    quietly = Markup(' class="quiet"') if quiet else NOTHING
    return form.format(context.language, fields, inside, quietly, texts.text(words, context.language))


def _reasons(language: str) -> Markup:
    options = Markup("").join(
        Markup('<option value="{}">{}</option>').format(value, texts.label(texts.REASONS, value, language))
        for value in texts.REASONS
    )
    label, none = texts.text("reason", language), texts.text("no_reason", language)
    choice = Markup('<select id="reason" name="reason"><option value="">{}</option>{}</select>').format(none, options)
    return Markup('<p><label for="reason">{}</label> {}</p>').format(label, choice)
