"""Runs a command of Roadshow in a process of its own, until the server stops."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence


def run_command(
    arguments: Sequence[str], environment: Mapping[str, str], stopping: threading.Event
) -> tuple[int | None, str]:
    """Run `roadshow` with these arguments; gives its exit code and what it wrote to its error stream.

    The code is None where `stopping` was set meanwhile: then the process was told to end.
    """
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "api.cli.main", *arguments],  # -P: an api/ in this folder is not ours
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    while True:
        try:
            _, errors = process.communicate(timeout=0.5)
            break
        except subprocess.TimeoutExpired:
            if stopping.is_set():
                process.terminate()
    return None if stopping.is_set() else process.returncode, errors
