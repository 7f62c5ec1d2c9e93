"""The China Overseas Talent Innovation and Entrepreneurship Competition: a programme on public hooks only."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from plugins.cotiec.shared_fields import track_count
from roadshow import DataDocuments, Field, Manifest, hookimpl

HERE = Path(__file__).parent

manifest = Manifest(
    name="cotiec",
    version="1.0.0",
    api=">=1.3,<2",
    description="China Overseas Talent Innovation and Entrepreneurship Competition: tracks, fields, areas, stages",
    after=("chinaocs", "kunshan"),
    optional=("chinaocs", "kunshan"),
)


@hookimpl
def register_data() -> Iterable[DataDocuments]:
    return [
        DataDocuments(paths=[HERE / "data"]),
        DataDocuments(paths=[HERE / "demo"], kind="demo"),
        DataDocuments(paths=[HERE / "crosswalks" / "chinaocs.yaml"], requires=["chinaocs"]),
        DataDocuments(paths=[HERE / "crosswalks" / "kunshan.yaml"], requires=["kunshan"]),
    ]


@hookimpl
def register_fields() -> Iterable[Field]:
    return [track_count]
