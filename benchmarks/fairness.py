"""Measure fairness: the time of another key's list while one address keeps running what-if rankings, or while mutations
wait for SQLite's write lock (`--writes`)."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import httpx

from api.operations.settings import ServerSettings
from store.enums import Role
from tests.api.operations.test_processes import environment, free_port
from tests.pages.site import Site, build

LIST = {"query": "query List { projects(first: 20) { nodes { id name stage: fundingStage tracks { name } } } }"}
WHAT_IF = """query WhatIf($id: ID!, $weight: Float!) {
  place(id: $id) {
    rankedProjects(first: 20, options: { weights: [{ block: "text", weight: $weight }] }) {
      edges { score node { name } }
    }
  }
}"""


WRITE = """mutation Write($id: ID!, $weight: String!) {
  updateProject(id: $id, input: { quote: $weight }) { project { id } userErrors { message } }
}"""


def keep_asking(
    address: str, key: str | None, query: str, subject: str, count: int, answered: Synchronized[int]
) -> None:
    """Run one query in `count` threads, with a new weight each time, in a separate process, until it is terminated."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}

    def ask(number: int) -> None:
        weight = 0.5 + number / 100
        with httpx.Client(base_url=address, timeout=60, headers=headers) as client:
            while True:
                weight += 0.001
                body = {
                    "query": query,
                    "variables": {"id": subject, "weight": str(weight) if query == WRITE else weight},
                }
                answer = client.post("/graphql", json=body).json()
                if answer.get("data"):
                    with answered.get_lock():
                        answered.value += 1
                elif answer["errors"][0]["extensions"]["code"] not in ("OVERLOADED", "TIMEOUT", "BUSY"):
                    print(f"a request was refused: {answer}", file=sys.stderr)
                    return

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(count)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


def served(site: Site, url: str) -> tuple[subprocess.Popen[bytes], str]:
    port = free_port()
    code = "from api.assembly import server; server.run()"
    own = environment(url, port=port, encode_in_background=False, limits__rate_points=0, log_level="error")
    process = subprocess.Popen([sys.executable, "-c", code], env=own, start_new_session=True)
    address = f"http://127.0.0.1:{port}"
    while True:
        try:
            if httpx.get(f"{address}/ready", timeout=5).status_code == 200:
                return process, address
        except httpx.TransportError:
            pass
        time.sleep(0.2)


def measured(client: httpx.Client, rounds: int) -> list[float]:
    """Return the milliseconds of the key's list, requested `rounds` times at a reader's pace."""
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        response = client.post("/graphql", json=LIST)
        found.append(1000 * (time.perf_counter() - began))
        assert response.status_code == 200, response.text
        assert "errors" not in response.json(), response.text
        time.sleep(0.02)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--askers", type=int, help="24 what-ifs or 16 mutations by default")
    parser.add_argument("--writes", action="store_true", help="mutations, while another process holds the write lock")
    parser.add_argument("--turns", type=int, default=10, help="alone and beside in turns, against other load's drift")
    parser.add_argument("--rounds", type=int, default=40, help="lists a turn")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/fairness.sqlite"
        assembly, site = build(ServerSettings(database_url=url, data_directory=Path(folder)))
        assembly.close()
        process, address = served(site, url)
        answered: Synchronized[int] = multiprocessing.Value("i", 0)  # type: ignore[assignment]
        askers = given.askers or (16 if given.writes else 24)
        asked = (site.keys[Role.ADMIN], WRITE, site.project) if given.writes else (None, WHAT_IF, site.place)
        asking = multiprocessing.Process(target=keep_asking, args=(address, *asked, askers, answered))
        lock = sqlite3.connect(f"{folder}/fairness.sqlite", isolation_level=None)
        try:
            headers = {"Authorization": f"Bearer {site.keys[Role.ORGANISER]}"}
            with httpx.Client(base_url=address, timeout=60, headers=headers) as client:
                measured(client, 40)
                asking.start()
                assert asking.pid is not None
                alone: list[float] = []
                beside: list[float] = []
                for _ in range(given.turns):
                    if given.writes:
                        lock.execute("BEGIN IMMEDIATE")
                    os.kill(asking.pid, signal.SIGCONT)
                    time.sleep(0.5)
                    beside += measured(client, given.rounds)
                    os.kill(asking.pid, signal.SIGSTOP)
                    if given.writes:
                        lock.execute("ROLLBACK")
                    time.sleep(0.5)
                    alone += measured(client, given.rounds)
            idle, busy = statistics.median(alone), statistics.median(beside)
            print(f"list alone   {idle:6.1f} ms")
            print(f"list beside  {busy:6.1f} ms, with {askers} askers, {answered.value} times answered")
            print(f"ratio        {busy / idle:6.2f}")
        finally:
            if asking.is_alive():
                asking.kill()
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


if __name__ == "__main__":
    main()
