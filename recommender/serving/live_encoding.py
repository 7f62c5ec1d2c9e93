"""Encodes unsaved texts in a separate process, so that the server never loads a model.

The process starts when first needed, answers one request at a time over pipes, and ends when idle or with its parent.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import IO, Any

import numpy as np

from recommender.encoders import Encoder
from recommender.features import Floats
from recommender.interface.errors import RecommenderError
from recommender.pool.profiles import WeightedText
from recommender.text import chunks_of, hash_of, language_of
from recommender.text.vectors import TextVectors

log = logging.getLogger("roadshow.live")

WAIT_SECONDS = 90.0
"""For one answer, the start of the process included."""
MOST_WAITING = 3
"""Questions that wait for the process at once; each holds a thread of the server."""
IDLE_SECONDS = 300.0


class LiveEncoding:
    """Encodes texts missing from ``TextVectors`` and adds them. Thread-safe.

    Only the names of ``encoders`` are used. The process ends after ``idle_seconds`` without a request; it runs
    ``module``, which calls ``serve``.
    """

    def __init__(
        self,
        setting: str,
        encoders: Sequence[Encoder],
        idle_seconds: float = IDLE_SECONDS,
        module: str = "recommender.serving.live_encoding",
    ) -> None:
        self.setting = setting
        self.module = module
        self.names = frozenset(encoder.name for encoder in encoders)
        self.idle_seconds = idle_seconds
        self._turns = threading.Semaphore(MOST_WAITING)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.Queue[str] = queue.Queue()
        self._idle: threading.Timer | None = None
        self._starting = threading.Lock()
        self._warming: threading.Thread | None = None

    @property
    def running(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def make_known(self, vectors: TextVectors, texts: Iterable[WeightedText]) -> None:
        """Encode those of ``texts`` that ``vectors`` doesn't know, and add them.

        If all are known, the process starts in the background, because another text is likely to follow. A space
        without any vectors needs none of these texts: there is nothing to compare them with. Raises
        ``RecommenderError`` (UNAVAILABLE) where the process can't be started or doesn't answer in time.
        """
        missing: dict[str, dict[str, str]] = {}
        used = [(position, space) for position, space in enumerate(vectors.spaces[:2]) if vectors.rows[space.name]]
        for position, space in used:
            for weighted in texts:
                if position and not space.knows(language_of(weighted.text, weighted.language)):
                    continue
                for chunk in chunks_of(weighted.text):
                    if vectors.chunk(chunk, space) is None and space.name in self.names:
                        missing.setdefault(space.name, {})[hash_of(chunk)] = chunk
        if missing:
            for name, encoded in self.encoded(missing).items():
                vectors.recent.keep(name, encoded)
        elif used:
            self.warm()

    def warm(self) -> None:
        """Start the process and let it load its models, unless it runs; returns immediately."""
        with self._starting:
            if not self.running and (self._warming is None or not self._warming.is_alive()):
                self._warming = threading.Thread(target=self._warm, name="live-warming", daemon=True)
                self._warming.start()

    def _warm(self) -> None:
        try:
            self.encoded({name: {"": "a text"} for name in sorted(self.names)})
        except RecommenderError as problem:  # whoever asks for a vector is told
            log.info("the encoding process was not warmed: %s", problem)

    def encoded(self, missing: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, Floats]]:
        """Return vectors by the encoder's name and the text's hash, of chunks keyed likewise."""
        if not self._turns.acquire(blocking=False):
            raise RecommenderError("Too many texts wait to be encoded; try again in a moment.", code="BUSY")
        try:
            with self._lock:
                try:
                    return {
                        name: dict(zip(chunks, self._ask(name, list(chunks.values())), strict=True))
                        for name, chunks in missing.items()
                    }
                finally:
                    self._end_later()
        finally:
            self._turns.release()

    def close(self) -> None:
        """End the process."""
        with self._lock:
            if self._idle is not None:
                self._idle.cancel()
            self._end()

    def _ask(self, name: str, texts: Sequence[str]) -> Floats:
        for attempt in (1, 2):  # a process that ended meanwhile is started once more
            process = self._started()
            assert process.stdin is not None
            try:
                process.stdin.write(json.dumps({"encoder": name, "texts": texts}) + "\n")
                process.stdin.flush()
                line = self._answers.get(timeout=WAIT_SECONDS)
            except (OSError, queue.Empty) as problem:
                self._end()
                if attempt == 1 and isinstance(problem, OSError):
                    continue
                raise _unavailable(f"no answer within {WAIT_SECONDS:.0f} s") from problem
            if not line:
                self._end()
                if attempt == 1:
                    continue
                raise _unavailable("the process ended")
            answer: dict[str, Any] = json.loads(line)
            if "error" in answer:
                raise _unavailable(str(answer["error"]))
            flat = np.frombuffer(base64.b64decode(answer["vectors"]), np.float32)
            return flat.reshape(len(texts), -1)
        raise AssertionError("unreachable")

    def _started(self) -> subprocess.Popen[str]:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        if not self.running:
            self._end()
            environment = {
                **os.environ,
                "ROADSHOW_ENCODER": self.setting,
                "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "1"),
            }
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", self.module],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
            self._answers = queue.Queue()
            assert self._process.stdout is not None
            threading.Thread(
                target=_pass_on, args=(self._process.stdout, self._answers), name="live-encoding", daemon=True
            ).start()
        assert self._process is not None
        return self._process

    def _end_later(self) -> None:
        self._idle = threading.Timer(self.idle_seconds, self._end_if_idle)
        self._idle.daemon = True
        self._idle.start()

    def _end_if_idle(self) -> None:
        if self._lock.acquire(blocking=False):  # else somebody has just asked
            try:
                self._end()
            finally:
                self._lock.release()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # what was to be written has nobody to read it
                    log.debug("a pipe of the encoding process was broken")


def _pass_on(lines: IO[str], answers: queue.Queue[str]) -> None:
    try:
        for line in lines:
            answers.put(line)
    except ValueError:  # closed while it was read
        log.debug("the encoding process was ended")
    answers.put("")


def _unavailable(why: str) -> RecommenderError:
    return RecommenderError(
        f"The text can't be compared now, because it can't be encoded: {why}. Leave the text as it is, or save it.",
        field="mandate",
        code="UNAVAILABLE",
    )


def serve(load: Callable[[], Sequence[Encoder]]) -> None:
    """Answer requests from standard input, a line of JSON each way, until it ends. ``load`` is called once."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no answer
    encoders: dict[str, Encoder] = {}
    for line in sys.stdin:
        request = json.loads(line)
        try:
            encoders = encoders or {encoder.name: encoder for encoder in load()}
            vectors = encoders[request["encoder"]].encode(request["texts"])
            answer = {"vectors": base64.b64encode(np.ascontiguousarray(vectors, np.float32).tobytes()).decode()}
        except Exception as problem:
            answer = {"error": f"{type(problem).__name__}: {problem}"[:300]}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _encoders() -> Sequence[Encoder]:
    from plugins.host.host import Host
    from recommender.encoders import encoders_for
    from recommender.serving.isolation import encoders_of
    from store.settings import load_settings

    settings = load_settings()
    return encoders_for(settings.encoder, encoders_of(Host.load(settings.plugins)))


if __name__ == "__main__":
    serve(_encoders)
