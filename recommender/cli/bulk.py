"""`roadshow encode`, `roadshow fits` and `roadshow rankings`: plain functions with annotations for Typer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from recommender.cli.shared import (
    Bars,
    ClusterAddress,
    executor_of,
    fail,
    host_entries,
    progress_bar,
    ranked_kinds,
    recommender_of,
)


def encode(
    jobs: Annotated[
        int,
        typer.Option(help="Processes that encode, each with a model of its own; -1: one for each processor."),
    ] = 1,
    cluster: ClusterAddress = None,
) -> None:
    """Turn new and changed texts into vectors, which rankings need.

    Only texts without a vector are encoded. An interrupted run resumes where it stopped.
    """
    from rich.console import Console

    from recommender.encoders import EncoderError, encoders_for
    from recommender.interface.errors import RecommenderError
    from recommender.training.encode import encode as run
    from store.database.opening import opened_database
    from store.settings import load_settings

    executor = executor_of(jobs, cluster)
    encoders = encoders_for(load_settings().encoder, [block.value for block in host_entries("encoders")])
    with opened_database() as database:
        try:
            with progress_bar() as progress:
                done = run(database, encoders, Bars(progress), executor=executor, kinds=ranked_kinds())
        except (EncoderError, RecommenderError) as error:
            fail(str(error))
        except KeyboardInterrupt:
            Console(stderr=True).print("Interrupted: what is encoded stays; call roadshow encode again to go on.")
            raise typer.Exit(130) from None
    new = sum(done.added.values())
    Console().print("Every text has its vectors." if not new else f"Encoded {new:,} texts.", highlight=False)


@contextmanager
def _written_to(directory: Path, command: str) -> Iterator[None]:
    """Tell in a sentence why `command` couldn't write its files, and end it."""
    from rich.console import Console

    from recommender.interface.errors import RecommenderError

    try:
        yield
    except RecommenderError as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or directory} can't be written: {error.strerror or error}; name another directory")
    except KeyboardInterrupt:
        Console(stderr=True).print(f"Interrupted: what is written stays; call roadshow {command} again to go on.")
        raise typer.Exit(130) from None


def fits(
    directory: Annotated[Path, typer.Argument(help="A directory for the Parquet files; made if it isn't there.")],
    subjects: Annotated[str, typer.Option("--of", help="Whose fits: place or investor.")] = "place",
    jobs: Annotated[int, typer.Option(help="Parts computed at once; -1: one for each processor.")] = 1,
    cluster: ClusterAddress = None,
) -> None:
    """Write the score of every project for every place, or for every investor, as Parquet files.

    Columns: subject_id, project_id, score (0 to 100; gates aren't applied). Includes every stored project, drafts too.
    An interrupted run resumes where it stopped, as long as the data is the same.
    """
    from rich.console import Console

    from recommender.pool.profiles import SubjectKind
    from recommender.training.bulk_fits import write_fits
    from store.database.opening import opened_database

    if subjects.upper() not in ("PLACE", "INVESTOR"):
        fail(f"--of is {subjects!r}; it can be place or investor.")
    executor = executor_of(jobs, cluster, threads=True)
    with opened_database() as database, progress_bar() as progress:
        task = progress.add_task(f"{subjects}s", total=None, rate="")
        with _written_to(directory, "fits"):
            done = write_fits(
                recommender_of(database),
                directory,
                SubjectKind[subjects.upper()],
                executor=executor,
                progress=lambda count, total: progress.update(task, completed=count, total=total),
            )
    Console().print(
        f"{done.subjects:,} {subjects}s x {done.projects:,} projects in {directory}, {done.added:,} of them new; "
        f"snapshot {done.snapshot_id}.",
        highlight=False,
    )


def rankings(
    directory: Annotated[Path, typer.Argument(help="A directory for the Parquet files; made if it isn't there.")],
    subjects: Annotated[str, typer.Option("--of", help="Whose lists: investor, place or all.")] = "all",
    top: Annotated[int, typer.Option(min=1, max=500, help="Length of each list.")] = 50,
    jobs: Annotated[int, typer.Option(help="Processes that compute; -1: one for each processor.")] = 1,
    cluster: ClusterAddress = None,
) -> None:
    """Write everybody's list as Parquet files: the best projects of each investor and place, gates applied.

    Columns: subject_id, rank, project_id, score. `rankings.json` in the directory names the folder of the last complete
    run. Called again, lists that no change has touched are taken over. An interrupted run resumes where it stopped, as
    long as the data is the same.
    """
    from rich.console import Console

    from recommender.pool.profiles import SubjectKind
    from recommender.training.bulk_rankings import write_rankings
    from store.database.opening import opened_database

    kinds = {
        "investor": (SubjectKind.INVESTOR,),
        "place": (SubjectKind.PLACE,),
        "all": (SubjectKind.INVESTOR, SubjectKind.PLACE),
    }
    if subjects not in kinds:
        fail(f"--of is {subjects!r}; it can be investor, place or all.")
    executor = executor_of(jobs, cluster)
    with opened_database() as database, progress_bar() as progress:
        task = progress.add_task("lists", total=None, rate="")
        with _written_to(directory, "rankings"):
            done = write_rankings(
                recommender_of(database),
                directory,
                kinds[subjects],
                top=top,
                executor=executor,
                progress=lambda count, total: progress.update(task, completed=count, total=total),
            )
    Console().print(f"{done.subjects:,} lists in {done.folder}, {done.computed:,} of them new.", highlight=False)
