"""`roadshow encode`, `roadshow rank` and `roadshow evaluate`: plain functions with annotations for Typer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.progress import Progress

    from recommender.service import Recommender
    from recommender.types import Ranking
    from store.database import Database


@contextmanager
def _database() -> Iterator[Database]:
    """The database of the settings, at this version's schema; ends the command with a sentence where it isn't."""
    from store.database import Database, DatabaseError
    from store.migrate import MigrationError, core_chain, require_current, upgrade
    from store.settings import SettingsError, load_settings

    try:
        database = Database(load_settings().database_url)
        database.check()
        if database.is_sqlite:
            upgrade(database, core_chain())
        else:
            require_current(database, core_chain())
    except (DatabaseError, MigrationError, SettingsError) as error:
        _fail(str(error))
    try:
        yield database
    finally:
        database.dispose()


def _fail(message: str) -> Any:
    from rich.console import Console

    Console(stderr=True).print(message, markup=False, highlight=False, style="red")
    raise typer.Exit(2)


def _progress() -> Progress:
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


class _Bars:
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


def encode(
    jobs: Annotated[
        int,
        typer.Option(help="Processes that encode, each with a model of its own; -1: one for each processor."),
    ] = 1,
) -> None:
    """Turn new and changed texts into vectors, which rankings need.

    Only what has no vector yet is encoded. It can be interrupted at any time and goes on where it stopped.
    """
    from rich.console import Console

    from recommender.encode import encode as run
    from recommender.encoders import EncoderError, encoders_for
    from store.settings import load_settings

    encoders = encoders_for(load_settings().encoder, [block.value for block in _host_entries("encoders")])
    with _database() as database:
        try:
            with _progress() as progress:
                done = run(database, encoders, _Bars(progress), jobs=_jobs(jobs))
        except EncoderError as error:
            _fail(str(error))
        except KeyboardInterrupt:
            Console(stderr=True).print("Interrupted: what is encoded stays; call roadshow encode again to go on.")
            raise typer.Exit(130) from None
    new = sum(done.added.values())
    Console().print("Every text has its vectors." if not new else f"Encoded {new:,} texts.", highlight=False)


def _jobs(jobs: int) -> int:
    if jobs == 0 or jobs < -1:
        _fail(f"--jobs is {jobs}; it can be 1 or more, or -1 for one for each processor.")
    return jobs


def fits(
    directory: Annotated[Path, typer.Argument(help="A directory for the Parquet files; made if it isn't there.")],
    subjects: Annotated[str, typer.Option("--of", help="Whose fits: place or investor.")] = "place",
    jobs: Annotated[int, typer.Option(help="Parts computed at once; -1: one for each processor.")] = 1,
) -> None:
    """Write the score of every project for every place, or for every investor, as Parquet files.

    Columns: subject_id, project_id, score (0 to 100; gates aren't applied). Every project on record is in it, drafts
    too. An interrupted run goes on where it stopped, as long as the data is the same.
    """
    from rich.console import Console

    from recommender.bulk import write_fits
    from recommender.profiles import SubjectKind
    from recommender.types import RecommenderError

    if subjects.upper() not in ("PLACE", "INVESTOR"):
        _fail(f"--of is {subjects!r}; it can be place or investor.")
    with _database() as database, _progress() as progress:
        task = progress.add_task(f"{subjects}s", total=None, rate="")
        try:
            done = write_fits(
                recommender_of(database),
                directory,
                SubjectKind[subjects.upper()],
                jobs=_jobs(jobs),
                progress=lambda count, total: progress.update(task, completed=count, total=total),
            )
        except (RecommenderError, OSError) as error:
            _fail(str(error))
        except KeyboardInterrupt:
            Console(stderr=True).print("Interrupted: what is written stays; call roadshow fits again to go on.")
            raise typer.Exit(130) from None
    Console().print(
        f"{done.subjects:,} {subjects}s x {done.projects:,} projects in {directory}, {done.added:,} of them new; "
        f"snapshot {done.snapshot_id}.",
        highlight=False,
    )


def _host_entries(kind: str) -> tuple[Any, ...]:
    """What plugins contribute of a kind."""
    from plugins.host import Host
    from store.settings import load_settings

    return tuple(getattr(Host.load(load_settings().plugins).contributions, kind))


def recommender_of(database: Database) -> Recommender:
    """The recommender as the server has it: core's blocks and gates, and those of plugins, and their rerankers."""
    from plugins.host import Host
    from recommender.blocks import core_blocks
    from recommender.gates import core_gates
    from recommender.isolated import blocks_of, gates_of, rerankers_of
    from recommender.service import Recommender
    from store.settings import load_settings

    settings = load_settings()
    host = Host.load(settings.plugins)
    blocks, gates = [*core_blocks(), *blocks_of(host)], [*core_gates(), *gates_of(host)]
    return Recommender(database, blocks, gates, settings, rerankers=rerankers_of(host))


def rank(
    subject: Annotated[str, typer.Argument(help="Investor, place or project: its id, namespace:value, or name.")],
    target: Annotated[
        str | None, typer.Option(help="What to list: project, investor or place. Default: project, or investor.")
    ] = None,
    first: Annotated[int, typer.Option(help="Length of the list.")] = 10,
    weight: Annotated[list[str] | None, typer.Option(help="A block's weight, such as text=2; several times.")] = None,
    diversity: Annotated[float, typer.Option(help="From 0 to 1: less of the same.")] = 0.0,
    exclude_seen: Annotated[bool, typer.Option("--exclude-seen", help="Leave out what was shown before.")] = False,
    personalised: Annotated[
        bool, typer.Option("--personalised/--not-personalised", help="Whether history counts.")
    ] = True,
    language: Annotated[str, typer.Option(help="Language of names and reasons: en or zh.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Rank projects for an investor or a city, or investors or cities for a project, with the reasons."""
    from recommender.types import RankingRequest, RecommenderError, Target

    with _database() as database:
        recommender = recommender_of(database)
        try:
            subject_id = find_subject(database, subject)
            listed = (target or ("investor" if subject_id.startswith("prj_") else "project")).upper()
            if listed not in Target.__members__:
                raise RecommenderError(f"--target is {target!r}; it can be project, investor or place")
            request = RankingRequest(
                subject_id,
                Target[listed],
                weights=_weights(weight or []) or None,
                diversity=diversity,
                exclude_seen=exclude_seen,
                personalised=personalised,
                first=first,
            )
            ranking = recommender.rank(request)
        except RecommenderError as error:
            _fail(str(error))
        image = recommender.image()
        names = _names(recommender)
        if image.unencoded:
            from rich.console import Console

            Console(stderr=True).print(
                f"{image.unencoded:,} projects have no vectors yet; run roadshow encode.", style="yellow"
            )
        if as_json:
            _print_json(ranking, names, language)
        else:
            _print_table(ranking, names, language)


def find_subject(database: Database, words: str) -> str:
    """The id of what ``words`` name: an id, an external id (namespace:value), or a name in any language.

    Raises ``RecommenderError`` where nothing or more than one thing has the name.
    """
    from sqlalchemy import select

    from recommender.types import RecommenderError
    from store.models.investors import Investor
    from store.models.places import Place
    from store.models.projects import Project
    from store.models.system import ExternalId

    if words.partition("_")[0] in ("inv", "plc", "prj") and " " not in words and len(words) > 20:
        return words
    with database.read() as session:
        namespace, _, value = words.partition(":")
        if value:
            found = sorted(
                set(
                    session.scalars(
                        select(ExternalId.entity_id).where(ExternalId.namespace == namespace, ExternalId.value == value)
                    )
                )
            )
            found = [each for each in found if each.partition("_")[0] in ("inv", "plc", "prj")]
            if found:
                return _only(words, found)
        wanted = words.casefold()
        for model in (Investor, Place, Project):
            rows = session.execute(select(model.id, model.name, model.aliases).where(model.archived_at.is_(None)))
            found = [
                own
                for own, name, aliases in rows
                if wanted in {each.casefold() for each in [*(name or {}).values(), *(aliases or [])]}
            ]
            if found:
                return _only(words, found)
    raise RecommenderError(f"No investor, place or project is called {words!r}; give an id, namespace:value or a name")


def _only(words: str, found: list[str]) -> str:
    from recommender.types import RecommenderError

    if len(found) > 1:
        raise RecommenderError(f"{words!r} names several: {', '.join(sorted(found)[:10])}; give one of these ids")
    return found[0]


def _weights(options: list[str]) -> dict[str, float]:
    from recommender.types import RecommenderError

    weights: dict[str, float] = {}
    for option in options:
        name, _, value = option.partition("=")
        try:
            weights[name.strip()] = float(value)
        except ValueError as error:
            raise RecommenderError(f"--weight {option!r} is not of the form block=number, such as text=2") from error
    return weights


def _names(recommender: Recommender) -> dict[str, Any]:
    image = recommender.image()
    names: dict[str, Any] = dict(zip(image.projects.ids, image.projects.names, strict=True))
    names.update((own, profile.name) for own, profile in {**image.investors, **image.places}.items())
    return names


def _print_table(ranking: Ranking, names: dict[str, Any], language: str) -> None:
    from rich.console import Console
    from rich.table import Table

    from recommender.types import BASELINE
    from recommender.world import name_in

    table = Table(title=name_in(names.get(ranking.request.subject_id), language, ranking.request.subject_id))
    table.add_column("#", justify="right")
    table.add_column("name")
    table.add_column("score", justify="right")
    table.add_column("points by block")
    table.add_column("reasons", ratio=1)
    for item in ranking.items:
        points = [
            f"{each.block} {each.points:+.1f}"
            for each in sorted(item.contributions, key=lambda each: -abs(each.points))
            if each.block != BASELINE and each.known and abs(each.points) >= 0.05
        ]
        reasons = "\n".join(reason.in_language(language) for reason in item.reasons)
        name = name_in(names.get(item.object_id), language, item.object_id)
        table.add_row(
            str(item.rank), f"{name}\n[dim]{item.object_id}[/dim]", f"{item.score:.1f}", "\n".join(points), reasons
        )
    console = Console()
    console.print(table)
    snapshot = ranking.snapshot
    scale = "calibrated" if ranking.calibrated else "fixed scale, 50 is neutral"
    console.print(
        f"{ranking.total:,} candidates, {ranking.gated:,} held back by gates. Scores: {scale}. "
        f"Snapshot {snapshot.id}, weights {snapshot.weights_hash}, data position {snapshot.data_position}.",
        highlight=False,
    )


def _print_json(ranking: Ranking, names: dict[str, Any], language: str) -> None:
    import json
    from dataclasses import asdict, fields, is_dataclass

    from recommender.types import Reason
    from recommender.world import name_in

    def plain(value: object) -> object:
        if isinstance(value, Reason):
            return {"en": value.en, "zh": value.zh}
        if is_dataclass(value) and not isinstance(value, type):
            return {each.name: getattr(value, each.name) for each in fields(value)}
        return str(value)

    items = [{"name": name_in(names.get(item.object_id), language), **asdict(item)} for item in ranking.items]
    snapshot = asdict(ranking.snapshot)
    typer.echo(
        json.dumps(
            {"total": ranking.total, "gated": ranking.gated, "snapshot": snapshot, "items": items},
            ensure_ascii=False,
            indent=1,
            default=plain,
        )
    )


def evaluate(
    data: Annotated[
        Path | None,
        typer.Argument(
            help="A data set (companies, investors, investments; or texts with labels). Default: the store's outcomes."
        ),
    ] = None,
    protocol: Annotated[
        list[str] | None, typer.Option(help="cold, per_investor, reverse; several times. Default: cold and reverse.")
    ] = None,
    least_history: Annotated[int, typer.Option(help="Links that an investor must have to be measured.")] = 10,
    learn: Annotated[
        bool, typer.Option("--learn/--prior", help="Choose weights on an inner time split, or take the prior ones.")
    ] = False,
    output: Annotated[Path, typer.Option(help="Directory for evaluation.md, evaluation.json and the plots.")] = Path(
        "var/evaluation"
    ),
    encoder: Annotated[str | None, typer.Option(help="Text encoder; default: that of the settings.")] = None,
    shuffle: Annotated[str | None, typer.Option(help="dates or links: destroy them, to see results fall.")] = None,
    without: Annotated[
        list[str] | None, typer.Option(help="places, categories or texts: take them away; several times.")
    ] = None,
    jobs: Annotated[int, typer.Option(help="So many protocols at once; -1: as many as there are processors.")] = 1,
) -> None:
    """Measure the rankings on your own data, beside chance, popularity, words, categories, cities and their sum.

    It can be interrupted at any time and goes on with the protocols that aren't finished.
    """
    import time

    from rich.console import Console

    from recommender.encoders import EncoderError, encoders_for
    from recommender.evaluation.data import DataError
    from recommender.evaluation.report import as_markdown, write
    from recommender.evaluation.running import evaluate as run
    from recommender.evaluation.running import evaluate_store
    from recommender.evaluation.tasks import PROTOCOLS
    from store.settings import load_settings

    settings = load_settings()
    protocols = tuple(protocol or ("cold", "reverse"))
    unknown = set(protocols) - set(PROTOCOLS)
    if unknown:
        _fail(f"--protocol is {sorted(unknown)[0]!r}; it can be cold, per_investor or reverse")
    if data is None and (shuffle or without or encoder):
        _fail("--shuffle, --without and --encoder are for data sets; name a directory or a file")
    started = time.monotonic()
    try:
        with _progress() as progress:
            options: dict[str, Any] = {"protocols": protocols, "least": least_history, "learn": learn}
            if data is None:
                with _database() as database:
                    image = recommender_of(database).image()
                    names = [image.encoder]
                    results = evaluate_store(image, progress=_Bars(progress), **options)
            else:
                encoders = encoders_for(encoder or settings.encoder)
                names = [each.name for each in encoders]
                results = run(
                    data,
                    encoders,
                    cache=settings.data_directory / "evaluation-vectors",
                    progress=_Bars(progress),
                    shuffle=shuffle,
                    without=without or (),
                    jobs=jobs,
                    **options,
                )
    except (DataError, EncoderError) as error:
        _fail(str(error))
    except KeyboardInterrupt:
        Console(stderr=True).print("Interrupted: what is finished stays; call roadshow evaluate again to go on.")
        raise typer.Exit(130) from None
    typer.echo(as_markdown(results, names))
    paths = write(results, names, time.monotonic() - started, output)
    Console().print("Written: " + ", ".join(map(str, paths)), highlight=False)
