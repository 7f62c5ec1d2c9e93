"""Vocabularies of messages and notifications."""

from store.enums.described import Described


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
