"""A process that runs passes in processes of their own, and lets each end by SIGKILL at the step that it is told."""

from __future__ import annotations

import json
import os
import sys
import traceback
from datetime import timedelta
from pathlib import Path

from store.database import Database
from tests.api.notifications.telling import Installation, schema
from tests.plugins.digest.crashing import RECEIVERS, Steps


def main() -> None:
    """Forks have no threads of the plugin's host, so what is told here has no `values`."""
    schema()
    for line in sys.stdin:
        order = json.loads(line)
        RECEIVERS.add(order["port"])
        log = Path(order["folder"]) / f"steps-{os.urandom(6).hex()}"
        child = os.fork()
        if child == 0:
            status = 1
            try:
                telling = Installation.opened(Database(order["url"]), order["port"])
                telling.later = timedelta(seconds=order["later"])
                Steps(log, order["kill"])
                telling.run()
                status = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(status)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(json.dumps({"status": status, "steps": log.read_text().splitlines() if log.exists() else []}), flush=True)


if __name__ == "__main__":
    main()
