"""Measures serving: requests per second against hand-written routes and against plain Strawberry, in one run.

    python benchmarks/serving.py [--database-url URL] [--rounds 5] [--seconds 2] [--connections 16] [--granian]

Servers of one process each read the same database of 10,000 projects, 60 cities and 500 investors, and answer the same
three operations with the same data, which is checked first. Rounds are interleaved; a ratio is the median of the ratios
of the rounds. Roadshow runs as in production: a key, rules, limits, cost, metrics. With `--granian`, Roadshow and the
hand-written routes run under that server too (`pip install granian`).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.load import Round, ask, client, load, request
from benchmarks.serving_data import generate
from store.database import Database
from store.database.migration import core_chain, upgrade

ROOT = Path(__file__).parent.parent
QUERIES = {
    "list": "{ projects(first: 50) { edges { node { id name summary kind fundingStage technologyLevel "
    "technologyReadiness website organisation { id name } origin { id name } } } } }",
    "ranking": "query ($investor: ID!) { exposures(filter: {subject: [$investor]}, orderBy: [{field: SHOWN_AT}], "
    "first: 20) { edges { node { channel shownAt project { id name summary tracks { id name } } } } } }",
    "one": "query ($id: ID!) { project(id: $id) { id name summary kind fundingStage technologyLevel "
    "organisation { id name } origin { id name } } }",
}
SERVERS = ("roadshow", "handwritten", "strawberry")
UNDER_GRANIAN = ("roadshow-granian", "handwritten-granian")
SETTINGS = {"ROADSHOW_LOG_LEVEL": "warning", "ROADSHOW_ENCODE_IN_BACKGROUND": "false",
            "ROADSHOW_LIMITS__RATE_POINTS": "1000000000000", "ROADSHOW_SLOW_SECONDS": "0"}  # fmt: skip
"""The rate limit stays on, but one key may exceed it here."""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--database-url", help="an empty database; a temporary SQLite file if not given")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--granian", action="store_true", help="also under granian")
    arguments = parser.parse_args()
    names = (*SERVERS, *UNDER_GRANIAN) if arguments.granian else SERVERS
    with tempfile.TemporaryDirectory() as directory:
        url = arguments.database_url or f"sqlite:///{directory}/serving.sqlite"
        facts = filled(url)
        servers = {name: Server(name, url, Path(directory)) for name in names}
        try:
            for server in servers.values():
                server.wait()
            measure(servers, facts, arguments)
        finally:
            for server in servers.values():
                server.stop()


def filled(url: str) -> dict[str, Any]:
    """Fill an empty database; return an investor's id and key, and ids of projects."""
    database = Database(url)
    upgrade(database, core_chain())
    facts = generate(database)
    database.dispose()
    return facts


def measure(servers: Mapping[str, Server], facts: dict[str, Any], arguments: argparse.Namespace) -> None:
    print(f"{arguments.rounds} rounds of {arguments.seconds:g} s, {arguments.connections} connections of {client()}")
    shown = "".join(f"{name:>20}" for name in servers)
    print(f"{'':14}{shown}   of hand-written, times Strawberry: requests per second (time of the processor)")
    for name, query in QUERIES.items():
        for row, variables in _rows(name, facts):
            bodies = [json.dumps({"query": query, "variables": each}).encode() for each in variables]
            asyncio.run(_compare(name, servers, bodies[:3], facts["key"]))
            found: dict[str, list[Round]] = {server: [] for server in servers}
            for number in range(arguments.rounds + 1):
                for each in list(servers)[:: 1 if number % 2 else -1]:
                    server = servers[each]
                    seconds = arguments.seconds * (2 if each == "strawberry" else 1)  # it has few answers
                    made = load(server.port, server.path(name), bodies, facts["key"], seconds,
                                arguments.connections, server.process.pid)  # fmt: skip
                    if number:  # the first round warms up
                        found[each].append(made)
            _show(row, found)


def _rows(name: str, facts: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    if name == "list":
        return [("list", [{}])]
    if name == "ranking":
        return [("ranking", [{"investor": facts["investor"]}])]
    return [
        ("one", [{"id": each} for each in facts["projects"][:256]]),
        ("one of 10,000", [{"id": each} for each in facts["projects"]]),
    ]


def _show(row: str, found: dict[str, list[Round]]) -> None:
    cells = "".join(
        f"{statistics.median(each.rate for each in rounds):13.0f}"
        f"{statistics.median(each.processor for each in rounds) * 1e6:5.0f}us"
        for rounds in found.values()
    )
    ratios = []
    for rival in ("handwritten", "strawberry"):
        pairs = list(zip(found["roadshow"], found[rival], strict=True))
        rates = statistics.median(ours.rate / theirs.rate for ours, theirs in pairs)
        times = statistics.median(theirs.processor / ours.processor for ours, theirs in pairs)
        ratios.append(f"{rates:6.2f} ({times:.2f})")
    print(f"{row:14}{cells}   {', '.join(ratios)}", flush=True)


async def _compare(name: str, servers: Mapping[str, Server], bodies: Sequence[bytes], key: str) -> None:
    answers = {}
    for each, server in servers.items():
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        answers[each] = [await ask(reader, writer, request(server.path(name), body, key)) for body in bodies]
        writer.close()
    for each, found in answers.items():
        for answer, expected in zip(found, answers["roadshow"], strict=True):
            if json.loads(answer)["data"] != json.loads(expected)["data"] or len(expected) < 200:
                raise SystemExit(f"{each} answers {name} otherwise:\n{answer[:800]!r}\n{expected[:800]!r}")


class Server:
    """One server in its own process."""

    def __init__(self, name: str, url: str, directory: Path, workers: int = 1, **settings: str) -> None:
        self.name = name
        self.port = _free_port()
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **SETTINGS, "ROADSHOW_DATABASE_URL": url,
                       "ROADSHOW_DATA_DIRECTORY": str(directory), "SERVING_DATABASE_URL": url, **settings}  # fmt: skip
        port = str(self.port)
        granian = ["-m", "granian", "--interface", "asgi", "--factory", "--port", port, "--log-level", "warning",
                   "--loop", "uvloop", "--runtime-threads", "1"]  # fmt: skip
        command = {
            "roadshow": ["-m", "api.cli.main", "serve", "--port", port, "--workers", str(workers)],
            "roadshow-granian": [*granian, "api.assembly.app:create_app"],
            "handwritten-granian": [*granian, "benchmarks.rivals.handwritten:application"],
        }.get(name, ["-m", "benchmarks.rivals", name, url, port])
        self.process = subprocess.Popen(
            [sys.executable, *command], env=environment, cwd=ROOT, stdout=subprocess.DEVNULL
        )

    def path(self, operation: str) -> str:
        """Return the URL of an operation."""
        return f"/{operation}" if self.name.startswith("handwritten") else "/graphql"

    def wait(self) -> None:
        """Wait until the server listens."""
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise SystemExit(f"{self.name} doesn't listen on port {self.port}.")

    def stop(self) -> None:
        """Stop the server."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
