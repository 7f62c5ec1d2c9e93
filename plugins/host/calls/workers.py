"""Threads for a plugin's calls, so that a slow call can be abandoned.

Python can't end a thread. A call past its time limit goes on until it returns; its result is dropped, its transaction
doesn't commit (`committing`), and its thread stays busy until then. The threads are daemons, so a call that never
returns doesn't keep the process alive. (A `ThreadPoolExecutor` would wait for its threads at exit.)
"""

from __future__ import annotations

import contextvars
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TypeVar

from plugins.host.errors import PluginTimeoutError

T = TypeVar("T")


class Call:
    """One call in progress: whether somebody still waits for it, and whether it saved anything."""

    def __init__(self, owner: str, point: str) -> None:
        self.owner = owner
        self.point = point
        self.saved = False
        self._lock = threading.Lock()
        self._abandoned = False
        self._committing = False

    def abandon(self) -> bool:
        """Abandon the call. Returns False if it is just committing: then wait for that to end."""
        with self._lock:
            if self._committing:
                return False
            self._abandoned = True
            return True

    @contextmanager
    def committing(self) -> Iterator[None]:
        with self._lock:
            if self._abandoned:
                raise PluginTimeoutError(self.owner, self.point, "it ran past its time limit, so nothing is saved")
            self._committing = True
        try:
            yield
            self.saved = True
        finally:
            with self._lock:
                self._committing = False


_current: contextvars.ContextVar[Call | None] = contextvars.ContextVar("roadshow_plugin_call", default=None)


def current_call() -> Call | None:
    """Return the plugin's call around this code, if any."""
    return _current.get()


@contextmanager
def within(call: Call) -> Iterator[None]:
    """Make the enclosed code, and the tasks it creates, part of the call."""
    token = _current.set(call)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def committing() -> Iterator[None]:
    """Guard the commit of a transaction that a plugin's call opened.

    Raises
    ------
    PluginTimeoutError: the call ran past its time limit, and its caller was told so. Roll back.
    """
    call = current_call()
    if call is None:
        yield
        return
    with call.committing():
        yield


class Workers:
    """At most `size` daemon threads, started on demand."""

    def __init__(self, name: str, size: int) -> None:
        self._name = name
        self._size = size
        self._lock = threading.Lock()
        self._started = 0
        self._idle = 0
        self._waiting: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()

    def submit(self, call: Call, function: Callable[[], T]) -> Future[T]:
        """Run `function` in one of the threads, with the context variables of the caller."""
        future: Future[T] = Future()
        context = contextvars.copy_context()
        context.run(_current.set, call)
        with self._lock:
            if self._idle:
                self._idle -= 1  # reserved: two calls in quick succession must not count on the same idle thread
            elif self._started < self._size:
                self._started += 1
                name = f"plugin-{self._name}-{self._started}"
                threading.Thread(target=self._work, name=name, daemon=True).start()
        self._waiting.put(lambda: context.run(_perform, future, function))
        return future

    def _work(self) -> None:
        while True:
            self._work_once()
            with self._lock:
                self._idle += 1

    def _work_once(self) -> None:
        self._waiting.get()()


def _perform(future: Future[T], function: Callable[[], T]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(function())
    except BaseException as error:  # also SystemExit: a plugin must not end the server
        future.set_exception(error)
