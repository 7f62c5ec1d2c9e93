"""Address confirmations, limited per mailbox and per sender, because nobody may have requested them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.digest.content.outbox_writer import OutboxWriter, mailbox_of
from plugins.digest.problems import InputError
from plugins.digest.tables import Delivery, DeliveryKind, Subscription, now

WINDOW = timedelta(days=1)


def confirm_by_mail(writer: OutboxWriter, session: Session, row: Subscription) -> None:
    """Put the message that confirms the address of a row that was changed into the outbox.

    Raises InputError where its reader, or this investor, had too many within a day.
    """
    settings = writer.settings
    session.flush()  # waits for other writers, and keeps them waiting until the end: no two count at the same time
    recent = (
        select(Delivery.payload, Subscription.investor_id)
        .join(Subscription, Subscription.id == Delivery.source_id)
        .where(Delivery.kind == DeliveryKind.CONFIRMATION, Delivery.made_at > now() - WINDOW)
    )
    sent = session.execute(recent).all()
    mailbox = mailbox_of(row.address or "")
    if sum((payload or {}).get("recipient") == mailbox for payload, _ in sent) >= settings.confirmations_received:
        raise InputError(
            f"{settings.confirmations_received} confirmations went to this address within a day, the most allowed. "
            "Use one of them, or try again tomorrow.", "input", "address", code="CONFLICT",
        )  # fmt: skip
    if sum(investor == row.investor_id for _, investor in sent) >= settings.confirmations_sent:
        raise InputError(
            f"{settings.confirmations_sent} confirmations were sent for this investor within a day, the most allowed. "
            "Try again tomorrow.", "input", "address", code="CONFLICT",
        )  # fmt: skip
    writer.confirmation(session, row)
