"""What the plugin had in tables of its own is in the common outbox after the upgrade, and is sent from there."""

from __future__ import annotations

import json

from alembic import command
from sqlalchemy import inspect, text

from api.assembly.preparation import chains
from store.access.actors import Actor
from store.database import Database, migration
from store.models import Investor, PluginRecord
from tests.plugins.digest.receivers import mail_server
from tests.plugins.digest.samples import SampleRecords, host

BEFORE = "2024-07-06 08:00:00+00:00"
TABLES = ["digest_attempt", "digest_delivery", "digest_had", "digest_subscription"]
MESSAGE = "From: digest@roadshow.example.org\r\nTo: reader@example.org\r\nSubject: Projects\r\n\r\nLamp\r\n"
DELIVERY = (
    "INSERT INTO digest_delivery (id, subscription_id, kind, slot, progress, payload, items, made_at, attempts, "
    "next_at) VALUES ('dgd_1', 'dgs_1', 'DIGEST', :at, 'READY', :payload, :items, :at, 1, :at)"
)
SUBSCRIPTION = (
    "INSERT INTO digest_subscription (id, created_at, updated_at, investor_id, channel, address, language, days, time, "
    "time_zone, size, state, number, failures) VALUES ('dgs_1', :at, :at, 'inv_1', 'EMAIL', 'reader@example.org', "
    "'en', 'MONDAY', '08:00', 'UTC', 3, 'ACTIVE', 1, 0)"
)


def test_what_waits_in_the_old_tables_is_sent_after_the_upgrade(database: Database) -> None:
    core, digest = (each for each in chains(host()) if each.name in ("core", "digest"))
    with database.change_tables() as connection:
        migration._run(connection, core, lambda config: command.downgrade(config, "0025"))
    migration.upgrade(database, digest, "digest_0001")
    with database.write(Actor.system("test")) as session:
        session.add(Investor(id="inv_1", name={"en": "Fictional Capital"}, fictional=True))
        session.add(PluginRecord(name="digest", version="1.0.0", tables=TABLES))
        session.flush()
        item = {"project": "prj_1", "rank": 1, "score": 50.0, "parts": {}, "before": None}
        given = {"at": BEFORE, "payload": json.dumps({"message": MESSAGE}), "items": json.dumps([item])}
        for statement in (
            SUBSCRIPTION,
            DELIVERY,
            "INSERT INTO digest_attempt (id, delivery_id, number, started_at, outcome, status) "
            "VALUES ('dga_1', 'dgd_1', 1, :at, 'FAILED', 451)",
            "INSERT INTO digest_had (subscription_id, project_id, delivery_id, parts, had_at) "
            "VALUES ('dgs_1', 'prj_1', 'dgd_1', '{}', :at)",
        ):
            session.execute(text(statement), {name: value for name, value in given.items() if f":{name}" in statement})
    migration.upgrade(database, core)
    migration.upgrade(database, digest)
    assert not {"digest_attempt", "digest_delivery", "digest_had"} & set(inspect(database.engine).get_table_names())
    with mail_server() as mailbox:
        samples = SampleRecords.opened(database, "inv_1", "", [], smtp_port=mailbox.port)
        samples.run()
    assert [message["Subject"] for message in mailbox.messages] == ["Projects"]
    (delivery,) = samples.deliveries("dgs_1")
    assert (delivery.owner, delivery.progress, delivery.attempts) == ("digest", "SENT", 2)
    assert [(each.number, each.outcome) for each in samples.attempts("dgd_1")] == [(1, "FAILED"), (2, "DELIVERED")]
    assert samples.had("dgs_1")["prj_1"].delivery_id == "dgd_1"
