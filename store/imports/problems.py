"""What is wrong in a file: by row and column, with the remedy."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

SHOWN_VALUE = 120


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing to be corrected. Row 0 is the file as a whole."""

    path: Path
    row: int
    column: str
    value: str
    message: str
    """What is wrong and what is allowed; then, behind the last `; `, what to do."""

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
    """Files can't be imported; nothing was written. `problems` are those kept, `count` how many there are."""

    def __init__(self, problems: list[RowProblem], count: int) -> None:
        self.problems = problems
        self.count = count
        shown = "\n".join(str(problem) for problem in problems[:20])
        super().__init__(f"{count} problem{'' if count == 1 else 's'}; nothing was imported.\n{shown}")


class ProblemLog:
    """Collects problems: the first `kept` in memory, all of them in a CSV file if one is wanted."""

    def __init__(self, report: Path | None = None, kept: int = 200) -> None:
        self.kept: list[RowProblem] = []
        self.count = 0
        self.bad_rows = 0
        self._most = kept
        self.report = report
        self._file: TextIO | None = None

    def add(self, problems: Iterable[RowProblem]) -> None:
        """Note the problems of one row."""
        found = list(problems)
        if not found:
            return
        self.bad_rows += 1
        self.count += len(found)
        self.kept += found[: max(0, self._most - len(self.kept))]
        if self.report is not None:
            self._write(self.report, found)

    def _write(self, report: Path, found: list[RowProblem]) -> None:
        if self._file is None:
            report.parent.mkdir(parents=True, exist_ok=True)
            self._file = report.open("w", encoding="utf-8-sig", newline="")  # spreadsheets look for the mark
            csv.writer(self._file).writerow(["file", "row", "column", "value", "problem", "remedy"])
        writer = csv.writer(self._file)
        for item in found:
            cells = [item.path, item.row or "", item.column, item.value[:1000], item.problem, item.remedy]
            writer.writerow([_harmless(str(cell)) for cell in cells])

    def close(self) -> None:
        """Finish the report."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _harmless(cell: str) -> str:
    """A text that a spreadsheet takes for a formula must not become one."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t") and len(cell) > 1 else cell
