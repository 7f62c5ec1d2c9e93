"""``roadshow``: every command by name, loaded when called, so that help is instant."""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

from api.assembly.commands import COMMANDS

if TYPE_CHECKING:
    from plugins.host.contributions.contributions import Command as PluginCommand
    from plugins.host.contributions.registry import Entry
    from schema.request.context import PluginContext

EPILOGUE = (
    "Settings come from the environment (ROADSHOW_DATABASE_URL, …) or from roadshow.toml in this directory. "
    "'roadshow doctor' shows the current ones and says what is wrong."
)


class LazyGroup(TyperGroup):
    """Lists its commands without importing them; loads plugins' commands for unknown names."""

    def list_commands(self, ctx: Any) -> list[str]:
        """List all names, plugins' after core's."""
        return [*COMMANDS, *(name for name in plugin_commands() if name not in COMMANDS)]

    def get_command(self, ctx: Any, cmd_name: str) -> TyperCommand | None:
        """A stand-in with the command's name and help; ``resolve_command`` gives the command itself."""
        lazy = COMMANDS.get(cmd_name)
        if lazy is not None:
            return _stand_in(cmd_name, lazy.help, lazy.panel)
        entry = plugin_commands().get(cmd_name)
        return _stand_in(cmd_name, entry.value.help, f"From plugins: {entry.owner}") if entry else None

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command that ``args`` begins with."""
        lazy = COMMANDS.get(args[0]) if args else None
        if lazy is not None:
            _provide_context("core")
            function = getattr(importlib.import_module(lazy.module), lazy.attribute)
            return args[0], as_command(args[0], function, lazy.help), args[1:]
        entry = plugin_commands().get(args[0]) if args else None
        if entry is not None:
            _provide_context(entry.owner)
            return args[0], as_command(args[0], entry.value.run, entry.value.help), args[1:]
        self.commands = {name: _stand_in(name, "", "") for name in self.list_commands(ctx)}  # for "did you mean"
        return super().resolve_command(ctx, args)


def as_command(name: str, run: typer.Typer | Callable[..., object], help: str) -> Any:
    """A Typer application or a function as one command."""
    application = run
    if not isinstance(application, typer.Typer):
        application = typer.Typer(add_completion=False, rich_markup_mode="markdown")
        application.command()(run)
    command = typer.main.get_command(application)
    command.name = name
    command.help = command.help or help
    return command


def plugin_commands() -> dict[str, Entry[PluginCommand]]:
    """The commands that plugins contribute, by name; none where the plugins can't be loaded."""
    global _plugin_commands
    if _plugin_commands is None:
        from api.assembly.preparation import load_host

        try:
            _plugin_commands = {entry.value.name: entry for entry in load_host().contributions.commands}
        except Exception as problem:  # help must work even then; serve and doctor report the problem
            print(f"Plugins' commands are not available: {problem}", file=sys.stderr)
            _plugin_commands = {}
    return _plugin_commands


_plugin_commands: dict[str, Entry[PluginCommand]] | None = None


def _provide_context(plugin: str) -> None:
    from plugins.host.context import provide_command_context

    def opened() -> AbstractContextManager[PluginContext]:
        from api.assembly.rooms import plugin_context

        return plugin_context(plugin)

    provide_command_context(opened)


def _stand_in(name: str, help: str, panel: str) -> TyperCommand:
    return TyperCommand(name, help=help, rich_help_panel=panel)


app = typer.Typer(
    cls=LazyGroup,
    name="roadshow",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    epilog=EPILOGUE,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"roadshow {version('roadshow')}")
        raise typer.Exit


@app.callback(
    help="""Which project fits which investor, which project fits which city, and why.

    First steps: `roadshow demo` fills a database with demo data, `roadshow serve` starts the server.
    Help for one command: `roadshow COMMAND --help`."""
)
def roadshow(
    version: bool = typer.Option(
        False, "--version", help="Show the version and end.", callback=_show_version, is_eager=True
    ),
) -> None:
    """Handle global options; the commands do the work."""


class _Sentence(logging.Formatter):
    """A log formatter that omits tracebacks, which belong in a server's log."""

    def format(self, record: logging.LogRecord) -> str:
        return record.getMessage()


def main() -> None:
    """Run the command line; known problems are reported in a sentence."""
    from api.operations.problems import known_problem

    handler = logging.StreamHandler()  # until the server sets up its own log
    handler.setFormatter(_Sentence())
    logging.getLogger().addHandler(handler)
    try:
        app(prog_name="roadshow")
    except Exception as problem:
        sentence = known_problem(problem)
        if sentence is None:
            raise
        from rich.console import Console

        Console(stderr=True, soft_wrap=True).print(sentence, style="red", markup=False, highlight=False)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
