"""Kunshan Entrepreneurship Week: a programme as data, on public hooks only."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from roadshow import DataDocuments, Manifest, hookimpl

HERE = Path(__file__).parent

manifest = Manifest(
    name="kunshan",
    version="1.0.0",
    api=">=1.3,<2",
    description="Kunshan Entrepreneurship Week: signings, angel funds, agreements, parks, priorities",
    after=("chinaocs",),
    optional=("chinaocs",),
)


@hookimpl
def register_data() -> Iterable[DataDocuments]:
    return [
        DataDocuments(paths=[HERE / "data"]),
        DataDocuments(paths=[HERE / "crosswalks" / "chinaocs.yaml"], requires=["chinaocs"]),
    ]
