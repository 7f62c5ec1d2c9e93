"""`roadshow plugins`: installed plugins and their state, new plugins, tables of old ones."""

from __future__ import annotations

import dataclasses
import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn, Protocol

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from plugins.host.errors import PluginError
from plugins.host.host import Host
from plugins.host.scaffold import ScaffoldError, write_plugin
from plugins.host.states import PluginState, State
from plugins.host.versions import API_VERSION

COLOURS = {
    State.ACTIVE: "green",
    State.DEGRADED: "yellow",
    State.RESTING: "yellow",
    State.DISABLED: "dim",
    State.REFUSED: "red",
    State.FAILED: "red",
}


class Installation(Protocol):
    """The installation, as the commands need it."""

    def load(self) -> Host:
        """Load the host as the server would, surveyed: `Host.problems` holds what stops the start."""

    def tables_left(self, host: Host, name: str) -> Sequence[str]:
        """Return the tables of a plugin in the database, installed or not."""

    def drop_tables(self, host: Host, name: str) -> None:
        """Revert the plugin's migrations, and forget it."""

    def accept_removal(self, host: Host, name: str) -> Sequence[str] | None:
        """Forget that a plugin decided who may see what; return its rules, None if there is nothing to accept."""

    def dead_letters(self) -> Sequence[tuple[str, int, int, str]]:
        """Yield each change set aside: `plugin:listener`, its number, attempts, the last error."""

    def replay(self, name: str) -> Sequence[tuple[str, int, str | None]]:
        """Deliver the plugin's dead letters again: listener, number, and the error if it failed again."""


def plugin_commands(installation: Installation) -> typer.Typer:
    """Build the commands as a Typer application."""
    app = typer.Typer(help="Plugins: what is installed, their state, and how to write one.", no_args_is_help=True)
    console = Console()

    @app.command("list")
    def show_list(
        as_json: Annotated[bool, typer.Option("--json", help="As JSON, with all details.")] = False,
    ) -> None:
        """List installed plugins, in order, with their state."""
        with errors_in_words():
            host = installation.load()
        states = host.states()
        if as_json:
            typer.echo(json.dumps([dataclasses.asdict(state) for state in states], default=str, ensure_ascii=False))
        elif not states:
            console.print("No plugins are installed. Write one with: roadshow plugins new NAME")
        else:
            table = Table("", "name", "version", "state", "adds", "failures", "message", box=None)
            for state in states:
                table.add_row(*_row(state))
            console.print(table)
        if host.problems:
            _stop("\n".join(("The server can't start like this:", *host.problems)))

    @app.command()
    def info(name: Annotated[str, typer.Argument(help="The plugin's name.")]) -> None:
        """Describe one plugin: state, contributions and their locations, settings."""
        with errors_in_words():
            host = installation.load()
            state = host.state(name)
        for label, value in _facts(state):
            console.print(f"[bold]{label}[/bold]  {escape(value)}", soft_wrap=True)
        for entry in host.contributions.of(name):
            console.print(f"  {escape(entry.point)}  [dim]{escape(str(entry.place))}[/dim]", soft_wrap=True)
        _print_settings(console, host, name)

    @app.command()
    def new(
        name: Annotated[str, typer.Argument(help="Its name: lower case, digits and _.")],
        directory: Annotated[Path, typer.Option(help="Where its folder is created.")] = Path(),
    ) -> None:
        """Create a new plugin in a folder of its own, with a passing test."""
        try:
            folder = write_plugin(name, directory, API_VERSION)
        except ScaffoldError as error:
            _stop(str(error))
        console.print(f"Created: {folder}\nNext:\n  pip install -e {folder}\n  python -m pytest {folder}")
        console.print("  roadshow plugins list", soft_wrap=True)

    @app.command()
    def trace() -> None:
        """Show each import and hook call of the start, in order, with its time."""
        with errors_in_words():
            host = installation.load()
        table = Table("plugin", "call", "milliseconds", "outcome", box=None)
        for record in host.start_trace():
            table.add_row(record.owner, escape(record.point), f"{record.seconds * 1000:.1f}", record.outcome)
        console.print(table)

    @app.command()
    def purge(
        name: Annotated[str, typer.Argument(help="The plugin's name; it may be disabled or uninstalled.")],
        yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    ) -> None:
        """Drop a plugin's tables with everything in them. This can't be undone."""
        with errors_in_words():
            host = installation.load()
            tables = installation.tables_left(host, name)
        if not tables:
            console.print(f"The database holds no tables of the plugin '{name}'.")
            return
        console.print(f"Tables of the plugin '{name}': {', '.join(tables)}", soft_wrap=True)
        if name in host.order:
            console.print("It is enabled: the next migration creates its tables again, empty.", soft_wrap=True)
        if not yes:
            typer.confirm("Drop them, with everything in them?", abort=True)
        with errors_in_words():
            installation.drop_tables(host, name)
        console.print(f"Dropped: {', '.join(tables)}", soft_wrap=True)

    @app.command()
    def accept_removal(
        name: Annotated[str, typer.Argument(help="The name of the plugin that is gone.")],
        yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    ) -> None:
        """Let the server start without a plugin that decided who may see what. What it hid becomes visible."""
        if not yes:
            typer.confirm(f"What the rules of '{name}' hid will be visible to everybody. Continue?", abort=True)
        with errors_in_words():
            rules = installation.accept_removal(installation.load(), name)
        if rules is None:
            _stop(f"There is nothing to accept: no removed plugin '{name}' decided who may see what here.")
        console.print(f"Its rules no longer hold: {', '.join(rules) or 'they were not recorded'}", soft_wrap=True)

    @app.command("dead-letters")
    def show_dead_letters() -> None:
        """List changes set aside because plugins' listeners kept failing on them."""
        with errors_in_words():
            letters = installation.dead_letters()
        if not letters:
            console.print("No change is set aside.")
            return
        table = Table("listener", "change", "tries", "last error", box=None)
        for reader, sequence, tries, failure in letters:
            table.add_row(escape(reader), str(sequence), str(tries), escape(failure))
        console.print(table)

    @app.command()
    def replay(name: Annotated[str, typer.Argument(help="The plugin's name.")]) -> None:
        """Deliver the changes set aside to a plugin's listeners once more."""
        with errors_in_words():
            done = installation.replay(name)
        for listener, sequence, failure in done:
            console.print(f"{listener}: change {sequence} {f'failed again: {failure}' if failure else 'is heard'}")
        failed = sum(failure is not None for _, _, failure in done)
        if failed:
            _stop(f"{failed} of {len(done)} failed again and stay set aside; the log says why.")
        console.print(
            f"{len(done)} changes were delivered." if done else f"Nothing of the plugin '{name}' is set aside."
        )

    return app


@contextmanager
def errors_in_words() -> Iterator[None]:
    """Show the host's refusals as a message instead of a traceback, and exit with status 1."""
    # The commands show failures themselves; the log's tracebacks would bury them.
    logging.getLogger("roadshow.plugins").addHandler(logging.NullHandler())
    try:
        yield
    except PluginError as error:
        _stop(str(error))


def _stop(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(1)


def _row(state: PluginState) -> tuple[str, ...]:
    adds = ", ".join(f"{count} {_noun(name, count)}" for name, count in state.contributions.items())
    colour = COLOURS[state.state]
    return (
        str(state.order or ""),
        escape(state.name),
        state.version or "",
        f"[{colour}]{state.state}[/{colour}]",
        adds,
        str(state.failures or ""),
        escape(_briefly(state)),
    )


def _noun(collection: str, count: int) -> str:
    words = collection.replace("_", " ")
    if count > 1 or not words.endswith("s"):
        return words
    return f"{words[:-3]}y" if words.endswith("ies") else words[:-1]


def _briefly(state: PluginState) -> str:
    if state.state is State.DEGRADED and len(state.skipped) > 1:
        return f"{state.skipped[0]}; and {len(state.skipped) - 1} more: roadshow plugins info {state.name}"
    return state.reason or state.description


def _facts(state: PluginState) -> Iterator[tuple[str, str]]:
    yield "name", f"{state.name} {state.version or ''}".strip()
    if state.description:
        yield "description", state.description
    yield "state", state.state + (f": {state.reason}" if state.reason else "")
    yield "from", f"{state.source}{f', {state.place}' if state.place else ''}"
    if state.api:
        yield "plugin API", f"{state.api}, installed is {API_VERSION}{' (overridden)' if state.overridden else ''}"
    for label in ("provides", "requires", "before", "after", "permissions"):
        if values := getattr(state, label):
            yield label, ", ".join(values)
    yield "calls", f"{state.calls}, of which {state.failures} failed"
    if failure := state.last_failure:
        yield "last failure", f"{failure.at:%Y-%m-%d %H:%M:%S} UTC, {failure.point}: {failure.kind}: {failure.message}"


def _print_settings(console: Console, host: Host, name: str) -> None:
    model = host.settings_model(name)
    if model is None:
        return
    values = host.settings_of(name)
    console.print("[bold]settings[/bold]")
    for setting, described in model.model_fields.items():
        value = getattr(values, setting, described.default)
        variable = f"ROADSHOW_PLUGINS__{name}__{setting}".upper()
        console.print(f"  {setting} = {value!r}  {escape(described.description or '')}", soft_wrap=True)
        console.print(f"    [dim]plugins.{name}.{setting} in roadshow.toml, or {variable}[/dim]", soft_wrap=True)
