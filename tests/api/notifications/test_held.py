"""Messages that may have arrived wait for a decision, which a command takes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from click.testing import Result
from typer.testing import CliRunner

from api.cli.notifications import app
from api.notifications.bundling import NOTIFIER
from api.notifications.delivering import CoreOwner
from api.operations.delivery import delivery_settings
from store.database import Database
from store.enums import MessageState
from store.models import OutboxMessage
from store.notifications.outbox import Outbox
from tests.api.notifications.telling import Installation
from tests.plugins.digest.receivers import mail_server


def roadshow(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def test_a_held_message_is_sent_again_or_dropped_by_command(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROADSHOW_DATABASE_URL", sqlite_database.url.render_as_string(hide_password=False))
    with mail_server() as mailbox:
        telling = Installation.opened(sqlite_database, mailbox.port, when_uncertain="hold")
        people = [telling.account(), telling.account("bob")]
        for each in people:
            telling.tell(each)
        telling.bundler.run()
        delivery = delivery_settings(telling.settings)
        outbox = Outbox(lambda: sqlite_database.write(NOTIFIER), CoreOwner(telling.bundler), delivery, telling.clock)
        for _ in people:
            claimed = outbox.claim()
            assert claimed is not None
            assert outbox.hand_over(claimed), "and then the process ends"
        assert roadshow("held").output == ""
        telling.later += timedelta(seconds=delivery.lease + 60)
        telling.run()
        first, second = (each.id for each in telling.messages())
        assert mailbox.messages == []
        assert [line.split()[0] for line in roadshow("held").output.splitlines()] == [first, second]
        assert "ada@example.org" in roadshow("held").output

        assert roadshow("resend", first).exit_code == 0
        assert roadshow("drop", second).exit_code == 0
        telling.run()
        assert [each.progress for each in telling.messages()] == [MessageState.SENT, MessageState.CANCELLED]
        (message,) = mailbox.messages
        assert message["To"] == "ada@example.org"
        assert first in message["Message-ID"]
    for command, identifier, why in (
        ("resend", first, "SENT: only a HELD one"), ("drop", second, "CANCELLED: only a HELD one"),
        ("resend", "ntm_0", "no message 'ntm_0'"),
    ):  # fmt: skip
        refused = roadshow(command, identifier)
        assert (refused.exit_code, why in refused.output) == (1, True), refused.output


def test_a_message_of_a_plugin_is_not_settled_here(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROADSHOW_DATABASE_URL", sqlite_database.url.render_as_string(hide_password=False))
    telling = Installation.opened(sqlite_database)
    telling.tell(telling.account())
    telling.bundler.run()
    (message,) = telling.messages()
    with sqlite_database.write(NOTIFIER) as session:
        row = session.get_one(OutboxMessage, message.id)
        row.owner, row.progress = "digest", MessageState.HELD
    assert roadshow("held").output == ""
    assert roadshow("resend", message.id).exit_code == 1
    assert telling.messages()[0].progress is MessageState.HELD
