"""Mutations by which people say how they want to be told."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from plugins.host.errors import UserError
from schema.declarations.base import GivenArguments, Row
from schema.domain.notifications import choices
from schema.domain.shared.problems import Payload, bad, forbidden
from schema.domain.shared.writing import guarded
from schema.request.context import Context
from store.notifications.preferences import decide, set_address
from store.notifications.sending import FEED

RULES = {
    "setNotificationPreference": "Anyone signed in, and keys of an account, for that account.",
    "setNotificationAddress": "Anyone signed in, and keys of an account, for that account.",
}
"""Who may run each mutation of notifications, in a sentence."""


async def set_notification_preference(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Turn a kind on or off for a channel. Idempotent."""

    async def work(session: Session) -> object:
        account_id = _account(context)
        kind, channel = arguments["kind"], arguments["channel"]
        declared, offered = choices.kinds(context.host), [each.name for each in choices.channels(context.host)]
        if channel not in offered:
            raise bad(f"{channel!r} is no channel; give one of {', '.join(offered)}.", "channel")
        if kind not in declared:
            raise bad(f"{kind!r} is no kind of notification; give one of {', '.join(sorted(declared))}.", "kind")
        if declared[kind].required and channel in declared[kind].channels and not arguments["enabled"]:
            raise bad(f"{kind!r} concerns the security of your account and can't be turned off.", "enabled")
        return decide(session, account_id, kind, channel, arguments["enabled"])

    payload = await guarded(context, "setNotificationPreference", arguments, work)
    row: Row = payload.written
    return payload if row is None else replace(payload, written=choices.shown_preference(context, row))


async def set_notification_address(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Say where a channel reaches one, or nowhere any more; always by new secrets."""
    signer = choices.signer_of(context) if context.actor.account_id is not None else None

    async def work(session: Session) -> object:
        account_id = _account(context)
        channel = arguments["channel"]
        offered = [each.name for each in choices.channels(context.host) if each.has_address or each.name == FEED]
        if channel not in offered:
            raise bad(f"{channel!r} is no channel with an address; give one of {', '.join(offered)}.", "channel")
        if channel == FEED and arguments.get("address") is not None:
            raise bad("The server chooses the feed's address; leave this out for a new one.", "address")
        try:
            settings = context.services.settings.notifications
            address = choices.checked_address(context.host, settings, channel, arguments.get("address"))
        except (ValueError, UserError) as problem:
            raise bad(str(problem), "address") from problem
        return set_address(session, account_id, channel, address)

    payload = await guarded(context, "setNotificationAddress", arguments, work)
    row: Row = payload.written
    if row is None or signer is None:
        return payload
    return replace(payload, written=choices.shown_address(signer, row.account_id, row.channel, row))


def _account(context: Context) -> str:
    if context.actor.account_id is None:
        raise forbidden("Only people with an account are notified; sign in, or use a key of an account.")
    return context.actor.account_id
