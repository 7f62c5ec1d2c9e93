"""Shared by the recommender's commands: error sentences, progress bars, the recommender."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.progress import Progress

    from plugins.host.host import Host
    from recommender.pool.ranked_kinds import RankedKind
    from recommender.serving.service import Recommender
    from recommender.training.plugin_parts import TrainingParts
    from store.database import Database
    from store.settings import Settings


def fail(message: str) -> object:
    from rich.console import Console

    Console(stderr=True, soft_wrap=True).print(message, markup=False, highlight=False, style="red")
    raise typer.Exit(2)


def progress_bar() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


class Bars:
    """One progress bar for each model."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.tasks: dict[str, Any] = {}

    def __call__(self, name: str, done: int, total: int) -> None:
        if name not in self.tasks:
            self.tasks[name] = self.progress.add_task(name, total=total, completed=done, rate="")
        task = self.progress.tasks[self.tasks[name]]
        rate = f"{task.speed:,.0f} texts/s" if task.speed else ""
        self.progress.update(self.tasks[name], completed=done, total=total, rate=rate)


def checked_jobs(jobs: int) -> int:
    if jobs == 0 or jobs < -1:
        fail(f"--jobs is {jobs}; it can be 1 or more, or -1 for one for each processor.")
    return jobs


def host_entries(kind: str) -> tuple[Any, ...]:
    """Return the contributions of plugins of a kind."""
    from plugins.host.host import Host
    from store.settings import load_settings

    return tuple(getattr(Host.load(load_settings().plugins).contributions, kind))


def ranked_kinds() -> tuple[RankedKind, ...]:
    """Return what plugins have ranked of their entities."""
    from plugins.host.host import Host
    from recommender.serving.isolation import kinds_of
    from store.settings import load_settings

    return kinds_of(Host.load(load_settings().plugins))


def recommender_of(database: Database) -> Recommender:
    """Return the recommender of the server: core's blocks and gates, and those and the rerankers of plugins."""
    from plugins.host.host import Host
    from store.settings import load_settings

    settings = load_settings()
    return _recommender(database, settings, Host.load(settings.plugins))


def training_of(database: Database) -> tuple[Recommender, TrainingParts]:
    """Return a recommender of one's own, and what training uses of plugins.

    Raises ``RecommenderError`` if the settings name an unknown calibrator.
    """
    from plugins.host.host import Host
    from recommender.training.plugin_parts import training_parts_of
    from store.settings import load_settings

    settings = load_settings()
    host = Host.load(settings.plugins)
    parts = training_parts_of(host, settings.calibrator)
    return _recommender(database, settings, host), parts


def _recommender(database: Database, settings: Settings, host: Host) -> Recommender:
    from recommender.blocks import core_blocks
    from recommender.encoders import encoders_for
    from recommender.gates import core_gates
    from recommender.serving.isolation import blocks_of, encoders_of, gates_of, kinds_of, rerankers_of
    from recommender.serving.service import Recommender

    blocks, gates = [*core_blocks(), *blocks_of(host)], [*core_gates(), *gates_of(host)]
    encoders = encoders_for(settings.encoder, encoders_of(host))
    return Recommender(
        database, blocks, gates, settings, encoders=encoders, rerankers=rerankers_of(host), kinds=kinds_of(host)
    )
