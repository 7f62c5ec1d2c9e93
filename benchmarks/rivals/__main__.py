"""Serve one of the rivals: `python -m benchmarks.rivals {handwritten,strawberry} DATABASE_URL PORT`."""

from __future__ import annotations

import sys

import uvicorn

from benchmarks.rivals.handwritten import handwritten
from benchmarks.rivals.plain_strawberry import strawberry_app

if __name__ == "__main__":
    kind, database_url, port = sys.argv[1:]
    application = {"handwritten": handwritten, "strawberry": strawberry_app}[kind](database_url)
    uvicorn.run(application, port=int(port), log_level="warning", access_log=False, server_header=False)
