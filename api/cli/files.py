"""``roadshow import`` and ``roadshow export``, which know the entities that plugins add."""

from __future__ import annotations

import difflib
import os
import sys
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from store.imports.commands import import_ as import_of_the_store

if TYPE_CHECKING:
    from plugins.host.contributions.contributions import Exporter
    from plugins.host.contributions.registry import Entry
    from plugins.host.host import Host


@wraps(import_of_the_store)
def import_(*arguments: object, **options: object) -> None:
    from store.imports.kinds import KINDS

    if options.get("kind") not in KINDS:
        from api.assembly.preparation import load_host

        load_host()
    import_of_the_store(*arguments, **options)  # type: ignore[arg-type]


def export(
    what: Annotated[str, typer.Argument(help="The entity, such as project, investor, talent, organisation, place.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file; by default the terminal.")] = None,
    format_name: Annotated[
        str | None,
        typer.Option("--format", help="csv, jsonl, or a format of a plugin; by default from the file's name."),
    ] = None,
    archived: Annotated[bool, typer.Option("--archived", help="Include archived records.")] = False,
) -> None:
    """Export all records of one kind, with every column.

    A file is written beside its name and renamed when complete, so that it is never half-written.
    """
    from api.assembly.core_contributions import CORE_PARTS
    from api.assembly.preparation import load_host
    from api.cli.opened import ready_database
    from api.jobs.formats import exportable, rows_of
    from api.operations.problems import CommandError

    host = load_host(core=CORE_PARTS)  # before the kinds, some of which are plugins'
    models = exportable()
    model = models.get(what)
    if model is None:
        close = difflib.get_close_matches(what, models, n=1)
        hint = f" Did you mean '{close[0]}'?" if close else ""
        raise CommandError(f"'{what}' can't be exported.{hint} Give one of: {', '.join(sorted(models))}.")
    entry = _format(host, format_name, output)
    with ready_database() as database, database.read() as session:
        rows = rows_of(session, model, archived=archived)
        if output is None:
            host.call(entry, entry.value.write, rows, sys.stdout.buffer, time_limit=None)
            return
        unfinished = output.with_name(f".{output.name}.{os.getpid()}")
        try:
            with unfinished.open("wb") as stream:
                host.call(entry, entry.value.write, rows, stream, time_limit=None)
            unfinished.replace(output)
        except OSError as problem:
            raise CommandError(f"{output} can't be written: {problem.strerror or problem}") from problem
        finally:
            unfinished.unlink(missing_ok=True)


def _format(host: Host, name: str | None, output: Path | None) -> Entry[Exporter]:
    from api.operations.problems import CommandError

    formats = {entry.value.name: entry for entry in host.contributions.exporters}
    if name is not None and name in formats:
        return formats[name]
    suffix = output.suffix.lower() if output is not None and name is None else ""
    for entry in formats.values():
        if suffix and entry.value.suffix == suffix:
            return entry
    if name is None and not suffix:
        return formats["csv"]
    given = f"'{name}'" if name is not None else f"files that end in '{suffix}'"
    raise CommandError(f"There is no format for {given}. Give one with --format: {', '.join(formats)}.")
