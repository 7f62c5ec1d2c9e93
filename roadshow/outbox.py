"""The outbox for plugins that send messages of their own, to addresses and by settings of their own.

Whoever tells people with accounts something declares a `NotificationKind` instead and calls `context.notify`.
"""

from store.enums import AttemptOutcome, MessageState
from store.models import OutboxAttempt, OutboxMessage
from store.notifications.addresses import AddressError, check_url
from store.notifications.feeds import Feed, FeedEntry, atom
from store.notifications.mail import Envelope, mail_message, mail_payload, templates
from store.notifications.outbox import (
    Claimed,
    Destination,
    Outbox,
    Owner,
    cancel_waiting,
    forget_texts,
    put,
    receiver_of,
    send_again,
)
from store.notifications.results import HandOver, Result
from store.notifications.sending import Transport, send_waiting
from store.notifications.settings import DeliverySettings
from store.notifications.signing import LinkError, Signer
from store.notifications.webhook import body

__all__ = [
    "AddressError",
    "AttemptOutcome",
    "Claimed",
    "DeliverySettings",
    "Destination",
    "Envelope",
    "Feed",
    "FeedEntry",
    "HandOver",
    "LinkError",
    "MessageState",
    "Outbox",
    "OutboxAttempt",
    "OutboxMessage",
    "Owner",
    "Result",
    "Signer",
    "Transport",
    "atom",
    "body",
    "cancel_waiting",
    "check_url",
    "forget_texts",
    "mail_message",
    "mail_payload",
    "put",
    "receiver_of",
    "send_again",
    "send_waiting",
    "templates",
]
