"""The log: one line per request and per problem, as text or JSON, with the request's id."""

from __future__ import annotations

import logging
import random
import sys
import time
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.operations.path_mask import PathMask
from api.operations.settings import ServerSettings

request_id: ContextVar[str] = ContextVar("request_id", default="")
access = logging.getLogger("roadshow.access")

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message", "taskName"}


def configure(settings: ServerSettings) -> None:
    """Send all logs to standard error in the configured form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if settings.log_format == "json" else TextFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = name != "uvicorn.access"  # we write that line ourselves, with more in it
    logging.getLogger("alembic").setLevel(logging.WARNING)


def _fields(record: logging.LogRecord) -> dict[str, object]:
    fields = {key: value for key, value in vars(record).items() if key not in _STANDARD and value is not None}
    if request_id.get():
        fields["request_id"] = request_id.get()
    return fields


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_fields(record),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()


class TextFormatter(logging.Formatter):
    """Time, level, message, and other fields as ``key=value``."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created).strftime("%H:%M:%S")
        rest = "".join(f" {key}={value}" for key, value in _fields(record).items())
        text = f"{moment} {record.levelname.lower():7} {record.getMessage()}{rest}"
        return f"{text}\n{self.formatException(record.exc_info)}" if record.exc_info else text


class RequestLog:
    """Gives each request an id, ``X-Request-ID``, and writes one line when it is answered."""

    def __init__(self, app: ASGIApp, mask: PathMask | None = None) -> None:
        self.app = app
        self.mask = mask or PathMask()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        chosen = given_id(dict(scope["headers"]))
        scope["request_id"] = chosen.decode("ascii") if chosen else f"{random.getrandbits(64):016x}"
        scope["log"] = {}
        token = request_id.set(scope["request_id"])
        began = time.perf_counter()
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", scope["request_id"].encode())]
            await send(message)

        try:
            await self.app(scope, receive, sending)
        finally:
            seconds = time.perf_counter() - began
            method = scope.get("method", "WEBSOCKET")
            write_line(scope["request_id"], status, seconds, method, self.mask(scope["path"]), scope["log"])
            request_id.reset(token)


def write_line(
    identifier: str | bytes, status: int, seconds: float, method: str, path: str, noted: Mapping[str, object]
) -> None:
    """Write the line of a request."""
    level = logging.WARNING if status >= 500 else logging.INFO
    if path in ("/health", "/ready", "/metrics"):
        level = logging.DEBUG
    if not access.isEnabledFor(level):
        return
    token = request_id.set(identifier if isinstance(identifier, str) else identifier.decode("ascii"))
    fields = {
        "method": method, "path": path, "status": status or None, "milliseconds": round(seconds * 1000, 1), **noted,
    }  # fmt: skip
    access.log(level, "request", extra=fields)
    request_id.reset(token)


def given_id(headers: Mapping[bytes, bytes]) -> bytes | None:
    """Return the id chosen by a proxy, if it is harmless."""
    value = headers.get(b"x-request-id")
    if value is not None and 0 < len(value) <= 64 and value.replace(b"-", b"").isalnum():
        return value
    return None
