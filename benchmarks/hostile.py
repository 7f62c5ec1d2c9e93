"""Measures what requests that are meant to do harm cost the server: time of its processor until each has its answer.

    python benchmarks/hostile.py [--times 5]

A server of its own with the usual limits, and the facts that it loads by itself; each request so many times, each time
a little different, so that nothing is kept of the last. The median is what all threads of the server's process took,
with what a request of the smallest kind takes for comparison.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import httpx

from benchmarks.load import memory
from benchmarks.serving import Server

MOST_MILLISECONDS = 50


def doubling(characters: int) -> str:
    """Return as many fragments, each spreading the next twice, as fit into the given length."""
    text, levels = "", 0
    while True:
        parts = ['{place(id: "x") {...F0}}']
        parts += [f"fragment F{n} on Place {{parent {{...F{n + 1}}} ...F{n + 1}}}" for n in range(levels)]
        longer = " ".join([*parts, f"fragment F{levels} on Place {{id}}"])
        if len(longer) > characters:
            return text
        text, levels = longer, levels + 1


LISTED = "query ($f: ProjectFilter, $o: [ProjectOrder!]) {projects(filter: $f, orderBy: $o) {nodes {id}}}"
IDS = [f"prj_{n:026d}" for n in range(10_000)]
DOCUMENTS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "the smallest": ("{viewer {role}}", {}),
    "doubling fragments, 723 characters": (doubling(723), {}),
    "overlapping fields, 6.6 KB": ('{place(id: "x") {' + "parent {parent {name}} " * 286 + "}}", {}),
    "overlapping fields, 1,000 tokens": ('{place(id: "x") {' + "parent {parent {name}} " * 140 + "}}", {}),
    "100,000 nested brackets": ("{place(id: " + "[" * 100_000 + "]" * 100_000 + ") {id}}", {}),
    "490 nested brackets": ("{place(id: " + "[" * 490 + "]" * 490 + ") {id}}", {}),
    "10,000 aliases": ("{" + " ".join(f"a{n}: __typename" for n in range(10_000)) + "}", {}),
    "330 aliases": ("{" + " ".join(f"a{n}: __typename" for n in range(330)) + "}", {}),
    "1,000 fragment spreads": ("{" + "...F " * 1_000 + "} fragment F on Query {viewer {role}}", {}),
    "480 fragment spreads": ("{" + "...F " * 480 + "} fragment F on Query {viewer {role}}", {}),
    "990 unknown fields": ("{" + " ".join(f"x{n}" for n in range(990)) + "}", {}),
    "filter of 20,000 alternatives": (LISTED, {"f": {"or": [{"search": "x"}] * 20_000}}),
    "filter 58 levels deep": (LISTED, {"f": json.loads('{"not":' * 58 + '{"search": "x"}' + "}" * 58)}),
    "filter by a text of 900 KB": (LISTED, {"f": {"search": "x" * 900_000}}),
    "10,000 orders": (LISTED, {"o": [{"field": "NAME"}] * 10_000}),
    "10,000 ids": ("query ($i: [ID!]!) {nodes(ids: $i) {id}}", {"i": IDS}),
    "search for two words": ("query ($q: String!) {search(query: $q) {totalCount}}", {"q": "tidal power"}),
    "search for 100 KB": ("query ($q: String!) {search(query: $q) {totalCount}}", {"q": "tidal power " * 8_500}),
    "cursor of 900 KB": ("query ($c: String!) {projects(after: $c) {nodes {id}}}", {"c": "A" * 900_000}),
    "amount of 100,000,000 digits": (LISTED, {"f": {"ask": {"currency": "CNY", "atLeast": "1e100000000"}}}),
    "60,000 variables that nobody names": ("{viewer {role}}", {f"a{n}": 1 for n in range(60_000)}),
}
BODIES: Mapping[str, bytes] = {
    "JSON of 100,000 brackets": b"[" * 100_000,
    "variables of 100,000 brackets": b'{"query": "{viewer {role}}", "variables": {"a":' + b"[" * 100_000,
    "60,000 keys, the last twice": b'{"query": "{viewer {role}}", "variables": {'
    + b",".join(b'"a%d":1' % n for n in range(60_000)) + b',"a7":2}}',
    "a batch of 1,000": b"[" + b",".join([b'{"query": "{viewer {role}}"}'] * 1_000) + b"]",
    "body of 1.1 MB": b'{"query": "' + b"a" * 1_100_000 + b'"}',
    "number of 500,000 digits": b'{"query": "{viewer {role}}", "variables": {"a":' + b"9" * 500_000 + b"}}",
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--times", type=int, default=5)
    times = parser.parse_args().times
    bodies = {
        **{name: json.dumps({"query": text, "variables": given}).encode() for name, (text, given) in DOCUMENTS.items()},
        **BODIES,
    }
    with tempfile.TemporaryDirectory() as directory:
        server = Server("roadshow", f"sqlite:///{directory}/hostile.sqlite", Path(directory))
        try:
            server.wait()
            measure(server, bodies, times)
        finally:
            server.stop()


def measure(server: Server, bodies: Mapping[str, bytes], times: int) -> None:
    """Print a line for each request."""
    process = server.process.pid
    headers = {"Content-Type": "application/json", "Accept": "application/graphql-response+json"}
    print("| request | bytes | status | milliseconds of the processor |\n|---|---|---|---|")
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=60, headers=headers) as client:
        for _ in range(100):  # until a new server has loaded everything
            client.post("/graphql", content=bodies["the smallest"])
            time.sleep(0.05)
        before = memory(process)
        for name, body in bodies.items():
            taken = []
            for _ in range(times):
                different = body.replace(b'{"query": "', b'{"query": "#%d\\n' % time.perf_counter_ns(), 1)
                began = processor_time(process)
                response = client.post("/graphql", content=different)
                time.sleep(0.02)  # the threads have finished
                taken.append(processor_time(process) - began)
            median = statistics.median(taken) * 1_000
            mark = "" if median <= MOST_MILLISECONDS else f" (more than {MOST_MILLISECONDS})"
            print(f"| {name} | {len(body):,} | {response.status_code} | {median:.1f}{mark} |", flush=True)
        print(f"\nmemory: {(memory(process) - before) / 1e6:.0f} MB more than before")


def processor_time(process: int) -> float:
    """Return the processor time of a process's threads so far, in finer steps than the system's ticks."""
    taken = 0
    for thread in Path(f"/proc/{process}/task").iterdir():
        taken += int((thread / "schedstat").read_text("utf-8").split()[0])
    return taken / 1e9


if __name__ == "__main__":
    main()
