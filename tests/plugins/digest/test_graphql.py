"""Subscriptions over GraphQL: what an investor can do, what is wrong told with code and field, and who sees what."""

from __future__ import annotations

import email
import time
from concurrent.futures import ThreadPoolExecutor
from email.policy import default
from typing import Any

import pytest
from sqlalchemy.orm import Session

from plugins.digest.content.outbox_writer import OutboxWriter
from plugins.digest.delivery.ownership import DigestOwner
from plugins.digest.tables import Outcome, Subscription
from store.database import Database
from store.enums import Role
from store.models import Change, Investor
from store.notifications.outbox import Outbox
from store.notifications.results import Result
from tests.plugins.digest.samples import SampleRecords, host, schema

pytestmark = pytest.mark.nightly_on_postgresql

CREATE = """mutation Create($input: DigestSubscriptionInput!, $investor: ID) {
  createDigestSubscription(input: $input, investor: $investor) {
    subscription { id state channel address language frequency days time timeZone size nextAt feedUrl csvUrl secret }
    userErrors { code message field }
  }
}"""
UPDATE = """mutation Update($id: ID!, $input: DigestSubscriptionChanges!) {
  updateDigestSubscription(id: $id, input: $input) {
    subscription { id state address days time timeZone size nextAt } userErrors { code message field }
  }
}"""
OWN = """query Own($id: ID!) { investor(id: $id) { digests { id state deliveries(first: 2) {
  id kind state projectIds attempts { id number outcome status } } } } }"""

BY_IDS = """query ($ids: [ID!]!) { nodes(ids: $ids) { id
  ... on DigestSubscription { channel } ... on DigestDelivery { kind } ... on DigestAttempt { number } } }"""


def run(samples: SampleRecords, name: str, identifier: str, **who: Any) -> dict[str, Any]:
    """One of the mutations that take an id alone."""
    inside = "delivery { id kind state }" if name == "testDigest" else "subscription { id state nextAt secret feedUrl }"
    document = f"mutation($id: ID!) {{ {name}(id: $id) {{ {inside} userErrors {{ code message field }} }} }}"
    answer: dict[str, Any] = samples.ask(document, id=identifier, **who)[name]
    return answer


@pytest.fixture
def samples(sqlite_database: Database) -> SampleRecords:
    return SampleRecords.make(sqlite_database)


@pytest.fixture
def both(database: Database) -> SampleRecords:
    return SampleRecords.make(database)


def create(samples: SampleRecords, **given: Any) -> dict[str, Any]:
    answer = samples.ask(CREATE, input=given)["createDigestSubscription"]
    assert answer["userErrors"] == []
    made: dict[str, Any] = answer["subscription"]
    return made


def test_a_subscription_by_mail_waits_for_its_reader_and_a_message_asks(both: SampleRecords) -> None:
    made = create(both, channel="EMAIL", address="reader@example.org", frequency="DAILY", time="07:30",
                  timeZone="Asia/Shanghai", language="ZH", size=7)  # fmt: skip
    assert made["state"] == "UNCONFIRMED"
    assert (made["nextAt"], made["csvUrl"]) == (None, None)
    assert (made["frequency"], len(made["days"]), made["time"], made["size"]) == ("DAILY", 7, "07:30", 7)
    (delivery,) = both.deliveries(made["id"])
    assert (delivery.kind, delivery.progress) == ("CONFIRMATION", "READY")
    assert "请确认订阅" in (delivery.payload or {})["subject"]


def test_the_change_log_has_it_without_the_address(samples: SampleRecords) -> None:
    create(samples, channel="EMAIL", address="reader@example.org")
    with samples.database.read() as session:
        (change,) = session.query(Change).filter_by(entity_type="digest_subscription").all()
    assert change.actor_role is Role.INVESTOR
    assert "reader@example.org" not in str(change.after)


def test_feed_and_webhook_begin_at_once_with_their_secrets(samples: SampleRecords) -> None:
    feed = create(samples, channel="FEED", days=["FRIDAY", "MONDAY"])
    assert (feed["state"], feed["days"], feed["frequency"]) == ("ACTIVE", ["MONDAY", "FRIDAY"], "DAYS")
    assert feed["feedUrl"].startswith("https://roadshow.example.org/digest/feeds/dgs_")
    hook = create(samples, channel="WEBHOOK", address="https://hooks.example.org/a")
    assert hook["secret"].startswith("whsec_")
    assert hook["nextAt"] is not None
    turned = run(samples, "rotateDigestSecret", hook["id"])["subscription"]
    assert turned["secret"] not in (None, hook["secret"])


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"channel": "EMAIL"}, ["input", "address"], "address to send to"),
        (
            {"channel": "EMAIL", "address": "a@b\nBcc: c@example.org"},
            ["input", "address"],
            "not a usable e-mail address",
        ),
        ({"channel": "EMAIL", "address": "reader"}, ["input", "address"], "not a usable e-mail address"),
        ({"channel": "FEED", "address": "https://example.org"}, ["input", "address"], "takes no address"),
        ({"channel": "WEBHOOK", "address": "http://example.org"}, ["input", "address"], "https://"),
        ({"channel": "WEBHOOK", "address": "https://127.0.0.1/"}, ["input", "address"], "public internet"),
        ({"channel": "FEED", "size": 0}, ["input", "size"], "1 to 50"),
        ({"channel": "FEED", "size": 51}, ["input", "size"], "1 to 50"),
        ({"channel": "FEED", "time": "24:00"}, ["input", "time"], "08:00"),
        ({"channel": "FEED", "timeZone": "Nowhere/Land"}, ["input", "timeZone"], "Asia/Shanghai"),
        ({"channel": "FEED", "frequency": "DAYS"}, ["input", "days"], "at least one"),
        ({"channel": "FEED", "frequency": "WEEKLY", "days": ["MONDAY", "FRIDAY"]}, ["input", "days"], "one day"),
        ({"channel": "FEED", "frequency": "DAILY", "days": ["MONDAY"]}, ["input", "days"], "every day"),
    ],
)
def test_what_is_wrong_is_told_with_its_field_and_nothing_is_written(
    given: dict[str, Any], field: list[str], words: str, samples: SampleRecords
) -> None:
    answer = samples.ask(CREATE, input=given)["createDigestSubscription"]
    assert answer["subscription"] is None
    (error,) = answer["userErrors"]
    assert (error["code"], error["field"]) == ("BAD_USER_INPUT", field)
    assert words in error["message"]
    assert samples.ask(OWN, id=samples.investor)["investor"]["digests"] == []


def test_the_same_address_twice_is_one_too_many_and_one_that_ended_is_revived_with_its_history(
    samples: SampleRecords,
) -> None:
    first = create(samples, channel="WEBHOOK", address="https://hooks.example.org/a")
    again = samples.ask(CREATE, input={"channel": "WEBHOOK", "address": "https://hooks.example.org/a"})
    assert again["createDigestSubscription"]["userErrors"][0]["code"] == "CONFLICT"
    run(samples, "unsubscribeDigest", first["id"])
    revived = create(samples, channel="WEBHOOK", address="https://hooks.example.org/a")
    assert revived["id"] == first["id"]
    assert revived["secret"] != first["secret"]


def test_a_call_repeated_with_its_key_creates_one_subscription(both: SampleRecords) -> None:
    document = """mutation ($key: String, $size: Int = 5) {
      createDigestSubscription(input: {channel: FEED, size: $size}, idempotencyKey: $key) {
        subscription { id secret feedUrl } userErrors { code field } } }"""
    first, again = (both.ask(document, key="call")["createDigestSubscription"] for _ in range(2))
    assert first["userErrors"] == []
    assert again == first
    assert (
        both.ask(document, key="another")["createDigestSubscription"]["subscription"]["id"]
        != first["subscription"]["id"]
    )
    changed = both.ask(document, key="call", size=6)["createDigestSubscription"]
    assert changed == {"subscription": None, "userErrors": [{"code": "CONFLICT", "field": ["idempotencyKey"]}]}
    empty = both.ask(document, key=" ")["createDigestSubscription"]
    assert empty["userErrors"] == [{"code": "BAD_USER_INPUT", "field": ["idempotencyKey"]}]


def test_there_is_a_most_of_subscriptions(samples: SampleRecords) -> None:
    for _ in range(10):
        create(samples, channel="FEED")
    answer = samples.ask(CREATE, input={"channel": "FEED"})["createDigestSubscription"]
    assert answer["userErrors"][0]["code"] == "CONFLICT"


def test_pause_resume_and_unsubscribe(both: SampleRecords) -> None:
    made = create(both, channel="FEED")["id"]
    paused = run(both, "pauseDigest", made)["subscription"]
    assert (paused["state"], paused["nextAt"]) == ("PAUSED", None)
    resumed = run(both, "resumeDigest", made)["subscription"]
    assert resumed["state"] == "ACTIVE"
    assert resumed["nextAt"] is not None
    ended = run(both, "unsubscribeDigest", made)["subscription"]
    assert (ended["state"], ended["feedUrl"]) == ("UNSUBSCRIBED", None)
    assert run(both, "resumeDigest", made)["userErrors"][0]["code"] == "CONFLICT"
    unconfirmed = create(both, channel="EMAIL", address="reader@example.org")["id"]
    assert "confirm it first" in run(both, "resumeDigest", unconfirmed)["userErrors"][0]["message"]


def test_a_new_schedule_counts_at_once_and_a_new_address_must_be_confirmed(samples: SampleRecords) -> None:
    made = samples.subscribe()
    changed = samples.ask(UPDATE, id=made, input={"days": ["SUNDAY"], "time": "09:15", "size": 2})
    row = changed["updateDigestSubscription"]["subscription"]
    assert (row["days"], row["time"], row["size"], row["state"]) == (["SUNDAY"], "09:15", 2, "ACTIVE")
    assert row["nextAt"].endswith("09:15:00Z") or "09:15:00" in row["nextAt"]
    moved = samples.ask(UPDATE, id=made, input={"address": "new@example.org"})["updateDigestSubscription"][
        "subscription"
    ]
    assert (moved["state"], moved["address"], moved["nextAt"]) == ("UNCONFIRMED", "new@example.org", None)
    assert [each.kind for each in samples.deliveries(made)] == ["CONFIRMATION"]


@pytest.mark.parametrize("role", [Role.PUBLIC, Role.TALENT, Role.PLANNER, Role.REVIEWER, Role.ORGANISER, Role.INVESTOR])
def test_nobody_but_the_investor_and_administrators_sees_or_changes_them(role: Role, samples: SampleRecords) -> None:
    from schema.execution.execute import execute

    made = samples.subscribe("FEED")
    other = samples.actor(role, samples.other)
    one = samples.ask("query($id: ID!) { digestSubscription(id: $id) { id address secret } }", actor=other, id=made)
    assert one == {"digestSubscription": None}
    seen = execute(schema(), samples.services, other, OWN, variables={"id": samples.investor})
    assert seen.data["investor"]["digests"] is None  # type: ignore[index]
    assert seen.errors[0].extensions["code"] == "FORBIDDEN"  # type: ignore[index]
    preview = "query($id: ID!) { digestPreview(investor: $id) { text } }"
    refused = execute(schema(), samples.services, other, preview, variables={"id": samples.investor})
    assert refused.data == {"digestPreview": None}
    assert refused.errors[0].extensions["code"] == "FORBIDDEN"  # type: ignore[index]
    pause = "mutation($id: ID!) { pauseDigest(id: $id) { subscription { id } userErrors { code } } }"
    answer = execute(schema(), samples.services, other, pause, variables={"id": made})
    if role is Role.INVESTOR:
        assert answer.data["pauseDigest"] == {  # type: ignore[index]
            "subscription": None, "userErrors": [{"code": "NOT_FOUND"}]
        }  # fmt: skip
    else:
        assert answer.errors[0].extensions["code"] == "FORBIDDEN"  # type: ignore[index]
    created = execute(schema(), samples.services, other, CREATE,
                      variables={"input": {"channel": "FEED"}, "investor": samples.investor})  # fmt: skip
    assert created.errors or created.data["createDigestSubscription"]["userErrors"][0]["code"] == "FORBIDDEN"  # type: ignore[index]
    assert samples.subscription(made).state == "ACTIVE"


def test_an_administrator_may_do_it_for_an_investor(samples: SampleRecords) -> None:
    admin = samples.actor(Role.ADMIN)
    answer = samples.ask(CREATE, actor=admin, input={"channel": "FEED"}, investor=samples.investor)
    made = answer["createDigestSubscription"]["subscription"]["id"]
    assert [each["id"] for each in samples.ask(OWN, actor=admin, id=samples.investor)["investor"]["digests"]] == [made]
    nobody = samples.ask(CREATE, actor=admin, input={"channel": "FEED"})["createDigestSubscription"]
    assert nobody["userErrors"][0]["code"] == "NOT_FOUND"


def test_a_preview_shows_what_would_be_sent_and_changes_nothing(both: SampleRecords) -> None:
    document = """query($id: ID, $language: DigestLanguage, $fresh: Boolean) {
      digestPreview(subscription: $id, language: $language, fresh: $fresh) { subject text html projectIds learnt } }"""
    own = both.ask(document)["digestPreview"]
    assert set(own["projectIds"]) == set(both.projects)
    assert own["subject"].startswith("5 projects for Fictional Capital")
    assert both.ask(document, language="ZH")["digestPreview"]["subject"].startswith("为虚构资本")
    bare = both.ask("{ digestPreview(size: null, fresh: null) { subject } }")["digestPreview"]
    assert bare == {"subject": own["subject"]}, "null is as good as nothing"
    assert both.ask(document, id="dsb_nobodys")["digestPreview"] is None
    feed = both.subscribe("FEED", size=5)
    assert both.run().made == 1
    before = both.deliveries()
    assert both.ask(document, id=feed)["digestPreview"] is None, "there is nothing new"
    assert both.ask(document, id=feed, fresh=True)["digestPreview"]["projectIds"]
    assert len(both.deliveries()) == len(before)


def test_the_delivery_log_is_paged_and_tells_every_attempt(samples: SampleRecords) -> None:
    made = samples.subscribe("WEBHOOK")
    for _ in range(3):
        assert run(samples, "testDigest", made)["delivery"]["kind"] == "PING"
    with samples.context() as context:
        outbox = Outbox(context.write, DigestOwner(samples.settings), samples.settings)
        claimed = outbox.claim()
        assert claimed is not None
        outbox.record(claimed, Result(Outcome.FAILED, 503, "busy"))
    page = samples.ask(OWN, id=samples.investor)["investor"]["digests"][0]["deliveries"]
    assert len(page) == 2
    after = """query($id: ID!, $after: ID) { digestSubscription(id: $id) { deliveries(after: $after) {
      id state attempts { number outcome status detail } } } }"""
    rest = samples.ask(after, id=made, after=page[-1]["id"])["digestSubscription"]["deliveries"]
    assert len(rest) == 1
    assert page[0]["id"] > page[1]["id"] > rest[0]["id"], "newest first"
    tried = [attempt for each in (*page, *rest) for attempt in each["attempts"]]
    assert [(each["number"], each["outcome"], each["status"]) for each in tried] == [(1, "FAILED", 503)]
    ids = [made, page[0]["id"], samples.attempts(rest[0]["id"])[0].id]
    for actor, seen in ((samples.actor(), True), (samples.actor(Role.ADMIN), True), (samples.actor(Role.PUBLIC), False),
                        (samples.actor(Role.INVESTOR, samples.other), False)):  # fmt: skip
        nodes = samples.ask(BY_IDS, actor=actor, ids=ids)["nodes"]
        assert [each and each["id"] for each in nodes] == (ids if seen else [None] * 3)
    (subscription, delivery, attempt) = samples.ask(BY_IDS, ids=ids)["nodes"]
    assert (subscription["channel"], delivery["kind"], attempt["number"]) == ("WEBHOOK", "PING", 1)


def test_what_has_no_receiver_is_not_tested(samples: SampleRecords) -> None:
    feed = create(samples, channel="FEED")["id"]
    assert "fetched" in run(samples, "testDigest", feed)["userErrors"][0]["message"]


def test_all_of_it_is_described() -> None:
    from graphql import is_enum_type, is_input_object_type, is_object_type

    found = [kind for name, kind in schema()._schema.type_map.items() if name.startswith("Digest")]
    assert len(found) == 16
    for kind in found:
        assert kind.description
        if is_object_type(kind) or is_input_object_type(kind):
            assert all(each.description for each in kind.fields.values())
        elif is_enum_type(kind):
            assert all(each.description for each in kind.values.values())
    assert host().state("digest").failures == 0


def test_a_mailbox_gets_few_confirmations_whoever_asks(both: SampleRecords) -> None:
    addresses = ["Reader@example.org", "reader+one@example.org", "READER+two@example.org", "reader@example.org"]
    for number, address in enumerate(addresses):
        investor = (both.investor, both.other)[number % 2]
        actor = both.actor(Role.INVESTOR, investor)
        answer = both.ask(CREATE, actor, input={"channel": "EMAIL", "address": address})["createDigestSubscription"]
        codes = [error["code"] for error in answer["userErrors"]]
        assert codes == ([] if number < 3 else ["CONFLICT"])
    assert len(both.deliveries()) == 3


def test_confirmations_asked_for_at_one_moment_are_counted_one_after_the_other(
    both: SampleRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = OutboxWriter.confirmation

    def slowly(writer: OutboxWriter, session: Session, row: Subscription) -> None:
        time.sleep(0.2)  # all have counted by now, if they count at the same time
        send(writer, session, row)

    monkeypatch.setattr(OutboxWriter, "confirmation", slowly)

    def ask(number: int) -> list[str]:
        given = {"channel": "EMAIL", "address": f"reader+{number}@example.org"}
        answer = both.ask(CREATE, input=given)["createDigestSubscription"]
        return [error["code"] for error in answer["userErrors"]]

    with ThreadPoolExecutor(6) as pool:
        codes = sorted(pool.map(ask, range(6)))
    assert codes == [[]] * 3 + [["CONFLICT"]] * 3
    assert len(both.deliveries()) == 3


def test_an_investor_sends_few_confirmations_also_by_changing_an_address(both: SampleRecords) -> None:
    made = create(both, channel="EMAIL", address="reader0@example.org")["id"]
    for number in range(1, 12):
        changes = {"address": f"reader{number}@example.org"}
        answer = both.ask(UPDATE, id=made, input=changes)["updateDigestSubscription"]
        codes = [error["code"] for error in answer["userErrors"]]
        assert codes == ([] if number < 10 else ["CONFLICT"])
    assert len(both.deliveries()) == 10
    assert both.subscription(made).address == "reader9@example.org", "a refused change changes nothing"


def test_a_confirmation_has_nothing_that_the_asker_wrote(both: SampleRecords) -> None:
    with both.database.write(both.actor(Role.ADMIN)) as session:
        session.get_one(Investor, both.investor).name = {"en": "Buy pills at spam.example", "zh": "买药"}
    for language in ("EN", "ZH"):
        create(both, channel="EMAIL", address=f"{language}@example.org", language=language)
    for delivery in both.deliveries():
        message = email.message_from_string(delivery.payload["message"], policy=default)  # type: ignore[index]
        parts = "".join(part.get_content() for part in message.iter_parts())  # type: ignore[attr-defined]
        assert "/digest/confirm/" in parts
        assert "pills" not in parts + str(message["Subject"])
        assert "买药" not in parts
