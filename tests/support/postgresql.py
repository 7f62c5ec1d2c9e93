"""A real PostgreSQL server for the tests, started once per run and shared by its processes.

``ROADSHOW_TEST_POSTGRESQL_URL`` names a server to use instead; its role must be allowed to create databases.
"""

from __future__ import annotations

import functools
import json
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from filelock import FileLock
from psycopg import sql

URL_VARIABLE = "ROADSHOW_TEST_POSTGRESQL_URL"
DIRECTORY_VARIABLE = "ROADSHOW_TEST_POSTGRESQL_DIRECTORY"
TEMPLATE = "roadshow_template"
MEMORY = Path("/dev/shm")
ROOM_BYTES = 3_000_000_000
"""For the databases of tests that run at once, and the server's log of at most 1 GB."""


class UnavailableError(Exception):
    """There is no PostgreSQL here; the message says why and what to install."""


class Server:
    """One PostgreSQL server: hands out empty, migrated databases.

    ``base_url`` is a ``postgresql+psycopg://…`` URL without a database name.
    """

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._connection: psycopg.Connection[Any] | None = None
        self._has_template = False

    def url(self, name: str) -> str:
        """The SQLAlchemy URL of the database ``name``."""
        return f"{self.base_url}/{name}"

    def execute(self, statement: sql.SQL | sql.Composed) -> None:
        """Run one statement outside a transaction in the maintenance database."""
        self._maintenance().execute(statement)

    def exists(self, name: str) -> bool:
        """Whether the database ``name`` is there."""
        found = self._maintenance().execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
        return found is not None

    def _maintenance(self) -> psycopg.Connection[Any]:
        # One for all tests of this process: each test makes and drops a database, and a connection costs as much.
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(self.url("postgres").replace("+psycopg", ""), autocommit=True)
        return self._connection

    def create_database(self, template: str | None = None) -> str:
        """Create a database, as a copy of ``template`` when given, and return its URL."""
        name = f"test_{uuid.uuid4().hex[:16]}"
        statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template is not None:
            statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
            if self._maintenance().info.server_version >= 150_000:
                statement += sql.SQL(" STRATEGY FILE_COPY")  # half the work of writing each page to the log
        self.execute(statement)
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Drop the database behind ``url``, closing what is still connected."""
        name = url.rsplit("/", 1)[1]
        self.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def template(self, migrate: Callable[[str], None], lock: FileLock) -> str:
        """The name of a migrated database to copy from; made by the first who asks."""
        if self._has_template:
            return TEMPLATE
        with lock:
            if not self.exists(TEMPLATE):
                unfinished = f"{TEMPLATE}_unfinished"
                self.drop_database(self.url(unfinished))
                self.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(unfinished)))
                migrate(self.url(unfinished))
                self.execute(
                    sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                        sql.Identifier(unfinished), sql.Identifier(TEMPLATE)
                    )
                )
        self._has_template = True
        return TEMPLATE


def prepare_directory() -> Path:
    """Choose the directory of this run's server and tell it to the run's other processes.

    It is in memory where there is room: each test's database is some 650 files, which a disk takes ten times as long
    to copy.
    """
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM_BYTES
    directory = Path(tempfile.mkdtemp(prefix="roadshow-postgresql-", dir=MEMORY if roomy else None))
    os.environ[DIRECTORY_VARIABLE] = str(directory)
    return directory


@functools.cache
def connect() -> Server:
    """The server of this test run, started if nobody has yet.

    Raises UnavailableError when there is none to start.
    """
    if url := os.environ.get(URL_VARIABLE):
        base = url.rstrip("/").removesuffix("/postgres")
        return Server(base.replace("postgresql://", "postgresql+psycopg://", 1))
    directory = Path(os.environ[DIRECTORY_VARIABLE])
    state = directory / "server.json"
    with FileLock(directory / "start.lock"):
        if not state.exists():
            state.write_text(json.dumps({"base_url": _start(directory)}))
    return Server(json.loads(state.read_text())["base_url"])


def lock() -> FileLock:
    """Held while the template database is made."""
    return FileLock(Path(os.environ[DIRECTORY_VARIABLE]) / "template.lock")


def stop(directory: Path) -> None:
    """Stop the server in ``directory``, if one was started, and remove the directory."""
    if (directory / "server.json").exists():
        command = [_binary("pg_ctl"), "stop", "-D", str(directory / "data"), "-m", "immediate"]
        subprocess.run(_as_ordinary_user(command), cwd="/", capture_output=True, check=False)
    shutil.rmtree(directory, ignore_errors=True)


def _start(directory: Path) -> str:
    data = directory / "data"
    data.mkdir(exist_ok=True)
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        user = _ordinary_user()
        os.chown(directory, user.pw_uid, user.pw_gid)
        os.chown(data, user.pw_uid, user.pw_gid)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={directory} "
        "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200 "
        "-c autovacuum=off -c timezone=UTC"
    )
    for command in (
        [
            _binary("initdb"),
            "-D",
            str(data),
            "-U",
            "roadshow",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "-N",
        ],
        [_binary("pg_ctl"), "start", "-w", "-D", str(data), "-l", str(data / "log"), "-o", options],
    ):
        done = subprocess.run(_as_ordinary_user(command), cwd="/", capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise UnavailableError(f"{command[0]} failed: {done.stderr.strip() or done.stdout.strip()}")
    return f"postgresql+psycopg://roadshow@127.0.0.1:{port}"


def _binary(name: str) -> str:
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    found = str(debian[-1]) if debian else shutil.which(name)
    if found is None:
        raise UnavailableError(
            f"PostgreSQL's {name} is not installed. On Debian and Ubuntu: apt-get install postgresql; "
            f"or name a server in {URL_VARIABLE}."
        )
    return found


def _ordinary_user() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise UnavailableError("PostgreSQL does not run as root; create a user postgres for it.")


def _as_ordinary_user(command: list[str]) -> list[str]:
    if os.geteuid() != 0:
        return command
    user = _ordinary_user()
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", *command]
