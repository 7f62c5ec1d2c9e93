"""The real server, with several workers, and the commands: what is due is sent, by one of them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from plugins.digest.commands import application
from store.database import Database
from tests.plugins.digest.receivers import Mailbox, mail_server
from tests.plugins.digest.samples import SECRET, SampleRecords
from tests.plugins.environments import PATIENCE, free_port, only

ROOT = Path(__file__).parents[3]


@contextmanager
def serving(samples: SampleRecords, mailbox: Mailbox, folder: Path) -> Iterator[str]:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ROADSHOW_")},
        **only("digest", digest__base_url=address, digest__secret=SECRET, digest__sender="digest@example.org",
               digest__smtp_host="127.0.0.1", digest__smtp_port=mailbox.port, digest__smtp_security="none",
               digest__every=0.2),
        "ROADSHOW_DATABASE_URL": samples.database.url.render_as_string(hide_password=False),
        "ROADSHOW_ENCODE_IN_BACKGROUND": "false", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    log = folder / "server.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "api.cli.main", "serve", "--port", str(port), "--workers", "2"],
            env=environment, cwd=folder, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            yield address
        except AssertionError as problem:
            raise AssertionError(f"{problem}\n{log.read_text()}") from problem
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.mark.slow
def test_the_server_sends_what_is_due_once_and_a_mailbox_unsubscribes_with_one_click(
    sqlite_database: Database, tmp_path: Path
) -> None:
    with mail_server() as mailbox:
        samples = SampleRecords.make(sqlite_database, projects=2)
        subscriptions = [samples.subscribe(address=f"reader{number}@example.org", size=1) for number in range(3)]
        with serving(samples, mailbox, tmp_path):
            end = time.monotonic() + PATIENCE
            while len(mailbox.raw) < 3:
                assert time.monotonic() < end, "nothing was sent"
                time.sleep(0.1)
            time.sleep(1.5)  # for who would send it again
            assert sorted(mailbox.recipients) == [f"reader{number}@example.org" for number in range(3)]
            leave = str(mailbox.messages[0]["List-Unsubscribe"])[1:-1]
            answer = httpx.post(leave, data={"List-Unsubscribe": "One-Click"}, timeout=30)
            assert (answer.status_code, answer.text) == (200, "Unsubscribed.\n")
    states = sorted(samples.subscription(each).state for each in subscriptions)
    assert states == ["ACTIVE", "ACTIVE", "UNSUBSCRIBED"]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs a command of `roadshow digest` on sample records, as the command line does."""

    def run(samples: SampleRecords, *arguments: str) -> Any:
        monkeypatch.setattr("plugins.host.context._open_for_command", samples.context)
        return CliRunner().invoke(application(samples.settings), arguments)

    return run


def test_the_preview_prints_what_would_be_sent_and_sends_nothing(command: Any, sqlite_database: Database) -> None:
    samples = SampleRecords.make(sqlite_database)
    shown = command(samples, "--preview", samples.investor)
    assert shown.exit_code == 0
    assert shown.output.startswith("Subject: 5 projects for Fictional Capital: ")
    assert "1. " in shown.output
    assert (
        command(samples, "--preview", samples.investor, "--language", "zh", "--size", "1").output.count("感兴趣") == 1
    )
    assert command(samples, "--preview", samples.investor, "--html").output.startswith("<!doctype html>")
    unknown = command(samples, "--preview", "inv_nobody")
    assert (unknown.exit_code, "There is no list for 'inv_nobody'" in unknown.output) == (1, True)
    assert samples.deliveries() == []


def test_run_send_list_and_log(command: Any, sqlite_database: Database) -> None:
    with mail_server() as mailbox:
        samples = SampleRecords.make(sqlite_database, smtp_port=mailbox.port)
        subscription = samples.subscribe(size=2)
        assert "1 made; attempts: 1 delivered" in command(samples, "run").output
        assert "0 made; attempts: none" in command(samples, "send", "--due").output
        assert "1 made" in command(samples, "send", subscription).output
        assert "1 delivered" in command(samples, "test", subscription).output
        assert command(samples, "send", "dgs_nothing").exit_code == 1
        assert command(samples, "send").exit_code == 1
    assert len(mailbox.raw) == 3
    (listed,) = json.loads(command(samples, "list", "--json").output)
    assert (listed["id"], listed["state"]) == (subscription, "ACTIVE")
    log = json.loads(command(samples, "log", subscription, "--json").output)
    assert [(each["kind"], each["outcome"], each["status"]) for each in log] == [
        ("PING", "DELIVERED", 250), ("DIGEST", "DELIVERED", 250), ("DIGEST", "DELIVERED", 250),
    ]  # fmt: skip
    held = command(samples, "resend", log[0]["delivery"])
    assert (held.exit_code, "only a HELD one" in held.output) == (1, True)


def test_without_a_public_address_nothing_is_sent_and_it_is_said(command: Any, sqlite_database: Database) -> None:
    samples = SampleRecords.make(sqlite_database, base_url=None)
    samples.subscribe()
    done = command(samples, "run")
    assert (done.exit_code, "base_url isn't set" in done.output) == (1, True)
    assert samples.deliveries() == []
