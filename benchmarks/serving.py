"""Measures serving: requests per second against hand-written routes and against plain Strawberry, in one run.

    python benchmarks/serving.py [--database-url URL] [--rounds 5] [--seconds 2] [--connections 16]

Three servers, one process each, read the same database of 10,000 projects, 60 cities and 500 investors, and answer
the same three operations with the same bytes, which is checked first. Rounds are interleaved; a ratio is the median
of the ratios of the rounds. Roadshow runs as in production: a key, rules, limits.
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
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.serving_data import generate
from store.database import Database
from store.migrate import core_chain, upgrade

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


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--database-url", help="an empty database; a temporary SQLite file if not given")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--connections", type=int, default=16)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        url = arguments.database_url or f"sqlite:///{directory}/serving.sqlite"
        database = Database(url)
        upgrade(database, core_chain())
        facts = generate(database)
        database.dispose()
        ports = {name: _free_port() for name in SERVERS}
        servers = [_start(name, url, port, Path(directory)) for name, port in ports.items()]
        try:
            for port in ports.values():
                _wait(port)
            asyncio.run(measure(ports, facts, arguments))
        finally:
            for server in servers:
                server.send_signal(signal.SIGTERM)
            for server in servers:
                server.wait(20)


async def measure(ports: dict[str, int], facts: dict[str, Any], arguments: argparse.Namespace) -> None:
    print(
        f"{'':10} {'req/s':>8} {'hand-written':>13} {'Strawberry':>11} {'of hand-written':>16} {'times Strawberry':>17}"
    )
    for name, query in QUERIES.items():
        requests = {server: _requests(server, name, query, facts) for server in ports}
        await _compare(name, ports, requests)
        rates: dict[str, list[float]] = {server: [] for server in ports}
        for number in range(arguments.rounds + 1):
            order = list(ports) if number % 2 else list(ports)[::-1]
            for server in order:
                rate = await _rate(ports[server], requests[server], arguments.seconds, arguments.connections)
                if number:  # the first round warms up
                    rates[server].append(rate)
        middle = {server: statistics.median(found) for server, found in rates.items()}
        ratios = [
            statistics.median(a / b for a, b in zip(rates["roadshow"], rates[rival], strict=True))
            for rival in ("handwritten", "strawberry")
        ]
        print(
            f"{name:10} {middle['roadshow']:8.0f} {middle['handwritten']:13.0f} {middle['strawberry']:11.1f} "
            f"{ratios[0]:16.2f} {ratios[1]:17.1f}"
        )


def _requests(server: str, name: str, query: str, facts: dict[str, Any]) -> list[bytes]:
    variables: list[dict[str, Any]] = {
        "list": [{}],
        "ranking": [{"investor": facts["investor"]}],
        "one": [{"id": each} for each in facts["projects"]],
    }[name]
    path = f"/{name}" if server == "handwritten" else "/graphql"
    made = []
    for each in variables:
        body = json.dumps({"query": query, "variables": each}).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {facts['key']}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        made.append(head.encode() + body)
    return made


async def _compare(name: str, ports: dict[str, int], requests: dict[str, list[bytes]]) -> None:
    answers = {}
    for server, port in ports.items():
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        answers[server] = [await _ask(reader, writer, request) for request in requests[server][:3]]
        writer.close()
    for server, found in answers.items():
        for answer, expected in zip(found, answers["roadshow"], strict=True):
            if json.loads(answer) != json.loads(expected) or len(expected) < 200:
                raise SystemExit(f"{server} answers {name} otherwise:\n{answer[:800]!r}\n{expected[:800]!r}")


async def _rate(port: int, requests: list[bytes], seconds: float, connections: int) -> float:
    count = 0
    begun = time.perf_counter()

    async def client(number: int) -> None:
        nonlocal count
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        position = number * 7
        while time.perf_counter() < begun + seconds:
            await _ask(reader, writer, requests[position % len(requests)])
            position += 1
            count += 1
        writer.close()

    await asyncio.gather(*(client(number) for number in range(connections)))
    return count / (time.perf_counter() - begun)


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bytes:
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
    body = await reader.readexactly(length)
    if not head.startswith(b"http/1.1 200"):
        raise SystemExit(f"{head.decode()}{body[:500]!r}")
    return body


def _start(name: str, url: str, port: int, directory: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    if name == "roadshow":
        environment |= {"ROADSHOW_DATABASE_URL": url, "ROADSHOW_LOG_LEVEL": "warning",
                        "ROADSHOW_DATA_DIRECTORY": str(directory)}  # fmt: skip
        command = ["-m", "uvicorn", "--factory", "api.app:create_app", "--port", str(port), "--log-level", "warning",
                   "--no-access-log", "--no-server-header"]  # fmt: skip
    else:
        command = [str(ROOT / "benchmarks" / "serving_rivals.py"), name, url, str(port)]
    return subprocess.Popen([sys.executable, *command], env=environment, cwd=ROOT)


def _wait(port: int) -> None:
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit(f"Nothing listens on port {port}.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
