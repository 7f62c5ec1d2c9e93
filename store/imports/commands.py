"""`roadshow import`"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from store.models.base import table_of

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

    from store.imports.planning.plans import FilePlan
    from store.imports.problems import ImportFailedError, RowProblem
    from store.imports.readers import RowReader
    from store.imports.running import ImportReport

_SHOWN_PROBLEMS = 25
_REPORT = Path("import-problems.csv")
_SHOWN_NOTES = 20
_TELL_EVERY = 200
_REFERENCE = Path(__file__).parents[1] / "data" / "reference"


def import_(
    files: Annotated[
        list[Path] | None, typer.Argument(help="CSV, XLSX, XLS, ODS, JSON or Parquet files; several at once.")
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(help="What the files hold: projects, talents, investors, investments, events, priorities, …"),
    ] = None,
    mapping: Annotated[Path | None, typer.Option(help="YAML file that maps the columns.")] = None,
    namespace: Annotated[
        str | None, typer.Option(help="Whose ids the files hold; the same one each time for the same source.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, write nothing.")] = False,
    skip_bad_rows: Annotated[bool, typer.Option("--skip-bad-rows", help="Write the good rows all the same.")] = False,
    skip_bad_cells: Annotated[
        bool, typer.Option("--skip-bad-cells", help="Drop optional cells that can't be read, not their rows.")
    ] = False,
    report: Annotated[Path, typer.Option(help="CSV file for all problems.")] = _REPORT,
    format_name: Annotated[str | None, typer.Option("--format", help="A format added by a plugin.")] = None,
    fields: Annotated[
        bool, typer.Option("--fields", help="List the fields of a kind, or of all, with their headers; read no file.")
    ] = False,
) -> None:
    """Read projects, talents, investors, investments, events or priorities from files.

    Every row is checked before anything is written; one bad row, and nothing is. Importing the same files again
    changes nothing. Interrupting leaves the store as it was.
    """
    from rich.console import Console
    from sqlalchemy.exc import DBAPIError

    from store.access.actors import Actor
    from store.database.environment import environment_problem, said_by
    from store.database.opening import opened_database
    from store.documents import load
    from store.imports.planning.mapping import MappingError, read_mapping
    from store.imports.problems import ImportFailedError
    from store.imports.running import import_files

    if fields:
        typer.echo(_fields(kind))
        return
    if not files:
        raise typer.BadParameter("name at least one file, or --fields to see what files may hold", param_hint="FILES")
    console = Console(stderr=True)
    try:
        _check_report(report, [*files, *([mapping] if mapping else [])])
        formats, format_name, kind = _formats(files, format_name, kind)
        with opened_database() as database, _Teller(_progress(console)) as teller:
            with database.write(Actor.system("data of core")) as session:
                load(session, [_REFERENCE], "core")  # the places that files refer to
            result = import_files(
                database,
                files,
                mapping=read_mapping(mapping),
                kind=kind,
                namespace=namespace,
                dry_run=dry_run,
                skip_bad_rows=skip_bad_rows,
                skip_bad_cells=skip_bad_cells,
                report=report,
                formats=formats,
                format_name=format_name,
                advance=teller.advance,
            )
    except MappingError as error:
        console.print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(2) from error
    except ImportFailedError as error:
        _show_problems(console, error.problems, error.count, report)
        console.print(f"Nothing was imported.{_ways_out(error, skip_bad_cells)}")
        raise typer.Exit(1) from error
    except DBAPIError as error:
        said = environment_problem(error) or said_by(error).splitlines()[0]
        text = f"The database refused the import, and nothing was written: {said}"
        console.print(text, style="red", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(1) from error
    except KeyboardInterrupt:
        console.print("Interrupted: nothing was imported.")
        raise typer.Exit(130) from None
    if result.problem_count:
        _show_problems(console, result.problems, result.problem_count, report)
    _show_result(Console(), result)
    if dry_run and result.problem_count > result.bad_cells:
        raise typer.Exit(1)


def _fields(kind: str | None) -> str:
    from store.imports.kinds import KINDS
    from store.imports.kinds.described import described

    if kind is not None and kind not in KINDS:
        raise typer.BadParameter(f"no kind '{kind}'; one of: {', '.join(KINDS)}", param_hint="--kind")
    return described(KINDS.values() if kind is None else [KINDS[kind]])


def _formats(
    files: list[Path], name: str | None, kind: str | None
) -> "tuple[dict[str, RowReader], str | None, str | None]":
    """Return plugins' formats by name, the format chosen by name or ending, and the kind."""
    from store.documents.vocabulary import NAMES
    from store.imports.kinds import KINDS
    from store.imports.readers import SUFFIXES
    from store.settings import load_settings

    if name is None and all(path.suffix.casefold() in SUFFIXES for path in files):
        return {}, None, kind
    from plugins.host.host import Host

    importers = [entry.value for entry in Host.load(load_settings().plugins).contributions.importers]
    endings = {path.suffix.casefold() for path in files}
    fitting = [
        one for one in importers if (name == one.name if name else endings <= {s.casefold() for s in one.suffixes})
    ]
    if fitting:
        name = fitting[0].name
        kinds = {NAMES.get(known.model, known.model.__name__): known.name for known in KINDS.values()}
        kind = kind or kinds.get(fitting[0].entity or "")
    return {one.name: one.read for one in importers}, name, kind


def _check_report(report: Path, read: list[Path]) -> None:
    """Raise MappingError if the report would overwrite an input file."""
    from store.imports.planning.mapping import MappingError

    for path in read:
        if path.resolve() == report.resolve() or (path.exists() and report.exists() and path.samefile(report)):
            raise MappingError(f"--report would overwrite the input {path}; give --report another name")


def _ways_out(error: "ImportFailedError", skipping_cells: bool) -> str:
    """Name the options that import the rest; none if a whole file or its headers are wrong."""
    if any(not problem.row for problem in error.problems):
        return ""
    cells = "" if skipping_cells else " --skip-bad-cells drops optional cells that can't be read."
    return f"{cells} --skip-bad-rows imports the other rows."


def _progress(console: "Console") -> "Progress":
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:,.0f} rows/s" if task.speed else "")

    name = TextColumn("{task.description}", markup=False)
    return Progress(name, BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn(), console=console)


class _Teller:
    """Updates progress bars, though not for every row."""

    def __init__(self, progress: "Progress") -> None:
        self.progress = progress
        self._tasks: dict[tuple[str, int], int] = {}
        self._waiting = 0
        self._checked: dict[int, int] = {}

    def __enter__(self) -> "_Teller":
        return self

    def __exit__(self, *_: object) -> None:
        self._flush()
        self.progress.stop()

    def advance(self, step: str, plan: "FilePlan", count: int) -> None:
        """Record `count` more checked or written rows of a file."""
        key = (step, plan.number)
        if key not in self._tasks:
            self._flush()
            self.progress.start()  # not before there is something to show
            verb = "Checking" if step == "check" else "Writing"
            total = self._checked.get(plan.number) if step == "write" else plan.source.about
            self._tasks[key] = self.progress.add_task(f"{verb} {plan.path.name}", total=total)
            self._current = key
        if step == "check":
            self._checked[plan.number] = self._checked.get(plan.number, 0) + count
        self._waiting += count
        if self._waiting >= _TELL_EVERY:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            self.progress.advance(self._tasks[self._current], self._waiting)  # type: ignore[arg-type]
        self._waiting = 0


def _show_problems(console: "Console", problems: "list[RowProblem]", count: int, report: Path) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(title="1 problem" if count == 1 else f"{count:,} problems", title_justify="left", show_lines=False)
    for name in ("file", "row", "column", "value", "problem", "remedy"):
        table.add_column(name, overflow="fold")
    for problem in problems[:_SHOWN_PROBLEMS]:
        value = problem.value if len(problem.value) <= 60 else problem.value[:59] + "…"
        row = str(problem.row) if problem.row else ""
        cells = (problem.path.name, row, problem.column, value, problem.problem, problem.remedy)
        table.add_row(*(Text(cell) for cell in cells))
    console.print(table)
    if count > _SHOWN_PROBLEMS:
        console.print(f"… and {count - _SHOWN_PROBLEMS} more.")
    console.print(f"All problems are in {report}.", markup=False, highlight=False)


def _show_result(console: "Console", result: "ImportReport") -> None:
    from rich.table import Table

    from store.imports.kinds import KINDS

    outlook = result.outlook
    table = Table("", "rows", "new", "changed", "unchanged")
    for plan_kind in dict.fromkeys(plan.kind.name for plan in result.files):
        counts = (outlook.rows, outlook.new, outlook.changed, outlook.unchanged)
        table.add_row(plan_kind, *(f"{counter[plan_kind]:,}" for counter in counts))
    console.print(table)
    ignored = {plan.path.name: plan.ignored for plan in result.files if plan.ignored}
    for name, headers in ignored.items():
        console.print(f"Left out of {name}: {', '.join(headers)}", markup=False, highlight=False)
    if result.bad_rows:
        rows = "1 row was" if result.bad_rows == 1 else f"{result.bad_rows:,} rows were"
        console.print(f"{rows} {'found bad' if result.dry_run else 'skipped'}.")
    if result.bad_cells:
        cells = "1 cell was" if result.bad_cells == 1 else f"{result.bad_cells:,} cells were"
        console.print(f"{cells} left out.")
    for note in result.notes[:_SHOWN_NOTES]:
        console.print(f"Note: {note}", markup=False, highlight=False, soft_wrap=True)
    if len(result.notes) > _SHOWN_NOTES:
        console.print(f"… and {len(result.notes) - _SHOWN_NOTES:,} more notes.")
    for name, count in outlook.erased.items():
        what = "names in teams" if name == "team" else name
        console.print(f"{count:,} {what}: erased, not loaded again.")
    for kept in result.written.kept[:10]:
        console.print(f"Left as edited by hand: {kept}", markup=False, highlight=False)
    if result.dry_run:
        console.print("Dry run: nothing was written.")
    elif not sum(outlook.rows.values()):
        console.print("Nothing to do: there are headers but no rows.")
    elif outlook.nothing_to_do:
        console.print("Nothing to do: the store already has everything.")
    else:
        created = {name: count for name, count in result.written.created.items() if count}
        said = ["Made: " + ", ".join(_counted(*one) for one in created.items())] if created else []
        changed = {str(table_of(KINDS[kind].model).name): count for kind, count in outlook.changed.items() if count}
        said += ["Changed: " + ", ".join(_counted(*one) for one in changed.items())] if changed else []
        console.print(". ".join(said or ["Nothing to do: another import has written everything meanwhile"]) + ".")
        console.print("Next: roadshow encode, which turns new texts into vectors.")


def _counted(name: str, count: int) -> str:
    """Format a table's name as a counted noun: 2 project tracks, 3 industries."""
    noun = name.replace("_", " ")
    plural = noun.removesuffix("y") + "ies" if noun.endswith("y") else f"{noun}s"
    return f"{count:,} {noun if count == 1 else plural}"
