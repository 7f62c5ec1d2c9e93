"""An installation whose plugin tells people of things, without a server."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any

from pydantic import BaseModel
from sqlalchemy import select

from api.assembly.core_contributions import CORE_PARTS
from api.notifications.bundling import Bundler
from api.notifications.delivering import Notifier, Report
from api.operations.delivery import delivery_settings
from api.operations.settings import ServerSettings
from plugins.host.contributions.contributions import Channel, NotificationKind, NotificationTemplate, OutgoingMessage
from plugins.host.errors import UserError
from plugins.host.host import Host
from plugins.host.manifest import Permission
from schema.declarations.errors import SchemaError
from schema.execution.in_process_client import InProcessClient
from schema.request.context import PluginContext, Services, open_plugin_context
from schema.types.build import RoadshowSchema, build_schema
from store.access.accounts import create_account
from store.access.actors import Actor
from store.database import Database
from store.models import Account, Notification, OutboxAttempt, OutboxMessage, Project
from store.models.base import now
from store.notifications.preferences import decide, set_address
from tests.plugins.support import plugin

BASE = "https://roadshow.example.org"
TEST = Actor.system("test")
CHATTED: list[OutgoingMessage] = []
"""What the plugin's channel was given."""


class About(BaseModel):
    """What it is about."""

    name: str
    project: str | None = None


def values(context: PluginContext, arguments: About) -> Mapping[str, object] | None:
    """The name; nothing if it is `gone`, and of a project only what the recipient may see."""
    if arguments.project is None:
        return None if arguments.name == "gone" else {"name": arguments.name}
    answer = context.ask("query($id: ID!) { project(id: $id) { name } }", {"id": arguments.project})
    return answer["data"]["project"]


def a_kind(name: str = "alpha-deadline", **options: Any) -> NotificationKind:
    """A kind whose text is the name that it is about."""
    given: dict[str, Any] = {
        "title": {"en": "Deadlines", "zh": "截止日期"}, "description": "Something is due.", "arguments": About,
        "values": values, "example": {"name": "Entry"},
        "templates": {
            "en": NotificationTemplate(subject="Due: {{ name }}", text="{{ name }}", link="/projects",
                                       many="{{ count }} things are due"),
            "zh": NotificationTemplate(subject="{{ name }}即将截止", text="{{ recipient }}，{{ name }}即将截止。"),
        }, **options,
    }  # fmt: skip
    return NotificationKind(name=name, **given)


def chat(message: OutgoingMessage) -> None:
    """Keep what is sent, and refuse one address."""
    if message.address == "nobody":
        raise UserError("There is nobody of this name.")
    CHATTED.append(message)


KINDS = (
    a_kind(),
    a_kind("alpha-slow", window=3_600.0),
    a_kind("alpha-plain", values=None),
    a_kind("alpha-security", required=True),
    a_kind("alpha-chat", channels=("CHAT", "FEED")),
)
CHAT = Channel(name="CHAT", title={"en": "Chat", "zh": "聊天"}, description="A chat.", send=chat, check_address=str)


@cache
def host() -> Host:
    """Core and the plugin; made once."""
    hooks: dict[str, Iterable[Any]] = {"register_notification_kinds": KINDS, "register_channels": [CHAT]}
    made = plugin("alpha", hooks, permissions=[Permission.NOTIFICATIONS])
    return Host.load({"host": {"failure_threshold": 1000}}, core=CORE_PARTS, plugins=[made], expected=(SchemaError,))


@cache
def schema() -> RoadshowSchema:
    """The schema with it; made once."""
    return build_schema(host())


@dataclass
class Installation:
    """What tests do with it."""

    database: Database
    settings: ServerSettings
    later: timedelta = timedelta(0)
    """How far the clock is ahead."""
    services: Services = field(init=False)

    def __post_init__(self) -> None:
        self.services = Services(
            self.database, self.settings, schema().registry, host=host(), client=InProcessClient(schema())
        )

    @classmethod
    def opened(cls, database: Database, smtp_port: int | None = None, **notifications: Any) -> Installation:
        """On a database; mail goes to a server on this machine."""
        settings = ServerSettings(
            database_url=database.url.render_as_string(hide_password=False), public_url=BASE,
            mail_server=f"smtp+plain://127.0.0.1:{smtp_port or 9}", mail_sender="Roadshow <mail@roadshow.example.org>",
            notifications=notifications,
        )  # fmt: skip
        return cls(database, settings)

    @property
    def notifier(self) -> Notifier:
        opened = partial(open_plugin_context, self.services)
        return Notifier(self.database, host(), opened, self.settings, clock=self.clock)

    @property
    def bundler(self) -> Bundler:
        opened = partial(open_plugin_context, self.services)
        limit = self.settings.notifications.daily_limit
        return Bundler(self.database, host(), opened, delivery_settings(self.settings), limit, self.clock)

    def clock(self) -> datetime:
        return now() + self.later

    def account(self, name: str = "ada", languages: tuple[str, ...] = ("en",), talent: str | None = None) -> str:
        """A person with an account."""
        with self.database.write(TEST) as session:
            return create_account(session, f"{name}@example.org", name.capitalize(), languages, talent_id=talent).id

    def tell(self, to: str, name: str = "Entry", key: str | None = None, kind: str = "alpha-deadline",
             project: str | None = None) -> list[str]:  # fmt: skip
        """As the plugin tells people."""
        with open_plugin_context(self.services, "alpha") as context, context.write() as session:
            return context.notify(session, kind, [to], {"name": name, "project": project}, key or name)

    def decide(self, account: str, channel: str, enabled: bool, kind: str = "alpha-deadline") -> None:
        with self.database.write(TEST) as session:
            decide(session, account, kind, channel, enabled)

    def address(self, account: str, channel: str, address: str | None) -> None:
        with self.database.write(TEST) as session:
            set_address(session, account, channel, address)

    def run(self) -> Report:
        return self.notifier.run()

    def notifications(self, account: str | None = None) -> list[Notification]:
        wanted = select(Notification).order_by(Notification.id)
        with self.database.read() as session:
            rows = session.scalars(wanted).all()
        return [row for row in rows if account in (None, row.account_id)]

    def messages(self) -> list[OutboxMessage]:
        with self.database.read() as session:
            return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.made_at, OutboxMessage.id)))

    def attempts(self) -> list[OutboxAttempt]:
        with self.database.read() as session:
            return list(session.scalars(select(OutboxAttempt).order_by(OutboxAttempt.id)))

    def project(self, owner: str | None = None, **values: Any) -> str:
        with self.database.write(TEST) as session:
            row = Project(name={"en": "Lamp", "zh": "灯"}, owner_id=owner, fictional=True, **values)
            session.add(row)
        return row.id

    def archive(self, account: str) -> None:
        with self.database.write(TEST) as session:
            session.get_one(Account, account).archived_at = now()


def words(message: Any) -> str:
    """The plain text of a mail."""
    return str(message.get_body(("plain",)).get_content())
