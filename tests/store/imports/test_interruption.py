"""An import that is killed or interrupted in the middle of writing leaves the store as it was."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from store import models
from store.database import Database
from tests.store.imports.support import changes, count, run, table

ROOT = Path(__file__).parents[3]
ROWS = 1_500
PROGRAM = """
import signal, sys, time
from pathlib import Path
from store.database import Database
from store.imports import import_files

signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job would ignore it
written = 0

def advance(step, plan, rows):
    global written
    if step == "write":
        written += rows
        if written >= {rows}:  # several batches are in the database by now
            print("half", flush=True)
            time.sleep(60)

import_files(Database(sys.argv[1]), [Path(sys.argv[2])], namespace="test", advance=advance)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_the_store_is_as_before_and_the_next_import_succeeds(
    database_url: str, tmp_path: Path, how: signal.Signals
) -> None:
    database = Database(database_url)
    run(database, table(tmp_path / "projects.csv", [["id", "name"], ["0", "There before"]]))
    before = changes(database), count(database, models.ExternalId), count(database, models.SearchDocument)
    rows = [[str(number), f"Project {number}", "a; b", "Berlin", "DE"] for number in range(ROWS)]
    path = table(tmp_path / "projects.csv", [["id", "name", "fields", "city", "country"], *rows])
    program = PROGRAM.replace("{rows}", str(ROWS - 1))
    process = subprocess.Popen(
        [sys.executable, "-c", program, database_url, str(path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "half\n"
        process.send_signal(how)
        process.communicate(timeout=30)
        assert process.returncode != 0
    finally:
        process.kill()
    assert (changes(database), count(database, models.ExternalId), count(database, models.SearchDocument)) == before
    assert count(database, models.Project) == 1
    report = run(database, path)
    assert report.outlook.new["projects"] == ROWS - 1
    assert count(database, models.Project) == ROWS
    database.dispose()
