"""Problems of documents, with their locations."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Where:
    """A line of a file; lines count from 1."""

    path: Path
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem to correct: where, in which record and field, the value, and what to do."""

    where: Where
    record: str
    """Entity and key, as far as they are readable."""
    field: str
    value: str
    message: str
    """What is wrong, what is allowed, what to do."""

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.record, self.field) if part)
        value = self.value if len(self.value) <= 80 else self.value[:77] + "…"
        return f"{self.where}: {place}: {value!r} {self.message}" if value else f"{self.where}: {place}: {self.message}"


class DocumentsError(ValueError):
    """Some records can't be loaded; `problems` lists every one. Nothing was written."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        lines = [str(problem) for problem in self.problems[:_SHOWN]]
        if len(self.problems) > _SHOWN:
            lines.append(f"… and {len(self.problems) - _SHOWN} more")
        count = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        super().__init__(f"{count} in the data documents; nothing was loaded.\n" + "\n".join(lines))
