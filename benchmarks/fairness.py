"""Measure fairness: the time of another key's list while one address keeps running what-if rankings."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import signal
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


def keep_asking(address: str, place: str, count: int, answered: Synchronized[int]) -> None:
    """Run what-ifs in `count` threads, in a separate process, until it is terminated."""

    def ask(number: int) -> None:
        weight = 0.5 + number / 100
        with httpx.Client(base_url=address, timeout=60) as client:
            while True:
                weight += 0.001
                body = {"query": WHAT_IF, "variables": {"id": place, "weight": weight}}
                answer = client.post("/graphql", json=body).json()
                if answer.get("data"):
                    with answered.get_lock():
                        answered.value += 1
                elif answer["errors"][0]["extensions"]["code"] not in ("OVERLOADED", "TIMEOUT"):
                    print(f"a what-if was refused: {answer}", file=sys.stderr)
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
    parser.add_argument("--askers", type=int, default=24)
    parser.add_argument("--turns", type=int, default=10, help="alone and beside in turns, against other load's drift")
    parser.add_argument("--rounds", type=int, default=40, help="lists a turn")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/fairness.sqlite"
        assembly, site = build(ServerSettings(database_url=url, data_directory=Path(folder)))
        assembly.close()
        process, address = served(site, url)
        answered: Synchronized[int] = multiprocessing.Value("i", 0)  # type: ignore[assignment]
        asking = multiprocessing.Process(target=keep_asking, args=(address, site.place, given.askers, answered))
        try:
            headers = {"Authorization": f"Bearer {site.keys[Role.ORGANISER]}"}
            with httpx.Client(base_url=address, timeout=60, headers=headers) as client:
                measured(client, 40)
                asking.start()
                assert asking.pid is not None
                alone: list[float] = []
                beside: list[float] = []
                for _ in range(given.turns):
                    os.kill(asking.pid, signal.SIGCONT)
                    time.sleep(0.5)
                    beside += measured(client, given.rounds)
                    os.kill(asking.pid, signal.SIGSTOP)
                    time.sleep(0.5)
                    alone += measured(client, given.rounds)
            idle, busy = statistics.median(alone), statistics.median(beside)
            print(f"list alone   {idle:6.1f} ms")
            print(f"list beside  {busy:6.1f} ms, with {given.askers} askers and {answered.value} what-ifs answered")
            print(f"ratio        {busy / idle:6.2f}")
        finally:
            if asking.is_alive():
                asking.kill()
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


if __name__ == "__main__":
    main()
