"""Runs an import: checks everything, then writes everything in one transaction."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.orm import Session

from store.access.actors import Actor
from store.bulk import mark_import
from store.changes import keep_commit_order, latest_position
from store.database import Database
from store.imports.checking import Checker, Outlook
from store.imports.planning.corrections import Corrections
from store.imports.planning.mapping import MappingError, MappingFile
from store.imports.planning.plans import FilePlan, plan_files
from store.imports.preview import Preview
from store.imports.problems import ImportFailedError, NoteLog, ProblemLog, RowProblem
from store.imports.readers import RowReader
from store.imports.readers.source import Stamp
from store.imports.resolving.scratch import Scratch
from store.imports.writing.writer import Writer, Written
from store.search import index

Advance = Callable[[str, FilePlan, int], None]
"""Called with the pass (`check` or `write`), the file, and the number of further rows done."""
_NAMESPACE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_OPTIMIZE_FROM = 5_000
"""Number of new rows from which merging the search index pays."""


@dataclass(slots=True)
class ImportReport:
    """The result of an import."""

    namespace: str
    files: list[FilePlan]
    outlook: Outlook
    written: Written = field(default_factory=Written)
    problems: list[RowProblem] = field(default_factory=list)
    """The first problems; the report file has all."""
    problem_count: int = 0
    bad_rows: int = 0
    bad_cells: int = 0
    notes: list[str] = field(default_factory=list)
    """Notes on what the import did, such as skipped rows."""
    dry_run: bool = False
    changes: tuple[int, int] | None = None
    """The first and the last position of what was written in the change log."""


def import_files(
    database: Database,
    paths: Sequence[Path],
    *,
    mapping: MappingFile | None = None,
    kind: str | None = None,
    namespace: str | None = None,
    actor: Actor | None = None,
    dry_run: bool = False,
    skip_bad_rows: bool = False,
    skip_bad_cells: bool = False,
    report: Path | None = None,
    formats: Mapping[str, RowReader] | None = None,
    format_name: str | None = None,
    advance: Advance | None = None,
    corrections: Corrections | None = None,
    found: Preview | None = None,
) -> ImportReport:
    """Import files of rows; importing them again changes nothing.

    Every row is checked before anything is written. A bad row stops the import, unless `skip_bad_rows`;
    `skip_bad_cells` drops optional cells that can't be read. `report` receives every problem as CSV. `formats` are
    those of plugins, by name. `corrections` are of one file. `found` collects problems as they are found; a dry run
    that has it reports unusable files and headers too instead of raising.

    Raises MappingError for unusable options or mappings, and ImportFailedError for bad files or rows.
    """
    mapping = mapping or MappingFile()
    namespace = namespace or mapping.namespace
    if not namespace or not _NAMESPACE.fullmatch(namespace):
        wrong = f"{namespace!r} can't be a namespace; " if namespace else ""
        raise MappingError(
            f"Whose ids do the files hold? {wrong}give --namespace, or 'namespace' in the mapping: letters, digits, "
            "'.', '_', '-', such as our-office; always use the same one for the same source"
        )
    tell = advance or (lambda step, plan, count: None)
    if corrections is not None and len(paths) != 1:
        raise MappingError("Corrections are of one file; import the others by themselves")
    log = ProblemLog(report) if found is None else ProblemLog(report, found=found.add)
    notes, scratch, named = NoteLog(), Scratch(), set[str]()
    try:
        plans = plan_files(paths, mapping, kind, formats or {}, format_name, notes, corrections)
        log.add(plans.problems)
        with database.read() as session:
            checker = Checker(session, namespace, scratch, log, named, plans.unread, skip_bad_cells)
            checker.check(plans.files, lambda plan, count: tell("check", plan, count))
        is_preview = dry_run and found is not None
        is_broken = bool(plans.problems or checker.broken) and not is_preview
        if is_broken or (log.refused and not skip_bad_rows and not dry_run):
            raise ImportFailedError(log.kept, log.count)
        result = ImportReport(namespace, plans.files, checker.outlook, dry_run=dry_run, notes=notes.texts())
        result.problems, result.problem_count = log.kept, log.count
        result.bad_rows, result.bad_cells = log.bad_rows, log.bad_cells
        if not dry_run and not checker.outlook.nothing_to_do:
            _unchanged(plans.files)
            with database.write(actor or Actor.system("import")) as session:
                keep_commit_order(session)  # so that nobody else's changes lie between
                before = latest_position(session)
                writer = Writer(session, namespace, scratch, named, checker.places)
                result.written = writer.write(plans.files, lambda plan, count: tell("write", plan, count))
                _unchanged(plans.files)
                _tidy(session, result.written)
                if (last := latest_position(session)) > before:
                    result.changes = before + 1, last
                    if session.info["actor"].id is not None:  # else nobody takes its writes for edits
                        mark_import(session, *result.changes)
        return result
    finally:
        log.close()
        scratch.close()


def _unchanged(plans: Sequence[FilePlan]) -> None:
    """Raise ImportFailedError if a file has changed since the check."""
    changed = [plan.path for plan in plans if not plan.path.is_file() or Stamp.of(plan.path) != plan.stamp]
    if changed:
        problems = [RowProblem(path, 0, "", "", "changed during the import; import it again") for path in changed]
        raise ImportFailedError(problems, len(problems))


def _tidy(session: Session, written: Written) -> None:
    if sum(written.created.values()) >= _OPTIMIZE_FROM:
        index.optimize(session)
