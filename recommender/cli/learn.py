"""`roadshow learn`: trains weights and a calibration on the store's outcomes; activates, lists and reverts them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from recommender.cli.shared import Bars, fail, progress_bar, training_of

if TYPE_CHECKING:
    from store.database import Database


def learn(
    activate: Annotated[
        bool, typer.Option("--activate/--keep", help="Put it into use at once, or only keep it.")
    ] = True,
    use: Annotated[
        str | None, typer.Option(help="Train nothing: put the result of this number into use, or `prior`.")
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="Train nothing: show the results so far.")] = False,
) -> None:
    """Train block weights and the calibration of scores on the outcomes of earlier lists.

    Outcomes are investments, likes, meetings, signatures and landings. With too few, nothing changes and the command
    says how many are needed. The result is stored with a number; rankings name it in their model version.
    """
    from store.database.opening import opened_database

    if list_ and use is not None:
        fail("Give either --list or --use, not both.")
    with opened_database() as database:
        if list_:
            _show(database)
        elif use is not None:
            _use(database, use)
        else:
            _learn(database, activate)


def _learn(database: Database, activate: bool) -> None:
    from rich.console import Console

    from plugins.host.errors import PluginFailedError
    from recommender.interface.errors import RecommenderError
    from recommender.snapshot.trained_weights import keep
    from recommender.snapshot.trained_weights import use as put_into_use
    from recommender.training.weight_training import learn_from_store
    from store.access.actors import Actor

    try:
        with progress_bar() as progress:
            outcome = learn_from_store(database, *training_of(database), Bars(progress))
    except (RecommenderError, PluginFailedError) as error:
        fail(str(error))
    console = Console()
    if outcome.learned is None:
        console.print(outcome.explanation, highlight=False)
        return
    with database.write(Actor.system("roadshow learn")) as session:
        number = keep(session, outcome.learned)
        if activate:
            put_into_use(session, number)
    console.print(outcome.explanation, highlight=False)
    after = "in use; take it back with: roadshow learn --use prior" if activate else f"roadshow learn --use {number}"
    console.print(f"Learned model {number}: {after}", highlight=False, markup=False)


def _use(database: Database, name: str) -> None:
    from recommender.interface.errors import RecommenderError
    from recommender.snapshot.trained_weights import use as put_into_use
    from store.access.actors import Actor

    if name != "prior" and not name.isdigit():
        fail(f"--use is {name!r}; give the number of a learned model (roadshow learn --list shows them) or prior")
    try:
        with database.write(Actor.system("roadshow learn")) as session:
            put_into_use(session, None if name == "prior" else int(name))
    except RecommenderError as error:
        fail(str(error))
    in_use = "The prior weights are" if name == "prior" else f"Learned model {name} is"
    typer.echo(f"{in_use} in use; a running server follows by itself.")


def _show(database: Database) -> None:
    from rich.console import Console
    from rich.table import Table

    from recommender.snapshot.trained_weights import learned_models

    with database.read() as session:
        models = learned_models(session)
    if not models:
        typer.echo("Nothing was learned yet: the prior weights and the fixed scale are in use.")
        return
    table = Table("number", "in use", "made", "for model", "outcomes", "recall@50 before", "after", "scale", "code")
    for row, learned in models:
        measures, made_of = learned.measures, learned.made_of
        table.add_row(
            str(row.number),
            "yes" if row.active else "",
            row.created_at.strftime("%Y-%m-%d %H:%M"),
            row.base_version,
            str(made_of.get("outcomes", "")),
            f"{measures['prior']['recall@50']:.3f}" if "prior" in measures else "",
            f"{measures['learned']['recall@50']:.3f}" if "learned" in measures else "",
            "fixed" if learned.scale is None else f"calibrated, {measures.get('calibration_error', 0):.1f} points off",
            str(made_of.get("commit", "")),
        )
    Console().print(table)
