"""The GraphQL types of digests, each field with its sentence."""

from __future__ import annotations

from collections.abc import Iterator

from plugins.digest.content.schedule import DAYS
from roadshow import Argument, EnumType, InputType, ObjectType, TypeField


def types() -> Iterator[ObjectType | EnumType | InputType]:
    """All of them."""
    yield from _enums()
    yield from _inputs()
    yield ObjectType(name="DigestSubscription", description="Where, when and how much of its list an investor gets.",
                     fields=[
        _f("id", "ID!", "Its id."),
        _f("investorId", "ID!", "Whose list it is."),
        _f("channel", "DigestChannel!", "How it arrives."),
        _f("address", "String", "The e-mail address, or the webhook's URL; null for a feed."),
        _f("language", "DigestLanguage!", "The reader's language."),
        _f("frequency", "DigestFrequency!", "How often it comes, by its days."),
        _f("days", "[DigestDay!]!", "Days of the week on which it comes."),
        _f("time", "String!", "Time of day at which it is made, such as `08:00`."),
        _f("timeZone", "String!", "Time zone of days and time, such as `Asia/Shanghai`."),
        _f("size", "Int!", "Most projects in one digest."),
        _f("state", "DigestState!", "Whether it is sent."),
        _f("reason", "String", "Why it was paused, if nobody asked for that."),
        _f("nextAt", "DateTime", "When the next one is due; null while nothing is sent."),
        _f("lastAt", "DateTime", "When the last one with anything in it was made."),
        _f("feedUrl", "String",
           "The private address of the Atom feed: whoever has it may read. Null for other channels."),
        _f("csvUrl", "String", "The private address of the list as CSV; null until it is confirmed."),
        _f("secret", "String", "What a webhook's signatures are checked with, by the Standard Webhooks specification; "
           "null for other channels."),
        _f("createdAt", "DateTime!", "When it was made."),
    ])  # fmt: skip
    yield ObjectType(name="DigestDelivery", description="One message that was made for a subscription.", fields=[
        _f("id", "ID!", "Its id: the header `webhook-id`, and the first part of the `Message-ID`."),
        _f("kind", "DigestDeliveryKind!", "What it is."),
        _f("state", "DigestDeliveryState!", "How far it has come."),
        _f("madeAt", "DateTime!", "When it was made."),
        _f("endedAt", "DateTime", "When it arrived, or was given up; null before."),
        _f("nextAttemptAt", "DateTime", "When it is tried next; null if it isn't."),
        _f("attemptCount", "Int!", "How often it was tried."),
        _f("detail", "String", "What the receiver, or the way to it, said of the last attempt that failed."),
        _f("projectIds", "[ID!]!", "Ids of the projects in it, in their order."),
        _f("snapshotId", "ID", "The ranking that was kept of it once it had arrived; null before."),
    ])  # fmt: skip
    yield ObjectType(name="DigestAttempt", description="One try to send a delivery.", fields=[
        _f("id", "ID!", "Its id."),
        _f("number", "Int!", "Which one it was, from 1."),
        _f("startedAt", "DateTime!", "When it began."),
        _f("endedAt", "DateTime", "When it ended; null while it goes on."),
        _f("outcome", "DigestOutcome", "How it ended; null while it goes on."),
        _f("status", "Int", "The status of HTTP or SMTP, if there was an answer."),
        _f("detail", "String", "What was answered, or went wrong."),
    ])  # fmt: skip
    yield ObjectType(name="DigestPreview", description="What would be sent now.", fields=[
        _f("subject", "String!", "The subject of the e-mail."), _f("html", "String!", "The e-mail as HTML."),
        _f("text", "String!", "The e-mail as plain text."),
        _f("learnt", "[String!]!", "What the investor's answers changed since the last one, a sentence each."),
        _f("projectIds", "[ID!]!", "Ids of the projects in it, in their order."),
    ])  # fmt: skip
    wrong = _f("userErrors", "[UserError!]!", "What is wrong; empty if all is well.")
    yield ObjectType(name="DigestSubscriptionPayload", description="What became of a subscription.", fields=[
        _f("subscription", "DigestSubscription", "The subscription as it is now; null if something is wrong."), wrong,
    ])  # fmt: skip
    yield ObjectType(name="DigestDeliveryPayload", description="What is going to be sent.", fields=[
        _f("delivery", "DigestDelivery", "The delivery; null if something is wrong."), wrong,
    ])  # fmt: skip


def _enums() -> Iterator[EnumType]:
    yield EnumType(name="DigestChannel", description="How a digest arrives.", values={
        "EMAIL": "By e-mail.", "FEED": "As an Atom feed, fetched by a reader.",
        "WEBHOOK": "As a signed POST to a URL.",
    })  # fmt: skip
    yield EnumType(name="DigestLanguage", description="The language of a digest.", values={
        "EN": "English.", "ZH": "Chinese.",
    })  # fmt: skip
    yield EnumType(name="DigestFrequency", description="How often a digest comes.", values={
        "DAILY": "Every day.", "WEEKLY": "One day a week.", "DAYS": "Some days of the week.",
    })  # fmt: skip
    yield EnumType(name="DigestDay", description="A day of the week.",
                   values={day: f"{day.capitalize()}." for day in DAYS})  # fmt: skip
    yield EnumType(name="DigestState", description="Whether a subscription is sent.", values={
        "UNCONFIRMED": "The e-mail address has not been confirmed yet.", "ACTIVE": "It is sent.",
        "PAUSED": "Nothing is sent until it is resumed.", "UNSUBSCRIBED": "It has ended.",
    })  # fmt: skip
    yield EnumType(name="DigestDeliveryKind", description="What a delivery is.", values={
        "DIGEST": "A digest.", "CONFIRMATION": "A question whether an address is right.", "PING": "A test.",
    })  # fmt: skip
    yield EnumType(name="DigestDeliveryState", description="How far a delivery has come.", values={
        "READY": "It waits for its time.", "SENDING": "It is being sent; the receiver can't have it yet.",
        "HANDED_OVER": "It was handed over this moment; the answer is awaited.", "SENT": "The receiver has it.",
        "HELD": "It may have arrived, and isn't sent again before somebody decides.",
        "FAILED": "It was given up; its projects are in the next digest.",
        "CANCELLED": "It wasn't wanted any more; its projects count as not sent.",
    })  # fmt: skip
    yield EnumType(name="DigestOutcome", description="How an attempt ended.", values={
        "DELIVERED": "The receiver took it.", "FAILED": "It didn't arrive; it is tried again.",
        "REFUSED": "The receiver won't have it.", "UNCERTAIN": "It may have arrived: no answer came.",
        "INTERRUPTED": "It ended before anything was handed over.",
    })  # fmt: skip


def _inputs() -> Iterator[InputType]:
    schedule = [
        _a("language", "DigestLanguage", "The reader's language."),
        _a("frequency", "DigestFrequency", "How often it comes."),
        _a("days", "[DigestDay!]", "Days of the week; one for WEEKLY (Monday if not given), none for DAILY."),
        _a("time", "String", "Time of day, such as `08:00`."),
        _a("timeZone", "String", "Time zone of days and time, such as `Asia/Shanghai`; UTC if never given."),
        _a("size", "Int", "Most projects in one digest."),
    ]
    yield InputType(name="DigestSubscriptionInput", description="A new subscription; what isn't given is Monday at "
                    "08:00, and as many projects as the investor's capacity.", fields=[
        Argument(name="channel", type="DigestChannel!", description="How it arrives."),
        _a("address", "String", "The e-mail address, or the webhook's URL; none for a feed."), *schedule,
    ])  # fmt: skip
    yield InputType(name="DigestSubscriptionChanges", description="What of a subscription is to be changed.", fields=[
        _a("address", "String", "The e-mail address, which has to be confirmed, or the webhook's URL."), *schedule,
    ])  # fmt: skip


def _f(name: str, type: str, description: str) -> TypeField:
    return TypeField(name=name, type=type, description=description)


def _a(name: str, type: str, description: str) -> Argument:
    return Argument(name=name, type=type, description=description, default=None)
