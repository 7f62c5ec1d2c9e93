"""`roadshow rank`: a plain function with annotations for Typer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from recommender.cli.shared import fail, recommender_of

if TYPE_CHECKING:
    from recommender.interface.types import Ranking
    from recommender.serving.service import Recommender
    from store.database import Database


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
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the ranking as its subject sees it, and print the kept one's id.")
    ] = False,
    label: Annotated[str | None, typer.Option(help="What a kept ranking is called.")] = None,
) -> None:
    """Rank projects for an investor or a city, or investors or cities for a project, with the reasons."""
    from recommender.cli.keep import keep as keep_ranking
    from recommender.interface.types import RankingRequest, RecommenderError, Target
    from store.database.opening import opened_database

    with opened_database() as database:
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
            if label is not None and not keep:
                raise RecommenderError("--label is for a ranking that is kept; give --keep, too")
            ranking = recommender.rank(request)
            kept = keep_ranking(request, label) if keep else None
        except RecommenderError as error:
            fail(str(error))
        image = recommender.image()
        names = _names(recommender)
        if image.unencoded:
            from rich.console import Console

            Console(stderr=True).print(
                f"{image.unencoded:,} projects have no vectors yet; run roadshow encode.", style="yellow"
            )
        if as_json:
            _print_json(ranking, names, language, kept[0] if kept else None)
        else:
            _print_table(ranking, names, language)
        if kept is not None:
            _tell_kept(*kept, [item.object_id for item in ranking.items], as_json)


def find_subject(database: Database, words: str) -> str:
    """The id of what ``words`` name: an id, an external id (namespace:value), or a name in any language.

    Raises ``RecommenderError`` where nothing or more than one thing has the name.
    """
    from sqlalchemy import select

    from recommender.interface.types import RecommenderError
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
    from recommender.interface.types import RecommenderError

    if len(found) > 1:
        raise RecommenderError(f"{words!r} names several: {', '.join(sorted(found)[:10])}; give one of these ids")
    return found[0]


def _weights(options: list[str]) -> dict[str, float]:
    from recommender.interface.types import RecommenderError

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
    from rich.text import Text

    from recommender.interface.types import BASELINE
    from recommender.pool.taxonomies import name_in

    # Texts of records are shown as they are: brackets in a name are no markup.
    table = Table(title=Text(name_in(names.get(ranking.request.subject_id), language, ranking.request.subject_id)))
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
        shown = Text.assemble(name, "\n", (item.object_id, "dim"))
        table.add_row(str(item.rank), shown, f"{item.score:.1f}", "\n".join(points), Text(reasons))
    console = Console()
    console.print(table)
    snapshot = ranking.snapshot
    scale = "calibrated" if ranking.calibrated else "fixed scale, 50 is neutral"
    console.print(
        f"{ranking.total:,} candidates, {ranking.gated:,} held back by gates. Scores: {scale}. "
        f"Snapshot {snapshot.id}, weights {snapshot.weights_hash}, data position {snapshot.data_position}.",
        highlight=False,
    )


def _tell_kept(identifier: str, kept: list[str], printed: list[str], as_json: bool) -> None:
    from rich.console import Console

    if not as_json:
        Console().print(f"Kept as {identifier}.", highlight=False)
    if kept != printed:
        Console(stderr=True).print(
            f"The kept list has {len(kept)} lines, as its subject sees it; the one above also ranks what the subject "
            "may not see.",
            style="yellow",
            highlight=False,
        )


def _print_json(ranking: Ranking, names: dict[str, Any], language: str, kept: str | None = None) -> None:
    import json
    from dataclasses import asdict, fields, is_dataclass

    from recommender.interface.types import Reason
    from recommender.pool.taxonomies import name_in

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
            {
                "total": ranking.total,
                "gated": ranking.gated,
                "snapshot": snapshot,
                "items": items,
                **({"kept": kept} if kept else {}),
            },
            ensure_ascii=False,
            indent=1,
            default=plain,
        )
    )
