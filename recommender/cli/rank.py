"""`roadshow rank`: a plain function with annotations for Typer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from recommender.cli.shared import fail, recommender_of

if TYPE_CHECKING:
    from store.database import Database


def rank(
    subject: Annotated[str, typer.Argument(help="Investor, place or project: its id, namespace:value, or name.")],
    target: Annotated[
        str | None, typer.Option(help="What to list: project, investor or place. Default: project, or investor.")
    ] = None,
    first: Annotated[int, typer.Option(help="Length of the list.")] = 10,
    weight: Annotated[list[str] | None, typer.Option(help="A block's weight, such as text=2; several times.")] = None,
    diversity: Annotated[float, typer.Option(help="From 0 to 1: less of the same.")] = 0.0,
    by_score: Annotated[
        bool, typer.Option("--by-score", help="Order a place's list by scores alone, not spread over its priorities.")
    ] = False,
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
    from recommender.cli.rank_output import print_blocks, print_json
    from recommender.interface.errors import RecommenderError
    from recommender.interface.requests import RankingRequest, Spread, Target
    from recommender.pool.profiles import SubjectKind
    from store.database.opening import opened_database

    with opened_database() as database:
        recommender = recommender_of(database)
        try:
            subject_id = find_subject(database, subject)
            listed = (target or ("investor" if subject_id.startswith("prj_") else "project")).upper()
            if listed not in Target.__members__ or listed == Target.ENTITY:
                raise RecommenderError(f"--target is {target!r}; it can be project, investor or place")
            wanted, place = Target[listed], subject_id.startswith("plc_")
            request = RankingRequest(
                subject_id,
                wanted,
                weights=_weights(weight or []) or None,
                diversity=diversity,
                exclude_seen=exclude_seen,
                personalised=personalised,
                spread=Spread.usual(SubjectKind.PLACE, wanted) if place and not by_score else Spread.NONE,
                first=first,
            )
            if label is not None and not keep:
                raise RecommenderError("--label is for a ranking that is kept; give --keep, too")
            ranking = recommender.rank(request)
            saved = keep_ranking(request, label) if keep else None
        except RecommenderError as error:
            fail(str(error))
        snapshot = recommender.snapshot()
        if snapshot.unencoded:
            from rich.console import Console

            Console(stderr=True).print(
                f"{snapshot.unencoded:,} projects have no vectors yet; run roadshow encode.", style="yellow"
            )
        if as_json:
            print_json(ranking, snapshot, language, saved[0] if saved else None)
        else:
            print_blocks(ranking, snapshot, language)
        if saved is not None:
            _tell_kept(*saved, [item.object_id for item in ranking.items], as_json)


def find_subject(database: Database, words: str) -> str:
    """Return the id that ``words`` refer to: an id, an external id (namespace:value), or a name in any language.

    Raises ``RecommenderError`` if the name matches nothing or more than one thing.
    """
    from sqlalchemy import select

    from recommender.interface.errors import RecommenderError
    from store.models.investors import Investor
    from store.models.places import Place
    from store.models.projects import Project
    from store.models.system import ExternalId

    if words.partition("_")[0] in ("inv", "plc", "prj") and " " not in words and len(words) > 20:
        return words
    with database.read() as session:
        namespace, _, value = words.partition(":")
        if value:
            matches = sorted(
                set(
                    session.scalars(
                        select(ExternalId.entity_id).where(ExternalId.namespace == namespace, ExternalId.value == value)
                    )
                )
            )
            matches = [each for each in matches if each.partition("_")[0] in ("inv", "plc", "prj")]
            if matches:
                return _only(words, matches)
        folded = words.casefold()
        for model in (Investor, Place, Project):
            rows = session.execute(select(model.id, model.name, model.aliases).where(model.archived_at.is_(None)))
            matches = [
                own
                for own, name, aliases in rows
                if folded in {each.casefold() for each in [*(name or {}).values(), *(aliases or [])]}
            ]
            if matches:
                return _only(words, matches)
    raise RecommenderError(f"No investor, place or project is called {words!r}; give an id, namespace:value or a name")


def _only(words: str, matches: list[str]) -> str:
    from recommender.interface.errors import RecommenderError

    if len(matches) > 1:
        raise RecommenderError(f"{words!r} names several: {', '.join(sorted(matches)[:10])}; give one of these ids")
    return matches[0]


def _weights(options: list[str]) -> dict[str, float]:
    from recommender.interface.errors import RecommenderError

    weights: dict[str, float] = {}
    for option in options:
        name, _, value = option.partition("=")
        try:
            weights[name.strip()] = float(value)
        except ValueError as error:
            raise RecommenderError(f"--weight {option!r} is not of the form block=number, such as text=2") from error
    return weights


def _tell_kept(identifier: str, saved: list[str], printed: list[str], as_json: bool) -> None:
    from rich.console import Console

    if not as_json:
        Console().print(f"Kept as {identifier}.", highlight=False)
    if saved != printed:
        Console(stderr=True).print(
            f"The kept list has {len(saved)} lines, as its subject sees it; the one above also ranks what the subject "
            "may not see.",
            style="yellow",
            highlight=False,
        )
