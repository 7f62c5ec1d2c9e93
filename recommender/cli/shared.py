"""Shared by the recommender's commands: error sentences, progress bars, the recommender."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.progress import Progress

    from recommender.bulk.executors import Executor
    from recommender.pool.ranked_kinds import RankedKind
    from recommender.serving.service import Recommender
    from recommender.training.plugin_parts import TrainingParts
    from store.database import Database

ClusterAddress = Annotated[
    str | None,
    typer.Option(
        "--cluster", metavar="ADDRESS", help="Run on this Dask cluster instead, such as dask://scheduler:8786."
    ),
]


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


def executor_of(jobs: int, cluster: str | None, *, threads: bool = False) -> Executor:
    """Return where tasks run: on a cluster, else in so many threads or processes of this machine."""
    from recommender.bulk.cluster import Cluster
    from recommender.bulk.executors import Processes, Threads

    if cluster is None:
        return (Threads if threads else Processes)(checked_jobs(jobs))
    if jobs != 1:
        fail(f"--jobs is {jobs}, which is for work on this machine; with --cluster leave it out.")
    return Cluster(cluster)


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
    from recommender.bulk.installed import installed_recommender
    from store.settings import load_settings

    return installed_recommender(database, load_settings())


def training_of(database: Database) -> tuple[Recommender, TrainingParts]:
    """Return a recommender of one's own, and what training uses of plugins.

    Raises ``RecommenderError`` if the settings name an unknown calibrator.
    """
    from plugins.host.host import Host
    from recommender.bulk.installed import installed_recommender
    from recommender.training.plugin_parts import training_parts_of
    from store.settings import load_settings

    settings = load_settings()
    host = Host.load(settings.plugins)
    parts = training_parts_of(host, settings.calibrator)
    return installed_recommender(database, settings, host), parts
