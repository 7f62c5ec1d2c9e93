"""The process is killed, by SIGKILL, at every step: nothing is lost, and nothing comes twice to who looks at ids."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from store.database import Database
from tests.plugins.digest.receivers import Hook, Mailbox, mail_server, web_server
from tests.plugins.digest.samples import SampleRecords, brought

ROOT = Path(__file__).parents[3]
HOUR = 3_600.0
LOCAL = {"private_addresses": True, "plain_http": True}


class Helper:
    """The process that runs passes, for all tests."""

    def __init__(self, process: subprocess.Popen[str], errors: Path) -> None:
        self._process = process
        self._errors = errors

    def errors(self) -> str:
        return self._errors.read_text()

    def run(self, **order: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, self.errors()
        answer: dict[str, Any] = json.loads(line)
        return answer


@pytest.fixture(scope="session")
def helper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Helper]:
    errors = tmp_path_factory.mktemp("passes") / "errors"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.plugins.digest.crashing"], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors.open("w"),
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    )  # fmt: skip
    yield Helper(process, errors)
    process.kill()
    process.communicate()


@dataclass
class Crashing:
    """One set of sample records, both receivers, and passes on it in processes of their own."""

    samples: SampleRecords
    mailbox: Mailbox
    hook: Hook
    helper: Helper
    order: dict[str, Any]

    def run(self, kill: int | None = None, later: float = 0.0, times: int = 1) -> dict[str, Any]:
        """A pass, or several at once."""
        return self.helper.run(**self.order, kill=kill, later=later, times=times)

    def subscribe(self, channel: str) -> str:
        return self.samples.subscribe(channel, self.hook.url if channel == "WEBHOOK" else None, size=2)


@contextmanager
def crashing(helper: Helper, database: Database, folder: Path, **settings: Any) -> Iterator[Crashing]:
    with mail_server() as mailbox, web_server() as hook:
        given = {**LOCAL, "smtp_port": mailbox.port, "lease": 60.0, **settings}
        samples = SampleRecords.make(database, projects=2, **given)
        order = {
            "url": database.url.render_as_string(hide_password=False), "investor": samples.investor,
            "settings": given, "folder": str(folder),
            "receivers": [mailbox.port, int(hook.url.rsplit(":", 1)[1].split("/")[0])],
        }  # fmt: skip
        yield Crashing(samples, mailbox, hook, helper, order)


def window(steps: list[str]) -> set[int]:
    """Numbers of the steps between the moment at which a receiver has everything and the one at which that is noted.

    Only these can bring a message twice: nobody can commit in two places at once.
    """
    last = {step for step, name in enumerate(steps) if name in ("send b'.\\r\\n' 3", "send b'}' 1")}
    return {step + 1 for step in last}


def points(steps: list[str], sqlite: bool) -> list[int]:
    """All of them on SQLite; on PostgreSQL those around the hand-over."""
    if sqlite:
        return list(range(len(steps)))
    return sorted({each + offset for each in window(steps) for offset in (-2, -1, 0)})


@pytest.mark.slow
@pytest.mark.nightly  # tests/api/notifications/test_crashes.py has the same steps of the outbox
def test_killed_at_every_step_no_mail_is_lost_or_doubled(helper: Helper, database: Database, tmp_path: Path) -> None:
    killed_at_every_step("EMAIL", helper, database, tmp_path)


@pytest.mark.slow
@pytest.mark.nightly  # mail and post differ in the sender alone
def test_killed_at_every_step_no_post_is_lost_or_doubled(
    helper: Helper, sqlite_database: Database, tmp_path: Path
) -> None:
    killed_at_every_step("WEBHOOK", helper, sqlite_database, tmp_path)


def killed_at_every_step(channel: str, helper: Helper, database: Database, tmp_path: Path) -> None:
    with crashing(helper, database, tmp_path) as crash:
        crash.subscribe(channel)
        whole = crash.run()
        assert whole["statuses"] == [0]
        (steps,) = whole["steps"]
        assert len(window(steps)) == 1, steps
        for number, kill in enumerate(points(steps, database.is_sqlite), start=1):
            seen = len(crash.mailbox.raw), len(crash.hook.got)
            subscription = crash.samples.subscribe(
                channel, f"{crash.hook.url}/{number}" if channel == "WEBHOOK" else f"reader{number}@example.org", size=2
            )
            assert crash.run(kill=kill)["statuses"] == [-signal.SIGKILL], steps[kill]
            assert crash.run(later=HOUR)["statuses"] == [0]
            (delivery,) = crash.samples.deliveries(subscription)
            assert delivery.progress == "SENT", steps[kill]
            arrived = crash.mailbox.ids[seen[0] :] if channel == "EMAIL" else crash.hook.ids[seen[1] :]
            expected = f"<{delivery.id}@roadshow.example.org>" if channel == "EMAIL" else delivery.id
            assert arrived == [expected] * (2 if kill in window(steps) else 1), (kill, steps[kill])
            outcomes = [each.outcome for each in crash.samples.attempts(delivery.id)]
            assert outcomes[-1] == "DELIVERED"
            assert None not in outcomes, "each attempt says how it ended"


@pytest.mark.nightly_on_postgresql
def test_several_processes_at_once_send_everything_once(helper: Helper, database: Database, tmp_path: Path) -> None:
    with crashing(helper, database, tmp_path) as crash:
        readers = [crash.samples.subscribe(address=f"reader{number}@example.org", size=1) for number in range(4)]
        hooks = [crash.samples.subscribe("WEBHOOK", f"{crash.hook.url}/{number}", size=1) for number in range(3)]
        assert crash.run(times=3)["statuses"] == [0, 0, 0], crash.helper.errors()
        assert Counter(crash.mailbox.recipients) == Counter(f"reader{number}@example.org" for number in range(4))
        assert len(crash.hook.ids) == len(set(crash.hook.ids)) == 3
        for subscription in (*readers, *hooks):
            (delivery,) = crash.samples.deliveries(subscription)
            assert delivery.progress == "SENT"
            assert len(brought([delivery])[0]) == 1


def test_held_if_that_is_asked_for_it_is_not_sent_again_before_somebody_decides(
    helper: Helper, sqlite_database: Database, tmp_path: Path
) -> None:
    with crashing(helper, sqlite_database, tmp_path, when_uncertain="hold") as crash:
        crash.subscribe("EMAIL")
        (steps,) = crash.run()["steps"]
        subscription = crash.samples.subscribe(address="other@example.org", size=2)
        (noted,) = window(steps)
        crash.run(kill=noted)
        crash.run(later=HOUR)
        (delivery,) = crash.samples.deliveries(subscription)
        assert delivery.progress == "HELD"
        assert len(crash.mailbox.raw) == 2
        resend = "mutation($id: ID!) { resendDigestDelivery(id: $id) { delivery { state } userErrors { message } } }"
        answer = crash.samples.ask(resend, id=delivery.id)["resendDigestDelivery"]
        assert answer == {"delivery": {"state": "READY"}, "userErrors": []}
        crash.run(later=2 * HOUR)
        assert crash.mailbox.ids[1] == crash.mailbox.ids[2]
        assert crash.samples.deliveries(subscription)[0].progress == "SENT"
