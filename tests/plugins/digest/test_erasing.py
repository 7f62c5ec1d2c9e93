"""An erased person's digests end, without an address and without what was sent; and plugins say what they left."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from api.assembly.erasing import erase_by_plugins, person_of
from api.assembly.preparation import migrate_all
from plugins import digest
from plugins.digest.tables import Delivery, Receipt, Subscription, SubscriptionState
from plugins.host.contributions.contributions import Eraser, Tables
from plugins.host.host import Host
from store.access.actors import Actor
from store.database import Database
from store.models import Investor, PluginRecord
from tests.plugins.support import plugin

NOW = datetime(2024, 7, 6, tzinfo=UTC)


def subscription(identifier: str, investor: str, address: str | None) -> Subscription:
    return Subscription(
        id=identifier, investor_id=investor, channel="EMAIL", address=address, language="en", days="MONDAY",
        time="08:00", time_zone="UTC", size=5, state="ACTIVE", next_at=NOW, reason=None,
    )  # fmt: skip


def test_subscriptions_of_the_person_and_to_the_persons_address_are_emptied(database: Database) -> None:
    host = Host.load(plugins=[digest])
    migrate_all(database, host)
    with database.write(Actor.system("test")) as session:
        session.add_all([Investor(id=each, name={"en": each}) for each in ("inv_angel", "inv_fund")])
        session.flush()
        for row in (
            subscription("dgs_1", "inv_angel", "angel@example.org"),
            subscription("dgs_2", "inv_fund", "Angel@Example.org"),
            subscription("dgs_3", "inv_fund", "other@example.org"),
        ):
            session.add(row)
            session.flush()
            session.add(
                Delivery(
                    id=f"dlv_{row.id}", owner="digest", source_id=row.id, kind="DIGEST", key="1", channel="EMAIL",
                    progress="READY", payload={"to": row.address}, items=[{"project": "prj_1"}], made_at=NOW,
                )
            )  # fmt: skip
            session.flush()
            had = Receipt(subscription_id=row.id, project_id="prj_1", delivery_id=f"dlv_{row.id}", parts={}, had_at=NOW)
            session.add(had)
    with database.write(Actor.system("test")) as session:
        left = erase_by_plugins(session, host, person_of("inv_angel", ["Angel"], ["angel@example.org", None]))
    assert left == ["the plugin 'digest': digests already sent (2) remain in their recipients' mailboxes"]
    with database.read() as session:
        rows = {row.id: (row.address, row.state, row.next_at is None) for row in session.query(Subscription)}
        assert rows["dgs_1"] == rows["dgs_2"] == (None, SubscriptionState.UNSUBSCRIBED, True)
        assert rows["dgs_3"] == ("other@example.org", "ACTIVE", False)
        assert [each.payload for each in session.query(Delivery).order_by(Delivery.id)][:2] == [None, None]
        assert [each.subscription_id for each in session.query(Receipt)] == ["dgs_3"]


@pytest.mark.parametrize("fails", [False, True])
def test_a_plugin_that_fails_or_has_no_eraser_is_named(fails: bool, database: Database, tmp_path: Path) -> None:
    def erase(person: Any, session: Any) -> list[str]:
        session.add(PluginRecord(name="ghost", version="1", tables=[]))
        session.flush()
        if fails:
            raise RuntimeError("out of ink")
        return ["backups"]

    hooks = {
        "register_erasers": [Eraser(name="notes", erase=erase)],
        "register_tables": [Tables(versions=tmp_path, names=["alpha_note"])],
    }
    host = Host.load(plugins=[plugin("alpha", hooks, permissions=("tables",))])
    with database.write(Actor.system("test")) as session:
        session.add(PluginRecord(name="alpha", version="1", tables=["alpha_note"]))
        session.add(PluginRecord(name="beta", version="1", tables=["beta_note"]))
    with database.write(Actor.system("test")) as session:
        first, second = erase_by_plugins(session, host, person_of("tal_1", [], []))
        assert (session.get(PluginRecord, "ghost") is None) is fails, "what one that failed did is undone"
    assert ("may still contain the person's data" if fails else "the plugin 'alpha': backups") in first
    assert second == "the plugin 'beta' has no eraser; its tables: beta_note"
