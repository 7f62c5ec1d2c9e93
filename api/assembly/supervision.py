"""Server processes that report when they serve: addresses are printed then, and starting workers are left alone."""

from __future__ import annotations

from collections.abc import Callable
from socket import socket

import uvicorn
from uvicorn.supervisors import Multiprocess
from uvicorn.supervisors.multiprocess import Process


class AnnouncedServer(uvicorn.Server):
    """A server in this process that calls `announce` once it listens."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Start as uvicorn does, then announce."""
        await super().startup(sockets)
        if self.started and not self.should_exit:
            self._announce()


class WorkerSupervisor(Multiprocess):
    """Worker processes; calls `announce` when the first of them serves.

    uvicorn replaces a worker that gives no sign of life for some seconds. One that is still loading its modules may
    need longer, so until it has served once, only its end counts.
    """

    def __init__(self, config: uvicorn.Config, sockets: list[socket], announce: Callable[[], None]) -> None:
        super().__init__(config, sockets)
        self._announce: Callable[[], None] | None = announce
        self._asked: set[Process] = set()
        self._served: set[Process] = set()

    def keep_subprocess_alive(self) -> None:
        """Check as uvicorn does, for workers that have served or ended."""
        starting = [process for process in self.processes if not self._has_served(process)]
        if self._served and self._announce is not None:
            self._announce()
            self._announce = None
        waited_for = [process for process in starting if process.process.is_alive()]
        self.processes = [process for process in self.processes if process not in waited_for]
        super().keep_subprocess_alive()
        self.processes += waited_for
        self._asked &= set(self.processes)
        self._served &= set(self.processes)

    def _has_served(self, process: Process) -> bool:
        """Return whether a worker has reported that it serves. Never waits; the answer comes at a later check."""
        if process in self._served:
            return True
        try:
            if process not in self._asked:
                process.parent_conn.send(b"ping")
                self._asked.add(process)
            if process.parent_conn.poll(0):
                self._asked.discard(process)
                if process.parent_conn.recv():
                    self._served.add(process)
        except (OSError, EOFError):  # it has ended
            return False
        return process in self._served
