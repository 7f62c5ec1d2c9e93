"""Helpers for the tests of a plugin: a host with it alone, and a real server with database, clients and mailbox."""

from __future__ import annotations

import email
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol, TypeAlias

from plugins.host.host import Host
from plugins.host.manifest import Manifest
from roadshow.clock import Clock
from store.access import keys
from store.access.accounts import check_scope, create_account
from store.access.actors import Actor, HeldRole
from store.access.scopes import SCOPES
from store.database import Database
from store.enums import Role, ScopeKind
from store.models import Membership

Answer: TypeAlias = dict[str, Any]
"""`data`, and `errors` if there are any."""
START_SECONDS = 120.0
"""How long a server may take until it answers."""
GROUP = "roadshow.plugins"


class Plugin(Protocol):
    """A plugin's module, or the object that its entry point names."""

    @property
    def manifest(self) -> Manifest: ...


def load(plugin: Plugin, *, settings: Mapping[str, object] | None = None) -> Host:
    """Return a host with this plugin only, without core: for tests of what the plugin declares.

    Parameters
    ----------
    plugin: its module, or the object that its entry point names.
    settings: its own settings.

    Raises
    ------
    PluginStartError: it can't start; the text says why.
    """
    name = plugin.manifest.name
    return Host.load({name: dict(settings or {})}, plugins=[plugin])


@dataclass(frozen=True)
class Client:
    """Asks a server's GraphQL API over HTTP, with one key."""

    url: str
    key: str | None = None
    account_id: str | None = None
    """The account whose key it is, if it is an account's."""

    def ask(self, document: str, **variables: object) -> Answer:
        """Return the API's answer."""
        body = json.dumps({"query": document, "variables": variables}).encode()
        request = urllib.request.Request(f"{self.url}/graphql", body, {"Content-Type": "application/json"})
        if self.key is not None:
            request.add_header("Authorization", f"Bearer {self.key}")
        with urllib.request.urlopen(request) as response:
            answer: Answer = json.load(response)
        return answer


@dataclass
class Server:
    """A running server."""

    url: str
    database: Database
    """The same database: `with server.database.write(Actor.system("test")) as session`."""
    mail: list[Message] = field(default_factory=list)
    """What it sent, oldest first."""
    own_clock: Clock | None = None

    @property
    def clock(self) -> Clock:
        """The time as it sees it: `server.clock.move(timedelta(days=2))`. Needs `serve(…, clock=True)`."""
        if self.own_clock is None:
            raise RuntimeError("This server has the computer's clock; give one of its own: serve(…, clock=True)")
        return self.own_clock

    def client(self, role: Role = Role.PUBLIC, subject_id: str | None = None) -> Client:
        """Return a client in a role, with a key of its own; `subject_id` is the entity that it acts for."""
        if role is Role.PUBLIC:
            return Client(self.url)
        with self.database.write(Actor.system("test")) as session:
            _, secret = keys.create(session, role, "test", subject_id)
        return Client(self.url, secret)

    def member(self, role: Role, scope_kind: ScopeKind = ScopeKind.INSTALLATION, scope_id: str | None = None) -> Client:
        """Return a client of a new account that holds a role in a scope: a plugin's is `Role.named("JUDGE")`."""
        with self.database.write(Actor.system("test")) as session:
            account = create_account(session, f"{os.urandom(6).hex()}@example.org", f"Test {role}")
            if role in SCOPES:
                check_scope(session, role, scope_kind, scope_id)
            member = Membership(account_id=account.id, role=role, scope_kind=scope_kind, scope_id=scope_id)
            session.add(member)
            session.flush()
            held = HeldRole(member.id, role, scope_kind, scope_id)
            _, secret = keys.create_for_account(session, account, held, "test")
            return Client(self.url, secret, account.id)


@contextmanager
def serve(
    *plugins: ModuleType,
    directory: Path,
    settings: Mapping[str, object] | None = None,
    demo: bool = False,
    database_url: str | None = None,
    clock: bool = False,
) -> Iterator[Server]:
    """Serve these plugins alone, installed or not, from a process of its own; end it with the block.

    Parameters
    ----------
    plugins: their modules, as the entry points name them.
    directory: an empty one, such as `tmp_path`; it gets the database, a log and data.
    settings: as in the environment, such as `{"ROADSHOW_PLUGINS__MARKS__COLOUR": "red"}`.
    demo: whether to load the demonstration data of core and of the plugins.
    database_url: an empty database; by default a file of SQLite in `directory`.
    clock: whether its time can be moved, which needs the package libfaketime.

    Raises
    ------
    RuntimeError: it doesn't start, the text being its log; or its time can't be moved.
    """
    url = database_url or f"sqlite:///{directory / 'roadshow.sqlite'}"
    own_clock = Clock(directory / "clock", url) if clock else None
    with _mailbox() as (mail_port, mail):
        port = _free_port()
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("ROADSHOW_")},
            "PYTHONPATH": os.pathsep.join([*_paths(plugins, directory), os.environ.get("PYTHONPATH", "")]),
            "ROADSHOW_DATABASE_URL": url,
            "ROADSHOW_DATA_DIRECTORY": str(directory / "data"),
            "ROADSHOW_HOST": "127.0.0.1",
            "ROADSHOW_PORT": str(port),
            "ROADSHOW_PLUGINS__HOST__ONLY": json.dumps([plugin.manifest.name for plugin in plugins]),
            "ROADSHOW_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "ROADSHOW_MAIL_SERVER": f"smtp+plain://127.0.0.1:{mail_port}",
            **{name: str(value) for name, value in (settings or {}).items()},
            **(own_clock.prepare() if own_clock is not None else {}),
        }
        log = directory / "server.log"
        _run(["demo", "--no-encode"] if demo else ["migrate"], environment, directory, log)
        with log.open("ab") as output:
            process = subprocess.Popen(
                [_command(), "serve"], env=environment, cwd=directory, stdout=output, stderr=subprocess.STDOUT
            )
            database = Database(url)
            try:
                _wait(process, f"http://127.0.0.1:{port}", log)
                yield Server(f"http://127.0.0.1:{port}", database, mail, own_clock)
            finally:
                database.dispose()
                process.terminate()
                process.wait()


def _run(arguments: list[str], environment: Mapping[str, str], directory: Path, log: Path) -> None:
    with log.open("ab") as output:
        done = subprocess.run(
            [_command(), *arguments], env=dict(environment), cwd=directory, stdout=output, stderr=subprocess.STDOUT
        )
    if done.returncode:
        raise RuntimeError(log.read_text("utf-8"))


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    """Wait until the server answers."""
    end = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{url}/ready"):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(log.read_text("utf-8"))


def _command() -> str:
    return str(Path(sys.executable).with_name("roadshow"))


def _paths(plugins: tuple[ModuleType, ...], directory: Path) -> list[str]:
    """Return where the plugins that aren't installed are found, with entry points for them."""
    installed = {each.name for each in entry_points(group=GROUP)}
    paths: list[str] = []
    for plugin in plugins:
        name = plugin.manifest.name
        if name in installed:
            continue
        about = directory / "entry-points" / f"{name}-{plugin.manifest.version}.dist-info"
        about.mkdir(parents=True)
        about.joinpath("METADATA").write_text(f"Name: {name}\nVersion: {plugin.manifest.version}\n", "utf-8")
        about.joinpath("entry_points.txt").write_text(f"[{GROUP}]\n{name} = {plugin.__name__}\n", "utf-8")
        file = Path(str(plugin.__file__))
        inside = file.parent if file.name == "__init__.py" else file
        paths += [str(about.parent), str(inside.parents[plugin.__name__.count(".")])]
    return list(dict.fromkeys(paths))


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


@contextmanager
def _mailbox() -> Iterator[tuple[int, list[Message]]]:
    """Give the port of a mail server and what it gets; without aiosmtpd nothing listens there."""
    mail: list[Message] = []
    port = _free_port()
    try:
        from aiosmtpd.controller import Controller
        from aiosmtpd.smtp import Envelope
    except ImportError:
        yield port, mail
        return

    class Keeping:
        async def handle_DATA(self, server: object, session: object, envelope: Envelope) -> str:  # noqa: N802
            mail.append(email.message_from_bytes(envelope.original_content or b""))
            return "250 OK"

    controller = Controller(Keeping(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield port, mail
    finally:
        controller.stop()
