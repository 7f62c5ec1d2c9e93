"""The one polling loop: it begins at once, waits as its step says, survives failures, and stops when told."""

from __future__ import annotations

import ast
import logging
import threading
from pathlib import Path

import pytest

from store.periodic_thread import PeriodicThread, stop_all

ROOT = Path(__file__).parents[2]
log = logging.getLogger("roadshow.test")


def test_it_goes_on_after_a_failure_and_logs_it(caplog: pytest.LogCaptureFixture) -> None:
    calls, enough = [], threading.Event()

    def step() -> float | None:
        calls.append(len(calls))
        if len(calls) == 1:
            raise RuntimeError("the database is away")
        if len(calls) == 4:
            enough.set()
        return None if len(calls) % 2 else 0.0

    thread = PeriodicThread("looking", step, 0.01, log=log, pause=0.02)
    thread.start()
    thread.start()
    assert enough.wait(20)
    thread.stop(20)
    done = len(calls)
    assert [record.getMessage() for record in caplog.records] == ["looking failed; trying again"]
    thread.start()
    assert not any(each.name == "looking" for each in threading.enumerate()), "stopped is stopped"
    assert len(calls) == done


def test_several_stop_together() -> None:
    threads = [PeriodicThread(f"several-{number}", lambda: None, 60, log=log) for number in range(3)]
    for each in threads:
        each.start()
    stop_all(threads, 20)
    assert not any(each.name.startswith("several-") for each in threading.enumerate())


def test_a_long_wait_is_cut_short_by_stop_and_one_that_never_began_does_not_begin() -> None:
    thread = PeriodicThread("never", lambda: None, 60, log=log)
    thread.stop(1)
    thread.start()
    assert not thread.started


def test_no_other_file_has_a_polling_thread_of_its_own() -> None:
    """A thread and an event that is waited for in a loop: that is a `PeriodicThread`."""
    found = []
    for top in ("api", "recommender", "store", "schema", "plugins"):
        for path in (ROOT / top).rglob("*.py"):
            if "node_modules" in path.parts or path.name == "periodic_thread.py":
                continue
            tree = ast.parse(path.read_text("utf-8"))
            waits = [
                node
                for loop in ast.walk(tree)
                if isinstance(loop, ast.While)
                for node in ast.walk(loop)
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "wait"
                and isinstance(node.func.value, ast.Attribute) and "stopping" in node.func.value.attr
            ]  # fmt: skip
            found += [f"{path.relative_to(ROOT)}:{node.lineno}" for node in waits]
    assert not found
