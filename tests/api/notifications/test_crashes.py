"""The process is killed, by SIGKILL, at every step: what was told is sent, under one id, and bundled once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from store.database import Database
from store.enums import MessageState, NotificationState
from tests.api.notifications.telling import Installation
from tests.plugins.digest.receivers import mail_server

ROOT = Path(__file__).parents[3]
HOUR = 3_600.0


@pytest.mark.slow
def test_killed_at_every_step_nothing_is_lost_or_doubled(sqlite_database: Database, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.api.notifications.crashing"], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    url = sqlite_database.url.render_as_string(hide_password=False)

    def run(port: int, kill: int | None, later: float = 0.0) -> dict[str, Any]:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"url": url, "port": port, "folder": str(tmp_path), "kill": kill,
                                        "later": later}) + "\n")  # fmt: skip
        process.stdin.flush()
        answer: dict[str, Any] = json.loads(process.stdout.readline())
        return answer

    try:
        with mail_server() as mailbox:
            telling = Installation.opened(sqlite_database, mailbox.port)
            assert telling.bundler.signer.master, "made now, so that each pass has the same steps"
            telling.tell(telling.account("whole"), kind="alpha-plain")
            whole = run(mailbox.port, None)
            assert whole["status"] == 0
            steps: list[str] = whole["steps"]
            last = steps.index("send b'.\\r\\n' 3")
            for kill in range(len(steps)):
                seen = len(mailbox.raw)
                reader = telling.account(f"reader{kill}")
                telling.tell(reader, "First", kind="alpha-plain")
                telling.tell(reader, "Second", kind="alpha-plain")
                assert run(mailbox.port, kill)["status"] == -signal.SIGKILL, steps[kill]
                assert run(mailbox.port, None, later=HOUR)["status"] == 0
                (message,) = [each for each in telling.messages() if each.source_id == reader]
                assert message.progress is MessageState.SENT, steps[kill]
                times = 2 if kill == last + 1 else 1  # nobody can commit in two places at once
                assert mailbox.ids[seen:] == [f"<{message.id}@roadshow.example.org>"] * times, steps[kill]
                assert {each.state for each in telling.notifications(reader)} == {NotificationState.SENT}
    finally:
        process.kill()
        process.communicate()
