"""`roadshow evaluate`: a plain function with annotations for Typer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from recommender.cli.shared import Bars, ClusterAddress, executor_of, fail, progress_bar, recommender_of


def evaluate(
    data: Annotated[
        Path | None,
        typer.Argument(
            help="A data set (companies, investors, investments; or texts with labels). Default: the store's outcomes."
        ),
    ] = None,
    protocol: Annotated[
        list[str] | None,
        typer.Option(
            help="cold, per_investor, reverse, warm, cities (investments); labels, priorities (texts with labels); "
            "several times. Default: all but per_investor."
        ),
    ] = None,
    least_history: Annotated[int, typer.Option(min=1, help="Links that an investor must have to be measured.")] = 10,
    learn: Annotated[
        bool, typer.Option("--learn/--prior", help="Choose weights on an inner time split, or take the prior ones.")
    ] = False,
    output: Annotated[Path, typer.Option(help="Directory for evaluation.md, evaluation.json and the plots.")] = Path(
        "var/evaluation"
    ),
    encoder: Annotated[str | None, typer.Option(help="Text encoder; default: that of the settings.")] = None,
    shuffle: Annotated[str | None, typer.Option(help="dates or links: destroy them, to see results fall.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of ties, chance, shuffles and simulated cities.")] = 0,
    without: Annotated[
        list[str] | None, typer.Option(help="places, categories or texts: take them away; several times.")
    ] = None,
    jobs: Annotated[int, typer.Option(help="So many protocols at once; -1: as many as there are processors.")] = 1,
    cluster: ClusterAddress = None,
) -> None:
    """Measure the rankings on your own data, against chance, popularity, words, categories, cities and their sum.

    An interrupted run resumes with the unfinished protocols.
    """
    import time

    from rich.console import Console

    from recommender.encoders import EncoderError, encoders_for
    from recommender.evaluation.data_sets.data_set import DataError
    from recommender.evaluation.report import as_markdown, write
    from recommender.evaluation.running import evaluate as run
    from recommender.evaluation.running import evaluate_store
    from recommender.evaluation.tasks import DEFAULT_PROTOCOLS, PROTOCOLS
    from recommender.interface.errors import RecommenderError
    from store.database.opening import opened_database
    from store.settings import load_settings

    settings = load_settings()
    protocols = tuple(protocol or DEFAULT_PROTOCOLS)
    unknown = set(protocols) - set(PROTOCOLS)
    if unknown:
        fail(f"--protocol is {sorted(unknown)[0]!r}; it can be {', '.join(PROTOCOLS)}")
    executor = executor_of(jobs, cluster)
    if data is None and (shuffle or without or encoder):
        fail("--shuffle, --without and --encoder are for data sets; name a directory or a file")
    started = time.monotonic()
    try:
        with progress_bar() as progress:
            options: dict[str, Any] = {"protocols": protocols, "least": least_history, "learn": learn, "seed": seed}
            if data is None:
                with opened_database() as database:
                    recommender = recommender_of(database)
                    names = [recommender.snapshot().encoder]
                    results = evaluate_store(recommender, progress=Bars(progress), executor=executor, **options)
            else:
                encoders = encoders_for(encoder or settings.encoder)
                names = [each.name for each in encoders]
                results = run(
                    data,
                    encoders,
                    cache=settings.data_directory.absolute() / "evaluation-vectors",
                    progress=Bars(progress),
                    shuffle=shuffle,
                    without=without or (),
                    executor=executor,
                    **options,
                )
    except (DataError, EncoderError, RecommenderError) as error:
        fail(str(error))
    except KeyboardInterrupt:
        Console(stderr=True).print("Interrupted: what is finished stays; call roadshow evaluate again to go on.")
        raise typer.Exit(130) from None
    typer.echo(as_markdown(results, names))
    for result in results:
        if result.problem:
            typer.echo(f"{result.data}, {result.protocol}: not measured: {result.problem}", err=True)
    paths = write(results, names, time.monotonic() - started, output)
    Console().print("Written: " + ", ".join(map(str, paths)), highlight=False)
