"""A subscriber's actions on a subscription; every problem is reported with a code and the field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plugins.digest.confirmations import confirm_by_mail
from plugins.digest.content.outbox_writer import ListError, OutboxWriter
from plugins.digest.content.reading import name_of
from plugins.digest.content.schedule import DAYS, in_order, is_time, is_zone, next_after
from plugins.digest.delivery.ownership import release
from plugins.digest.given_addresses import checked_address
from plugins.digest.problems import InputError
from plugins.digest.tables import OWNER, Channel, Delivery, DeliveryState, Subscription, SubscriptionState, now
from roadshow import Actor, Context, Role, models, once
from roadshow.outbox import cancel_waiting, send_again

USUAL_SIZE = 20


def may(actor: Actor, investor_id: str) -> bool:
    """Return whether an actor sees and changes an investor's subscriptions: the investor, and administrators."""
    return actor.role is Role.ADMIN or (actor.role is Role.INVESTOR and actor.subject_id == investor_id)


def own(session: Session, actor: Actor, subscription_id: str) -> Subscription:
    """The subscription, if the actor may see it. Raises InputError: what isn't there and what is hidden look alike."""
    subscription = session.get(Subscription, subscription_id)
    if subscription is None or not may(actor, subscription.investor_id):
        raise InputError(f"There is no subscription '{subscription_id}' that you may see.", "id", code="NOT_FOUND")
    return subscription


@dataclass(frozen=True)
class Manager:
    """Changes subscriptions on behalf of `context.actor`."""

    writer: OutboxWriter

    def create(
        self, context: Context, given: Mapping[str, Any], investor: str | None, key: str | None = None
    ) -> Subscription:
        """Create a subscription, or revive an ended one for the same address with its history.

        A call repeated with its idempotency `key` returns what the first one created.
        """
        settings = self.writer.settings
        investor_id = self._investor(context, investor)
        channel = Channel(given["channel"])
        if settings.base_url is None:
            raise InputError("Digests aren't set up on this server: it doesn't know its public address "
                             "(plugins.digest.base_url).", "input", "channel")  # fmt: skip
        address = checked_address(settings, channel, given.get("address"))
        self._readable(context, investor_id)
        with context.write() as session:

            def create() -> str:
                return self._create(session, given, investor_id, channel, address, _language(context)).id

            arguments = {"input": given, "investor": investor_id}
            identifier = once(session, context.actor, "createDigestSubscription", key, arguments, create)
            return session.get_one(Subscription, identifier)

    def _create(
        self,
        session: Session,
        given: Mapping[str, Any],
        investor_id: str,
        channel: Channel,
        address: str | None,
        language: str,
    ) -> Subscription:
        row = self._ended(session, investor_id, channel, address) or Subscription(
            investor_id=investor_id, channel=channel, address=address, language=language,
            days="MONDAY", time="08:00", time_zone="UTC", size=self._usual_size(session, investor_id), number=0,
        )  # fmt: skip
        row.number, row.reason, row.failures = row.number + 1, None, 0
        self._fill(row, given)
        row.state = SubscriptionState.UNCONFIRMED if channel is Channel.EMAIL else SubscriptionState.ACTIVE
        row.next_at = None if channel is Channel.EMAIL else _next(row)
        session.add(row)
        if channel is Channel.EMAIL:
            confirm_by_mail(self.writer, session, row)
        session.flush()
        return row

    def update(self, context: Context, identifier: str, given: Mapping[str, Any]) -> Subscription:
        """Change what is given. A new e-mail address has to be confirmed."""
        self._readable(context, own(context.session, context.actor, identifier).investor_id)
        with context.write() as session:
            row = own(session, context.actor, identifier)
            moved = given.get("address") is not None and given["address"] != row.address
            cancelled = cancel_waiting(session, OWNER, row.id, "The address was changed.") if moved else []
            self._fill(row, given)
            if moved:
                row.address = checked_address(self.writer.settings, Channel(row.channel), given["address"])
                self._alone(session, row)
                row.number += 1
                if row.channel == Channel.EMAIL and row.state != SubscriptionState.UNSUBSCRIBED:
                    row.state = SubscriptionState.UNCONFIRMED
            row.next_at = _next(row) if row.state == SubscriptionState.ACTIVE else None
            session.flush()
            for delivery in cancelled:
                release(session, delivery)
            if moved and row.state == SubscriptionState.UNCONFIRMED:
                confirm_by_mail(self.writer, session, row)
        return row

    def pause(self, context: Context, identifier: str) -> Subscription:
        """Send nothing until it is resumed."""
        return self._to(
            context,
            identifier,
            SubscriptionState.PAUSED,
            "It was paused.",
            (SubscriptionState.ACTIVE, SubscriptionState.PAUSED),
        )

    def resume(self, context: Context, identifier: str) -> Subscription:
        """Send again, from the next date on."""
        return self._to(
            context, identifier, SubscriptionState.ACTIVE, "", (SubscriptionState.ACTIVE, SubscriptionState.PAUSED)
        )

    def unsubscribe(self, context: Context, identifier: str) -> Subscription:
        """Send nothing more, and let its links, its feed and its secret be void."""
        return self._to(
            context, identifier, SubscriptionState.UNSUBSCRIBED, "It was unsubscribed.", tuple(SubscriptionState)
        )

    def rotate(self, context: Context, identifier: str) -> Subscription:
        """Create a new secret and a new feed address; the old ones are void at once."""
        with context.write() as session:
            row = own(session, context.actor, identifier)
            row.number += 1
        return row

    def ping(self, context: Context, identifier: str) -> Delivery:
        """Put a test message into the outbox."""
        with context.write() as session:
            row = own(session, context.actor, identifier)
            if row.channel == Channel.FEED:
                raise InputError("A feed is fetched, so there is nothing to send: open its address.", "id")
            if row.state in (SubscriptionState.UNCONFIRMED, SubscriptionState.UNSUBSCRIBED):
                raise InputError(f"The subscription is {row.state}, so nothing is sent.", "id", code="CONFLICT")
            return session.get_one(Delivery, self.writer.ping(session, row))

    def resend(self, context: Context, identifier: str) -> Delivery:
        """Retry a held or abandoned delivery under its id."""
        with context.write() as session:
            row = session.get(Delivery, identifier)
            subscription = session.get(Subscription, row.source_id) if row else None
            if row is None or subscription is None or not may(context.actor, subscription.investor_id):
                raise InputError(f"There is no delivery '{identifier}' that you may see.", "id", code="NOT_FOUND")
            if row.progress != DeliveryState.HELD:
                raise InputError(f"The delivery is {row.progress}: only a HELD one can be sent again; the projects "
                                 "of one that FAILED are in the next digest.", "id", code="CONFLICT")  # fmt: skip
            send_again(session, row)
            return row

    def _to(
        self,
        context: Context,
        identifier: str,
        state: SubscriptionState,
        why: str,
        allowed: Sequence[SubscriptionState],
    ) -> Subscription:
        with context.write() as session:
            row = own(session, context.actor, identifier)
            if row.state not in allowed:
                hint = "confirm it first" if row.state == SubscriptionState.UNCONFIRMED else "create a new one"
                raise InputError(f"The subscription is {row.state}: {hint}.", "id", code="CONFLICT")
            if row.state == state:
                return row
            cancelled = cancel_waiting(session, OWNER, row.id, why) if state is not SubscriptionState.ACTIVE else []
            row.state, row.reason, row.failures = state, None, 0
            row.next_at = _next(row) if state is SubscriptionState.ACTIVE else None
            if state is SubscriptionState.UNSUBSCRIBED:
                row.number += 1
            session.flush()
            for delivery in cancelled:
                release(session, delivery)
        return row

    def _fill(self, row: Subscription, given: Mapping[str, Any]) -> None:
        """Fill in language, schedule and size, as far as given."""
        if given.get("language") is not None:
            row.language = "zh" if given["language"] == "ZH" else "en"
        if given.get("time") is not None:
            if not is_time(given["time"]):
                raise InputError(f"'{given['time']}' is no time of day: use one such as 08:00.", "input", "time")
            row.time = given["time"]
        if given.get("time_zone") is not None:
            if not is_zone(given["time_zone"]):
                raise InputError(f"'{given['time_zone']}' is no time zone: use a name such as Asia/Shanghai.",
                                 "input", "timeZone")  # fmt: skip
            row.time_zone = given["time_zone"]
        if given.get("frequency") is not None or given.get("days") is not None:
            row.days = ",".join(_days(given.get("frequency"), given.get("days")))
        if given.get("size") is not None:
            most = self.writer.settings.most_projects
            if not 1 <= given["size"] <= most:
                raise InputError(f"{given['size']} projects are out of range: 1 to {most}.", "input", "size")
            row.size = given["size"]

    def _ended(self, session: Session, investor_id: str, channel: Channel, address: str | None) -> Subscription | None:
        rows = session.scalars(select(Subscription).where(Subscription.investor_id == investor_id)).all()
        living = [row for row in rows if row.state != SubscriptionState.UNSUBSCRIBED]
        same = [row for row in rows if row.channel == channel and row.address == address]
        if channel is not Channel.FEED and any(row in living for row in same):
            raise InputError("There is a subscription for this address: change that one.", "input", "address",
                             code="CONFLICT")  # fmt: skip
        most = self.writer.settings.most_subscriptions
        if len(living) >= most:
            raise InputError(f"An investor has at most {most} subscriptions.", "input", code="CONFLICT")
        return next((row for row in same if row not in living), None)

    def _alone(self, session: Session, row: Subscription) -> None:
        same = select(func.count()).where(
            Subscription.investor_id == row.investor_id, Subscription.channel == row.channel,
            Subscription.address == row.address, Subscription.id != row.id,
            Subscription.state != SubscriptionState.UNSUBSCRIBED,
        )  # fmt: skip
        with session.no_autoflush:
            if session.scalar(same):
                raise InputError("There is another subscription for this address.", "input", "address",
                                 code="CONFLICT")  # fmt: skip

    def _investor(self, context: Context, given: str | None) -> str:
        actor = context.actor
        if actor.role is Role.INVESTOR and actor.subject_id and given in (None, actor.subject_id):
            return actor.subject_id
        if actor.role is Role.ADMIN:
            if given and context.session.get(models.Investor, given):
                return given
            raise InputError("Name the investor whose list it is.", "investor", code="NOT_FOUND")
        raise InputError(f"{actor.role} may not subscribe to this investor's list.", "investor", code="FORBIDDEN")

    def _readable(self, context: Context, investor_id: str) -> None:
        try:
            name_of(context, investor_id, _language(context))
        except ListError as error:
            raise InputError(str(error), "investor", code="NOT_FOUND") from error

    def _usual_size(self, session: Session, investor_id: str) -> int:
        capacity = session.get_one(models.Investor, investor_id).capacity
        return max(1, min(capacity or USUAL_SIZE, self.writer.settings.most_projects))


def confirm(session: Session, row: Subscription) -> None:
    """The address is its owner's: send from the next date on."""
    if row.state == SubscriptionState.UNCONFIRMED:
        row.state, row.next_at = SubscriptionState.ACTIVE, _next(row)


def _next(row: Subscription) -> Any:
    return next_after(now(), row.days.split(","), row.time, row.time_zone)


def _language(context: Context) -> str:
    first = next(iter(context.languages), "en")
    return "zh" if first.lower().startswith("zh") else "en"


def _days(frequency: str | None, days: Sequence[str] | None) -> list[str]:
    chosen = in_order(days or ())
    if frequency == "DAILY":
        if days is not None and len(chosen) < len(DAYS):
            raise InputError("DAILY means every day: leave out `days`.", "input", "days")
        return list(DAYS)
    if frequency == "WEEKLY" and len(chosen) > 1:
        raise InputError("WEEKLY means one day: give one, or use DAYS.", "input", "days")
    if frequency == "WEEKLY" and not chosen:
        return ["MONDAY"]
    if not chosen:
        raise InputError("Give at least one day.", "input", "days")
    return chosen
