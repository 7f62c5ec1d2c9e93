"""``roadshow export-schema`` and ``roadshow operations``: the schema, and what front ends ask of it"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import orjson
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


def operations(
    files: Annotated[list[Path], typer.Argument(help="GraphQL files, or JSON files from id or hash to text.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The file for ROADSHOW_TRUSTED_DOCUMENTS.")] = Path(
        "operations.json"
    ),
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget operations that the file holds already.")] = False,
) -> None:
    """Register the operations of a front end, so that a server executes only these.

    Each is checked against the schema of core and the plugins that run here. Operations already in the file stay, for
    released versions of the front end still send them.
    """
    from api.operations.problems import CommandError

    kept = {} if fresh or not output.exists() else _texts(output)
    texts = {name: text for file in files for name, text in _texts(file).items()}
    problems = list(_problems(texts))
    if problems:
        raise CommandError("\n".join([*problems, f"{output} is as it was."]))
    every = {**kept, **texts}
    output.write_bytes(orjson.dumps(every, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n")
    print(f"{output}: {len(every.keys() - kept.keys())} new operations, {len(every)} in all.")


def _texts(file: Path) -> dict[str, str]:
    """Return the operations of a file by their ids; without ids, by the SHA-256 of their texts."""
    from api.operations.problems import CommandError

    try:
        text = file.read_text(encoding="utf-8")
        if file.suffix != ".json":
            return {hashlib.sha256(text.encode()).hexdigest(): text}
        content = orjson.loads(text)
    except (OSError, ValueError) as problem:
        raise CommandError(f"{file} can't be read: {problem}") from problem
    if not isinstance(content, dict) or not all(isinstance(each, str) for each in content.values()):
        raise CommandError(f"{file} must be an object of texts, from id or hash to operation.")
    return content


def _problems(operations: dict[str, str]) -> Iterator[str]:
    from graphql import GraphQLError, build_schema, parse, validate

    from api.assembly.rooms import schema_text
    from schema.execution.validation import RULES

    schema = build_schema(schema_text())
    for name, text in operations.items():
        try:
            errors = validate(schema, parse(text), RULES)
        except GraphQLError as unread:
            errors = [unread]
        for error in errors:
            at = f", line {error.locations[0].line}" if error.locations else ""
            yield f"{name[:12]}{at}: {error.message}"
