"""Worker processes that still start are left alone; addresses are shown when somebody listens there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from api.assembly.supervision import WorkerSupervisor
from tests.api.operations.test_processes import ROOT, SMALL, environment, free_port


class Worker:
    """A worker process as its supervisor sees it."""

    pid = 1

    def __init__(self) -> None:
        self.parent_conn = self.process = self
        self.alive, self.answers, self.killed = True, False, False

    def is_alive(self, timeout: float = 0) -> bool:
        return self.alive and (timeout == 0 or self.answers)

    def send(self, message: bytes) -> None:
        if not self.alive:
            raise BrokenPipeError

    def poll(self, seconds: float) -> bool:
        return self.answers

    def recv(self) -> bool:
        return True

    def kill(self) -> None:
        self.killed = True

    def join(self) -> None:
        pass

    exitcode = 1


@pytest.fixture
def supervisor(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    announced: list[str] = []
    made = WorkerSupervisor(uvicorn.Config("x:y"), [], lambda: announced.append("now"))
    monkeypatch.setattr("uvicorn.supervisors.multiprocess.Process", lambda *_: _started())
    made.processes = [Worker(), Worker()]  # type: ignore[list-item]
    made.announced = announced  # type: ignore[attr-defined]
    return made


def _started() -> Any:
    worker: Any = Worker()
    worker.start = lambda: None
    return worker


def test_a_worker_that_still_starts_is_not_replaced(supervisor: Any) -> None:
    first, second = workers = list(supervisor.processes)
    for _ in range(20):
        supervisor.keep_subprocess_alive()
    assert set(supervisor.processes) == set(workers)
    assert supervisor.announced == []
    first.answers = True
    for _ in range(3):
        supervisor.keep_subprocess_alive()
    assert supervisor.announced == ["now"], "once, when the first serves"
    assert not first.killed
    assert not second.killed


@pytest.mark.parametrize("how", ["ended while it started", "hangs although it has served"])
def test_a_worker_that_ended_or_hangs_is_replaced(supervisor: Any, how: str) -> None:
    first, second = supervisor.processes
    second.answers = True
    if how == "ended while it started":
        first.alive = False
    else:
        first.answers = True
        supervisor.keep_subprocess_alive()
        first.answers = False
    supervisor.keep_subprocess_alive()
    assert first.killed
    assert first not in supervisor.processes
    assert second in supervisor.processes
    assert len(supervisor.processes) == 2


@pytest.mark.parametrize("workers", [1, 2])
def test_the_addresses_that_are_shown_answer_at_once(sqlite_url: str, workers: int, tmp_path: Path) -> None:
    port = free_port()
    with (tmp_path / "errors").open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-c", SMALL], env=environment(sqlite_url, port=port, workers=workers), cwd=ROOT,
            stdout=subprocess.PIPE, stderr=errors, text=True, start_new_session=True,
        )  # fmt: skip
        try:
            assert process.stdout is not None
            shown = process.stdout.readline()
            assert f":{port}/" in shown
            assert httpx.get(f"http://127.0.0.1:{port}/health", timeout=20).status_code == 200
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
