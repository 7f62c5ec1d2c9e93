"""``roadshow export-schema``"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def export_schema(
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file; by default the terminal.")] = None,
    check: Annotated[
        Path | None, typer.Option(help="Compare with this file: list changes, and fail if there are any.")
    ] = None,
    core: Annotated[bool, typer.Option("--core", help="Without plugins.")] = False,
    names: Annotated[bool, typer.Option("--names", help="Only the names taken by core.")] = False,
) -> None:
    """Print the GraphQL schema (SDL) of core and the plugins that run here.

    `--check schema.graphql` fails if the file is out of date, and names breaking changes.
    """
    from api.assembly.rooms import schema_text
    from api.operations.problems import CommandError

    if names:
        from api.assembly.core_contributions import schema_names

        print("\n".join(schema_names()))
        return
    text = schema_text(with_plugins=not core)
    if check is not None:
        raise typer.Exit(compare(check, text))
    if output is None:
        print(text, end="")
    else:
        try:
            output.write_text(text, encoding="utf-8")
        except OSError as problem:
            raise CommandError(f"{output} can't be written: {problem.strerror}") from problem


def compare(committed: Path, text: str) -> int:
    """Return 0 if ``committed`` holds ``text``; otherwise report the changes and return 1."""
    from schema.types.export import changes

    try:
        before = committed.read_text(encoding="utf-8")
    except OSError as problem:
        print(f"{committed} can't be read: {problem.strerror}. Create it: roadshow export-schema -o {committed}")
        return 1
    if before == text:
        print(f"{committed} is up to date.")
        return 0
    if report := changes(before, text).text:
        print(report)
    print(f"{committed} is out of date. Update and commit it:  roadshow export-schema -o {committed}")
    return 1
