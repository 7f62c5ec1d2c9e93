"""The file that an import's job leaves: its problems, the rows with problems, or a preview."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import orjson

from api.jobs.run import JobRun
from store.enums import ImportFile
from store.imports import ImportReport
from store.imports.preview import Preview, rows_with_problems
from store.values.spreadsheets import TableWriter

CSV = "text/csv; charset=utf-8"


def leave_file(
    job: JobRun,
    wanted: ImportFile,
    path: Path,
    report: Path,
    done: ImportReport,
    found: Preview,
    more: Mapping[str, object],
) -> None:
    """Write the job's file, if there is anything to tell; a preview has `more` beside what was `found`."""
    plan = done.files[0] if done.files else None
    if wanted is ImportFile.PREVIEW:
        with job.file(f"{path.stem}-preview.json", "application/json") as stream:
            stream.write(orjson.dumps({**found.shown(plan), **more}, option=orjson.OPT_NON_STR_KEYS))
    elif wanted is ImportFile.ROWS and plan is not None and found.by_row:
        with job.file(f"{path.stem}-problems.csv", CSV) as stream:
            text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=True)
            writer = TableWriter(text)
            for row in rows_with_problems(plan, found):
                writer.row(row)
            text.detach()
    elif done.problem_count and report.is_file():
        with job.file(f"{path.stem}-problems.csv", CSV) as stream:
            stream.write(report.read_bytes())
