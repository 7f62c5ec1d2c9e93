"""People to invite, from a spreadsheet; every row is checked before anybody is invited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

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


def read_invitees(path: Path) -> list[Invitee]:
    """Read the people in a spreadsheet, each address once. Raises CommandError listing every unusable row."""
    try:
        source = open_source(path, known=lambda header: _column(header) is not None)
        columns = {header: _column(header) for header in source.headers}
        if "email" not in columns.values():
            accepted = ", ".join(HEADERS["email"])
            raise CommandError(f"{path} has no column with e-mail addresses; give it one of these headers: {accepted}")
        rows = list(source.rows())
    except FileError as problem:
        raise CommandError(str(problem)) from problem
    invitees: dict[str, Invitee] = {}
    problems: list[str] = []
    for number, row in rows:
        cells = {column: str(row[header]).strip() for header, column in columns.items() if column and row.get(header)}
        if not cells:
            continue
        try:
            invitee = _invitee(cells)
        except AccountError as problem:
            problems.append(f"row {number}: {problem}")
            continue
        invitees.setdefault(invitee.email, invitee)
    if problems:
        raise CommandError("Nobody was invited.\n" + "\n".join(problems))
    if not invitees:
        raise CommandError(f"{path} contains nobody; give one person per row, with an e-mail address")
    return list(invitees.values())


def _invitee(cells: Mapping[str, str]) -> Invitee:
    if "email" not in cells:
        raise AccountError("email", f"{cells.get('name', 'the row')!r} has no e-mail address.")
    language = cells.get("language")
    if language is not None:
        language = LANGUAGES.get(language.casefold(), language)
        if language[:2].lower() not in LANGUAGES.values():
            raise AccountError("language", f"{language[:40]!r} isn't a language of our mail; give en or zh.")
    name = cells.get("name")
    return Invitee(email_of(cells["email"]), name[:200] if name else None, language[:2].lower() if language else None)


def _column(header: str) -> str | None:
    wanted = header.strip().casefold()
    return next((column for column, headers in HEADERS.items() if wanted in headers), None)
