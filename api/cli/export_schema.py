"""``roadshow export-schema``"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def export_schema(
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file; the terminal if left out.")] = None,
    check: Annotated[
        Path | None, typer.Option(help="Compare with this file: list what changed, fail if anything did.")
    ] = None,
    core: Annotated[bool, typer.Option("--core", help="Without plugins.")] = False,
    names: Annotated[bool, typer.Option("--names", help="Only the names that core takes.")] = False,
) -> None:
    """Print the GraphQL schema (SDL) of core and the plugins that run here.

    With `--check schema.graphql` it fails when the file is stale, and names the breaking changes.
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
    """0 if ``committed`` holds ``text``; else say what changed and return 1."""
    from schema.types.export import changes

    try:
        before = committed.read_text(encoding="utf-8")
    except OSError as problem:
        print(f"{committed} can't be read: {problem.strerror}. Write it: roadshow export-schema -o {committed}")
        return 1
    if before == text:
        print(f"{committed} is up to date.")
        return 0
    if report := changes(before, text).text:
        print(report)
    print(f"{committed} is stale. Write it anew and commit it: roadshow export-schema -o {committed}")
    return 1
