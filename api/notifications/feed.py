"""A person's private feed of what they were told."""

from __future__ import annotations

import hashlib

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from api.notifications.texts import language_for, text
from schema.domain.notifications.choices import feed_number
from store.database import Database
from store.enums import NotificationState
from store.models import Account, Notification
from store.notifications.feeds import Feed, FeedEntry, atom, json_feed
from store.notifications.links import FEED_PATH, NotificationSigner
from store.notifications.sending import FEED

MOST_ENTRIES = 100
PRIVATE = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}


def feed_response(database: Database, signer: NotificationSigner, base_url: str, request: Request) -> Response:
    """Return the feed of an address, as Atom or JSON; 304 if the client's copy is current."""
    token, as_json = request.path_params["token"], request.url.path.endswith("/json")
    feed = _feed(database, signer, base_url, token)
    if feed is None:
        return PlainTextResponse("There is nothing here.\n", 404, headers=PRIVATE)
    content = json_feed(feed) if as_json else atom(feed)
    headers = {**PRIVATE, "Cache-Control": "private, no-cache", "ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"'}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    media_type = "application/feed+json" if as_json else "application/atom+xml; charset=utf-8"
    return Response(content, media_type=media_type, headers=headers)


def latest(database: Database, account_id: str) -> list[Notification]:
    """Return what a person was told on their page, newest first."""
    row = Notification
    wanted = select(row).where(row.account_id == account_id, row.state == NotificationState.SENT)
    with database.read() as session:
        rows = session.scalars(wanted.order_by(row.sent_at.desc(), row.id.desc()).limit(MOST_ENTRIES)).all()
    return [each for each in rows if FEED in each.channels]


def _feed(database: Database, signer: NotificationSigner, base_url: str, token: str) -> Feed | None:
    account_id = signer.feed_of(token) or ""
    with database.read() as session:
        account = session.get(Account, account_id)
        number = feed_number(session, account_id)
    if account is None or account.archived_at is not None or not signer.is_feed_token(token, account_id, number):
        return None
    language = language_for(account.languages)
    entries = [
        FeedEntry(each.id, each.subject or "", each.sent_at or each.created_at, each.link, each.text or "")
        for each in latest(database, account_id)
    ]
    return Feed(
        name=f"notifications/{account.id}", title=text("feed_title", language, name=account.name), language=language,
        made_at=account.created_at, address=base_url + FEED_PATH.format(token=token),
        page=f"{base_url}/notifications?lang={language}", base_url=base_url, entries=entries,
    )  # fmt: skip
