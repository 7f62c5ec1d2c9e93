"""A database with an investor and fictional projects, and the plugin on it as the server runs it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

import plugins.digest
from api.assembly.core_contributions import CORE_PARTS
from api.assembly.preparation import migrate_all
from api.assembly.rooms import _recommender
from api.operations.settings import ServerSettings
from plugins.digest.content.outbox_writer import OutboxWriter
from plugins.digest.content.schedule import DAYS
from plugins.digest.delivery.sending import Report, Sender
from plugins.digest.delivery.signing import Secrets
from plugins.digest.settings import Settings
from plugins.digest.tables import Attempt, Delivery, Receipt, Subscription, now
from plugins.host.host import Host
from schema.compiled import Planner
from schema.declarations.errors import SchemaError
from schema.execution.in_process_client import InProcessClient
from schema.request.context import PluginContext, Services, open_plugin_context
from schema.types.build import RoadshowSchema, build_schema
from store import models
from store.access.actors import Actor
from store.database import Database
from store.enums import FundingStage, InterestKind, ProjectStatus, Role
from tests.schema.compiled.changes import execute_by_both

SECRET = "a secret of the tests, long enough to be one"
GIVEN: dict[str, Any] = {
    "base_url": "https://roadshow.example.org",
    "secret": SECRET,
    "sender": "Roadshow <digest@roadshow.example.org>",
    "smtp_host": "127.0.0.1",
    "smtp_security": "none",
    "background": False,
}
NAMES = ("Lamp", "Kite", "Boat", "Mill", "Loom", "Kiln", "Dome", "Well", "Crane", "Sled")


@cache
def host() -> Host:
    """The plugin alone beside core; made once."""
    made = Host.load({"digest": GIVEN}, core=CORE_PARTS, plugins=[plugins.digest], expected=(SchemaError,))
    assert [state.state for state in made.states()] == ["ACTIVE"], made.states()
    return made


@cache
def schema() -> RoadshowSchema:
    """The schema with it; made once."""
    return build_schema(host())


@dataclass
class SampleRecords:
    """What tests do with it. `settings` are those of the plugin."""

    database: Database
    services: Services
    settings: Settings
    investor: str
    other: str
    projects: list[str]

    @classmethod
    def make(cls, database: Database, projects: int = 5, **settings: Any) -> SampleRecords:
        """In an empty database."""
        migrate_all(database, host())
        with database.write(Actor.system("test")) as session:
            programme = models.Programme(name={"en": "A programme"})
            session.add(programme)
            session.flush()
            track = models.Track(programme_id=programme.id, code="health", name={"en": "Health", "zh": "健康"})
            session.add(track)
            made = [
                models.Project(
                    name={"en": NAMES[number], "zh": f"项目{number}"},
                    summary={"en": f"A {NAMES[number].lower()} <b>for</b> hospitals.", "zh": f"医院用的项目{number}。"},
                    status=ProjectStatus.PUBLISHED, fictional=True, funding_stage=FundingStage.SEED,
                )
                for number in range(projects)
            ]  # fmt: skip
            investors = [
                models.Investor(name={"en": name, "zh": zh}, fictional=True)
                for name, zh in (("Fictional Capital", "虚构资本"), ("Other Capital", "其他资本"))
            ]
            session.add_all([*made, *investors])
            session.flush()
            session.add(models.InvestorTrack(investor_id=investors[0].id, track_id=track.id))
            session.add_all(models.ProjectTrack(project_id=each.id, track_id=track.id) for each in made[:3])
            ids = [each.id for each in made], [each.id for each in investors]
        return cls.opened(database, ids[1][0], ids[1][1], ids[0], **settings)

    @classmethod
    def opened(
        cls, database: Database, investor: str, other: str, projects: list[str], **settings: Any
    ) -> SampleRecords:
        """On a database that has it already."""
        server = ServerSettings(database_url=database.url.render_as_string(hide_password=False))
        services = Services(
            database, server, schema().registry, host=host(),
            recommender=_recommender(database, host(), server),
        )  # fmt: skip
        services = replace(services, client=InProcessClient(schema(), Planner(schema(), services)))
        return cls(database, services, Settings(**{**GIVEN, **settings}), investor, other, projects)

    @property
    def writer(self) -> OutboxWriter:
        return OutboxWriter(self.settings, Secrets(self.settings))

    @contextmanager
    def context(self) -> Iterator[PluginContext]:
        """As the plugin's task has it."""
        with open_plugin_context(self.services, "digest") as made:
            yield made

    def actor(self, role: Role = Role.INVESTOR, subject: str | None = None) -> Actor:
        return Actor(role, id="key_test", subject_id=subject or (self.investor if role is Role.INVESTOR else None))

    def ask(
        self, document: str, actor: Actor | None = None, languages: tuple[str, ...] = ("en",), **variables: Any
    ) -> dict[str, Any]:
        """The data of an answer that has no errors. Both executors complete what mutations give."""
        planner = Planner(schema(), self.services)
        answer = execute_by_both(planner, actor or self.actor(), document, variables=variables, languages=languages)
        assert answer.errors is None, answer.errors
        assert answer.data is not None
        return answer.data

    def subscribe(self, channel: str = "EMAIL", address: str | None = None, **values: Any) -> str:
        """An active subscription that is due now, and then not for days."""
        usual = {"EMAIL": "reader@example.org", "WEBHOOK": "https://hooks.example.org/roadshow", "FEED": None}
        row = {
            "investor_id": self.investor, "channel": channel, "address": address or usual[channel], "language": "en",
            "days": DAYS[(now().weekday() - 1) % 7], "time": "08:00", "time_zone": "UTC", "size": 3, "state": "ACTIVE",
            "number": 1, "failures": 0, "next_at": now() - timedelta(minutes=1), **values,
        }  # fmt: skip
        with self.database.write(self.actor()) as session:
            made = Subscription(**row)
            session.add(made)
        return made.id

    def due(self, subscription: str) -> None:
        """Let the next digest be due now."""
        with self.database.write(Actor.system("test")) as session:
            later = Subscription.id == subscription
            session.execute(update(Subscription).where(later).values(next_at=now() - timedelta(seconds=1)))

    def run(self, later: timedelta = timedelta(0)) -> Report:
        """One pass, at a later time."""
        with self.context() as context:
            return Sender(self.writer, clock=lambda: now() + later).run(context)

    def change(self, project: str, **values: Any) -> None:
        """Change a project as its owner would."""
        with self.database.write(Actor.system("test")) as session:
            row = session.get_one(models.Project, project)
            for name, value in values.items():
                setattr(row, name, value)

    def answer(self, project: str, kind: InterestKind) -> None:
        """The investor's answer to a project."""
        with self.database.write(self.actor()) as session:
            session.add(models.Interest(subject_id=self.investor, project_id=project, kind=kind))

    def subscription(self, identifier: str) -> Subscription:
        with self.database.read() as session:
            return session.get_one(Subscription, identifier)

    def deliveries(self, subscription: str | None = None) -> list[Delivery]:
        wanted = select(Delivery).order_by(Delivery.id)
        with self.database.read() as session:
            rows = session.scalars(wanted).all()
        return [row for row in rows if subscription in (None, row.source_id)]

    def attempts(self, delivery: str) -> list[Attempt]:
        wanted = select(Attempt).where(Attempt.message_id == delivery).order_by(Attempt.number)
        with self.database.read() as session:
            return list(session.scalars(wanted))

    def had(self, subscription: str) -> Mapping[str, Receipt]:
        with self.database.read() as session:
            rows = session.scalars(select(Receipt).where(Receipt.subscription_id == subscription)).all()
        return {row.project_id: row for row in rows}


def brought(deliveries: list[Delivery]) -> list[list[str]]:
    """For each delivery its projects."""
    return [[item["project"] for item in delivery.items] for delivery in deliveries]


def moment(text: str) -> datetime:
    """`2024-07-16T08:00+08:00`."""
    return datetime.fromisoformat(text)


FOLDER = Path(__file__).parent
