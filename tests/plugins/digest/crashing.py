"""A process that runs passes of the plugin in processes of their own, and lets each end where it is told.

Everything is loaded once (no thread but idle ones of the host, which a pass doesn't use); each pass is a fork with a
database connection of its own. It kills itself with SIGKILL
just before a step that others can see: a commit, or bytes sent to a receiver. Between two such steps nothing
happens that anybody could tell apart.

Reads one JSON object a line (`kill`: the number of the step, or null; `later`: seconds by which the clock is ahead;
`times`: how many at once; and which samples it is about), and answers with the steps and the exit statuses of each.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import time
import traceback
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from plugins.digest.content.reading import lines
from recommender.snapshot import follower as following
from store.database import Database
from tests.plugins.digest.samples import SampleRecords


class Steps:
    """Writes down each step before it is done, and ends the process before the one that is asked for."""

    def __init__(self, log: Path, kill: int | None) -> None:
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._kill = kill
        self._count = 0
        event.listen(Engine, "commit", lambda connection: self.step("commit"))
        for name in ("send", "sendall"):  # the mail's way, and the webhook's
            self._watch(name)

    def _watch(self, name: str) -> None:
        original = getattr(socket.socket, name)

        def sending(sock: socket.socket, data: bytes, *more: Any) -> Any:
            if sock.family != socket.AF_UNIX and sock.getpeername()[1] in RECEIVERS:
                self.step(f"send {bytes(data[:4])!r} {len(data)}")
            return original(sock, data, *more)

        setattr(socket.socket, name, sending)

    def step(self, name: str) -> None:
        if self._count == self._kill:
            os.kill(os.getpid(), signal.SIGKILL)
            time.sleep(60)
        os.write(self._log, f"{name}\n".encode())
        self._count += 1


RECEIVERS: set[int] = set()
"""Ports of those who see what is sent."""


def warmed(given: dict[str, Any]) -> SampleRecords:
    """The samples, with everything loaded that a ranking needs, and no connection open."""
    following.CHECK_SECONDS = 0.0
    database = Database(given["url"])
    samples = SampleRecords.opened(database, given["investor"], "", [], **given["settings"])
    with samples.context() as context:
        list(lines(context, samples.investor, "en"))
    database.dispose()
    return samples


def main() -> None:
    sample_copies: dict[str, SampleRecords] = {}
    for line in sys.stdin:
        order = json.loads(line)
        samples = sample_copies.get(order["url"]) or sample_copies.setdefault(order["url"], warmed(order))
        RECEIVERS.update(order["receivers"])
        logs = [Path(order["folder"]) / f"steps-{os.urandom(6).hex()}" for _ in range(order["times"])]
        children = []
        for log in logs:
            child = os.fork()
            if child == 0:
                status = 1
                try:
                    Steps(log, order["kill"])
                    samples.run(later=timedelta(seconds=order["later"]))
                    status = 0
                except BaseException:
                    traceback.print_exc()
                finally:
                    os._exit(status)
            children.append(child)
        statuses = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        steps = [log.read_text().splitlines() if log.exists() else [] for log in logs]
        print(json.dumps({"statuses": statuses, "steps": steps}), flush=True)


if __name__ == "__main__":
    main()
