"""People to invite, from a spreadsheet or a text; every row is checked before anybody is invited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path

from api.accounts.texts import text
from api.operations.problems import CommandError
from store.access.accounts import AccountError, email_of
from store.imports.readers.opening import open_source
from store.imports.readers.source import FileError

HEADERS: Mapping[str, tuple[str, ...]] = {
    "email": ("email", "e-mail", "e-mail address", "email address", "mail", "邮箱", "电子邮箱", "电子邮件", "邮件"),
    "name": ("name", "full name", "reviewer", "姓名", "名字", "评审", "专家"),
    "language": ("language", "语言"),
}
"""Headers of each column; other columns are ignored."""
LANGUAGES = {"english": "en", "英文": "en", "英语": "en", "chinese": "zh", "中文": "zh", "汉语": "zh"}


@dataclass(frozen=True, slots=True)
class Invitee:
    """A person to invite."""

    email: str
    name: str | None
    language: str | None
    row: int


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What keeps a row's person from being invited: the name of a text, and the value that it is about."""

    row: int
    name: str
    value: str

    def in_words(self, language: str) -> str:
        """Say it in one of the pages' languages."""
        return text(self.name, language).format(value=self.value[:80])


@dataclass(slots=True)
class Invitees:
    """The people of a spreadsheet or a text, each address once, and what is wrong with other rows."""

    people: dict[str, Invitee] = field(default_factory=dict)
    problems: list[RowProblem] = field(default_factory=list)
    repeated: list[RowProblem] = field(default_factory=list)
    """Rows whose address stands in an earlier one."""

    def add(self, row: int, cells: Mapping[str, str]) -> None:
        """Add the person of a row, or what is wrong with it."""
        email, name, language = (cells.get(each, "") for each in HEADERS)
        known = LANGUAGES.get(language.casefold(), language)[:2].lower()
        if not email:
            self.problems.append(RowProblem(row, "row_without_email", name or " ".join(cells.values())))
        elif known and known not in LANGUAGES.values():
            self.problems.append(RowProblem(row, "row_bad_language", language))
        else:
            try:
                address = email_of(email)
            except AccountError:
                self.problems.append(RowProblem(row, "row_bad_email", email))
                return
            if address in self.people:
                self.repeated.append(RowProblem(row, "row_repeated", address))
            else:
                self.people[address] = Invitee(address, name[:200] or None, known or None, row)


def read_rows(path: Path) -> Invitees:
    """Read the people in a spreadsheet. Raises FileError if it can't be read or has no column with addresses."""
    source = open_source(path, known=lambda header: _column(header) is not None)
    columns = {header: _column(header) for header in source.headers}
    if "email" not in columns.values():
        accepted = ", ".join(HEADERS["email"])
        raise FileError(path, f"no column with e-mail addresses; give it one of these headers: {accepted}")
    invitees = Invitees()
    for number, row in source.rows():
        cells = {column: str(row[header]).strip() for header, column in columns.items() if column and row.get(header)}
        if cells:
            invitees.add(number, cells)
    return invitees


def read_lines(lines: Iterable[str]) -> Invitees:
    """Read people from lines such as ``ada@example.org`` or ``Ada Example <ada@example.org>``."""
    invitees = Invitees()
    for number, line in enumerate(lines, 1):
        if line.strip():
            name, email = parseaddr(line.strip().rstrip(",;"))
            invitees.add(number, {"email": email if "@" in email else line.strip(), "name": name})
    return invitees


def read_invitees(path: Path) -> list[Invitee]:
    """Read the people in a spreadsheet, each address once. Raises CommandError listing every unusable row."""
    try:
        invitees = read_rows(path)
    except FileError as problem:
        raise CommandError(str(problem)) from problem
    if invitees.problems:
        problems = [f"row {each.row}: {each.in_words('en')}" for each in invitees.problems]
        raise CommandError("\n".join(("Nobody was invited.", *problems)))
    if not invitees.people:
        raise CommandError(f"{path} contains nobody; give one person per row, with an e-mail address")
    return list(invitees.people.values())


def _column(header: str) -> str | None:
    wanted = header.strip().casefold()
    return next((column for column, headers in HEADERS.items() if wanted in headers), None)
