"""The GraphQL types of digests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from plugins.digest.content.schedule import DAYS
from plugins.digest.tables import ATTEMPTS, DELIVERY, Subscription
from roadshow import Argument, Context, EnumType, InputType, ObjectType, TypeField

ByIds: TypeAlias = Callable[[Context, Sequence[str]], Sequence[object | None]]


def types(subscriptions: ByIds, deliveries: ByIds, attempts: ByIds) -> Iterator[ObjectType | EnumType | InputType]:
    """Yield all types; the functions give the values of three of them by id."""
    yield from _enums()
    yield from _inputs()
    yield ObjectType(name="DigestSubscription", description="Where, when and how much an investor receives.",
                     prefixes=[Subscription.prefix], by_ids=subscriptions, fields=[
        _f("id", "ID!", "Its id."),
        _f("investorId", "ID!", "Whose list it is."),
        _f("channel", "DigestChannel!", "The channel."),
        _f("address", "String", "The e-mail address, or the webhook's URL; null for a feed."),
        _f("language", "DigestLanguage!", "The reader's language."),
        _f("frequency", "DigestFrequency!", "How often it is sent, by its days."),
        _f("days", "[DigestDay!]!", "Days of the week on which it is sent."),
        _f("time", "String!", "Time of day, such as `08:00`."),
        _f("timeZone", "String!", "Time zone of days and time, such as `Asia/Shanghai`."),
        _f("size", "Int!", "Maximum number of projects in one digest."),
        _f("state", "DigestState!", "Whether it is sent."),
        _f("reason", "String", "Why it was paused automatically."),
        _f("nextAt", "DateTime", "When the next one is due; null while nothing is sent."),
        _f("lastAt", "DateTime", "When the last non-empty one was created."),
        _f("feedUrl", "String",
           "The private address of the Atom feed, readable by anyone who has it. Null for other channels."),
        _f("csvUrl", "String", "The private address of the list as CSV; null until it is confirmed."),
        _f("secret", "String", "Secret that verifies a webhook's signatures, by the Standard Webhooks specification; "
           "null for other channels."),
        _f("createdAt", "DateTime!", "When it was created."),
    ])  # fmt: skip
    yield ObjectType(name="DigestDelivery", description="One message of a subscription.", prefixes=[DELIVERY],
                     by_ids=deliveries, fields=[
        _f("id", "ID!", "Its id: the header `webhook-id`, and the first part of the `Message-ID`."),
        _f("kind", "DigestDeliveryKind!", "Its kind."),
        _f("state", "DigestDeliveryState!", "Its state."),
        _f("madeAt", "DateTime!", "When it was created."),
        _f("endedAt", "DateTime", "When it arrived or was abandoned; null before."),
        _f("nextAttemptAt", "DateTime", "When the next attempt is due; null if there is none."),
        _f("attemptCount", "Int!", "Number of attempts."),
        _f("detail", "String", "The response or error of the last failed attempt."),
        _f("projectIds", "[ID!]!", "Ids of its projects, in order."),
        _f("snapshotId", "ID", "The ranking kept once it arrived; null before."),
    ])  # fmt: skip
    yield ObjectType(name="DigestAttempt", description="One attempt to send a delivery.", prefixes=ATTEMPTS,
                     by_ids=attempts, fields=[
        _f("id", "ID!", "Its id."),
        _f("number", "Int!", "Its number, from 1."),
        _f("startedAt", "DateTime!", "When it began."),
        _f("endedAt", "DateTime", "When it ended; null while in progress."),
        _f("outcome", "DigestOutcome", "Its outcome; null while in progress."),
        _f("status", "Int", "The status of HTTP or SMTP, if there was an answer."),
        _f("detail", "String", "The response or error."),
    ])  # fmt: skip
    yield ObjectType(name="DigestPreview", description="What would be sent now.", fields=[
        _f("subject", "String!", "The subject of the e-mail."), _f("html", "String!", "The e-mail as HTML."),
        _f("text", "String!", "The e-mail as plain text."),
        _f("learnt", "[String!]!", "What the investor's answers changed since the last one, a sentence each."),
        _f("projectIds", "[ID!]!", "Ids of its projects, in order."),
    ])  # fmt: skip
    wrong = _f("userErrors", "[UserError!]!", "What is wrong; empty on success.")
    yield ObjectType(name="DigestSubscriptionPayload", description="The result of a change of a subscription.", fields=[
        _f("subscription", "DigestSubscription", "The subscription as it is now; null if something is wrong."), wrong,
    ])  # fmt: skip
    yield ObjectType(name="DigestDeliveryPayload", description="The message to be sent.", fields=[
        _f("delivery", "DigestDelivery", "The delivery; null if something is wrong."), wrong,
    ])  # fmt: skip


def _enums() -> Iterator[EnumType]:
    yield EnumType(name="DigestChannel", description="The channel of a digest.", values={
        "EMAIL": "By e-mail.", "FEED": "As an Atom feed, fetched by a reader.",
        "WEBHOOK": "As a signed POST to a URL.",
    })  # fmt: skip
    yield EnumType(name="DigestLanguage", description="The language of a digest.", values={
        "EN": "English.", "ZH": "Chinese.",
    })  # fmt: skip
    yield EnumType(name="DigestFrequency", description="How often a digest is sent.", values={
        "DAILY": "Every day.", "WEEKLY": "One day a week.", "DAYS": "Some days of the week.",
    })  # fmt: skip
    yield EnumType(name="DigestDay", description="A day of the week.",
                   values={day: f"{day.capitalize()}." for day in DAYS})  # fmt: skip
    yield EnumType(name="DigestState", description="Whether a subscription is sent.", values={
        "UNCONFIRMED": "The e-mail address has not been confirmed yet.", "ACTIVE": "It is sent.",
        "PAUSED": "Nothing is sent until it is resumed.", "UNSUBSCRIBED": "It has ended.",
    })  # fmt: skip
    yield EnumType(name="DigestDeliveryKind", description="What a delivery is.", values={
        "DIGEST": "A digest.", "CONFIRMATION": "A confirmation request.", "PING": "A test.",
    })  # fmt: skip
    yield EnumType(name="DigestDeliveryState", description="The state of a delivery.", values={
        "READY": "Waiting for its time.", "SENDING": "It is being sent; the receiver can't have it yet.",
        "HANDED_OVER": "Handed over; the response is awaited.", "SENT": "The receiver has it.",
        "HELD": "It may have arrived; somebody must decide whether to send it again.",
        "FAILED": "Abandoned; its projects are in the next digest.",
        "CANCELLED": "Cancelled; its projects count as not sent.",
    })  # fmt: skip
    yield EnumType(name="DigestOutcome", description="How an attempt ended.", values={
        "DELIVERED": "The receiver took it.", "FAILED": "It didn't arrive and will be retried.",
        "REFUSED": "The receiver refused it.", "UNCERTAIN": "It may have arrived: no answer came.",
        "INTERRUPTED": "It ended before the hand-over.",
    })  # fmt: skip


def _inputs() -> Iterator[InputType]:
    schedule = [
        _a("language", "DigestLanguage", "The reader's language."),
        _a("frequency", "DigestFrequency", "How often it comes."),
        _a("days", "[DigestDay!]", "Days of the week; one for WEEKLY (Monday if not given), none for DAILY."),
        _a("time", "String", "Time of day, such as `08:00`."),
        _a("timeZone", "String", "Time zone of days and time, such as `Asia/Shanghai`; UTC if never given."),
        _a("size", "Int", "Maximum number of projects in one digest."),
    ]
    yield InputType(name="DigestSubscriptionInput", description="A new subscription; by default on Monday at "
                    "08:00, with as many projects as the investor's capacity.", fields=[
        Argument(name="channel", type="DigestChannel!", description="The channel."),
        _a("address", "String", "The e-mail address, or the webhook's URL; none for a feed."), *schedule,
    ])  # fmt: skip
    yield InputType(name="DigestSubscriptionChanges", description="Changes; omitted fields stay.", fields=[
        _a("address", "String", "The e-mail address, which must be confirmed, or the webhook's URL."), *schedule,
    ])  # fmt: skip


def _f(name: str, type: str, description: str) -> TypeField:
    return TypeField(name=name, type=type, description=description)


def _a(name: str, type: str, description: str) -> Argument:
    return Argument(name=name, type=type, description=description, default=None)
