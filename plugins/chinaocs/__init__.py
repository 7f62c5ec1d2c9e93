"""The China Overseas Scholar Innovation Summit of Dalian: a programme as data, on public hooks only."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from roadshow import DataDocuments, Manifest, hookimpl

manifest = Manifest(
    name="chinaocs",
    version="1.0.0",
    api=">=1.0,<2",
    description="China Overseas Scholar Innovation Summit, Dalian: editions, stations, signing, figures, priorities",
)


@hookimpl
def register_data() -> Iterable[DataDocuments]:
    return [DataDocuments(paths=[Path(__file__).parent / "data"])]
