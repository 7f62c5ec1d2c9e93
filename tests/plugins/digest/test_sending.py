"""From a due subscription to the receiver's hands: mail and webhooks against real servers on this machine."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from base64 import b64decode, b64encode
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from standardwebhooks import Webhook

from plugins.digest.delivery.signing import Secrets
from plugins.digest.tables import Delivery
from store.database import Database
from store.enums import InterestKind, ProjectStatus
from store.models import Exposure, RankingSnapshot
from tests.plugins.digest.receivers import mail_server, web_server
from tests.plugins.digest.samples import SampleRecords, brought

LOCAL = {"private_addresses": True, "plain_http": True}
DAY = timedelta(days=1)


def test_a_digest_arrives_by_mail_with_all_that_a_mailbox_needs(database: Database) -> None:
    with mail_server() as mailbox:
        samples = SampleRecords.make(database, smtp_port=mailbox.port)
        subscription = samples.subscribe(size=2)
        report = samples.run()
    assert (report.made, dict(report.outcomes)) == (1, {"DELIVERED": 1})
    (message,) = mailbox.messages
    (delivery,) = samples.deliveries()
    assert message["Message-ID"] == f"<{delivery.id}@roadshow.example.org>"
    assert message["From"] == "Roadshow <digest@roadshow.example.org>"
    assert mailbox.recipients == ["reader@example.org"]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    leave = message["List-Unsubscribe"]
    assert leave.startswith("<https://roadshow.example.org/digest/unsubscribe/")
    assert Secrets(samples.settings).opened("unsubscribe", leave[1:-1].rpartition("/")[2]) == {"s": subscription}
    assert message.get_content_type() == "multipart/alternative"
    plain, html = (part.get_content() for part in message.iter_parts())
    for part in (plain, html):
        assert "Fictional Capital" in part
        assert part.count("/digest/answer/") == 4
        assert "demonstration record" in part
    assert "&lt;b&gt;for&lt;/b&gt;" in html
    assert "<b>for" not in html
    assert "<img" not in html
    assert max(len(line) for line in mailbox.raw[0].split(b"\r\n")) <= 998
    assert (delivery.progress, delivery.ended_at is not None) == ("SENT", True)
    (attempt,) = samples.attempts(delivery.id)
    assert (attempt.number, attempt.outcome, attempt.status) == (1, "DELIVERED", 250)
    assert set(samples.had(subscription)) == {item["project"] for item in delivery.items}


def test_in_chinese_everything_is_chinese(sqlite_database: Database) -> None:
    with mail_server() as mailbox:
        samples = SampleRecords.make(sqlite_database, smtp_port=mailbox.port)
        samples.subscribe(language="zh", size=1)
        samples.run()
    (message,) = mailbox.messages
    assert message["Content-Language"] == "zh"
    assert message["Subject"].startswith("为虚构资本推荐 1 个项目：项目")
    for part in message.iter_parts():
        assert "感兴趣" in part.get_content()
        assert "Interested" not in part.get_content()


def test_no_project_comes_twice_unless_it_changed(database: Database) -> None:
    with mail_server() as mailbox:
        samples = SampleRecords.make(database, projects=5, smtp_port=mailbox.port)
        subscription = samples.subscribe(size=3)
        samples.run()
        samples.due(subscription)
        samples.run()
        samples.due(subscription)
        assert samples.run().made == 0, "everything was sent, so there is nothing to say"
        first, second = brought(samples.deliveries())
        assert (len(first), len(second)) == (3, 2)
        assert set(first + second) == set(samples.projects)
        samples.change(first[0], summary={"en": "A better one.", "zh": "更好的。"}, fictional=False)
        samples.change(second[0], keywords=["nobody is shown these"])
        samples.due(subscription)
        samples.run()
        assert brought(samples.deliveries())[2:] == [[first[0]]]
    assert "Changed since last time: summary." in mailbox.messages[-1].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert samples.subscription(subscription).next_at > samples.subscription(subscription).last_at  # type: ignore[operator]


def test_what_was_learnt_is_told_and_passed_projects_stay_away(sqlite_database: Database) -> None:
    with mail_server() as mailbox:
        samples = SampleRecords.make(sqlite_database, projects=6, smtp_port=mailbox.port)
        subscription = samples.subscribe(size=2)
        samples.run()
        ((one, two),) = brought(samples.deliveries())
        samples.answer(one, InterestKind.PASS)
        samples.answer(two, InterestKind.LIKE)
        samples.change(one, summary={"en": "Changed, but passed on."})
        samples.due(subscription)
        samples.run()
    text = mailbox.messages[1].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Since the last list you liked 1 and passed on 1." in text
    assert one not in brought(samples.deliveries())[1]


def test_a_project_that_the_investor_may_not_see_is_not_in_it(sqlite_database: Database) -> None:
    with mail_server() as mailbox:
        samples = SampleRecords.make(sqlite_database, projects=3, smtp_port=mailbox.port)
        samples.change(samples.projects[0], status=ProjectStatus.DRAFT)
        samples.subscribe(size=10)
        samples.run()
    assert set(brought(samples.deliveries())[0]) == set(samples.projects[1:])
    assert b"Lamp" not in mailbox.raw[0]


def test_a_webhook_is_signed_by_the_specification(sqlite_database: Database) -> None:
    with web_server() as hook:
        samples = SampleRecords.make(sqlite_database, **LOCAL)
        subscription = samples.subscribe("WEBHOOK", hook.url, size=2)
        assert dict(samples.run().outcomes) == {"DELIVERED": 1}
    ((headers, body),) = hook.got
    (delivery,) = samples.deliveries()
    secret = samples.writer.secrets.webhook_secret(subscription, 1)
    message = Webhook(secret).verify(body, headers)
    assert headers["webhook-id"] == delivery.id
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = b64encode(hmac.new(b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}", "also by hand, without the library that signed it"
    assert (message["type"], message["data"]["investor"]["id"]) == ("digest.created", samples.investor)
    assert [each["id"] for each in message["data"]["projects"]] == brought([delivery])[0]
    assert "content-type" in headers
    assert json.loads(body)["data"]["projects"][0]["url"].startswith("https://roadshow.example.org/projects/prj_")


def test_a_receiver_that_fails_is_tried_again_under_the_same_id_until_it_takes_it(sqlite_database: Database) -> None:
    with web_server(lambda number: (503 if number < 2 else 200, {})) as hook:
        samples = SampleRecords.make(sqlite_database, **LOCAL)
        samples.subscribe("WEBHOOK", hook.url)
        for days in range(4):
            samples.run(later=days * DAY)
    (delivery,) = samples.deliveries()
    assert hook.ids == [delivery.id] * 3
    assert len({body for _, body in hook.got}) == 1, "the same content each time"
    assert [(each.number, each.outcome, each.status) for each in samples.attempts(delivery.id)] == [
        (1, "FAILED", 503), (2, "FAILED", 503), (3, "DELIVERED", 200),
    ]  # fmt: skip


def test_nothing_is_tried_before_its_time(sqlite_database: Database) -> None:
    with web_server(lambda number: (503, {"retry-after": "7200"})) as hook:
        samples = SampleRecords.make(sqlite_database, **LOCAL)
        samples.subscribe("WEBHOOK", hook.url)
        samples.run()
        samples.run(later=timedelta(minutes=110))
        assert len(hook.got) == 1
        samples.run(later=timedelta(minutes=130))
        assert len(hook.got) == 2


def test_what_is_given_up_comes_with_the_next_digest_and_too_much_of_it_pauses(database: Database) -> None:
    with web_server(lambda number: (500, {})) as hook:
        samples = SampleRecords.make(database, projects=2, attempts=2, failures_before_pause=2, **LOCAL)
        subscription = samples.subscribe("WEBHOOK", hook.url)
        for days in range(2):
            samples.run(later=days * DAY)
        assert samples.deliveries()[0].progress == "FAILED"
        assert samples.had(subscription) == {}
        samples.due(subscription)
        for days in range(2):
            samples.run(later=days * DAY)
    first, second = samples.deliveries()
    assert brought([first]) == brought([second]), "nothing is lost"
    row = samples.subscription(subscription)
    assert (row.state, row.next_at) == ("PAUSED", None)
    assert row.reason is not None


@pytest.mark.parametrize(
    ("status", "headers", "state", "detail"),
    [(410, {}, "PAUSED", ""), (302, {"location": "http://127.0.0.1:1/"}, "ACTIVE", "redirect, which isn't followed")],
)
def test_a_receiver_that_is_gone_pauses_and_no_redirect_is_followed(
    status: int, headers: dict[str, str], state: str, detail: str, sqlite_database: Database
) -> None:
    with web_server(lambda number: (status, headers)) as hook:
        samples = SampleRecords.make(sqlite_database, **LOCAL)
        subscription = samples.subscribe("WEBHOOK", hook.url)
        samples.run()
    assert len(hook.got) == 1
    assert samples.subscription(subscription).state == state
    assert detail in (samples.deliveries()[0].detail or "")


def test_a_mailbox_that_is_not_there_is_not_tried_again_and_one_that_is_full_is(sqlite_database: Database) -> None:
    answers = ["452 full", "250 OK", "550 no such mailbox"]
    with mail_server(lambda number: answers[number]) as mailbox:
        samples = SampleRecords.make(sqlite_database, smtp_port=mailbox.port)
        subscription = samples.subscribe(size=1)
        for days in range(2):
            samples.run(later=days * DAY)
        assert [each.outcome for each in samples.attempts(samples.deliveries()[0].id)] == ["FAILED", "DELIVERED"]
        samples.due(subscription)
        samples.run(later=2 * DAY)
        samples.run(later=3 * DAY)
    assert [each.progress for each in samples.deliveries()] == ["SENT", "FAILED"]
    assert len(mailbox.raw) == 1


def test_without_a_mail_server_it_waits(sqlite_database: Database) -> None:
    from tests.plugins.environments import free_port

    samples = SampleRecords.make(sqlite_database, smtp_port=free_port())
    samples.subscribe()
    assert dict(samples.run().outcomes) == {"FAILED": 1}
    (delivery,) = samples.deliveries()
    assert delivery.progress == "READY"
    assert "ConnectionRefusedError" in (delivery.detail or "")


def test_many_messages_go_through_one_connection_and_dots_at_line_ends_survive(sqlite_database: Database) -> None:
    with mail_server() as mailbox:
        samples = SampleRecords.make(sqlite_database, projects=1, smtp_port=mailbox.port)
        samples.change(samples.projects[0], summary={"en": "Dots:\n.\n..\n.x"}, name={"en": ".dotted"})
        for number in range(3):
            samples.subscribe(address=f"reader{number}@example.org")
        samples.run()
    assert sorted(mailbox.recipients) == [f"reader{number}@example.org" for number in range(3)]
    assert ".dotted" in mailbox.messages[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    stored = [(each.payload or {})["message"].encode() for each in samples.deliveries()]
    assert sorted(stored) == sorted(mailbox.raw), "what arrives is what was made, byte by byte"


def test_what_was_delivered_is_kept_once_and_counts_as_shown(database: Database) -> None:
    with web_server(lambda number: (500 if number == 0 else 200, {})) as hook:
        samples = SampleRecords.make(database, **LOCAL)
        subscription = samples.subscribe("WEBHOOK", hook.url, size=2)
        samples.run()
        assert kept_rankings(samples) == [], "it hasn't arrived"
        samples.run(later=DAY)
        samples.run(later=2 * DAY)
    (delivery,) = samples.deliveries(subscription)
    ((identifier, label, channel, items),) = kept_rankings(samples)
    assert (identifier, label, channel) == (delivery.kept, delivery.id, "webhook")
    assert items == brought([delivery])[0]
    with samples.database.read() as session:
        assert {row.project_id for row in session.query(Exposure)} == set(items)
    with samples.database.write(samples.actor()) as session:  # as if the process had ended just before it was noted
        session.execute(update(Delivery).values(kept=None))
    samples.run(later=3 * DAY)
    assert [each[0] for each in kept_rankings(samples)] == [identifier]
    assert samples.deliveries(subscription)[0].kept == identifier


def test_a_project_that_left_the_list_meanwhile_is_not_kept_with_the_others(sqlite_database: Database) -> None:
    with web_server(lambda number: (500 if number == 0 else 200, {})) as hook:
        samples = SampleRecords.make(sqlite_database, **LOCAL)
        samples.subscribe("WEBHOOK", hook.url, size=2)
        samples.run()
        first, second = brought(samples.deliveries())[0]
        samples.change(first, status=ProjectStatus.DRAFT)
        samples.run(later=DAY)
    assert [each[3] for each in kept_rankings(samples)] == [[second]]


def kept_rankings(samples: SampleRecords) -> list[tuple[str, str | None, str | None, list[str]]]:
    with samples.database.read() as session:
        rows = session.scalars(select(RankingSnapshot).order_by(RankingSnapshot.id)).all()
    return [(row.id, row.label, row.channel, [item["id"] for item in row.items]) for row in rows]


def test_who_unsubscribed_gets_nothing_that_still_waits(sqlite_database: Database) -> None:
    with web_server(lambda number: (500, {})) as hook:
        samples = SampleRecords.make(sqlite_database, **LOCAL)
        subscription = samples.subscribe("WEBHOOK", hook.url)
        samples.run()
        answer = samples.ask(
            "mutation($id: ID!) { unsubscribeDigest(id: $id) { subscription { state } userErrors { message } } }",
            id=subscription,
        )["unsubscribeDigest"]
        assert answer == {"subscription": {"state": "UNSUBSCRIBED"}, "userErrors": []}
        samples.run(later=DAY)
    assert len(hook.got) == 1
    assert samples.deliveries()[0].progress == "CANCELLED"
    assert samples.had(subscription) == {}


def test_the_text_of_what_was_sent_is_forgotten_in_time(sqlite_database: Database) -> None:
    with mail_server() as mailbox:
        samples = SampleRecords.make(sqlite_database, smtp_port=mailbox.port, keep_days=30)
        samples.subscribe()
        samples.run()
        samples.run(later=29 * DAY)
        assert samples.deliveries()[0].payload is not None
        samples.run(later=31 * DAY)
    assert samples.deliveries()[0].payload is None
    assert samples.deliveries()[0].items


def test_a_slow_receiver_holds_no_other(database: Database) -> None:
    """Each of two receivers answers only once the other has been asked, so one at a time would never end well."""
    met = threading.Barrier(2, timeout=20)

    def together(_: int) -> tuple[int, dict[str, str]]:
        met.wait()
        return 204, {}

    with web_server(together) as first, web_server(together) as second:
        samples = SampleRecords.make(database, webhook_timeout=30, **LOCAL)
        for url in (first.url, second.url):
            samples.subscribe("WEBHOOK", url)
        report = samples.run()
    assert dict(report.outcomes) == {"DELIVERED": 2}


def test_one_receiver_gets_one_message_at_a_time(sqlite_database: Database) -> None:
    inside, most, lock = 0, 0, threading.Lock()

    def count(_: int) -> tuple[int, dict[str, str]]:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        time.sleep(0.05)
        with lock:
            inside -= 1
        return 204, {}

    with web_server(count) as hook:
        samples = SampleRecords.make(sqlite_database, **LOCAL)
        for number in range(6):
            samples.subscribe("WEBHOOK", f"{hook.url}/{number}")
        report = samples.run()
    assert dict(report.outcomes) == {"DELIVERED": 6}
    assert most == 1
