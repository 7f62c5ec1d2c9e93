"""The kind of job `import`: rows of an uploaded file, checked as a whole, then written in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from pydantic import BaseModel, Field

from api.jobs.import_files import leave_file
from api.jobs.run import JobRun
from plugins.host.context import JobContext
from plugins.host.contributions.contributions import JobKind
from plugins.host.errors import UserError
from schema.domain.jobs.imports import IMPORT
from store.access.actors import Actor
from store.enums import ImportFile
from store.files.uploads import UploadError, read_upload
from store.imports import ImportFailedError, ImportReport, MappingError, import_files
from store.imports.planning.corrections import Corrections
from store.imports.planning.kind_guess import guessed_kind
from store.imports.planning.mapping import MappingFile, parse_mapping
from store.imports.planning.plans import FilePlan, kind_of
from store.imports.preview import Preview
from store.imports.readers import FileError, RowReader

SHOWN = 20
"""Problems told in the result; the job's file has all."""


class Correction(BaseModel):
    """Another content of a cell; without a column the row is left out."""

    row: int
    column: str | None = None
    value: str | None = None


class ImportArguments(BaseModel):
    """What is imported, and how."""

    upload: str
    kind: str | None
    namespace: str
    format: str | None
    check_only: bool
    skip_bad_rows: bool
    skip_bad_cells: bool
    mapping: str | None = None
    corrections: list[Correction] = Field(default_factory=list)
    file: ImportFile = ImportFile.PROBLEMS

    @property
    def is_preview(self) -> bool:
        """Whether the import is only shown."""
        return self.file is ImportFile.PREVIEW


def import_rows(job: JobContext[Actor], arguments: ImportArguments) -> dict[str, object]:
    """Import the file; return the number of rows by kind, and the first problems."""
    assert isinstance(job, JobRun)
    path = _file(job, arguments)
    report = path.with_name(f".{job.job_id}.problems.csv")
    formats: dict[str, RowReader] = {
        entry.name: partial(job.host.rows, entry) for entry in job.host.contributions.importers
    }
    found = Preview() if arguments.is_preview else Preview(most_rows=None)
    try:
        mapping = parse_mapping(arguments.mapping, "The mapping") if arguments.mapping else MappingFile()
        guess = _guess(path, mapping, arguments, formats)
        done = import_files(
            job.database,
            [path],
            mapping=mapping,
            kind=arguments.kind or guess,
            namespace=arguments.namespace,
            actor=job.actor,
            dry_run=arguments.check_only,
            skip_bad_rows=arguments.skip_bad_rows,
            skip_bad_cells=arguments.skip_bad_cells,
            report=report,
            formats=formats,
            format_name=arguments.format,
            advance=_Teller(job).advance,
            corrections=Corrections.of((each.row, each.column, each.value) for each in arguments.corrections),
            found=found if arguments.file is not ImportFile.PROBLEMS else None,
        )
        result = _result(done)
        more = {**result, "kindGuessed": guess is not None, "mapping": mapping.model_dump(exclude_unset=True)}
        leave_file(job, arguments.file, path, report, done, found, more)
    except MappingError as problem:
        raise UserError(str(problem).replace(str(path), path.name)) from problem
    except ImportFailedError as problem:
        raise UserError(_told(problem)) from problem
    finally:
        report.unlink(missing_ok=True)
    return result


def _file(job: JobRun, arguments: ImportArguments) -> Path:
    try:
        path = read_upload(job.database, arguments.upload).path(job.data_directory)
    except UploadError as problem:
        raise UserError(str(problem)) from problem
    if not path.is_file():
        raise UserError("The file isn't in this worker's data directory: it was never sent, or has been deleted.")
    return path


def _guess(
    path: Path, mapping: MappingFile, arguments: ImportArguments, formats: Mapping[str, RowReader]
) -> str | None:
    """Return what a file to be previewed seems to hold, if nobody says so."""
    part = mapping.part(path)
    if not arguments.is_preview or arguments.kind or part.kind:
        return None
    try:
        kind_of(path, part, None)
    except MappingError:
        try:
            return guessed_kind(path, part, formats, arguments.format)
        except FileError as problem:
            raise UserError(str(problem).replace(str(path), path.name)) from problem
    return None


def _told(error: ImportFailedError) -> str:
    """Describe the first problems by the file's own name."""
    problems = [replace(each, path=Path(each.path.name)) for each in error.problems]
    return str(ImportFailedError(problems, error.count))


def _result(found: ImportReport) -> dict[str, object]:
    outlook = found.outlook
    counts: Mapping[str, object] = {
        kind: {
            "rows": outlook.rows[kind],
            "new": outlook.new[kind],
            "changed": outlook.changed[kind],
            "unchanged": outlook.unchanged[kind],
        }
        for kind in dict.fromkeys(plan.kind.name for plan in found.files)
    }
    shown = (replace(each, path=Path(each.path.name)) for each in found.problems[:SHOWN])
    kept = found.written.kept[:SHOWN]
    return {
        "written": not found.dry_run,
        "counts": counts,
        "badRows": found.bad_rows,
        "badCells": found.bad_cells,
        "problemCount": found.problem_count,
        "problems": [str(each) for each in shown],
        "keptCount": len(found.written.kept),
        "kept": [each.replace(str(plan.path), plan.path.name) for plan in found.files[:1] for each in kept],
        "changes": list(found.changes) if found.changes else None,
        "notes": found.notes,
    }


class _Teller:
    """Reports rows as they are checked and written."""

    def __init__(self, job: JobRun) -> None:
        self._job = job
        self._checked = 0

    def advance(self, step: str, plan: FilePlan, count: int) -> None:
        if step == "check":
            self._checked += count
            about = plan.source.about
            self._job.report(min(0.5, self._checked / about / 2) if about else None, f"{self._checked} rows checked")
        else:
            self._job.go_on()  # nothing can be told while the import's own transaction is open


IMPORTS = JobKind(
    name=IMPORT,
    description="Imports the rows of an uploaded file.",
    run=import_rows,
    arguments=ImportArguments,
)
