"""Problems of a file by row and column, with the remedy; and notes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from store.values.spreadsheets import TableWriter

_LONGEST_VALUE = 1000


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A problem to correct. Row 0 is the whole file."""

    path: Path
    row: int
    column: str
    value: str
    message: str
    """What is wrong and what is allowed; after the last `; `, what to do."""
    field: str = ""
    """The field that could not be read; empty if the whole row is bad."""

    @property
    def problem(self) -> str:
        """What is wrong."""
        return self.message.rpartition("; ")[0] or self.message

    @property
    def remedy(self) -> str:
        """What to do."""
        if "; " in self.message:
            return self.message.rpartition("; ")[2]
        return "correct the cell" if self.row else "correct the file"

    def __str__(self) -> str:
        place = f"{self.path}, row {self.row}" if self.row else str(self.path)
        column = f", column {self.column}" if self.column else ""
        return f"{place}{column}: {self.value!r} {self.message}" if self.value else f"{place}{column}: {self.message}"


class ImportFailedError(ValueError):
    """Files can't be imported; nothing was written. `problems` are the first ones, `count` is their number."""

    def __init__(self, problems: list[RowProblem], count: int) -> None:
        self.problems = problems
        self.count = count
        shown = "\n".join(str(problem) for problem in problems[:20])
        super().__init__(f"{count} problem{'' if count == 1 else 's'}; nothing was imported.\n{shown}")


class ProblemLog:
    """Collects problems: the first `kept` in memory, all of them in a CSV file if requested."""

    def __init__(
        self,
        report: Path | None = None,
        kept: int = 200,
        found: Callable[[Sequence[RowProblem]], None] = lambda problems: None,
    ) -> None:
        """`found` is called with problems as they are added."""
        self.kept: list[RowProblem] = []
        self.count = 0
        self.bad_rows = 0
        self.bad_cells = 0
        """Number of cells dropped from otherwise good rows."""
        self._most = kept
        self.report = report
        self._found = found
        self._file: TextIO | None = None

    @property
    def refused(self) -> int:
        """The problems that cost a row or a file."""
        return self.count - self.bad_cells

    def add(self, problems: Iterable[RowProblem]) -> None:
        """Add the problems of one bad row, or of a file."""
        added = list(problems)
        self.bad_rows += any(problem.row for problem in added)
        self._add(added)

    def add_cells(self, problems: Iterable[RowProblem]) -> None:
        """Add the dropped cells of a good row."""
        added = list(problems)
        self.bad_cells += len(added)
        self._add(added)

    def _add(self, found: list[RowProblem]) -> None:
        self.count += len(found)
        self._found(found)
        self.kept += found[: max(0, self._most - len(self.kept))]
        if found and self.report is not None:
            self._write(self.report, found)

    def _write(self, report: Path, found: list[RowProblem]) -> None:
        new = self._file is None
        if self._file is None:
            report.parent.mkdir(parents=True, exist_ok=True)
            self._file = report.open("w", encoding="utf-8-sig", newline="")  # spreadsheets look for the mark
        writer = TableWriter(self._file)
        if new:
            writer.row(["file", "row", "column", "value", "problem", "remedy"])
        for item in found:
            value = item.value[:_LONGEST_VALUE]
            writer.row([str(item.path), item.row or "", item.column, value, item.problem, item.remedy])

    def close(self) -> None:
        """Finish the report."""
        if self._file is not None:
            self._file.close()
            self._file = None


@dataclass(slots=True)
class NoteLog:
    """What an import did that its user should know, such as skipped rows; counted by text."""

    _counts: dict[tuple[Path, str], list[int]] = field(default_factory=dict)

    def add(self, path: Path, text: str, row: int = 0) -> None:
        """Note `text` of a file, or of one row of it."""
        known = self._counts.setdefault((path, text), [0, row])
        known[0] += 1

    def texts(self) -> list[str]:
        """Return each note as a sentence, with the first row and the number of rows."""
        said = []
        for (path, text), (count, row) in self._counts.items():
            where = f", row {row}" if row and count == 1 else ""
            many = f" ({count:,} rows, first row {row})" if row and count > 1 else ""
            said.append(f"{path.name}{where}: {text}{many}.")
        return said
