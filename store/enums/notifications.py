"""Vocabularies of messages and notifications."""

from store.enums.described import Described


class NotificationState(Described):
    """What became of a notification."""

    WAITING = "WAITING", "Waits for its time: for more of its kind, or for the recipient's daily limit."
    SENT = "SENT", "It is in the recipient's list, or on its way as a message."
    UNWANTED = "UNWANTED", "The recipient has turned its kind off."
    OBSOLETE = "OBSOLETE", "When its time came there was nothing to tell any more, or the recipient may not see it."
    FAILED = "FAILED", "It couldn't be written."


class MessageState(Described):
    """The state of a message in the outbox."""

    READY = "READY", "Waits for its time."
    SENDING = "SENDING", "It is being sent; the receiver can't have it yet."
    HANDED_OVER = "HANDED_OVER", "Handed over; the answer is awaited."
    SENT = "SENT", "The receiver has it."
    HELD = "HELD", "It may have arrived; somebody must decide whether to send it again."
    FAILED = "FAILED", "Given up."
    CANCELLED = "CANCELLED", "Cancelled before it was sent."


class AttemptOutcome(Described):
    """How an attempt to send a message ended."""

    DELIVERED = "DELIVERED", "The receiver took it."
    FAILED = "FAILED", "It didn't arrive and will be tried again."
    REFUSED = "REFUSED", "The receiver refused it."
    UNCERTAIN = "UNCERTAIN", "It may have arrived: no answer came."
    INTERRUPTED = "INTERRUPTED", "It ended before the hand-over."
