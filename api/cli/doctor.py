"""``roadshow doctor``"""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import sqlite3
import sys
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from api.background.soundness import Finding, backups_found

if TYPE_CHECKING:
    from api.operations.settings import ServerSettings
    from store.database import Database


def doctor() -> None:
    """Check the installation: Python, packages, settings, database, plugins, encoder, browser files, the port.

    Says what to do about each problem. Exits with 1 if something keeps Roadshow from working.
    """
    from rich.console import Console

    console = Console()
    marks = {"ok": "[green]✓[/green]", "warning": "[yellow]![/yellow]", "error": "[red]✗[/red]"}
    states = set()
    for finding in examine():
        states.add(finding.state)
        console.print(f"{marks[finding.state]} [bold]{finding.subject}[/bold]: ", end="")
        console.print(finding.found, markup=False, highlight=False, soft_wrap=True)
        if finding.remedy:
            console.print(f"    → {finding.remedy}", markup=False, highlight=False, soft_wrap=True)
    if "error" in states:
        raise typer.Exit(1)


def examine() -> Iterator[Finding]:
    """Yield all findings. Exceptions of checks become findings."""
    from api.operations.settings import load_server_settings

    yield from _safely("Python", _python)
    yield from _safely("Packages", _packages)
    yield from _safely("Names", _names)
    try:
        settings = load_server_settings()
    except Exception as problem:
        yield Finding("error", "Settings", str(problem), "Correct it in the environment or in roadshow.toml.")
        return
    source = "roadshow.toml and the environment" if Path("roadshow.toml").exists() else "the environment"
    yield Finding("ok", "Settings", f"read from {source}")
    yield from _safely("Database", lambda: _database(settings))
    yield from _safely("Plugins", lambda: _plugins(settings))
    yield from _safely("Encoder", lambda: _encoder(settings))
    yield from _safely("Pages", _assets)
    yield from _safely("Address", lambda: _address(settings))
    yield from _safely("Disk", lambda: _disk(settings))
    yield from _safely("Backups", lambda: backups_found(settings))


def _safely(subject: str, check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from check()
    except Exception as problem:
        yield Finding("error", subject, f"{type(problem).__name__}: {problem}")


def _python() -> Iterator[Finding]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    wanted = metadata.metadata("roadshow")["Requires-Python"] or ">=3.11"
    from packaging.specifiers import SpecifierSet

    if SpecifierSet(wanted).contains(version):
        yield Finding("ok", "Python", f"{version} ({sys.executable})")
    else:
        yield Finding("error", "Python", version, f"Roadshow needs Python {wanted}.")


def _packages() -> Iterator[Finding]:
    """Check each direct dependency against the required range."""
    from packaging.requirements import Requirement

    wrong = []
    for text in metadata.requires("roadshow") or ():
        requirement = Requirement(text)
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            version = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            wrong.append(f"{requirement.name} is missing")
            continue
        if not requirement.specifier.contains(version.split("+")[0], prereleases=True):
            wrong.append(f"{requirement.name} is {version}, required is {requirement.specifier}")
    if wrong:
        remedy = "make clean install (without a checkout: pip install --upgrade roadshow, in its own environment)"
        yield Finding("error", "Packages", "; ".join(wrong), remedy)
    else:
        yield Finding("ok", "Packages", "all within the required ranges")


def _names() -> Iterator[Finding]:
    """Check that no other distribution brings Roadshow's packages."""
    from api.operations.top_level_names import NAMES, clashes

    name_clashes = clashes()
    for clash in name_clashes:
        yield Finding("error", "Names", clash.found, clash.remedy)
    if not name_clashes:
        yield Finding("ok", "Names", f"{', '.join(NAMES)} are Roadshow's alone")


def _database(settings: ServerSettings) -> Iterator[Finding]:
    from api.background.soundness import RESTORE, damage
    from store.database import Database, DatabaseError

    if settings.database_url.startswith("sqlite") and sqlite3.sqlite_version_info < (3, 35):
        yield Finding("error", "SQLite", sqlite3.sqlite_version, "Roadshow needs SQLite 3.35 or newer.")
        return
    path = Path(settings.database_url.removeprefix("sqlite:///"))
    if settings.database_url.startswith("sqlite:///") and not path.exists():
        folder = _existing(path.expanduser().parent)
        if folder.is_dir() and os.access(folder, os.W_OK):
            yield Finding("ok", "Database", f"{path} doesn't exist yet; serve, demo and import create it")
        else:
            yield Finding("error", "Database", f"{path} can't be created in {folder}", "Correct ROADSHOW_DATABASE_URL.")
        return
    try:
        database = Database(settings.database_url)
    except DatabaseError as problem:
        yield Finding("error", "Database", str(problem))
        return
    shown = database.url.render_as_string(hide_password=True)
    try:
        database.check()
        if damaged := damage(database):
            yield Finding("error", "Database", f"{shown} is damaged: {damaged}", RESTORE)
            return
        yield from _schema(database, shown)
        if not database.is_sqlite:
            yield from _connections(database, settings)
    except DatabaseError as problem:
        yield Finding("error", "Database", str(problem))
    finally:
        database.dispose()


def _connections(database: Database, settings: ServerSettings) -> Iterator[Finding]:
    """Check that PostgreSQL accepts as many connections as the workers may open."""
    from sqlalchemy import text

    from api.assembly.connections import most_connections

    with database.read() as session:
        allowed, reserved = (
            int(str(session.scalar(text(f"SHOW {name}"))))
            for name in ("max_connections", "superuser_reserved_connections")
        )
    needed, free = most_connections(settings), allowed - reserved
    comparison = (
        f"{settings.workers} worker(s) may open {needed}; the server allows {free} (max_connections = {allowed})"
    )
    if needed <= free:
        yield Finding("ok", "Connections", comparison)
    else:
        yield Finding(
            "warning", "Connections", comparison,
            f"Set max_connections = {needed + reserved + 10} in postgresql.conf, or lower ROADSHOW_WORKERS, "
            "ROADSHOW_THREADS or ROADSHOW_WRITE_THREADS.",
        )  # fmt: skip


def _schema(database: Database, shown: str) -> Iterator[Finding]:
    from sqlalchemy import func, select

    from store.database.migration import MigrationError, core_chain, require_current
    from store.models import Investor, Place, Project

    try:
        require_current(database, core_chain())
    except MigrationError as problem:
        yield Finding("error", "Database", f"{shown}: {problem}", "" if "Run:" in str(problem) else "roadshow migrate")
        return
    with database.read() as session:
        counts = [
            f"{session.scalar(select(func.count()).select_from(model))} {name}"
            for model, name in ((Project, "projects"), (Investor, "investors"), (Place, "places"))
        ]
    empty = counts[0].startswith("0 ")
    remedy = "roadshow demo, or roadshow import" if empty else ""
    yield Finding("warning" if empty else "ok", "Database", f"{shown}: {', '.join(counts)}", remedy)


def _plugins(settings: ServerSettings) -> Iterator[Finding]:
    from api.assembly.preparation import load_host

    host = load_host(settings)
    running = ", ".join(host.order) or "none"
    yield Finding("ok", "Plugins", f"running: {running}")
    for state in host.states():
        if state.name not in host.order and str(state.state).lower() != "disabled":
            yield Finding("warning", f"Plugin {state.name}", f"{state.state}: {state.reason}", "roadshow plugins info")


def _encoder(settings: ServerSettings) -> Iterator[Finding]:
    if settings.encoder not in ("default", "") and os.sep in settings.encoder and not Path(settings.encoder).exists():
        yield Finding("error", "Encoder", f"{settings.encoder} isn't there", "Correct ROADSHOW_ENCODER.")
        return
    missing = [name for name in ("torch", "sentence_transformers") if importlib.util.find_spec(name) is None]
    if missing:
        yield Finding("error", "Encoder", f"not installed: {', '.join(missing)}", "make install")
    else:
        yield Finding("ok", "Encoder", settings.encoder)


def _assets() -> Iterator[Finding]:
    """Check each part of the pages that needs fetched files; the other parts work without them."""
    from api import assets

    for part, files in assets.PARTS.items():
        missing = assets.missing(files)
        if missing:
            yield Finding("warning", part, f"missing: {', '.join(missing)}", assets.REMEDY)
        else:
            yield Finding("ok", part, ", ".join(files.values()))


def _address(settings: ServerSettings) -> Iterator[Finding]:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    shown = f"{settings.host}:{settings.port}"
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as problem:
            yield Finding("warning", "Address", f"{shown}: {problem.strerror}", "roadshow serve --port ANOTHER")
            return
    yield Finding("ok", "Address", f"{shown} is free")


def _existing(folder: Path) -> Path:
    """Return `folder`, or its nearest existing ancestor."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def _disk(settings: ServerSettings) -> Iterator[Finding]:
    folder = _existing(settings.data_directory)
    if not os.access(folder, os.W_OK):
        yield Finding("error", "Disk", f"{folder} can't be written to", "Correct ROADSHOW_DATA_DIRECTORY.")
        return
    free = shutil.disk_usage(folder).free / 1e9
    low = free < 1
    yield Finding("warning" if low else "ok", "Disk", f"{free:.1f} GB free", "Make room." if low else "")
