"""From telling somebody to the receiver's hands: mail, webhooks and a plugin's channel on this machine."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select
from standardwebhooks import Webhook

from api.accounts.mail import AccountMail, send
from plugins.host.errors import UserError
from schema.request.context import open_plugin_context
from store.access.accounts import add_membership
from store.accounts.personal_data import personal_data
from store.database import Database
from store.enums import AttemptOutcome, MessageState, NotificationState, ProjectStatus, Role, ScopeKind
from store.erasure.accounts import erase_account
from store.models import Account, NotificationAddress, NotificationPreference, Talent
from tests.api.notifications.telling import BASE, CHATTED, TEST, Installation, words
from tests.plugins.digest.receivers import mail_server, web_server

DAY = timedelta(days=1)


def test_a_notification_arrives_by_mail_with_one_click_to_end_it(database: Database) -> None:
    with mail_server() as mailbox:
        telling = Installation.opened(database, mailbox.port)
        ada = telling.account()
        assert len(telling.tell(ada)) == 1
        report = telling.run()
    assert (report.written, dict(report.outcomes)) == (1, {AttemptOutcome.DELIVERED: 1})
    (message,) = mailbox.messages
    (sent,) = telling.messages()
    assert message["Message-ID"] == f"<{sent.id}@roadshow.example.org>"
    assert (message["Subject"], mailbox.recipients) == ("Due: Entry", ["ada@example.org"])
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    leave = message["List-Unsubscribe"]
    assert telling.bundler.signer.unsubscribed(leave[1:-1].rpartition("/")[2]) == (ada, "alpha-deadline")
    assert f"Open: {BASE}/projects" in words(message)
    (told,) = telling.notifications()
    assert (told.state, told.channels, told.subject) == (NotificationState.SENT, ["EMAIL", "FEED"], "Due: Entry")


@pytest.mark.parametrize("wide", [True, False])
def test_an_address_beyond_ascii_is_written_to_or_refused(sqlite_database: Database, wide: bool) -> None:
    with mail_server(enable_SMTPUTF8=wide) as mailbox:
        telling = Installation.opened(sqlite_database, mailbox.port)
        telling.tell(telling.account("张三"))
        assert dict(telling.run().outcomes) == {AttemptOutcome.DELIVERED if wide else AttemptOutcome.REFUSED: 1}
        mail = AccountMail("张三@example.org", "Link", "Open it.", "A link", f"{BASE}/x")
        assert send(telling.settings, mail) is wide
    assert mailbox.recipients == ["张三@example.org"] * (2 if wide else 0)


def test_a_person_is_told_once_for_each_key_in_their_language(sqlite_database: Database) -> None:
    with mail_server() as mailbox:
        telling = Installation.opened(sqlite_database, mailbox.port)
        ada = telling.account(languages=("de", "zh-Hans"))
        assert telling.tell(ada, key="1")
        assert telling.tell(ada, key="1") == []
        telling.run()
        assert telling.tell(ada, key="1") == []
        telling.run()
    (message,) = mailbox.messages
    assert message["Subject"] == "Entry即将截止"
    assert "Ada，Entry即将截止。" in words(message)


def test_several_come_as_one_message_when_their_time_has_come(sqlite_database: Database) -> None:
    with mail_server() as mailbox:
        telling = Installation.opened(sqlite_database, mailbox.port)
        ada = telling.account()
        telling.tell(ada, "First", kind="alpha-slow")
        telling.run()
        assert not mailbox.messages
        telling.later = timedelta(minutes=61)
        telling.tell(ada, "Second", kind="alpha-slow")
        telling.run()
        telling.later = DAY
        telling.run()
    (message,) = mailbox.messages
    assert message["Subject"] == "2 things are due"
    assert words(message).index("Due: First") < words(message).index("Due: Second")
    assert len({each.bundle_id for each in telling.notifications()}) == 1


def test_who_is_named_by_a_talent_or_a_scope_is_told_once(sqlite_database: Database) -> None:
    telling = Installation.opened(sqlite_database)
    project = telling.project()
    with sqlite_database.write(TEST) as session:
        talent = Talent(name={"en": "Ada"}, fictional=True)
        session.add(talent)
    ada, bob = telling.account(talent=talent.id), telling.account("bob")
    with sqlite_database.write(TEST) as session:
        add_membership(session, session.get_one(Account, bob), Role.TALENT, ScopeKind.PROJECT, project)
    with open_plugin_context(telling.services, "alpha") as context, context.write() as session:
        context.notify(session, "alpha-deadline", [ada, talent.id, project, "tal_none"], {"name": "Entry"}, "1")
    assert sorted(each.account_id for each in telling.notifications()) == sorted([ada, bob])


def test_nothing_is_sent_that_is_gone_empty_or_hidden_from_the_recipient(sqlite_database: Database) -> None:
    with mail_server() as mailbox:
        telling = Installation.opened(sqlite_database, mailbox.port)
        ada = telling.account()
        draft = telling.project(status=ProjectStatus.DRAFT)
        telling.tell(ada, "gone")
        telling.tell(ada, "  ", key="empty")
        telling.tell(ada, "hidden", project=draft)
        telling.tell(ada, "seen", project=telling.project(status=ProjectStatus.PUBLISHED))
        telling.run()
    assert [message["Subject"] for message in mailbox.messages] == ["Due: Lamp"]
    states = {each.key: each.state for each in telling.notifications()}
    assert states == {
        "gone": NotificationState.OBSOLETE, "empty": NotificationState.OBSOLETE, "hidden": NotificationState.OBSOLETE,
        "seen": NotificationState.SENT,
    }  # fmt: skip


def test_a_kind_turned_off_goes_nowhere_also_if_it_is_on_its_way_but_security_does(sqlite_database: Database) -> None:
    with mail_server() as mailbox:
        telling = Installation.opened(sqlite_database, mailbox.port)
        ada = telling.account()
        telling.tell(ada, "written")
        telling.bundler.run()
        for channel in ("EMAIL", "FEED"):
            telling.decide(ada, channel, False)
            telling.decide(ada, channel, False, kind="alpha-security")
        telling.tell(ada, "unwanted")
        telling.tell(ada, "security", kind="alpha-security")
        telling.run()
    (message,) = mailbox.messages
    assert (message["Subject"], message["List-Unsubscribe"]) == ("Due: security", None)
    assert "can't be turned off" in words(message)
    assert {each.key: each.state for each in telling.notifications()}["unwanted"] is NotificationState.UNWANTED
    assert [each.progress for each in telling.messages()] == [MessageState.CANCELLED, MessageState.SENT]


def test_a_webhook_gets_signed_json_and_is_paused_when_it_is_gone(sqlite_database: Database) -> None:
    answers = iter([204, 410])
    with web_server(lambda number: (next(answers), {})) as hook:
        telling = Installation.opened(sqlite_database, private_addresses=True, plain_http=True)
        ada = telling.account()
        telling.decide(ada, "EMAIL", False)
        telling.decide(ada, "WEBHOOK", True)
        telling.tell(ada, "before there is an address")
        telling.run()
        telling.address(ada, "WEBHOOK", hook.url)
        telling.tell(ada, "First")
        telling.run()
        telling.tell(ada, "Second")
        telling.run()
        telling.tell(ada, "Third")
        telling.run()
    assert len(hook.got) == 2
    headers, content = hook.got[0]
    secret = telling.bundler.signer.webhook_secret(ada, 1)
    told = Webhook(secret).verify(content, headers)
    assert json.loads(content) == told
    assert (told["type"], told["data"]["notifications"][0]["text"]) == ("notification.created", "First")
    assert [each.progress for each in telling.messages()] == [MessageState.SENT, MessageState.FAILED]


def test_a_channel_of_a_plugin_sends_and_refuses(sqlite_database: Database) -> None:
    telling = Installation.opened(sqlite_database)
    ada, bob = telling.account(), telling.account("bob")
    telling.address(ada, "CHAT", "@ada")
    telling.address(bob, "CHAT", "nobody")
    CHATTED.clear()
    for each in (ada, bob):
        telling.tell(each, kind="alpha-chat")
    telling.run()
    (message,) = CHATTED
    assert (message.address, message.subject, message.kind) == ("@ada", "Due: Entry", "alpha-chat")
    by_account = {each.source_id: each.progress for each in telling.messages()}
    assert by_account == {ada: MessageState.SENT, bob: MessageState.FAILED}


def test_what_is_beyond_the_daily_limit_comes_bundled_a_day_later(sqlite_database: Database) -> None:
    with mail_server() as mailbox:
        telling = Installation.opened(sqlite_database, mailbox.port, daily_limit=2)
        ada = telling.account()
        for number in range(5):
            telling.tell(ada, f"Entry {number}")
            telling.run()
        telling.tell(ada, "security", kind="alpha-security")
        telling.run()
        assert [each["Subject"] for each in mailbox.messages] == ["Due: Entry 0", "Due: Entry 1", "Due: security"]
        telling.later = DAY + timedelta(minutes=1)
        telling.run()
    assert mailbox.messages[-1]["Subject"] == "3 things are due"


def test_wrong_arguments_kinds_and_keys_are_refused(sqlite_database: Database) -> None:
    telling = Installation.opened(sqlite_database)
    ada = telling.account()
    with open_plugin_context(telling.services, "alpha") as context, context.write() as session:
        with pytest.raises(UserError, match=r"'alpha-deadline' with these arguments: name: Field required"):
            context.notify(session, "alpha-deadline", [ada], {}, "1")
        with pytest.raises(LookupError, match="did you mean 'alpha-deadline'"):
            context.notify(session, "alpha-deadlin", [ada], {}, "1")
        with pytest.raises(LookupError, match="'alpha' declares no kind of notification 'job-failed'"):
            context.notify(session, "job-failed", [ada], {}, "1")
        with pytest.raises(ValueError, match="the key has 0 characters"):
            context.notify(session, "alpha-deadline", [ada], {"name": "x"}, "")


def test_an_erased_person_leaves_nothing_and_before_has_it_all_exported(sqlite_database: Database) -> None:
    with mail_server() as mailbox:
        telling = Installation.opened(sqlite_database, mailbox.port)
        ada, bob = telling.account(), telling.account("bob")
        for each in (ada, bob):
            telling.tell(each)
            telling.decide(each, "WEBHOOK", True, kind="alpha-slow")
            telling.address(each, "WEBHOOK", "https://hooks.example.org/")
        telling.run()
    with sqlite_database.read() as session:
        data = personal_data(session, session.get_one(Account, ada))
    assert [(row["kind"], row["text"]) for row in data["notification"]] == [("alpha-deadline", "Entry")]
    assert data["notification_address"][0]["address"] == "https://hooks.example.org/"
    assert [row["channel"] for row in data["outbox_message"]] == ["EMAIL"]
    with sqlite_database.write(TEST) as session:
        erase_account(session, ada)
    assert {row.account_id for row in telling.notifications()} == {bob}
    assert {row.source_id for row in telling.messages()} == {bob}
    assert len(telling.attempts()) == 1
    with sqlite_database.read() as session:
        for model in (NotificationAddress, NotificationPreference):
            assert set(session.scalars(select(model.account_id))) == {bob}


def test_old_notifications_and_messages_are_forgotten(sqlite_database: Database) -> None:
    with mail_server() as mailbox:
        telling = Installation.opened(sqlite_database, mailbox.port, keep_days=10)
        ada = telling.account()
        telling.tell(ada)
        telling.run()
        telling.later = timedelta(days=9)
        assert telling.notifier.forget() == 0
        telling.later = timedelta(days=11)
        assert telling.notifier.forget() == 1
    assert (telling.notifications(), telling.messages(), telling.attempts()) == ([], [], [])
