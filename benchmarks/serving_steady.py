"""Measures whether serving stays steady: beside a slow query or a writer, with two workers, over many requests.

    python benchmarks/serving_steady.py [slow] [writer] [workers] [memory] [--seconds 3] [--requests 200000]

- `slow`: the median time of a single-project query, alone and while one client runs the heaviest query in a loop;
- `writer`: the same while another process holds the write lock most of the time;
- `workers`: time of the processor for each request, with one worker process and with two;
- `memory`: what the server holds over so many requests of 1,000 different operations.

The data are those of `serving.py`. Without names, all four.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.load import each_once, load, memory
from benchmarks.serving import QUERIES, ROOT, Server, filled

HEAVY = "{ " + " ".join(
    f"""p{number}: projects(first: 50, orderBy: [{{field: NAME, direction: {direction}}}]) {{ totalCount
        edges {{ cursor node {{ id name summary description organisation {{ id name place {{ name }} }}
        origin {{ id name }} tracks {{ id name }} }} }} }}"""
    for number, direction in enumerate(("ASC", "DESC", "ASC"))
) + " }"  # fmt: skip
WRITER = """
import sys, time
from sqlalchemy import text
from store.access.actors import Actor
from store.database import Database
database = Database(sys.argv[1])
while True:
    with database.write(Actor.system("benchmark")) as session:
        session.execute(text("UPDATE project SET version = version + 1 WHERE id IN (SELECT id FROM project LIMIT 20)"))
        time.sleep(0.2)
"""
PARTS = ("slow", "writer", "workers", "memory")
DIFFERENT = 1_000


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all if none is named")
    parser.add_argument("--database-url", help="an empty database; a temporary SQLite file if not given")
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--requests", type=int, default=200_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        url = arguments.database_url or f"sqlite:///{directory}/serving.sqlite"
        facts = filled(url)
        for part in arguments.parts or PARTS:
            MEASURES[part](url, Path(directory), facts, arguments)


def beside_a_slow_query(url: str, directory: Path, facts: dict[str, Any], arguments: argparse.Namespace) -> None:
    server = Server("roadshow", url, directory)
    try:
        server.wait()
        heavy = [json.dumps({"query": HEAVY}).encode()]
        alone, beside, dear = [], [], []
        for number in range(arguments.rounds + 1):
            quiet = _asked(server, facts, arguments.seconds)
            found: list[Any] = []
            thread = threading.Thread(
                target=lambda found=found: found.append(
                    load(server.port, "/graphql", heavy, facts["key"], arguments.seconds + 1, 1, server.process.pid)
                )
            )
            thread.start()
            busy = _asked(server, facts, arguments.seconds)
            thread.join()
            if number:
                alone.append(quiet)
                beside.append(busy)
                dear.append(found[0].median)
        _told("slow", alone, beside, f"; the heavy query itself took {statistics.median(dear) * 1e3:.0f} ms")
    finally:
        server.stop()


def beside_a_writer(url: str, directory: Path, facts: dict[str, Any], arguments: argparse.Namespace) -> None:
    server = Server("roadshow", url, directory)
    try:
        server.wait()
        alone, beside = [], []
        for number in range(arguments.rounds + 1):
            quiet = _asked(server, facts, arguments.seconds)
            writer = subprocess.Popen([sys.executable, "-c", WRITER, url], cwd=ROOT)
            try:
                busy = _asked(server, facts, arguments.seconds)
            finally:
                writer.terminate()
                writer.wait()
            if number:
                alone.append(quiet)
                beside.append(busy)
        _told("writer", alone, beside)
    finally:
        server.stop()


def with_two_workers(url: str, directory: Path, facts: dict[str, Any], arguments: argparse.Namespace) -> None:
    servers = {number: Server("roadshow", url, directory, workers=number) for number in (1, 2)}
    try:
        for server in servers.values():
            server.wait()
        for name, query in QUERIES.items():
            variables = {"list": {}, "ranking": {"investor": facts["investor"]}}.get(name)
            given = [variables] if variables is not None else [{"id": each} for each in facts["projects"][:256]]
            bodies = [json.dumps({"query": query, "variables": each}).encode() for each in given]
            took: dict[int, list[float]] = {1: [], 2: []}
            for number in range(arguments.rounds + 1):
                for workers, server in servers.items():
                    made = load(
                        server.port, "/graphql", bodies, facts["key"], arguments.seconds, 16, server.process.pid
                    )
                    if number:
                        took[workers].append(made.processor)
            one, two = (statistics.median(took[number]) for number in (1, 2))
            ratio = statistics.median(b / a for a, b in zip(took[1], took[2], strict=True))
            each = f"{one * 1e6:.0f} us of the processor with one, {two * 1e6:.0f} us with two"
            print(f"workers: {name:8} {each}: {ratio:.2f} times", flush=True)
    finally:
        for server in servers.values():
            server.stop()


def over_many_requests(url: str, directory: Path, facts: dict[str, Any], arguments: argparse.Namespace) -> None:
    bodies = []
    for number in range(DIFFERENT):
        query = f"""query Different{number} ($id: ID!) {{ n{number}: project(id: $id) {{ id name kind
            organisation {{ n{number}: name place {{ name }} }} tracks {{ n{number}: name }} }} }}"""
        bodies += [
            json.dumps({"query": query, "variables": {"id": facts["projects"][(number * 7 + each) % 10_000]}}).encode()
            for each in range(0, 10_000, 1_000)
        ]
    server = Server("roadshow", url, directory)
    try:
        server.wait()
        print(f"memory: {memory(server.process.pid) / 1e6:.0f} MB before the first request", flush=True)
        for _ in range(3):  # until each operation's plan is compiled: only then does it take the fast path
            each_once(server.port, "/graphql", bodies, facts["key"])
        asked = 3 * len(bodies)
        first = last = memory(server.process.pid) / 1e6
        print(f"memory: {first:.0f} MB after {asked} requests, each operation {asked // DIFFERENT} times", flush=True)
        while asked < arguments.requests:
            made = load(server.port, "/graphql", bodies, facts["key"], arguments.seconds, 16, server.process.pid)
            asked += round(made.rate * arguments.seconds)
            last = memory(server.process.pid) / 1e6
            print(f"memory: {last:.0f} MB after about {asked} requests", flush=True)
        print(f"memory: {last / first:.3f} times what it was when all operations had been asked", flush=True)
    finally:
        server.stop()


def _asked(server: Server, facts: dict[str, Any], seconds: float) -> float:
    variables = [{"id": each} for each in facts["projects"][:256]]
    bodies = [json.dumps({"query": QUERIES["one"], "variables": each}).encode() for each in variables]
    return load(server.port, "/graphql", bodies, facts["key"], seconds, 1, server.process.pid).median


def _told(part: str, alone: list[float], beside: list[float], further: str = "") -> None:
    ratio = statistics.median(b / a for a, b in zip(alone, beside, strict=True))
    print(
        f"{part}: the single one's median is {statistics.median(alone) * 1e6:.0f} us alone, "
        f"{statistics.median(beside) * 1e6:.0f} us beside it: {ratio:.2f} times{further}",
        flush=True,
    )


MEASURES = {
    "slow": beside_a_slow_query, "writer": beside_a_writer, "workers": with_two_workers, "memory": over_many_requests,
}  # fmt: skip

if __name__ == "__main__":
    main()
