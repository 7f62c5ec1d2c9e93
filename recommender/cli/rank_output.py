"""Output of `roadshow rank`: a block per line, or JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from typing import TYPE_CHECKING

import typer

from recommender.interface.bands import MEANINGS
from recommender.interface.lazy import Reason
from recommender.pool.taxonomies import name_in
from recommender.text import language_of, sentences_of

if TYPE_CHECKING:
    from rich.console import Console

    from recommender.interface.answers import RankedItem, Ranking
    from recommender.snapshot.pool_snapshot import PoolSnapshot

INDENT = 5
_NOTHING = Reason("It declares nothing to rank by.", "尚未填写可供匹配的内容。")
_WEAK = Reason("No strong match: no available project clearly fits.", "暂无高度契合的项目，以下仅为最接近者。")
_LITTLE = Reason("Too little text to judge.", "描述过短，难以判断。")


def names_of(snapshot: PoolSnapshot) -> dict[str, Mapping[str, str]]:
    """Return the names of all projects, investors and places by id."""
    names: dict[str, Mapping[str, str]] = dict(zip(snapshot.projects.ids, snapshot.projects.names, strict=True))
    names.update((own, profile.name) for own, profile in {**snapshot.investors, **snapshot.places}.items())
    return names


def print_blocks(ranking: Ranking, snapshot: PoolSnapshot, language: str) -> None:
    """Print name, score, band, description and reasons of each line; then the composition of the list."""
    from rich.console import Console
    from rich.text import Text

    # Texts of records are shown verbatim: brackets in a name are no markup.
    console, names = Console(), names_of(snapshot)
    subject = ranking.request.subject_id
    console.print(Text(name_in(names.get(subject, {}), language, subject), style="bold"))
    for applies, reason in ((ranking.silent, _NOTHING), (ranking.weak and not ranking.silent, _WEAK)):
        if applies:
            console.print(Text(reason.in_language(language), style="yellow"))
    for item in ranking.items:
        console.print()
        _print_block(
            console, item, snapshot, name_in(names.get(item.object_id, {}), language, item.object_id), language
        )
    origin = ranking.snapshot
    scale = "calibrated to outcomes" if ranking.calibrated else "how many in a hundred such pairs match"
    console.print(
        f"\n{ranking.total:,} candidates, {ranking.gated:,} held back by gates. Scores: {scale}. "
        f"Snapshot {origin.id}, weights {origin.weights_hash}, data position {origin.data_position}.",
        highlight=False,
    )


def _print_block(console: Console, item: RankedItem, snapshot: PoolSnapshot, name: str, language: str) -> None:
    from rich.padding import Padding
    from rich.text import Text

    separator = "：" if language.startswith("zh") else ":"
    band = MEANINGS[item.band].in_language(language).split(separator)[0].lower()
    head = Text.assemble(f"{item.rank:>3}. ", (name, "bold"), f"  {item.score:.1f} ", (band, "dim"))
    console.print(head)
    lines = [Text(what)] if (what := _what_it_is(snapshot, item.object_id, language)) else []
    lines += [Text(f"- {reason.in_language(language)}") for reason in item.reasons]
    if item.too_little_text:
        lines.append(Text(_LITTLE.in_language(language), style="yellow"))
    lines.append(Text(item.object_id, style="dim"))
    for line in lines:
        console.print(Padding(line, (0, 0, 0, INDENT)))


def _what_it_is(snapshot: PoolSnapshot, object_id: str, language: str) -> str:
    """Return the first sentence of a project's text, in the language if there is one."""
    row = snapshot.projects.row_of.get(object_id)
    if row is None:
        return ""
    texts = sorted(
        snapshot.projects.texts[row].items(), key=lambda text: (language_of(text[1], text[0]) != language[:2], text[0])
    )
    return next((sentences[0] for _, text in texts if (sentences := sentences_of(text))), "")


def print_json(ranking: Ranking, snapshot: PoolSnapshot, language: str, saved: str | None = None) -> None:
    """Print the whole ranking as JSON, for programs."""
    names = names_of(snapshot)

    def plain(value: object) -> object:
        if isinstance(value, Reason):
            return {"en": value.en, "zh": value.zh}
        if is_dataclass(value) and not isinstance(value, type):
            return {each.name: getattr(value, each.name) for each in fields(value)}
        return str(value)

    items: list[dict[str, object]] = [
        {"name": name_in(names.get(item.object_id, {}), language), "band": item.band.value, **asdict(item)}
        for item in ranking.items
    ]
    answer = {
        "total": ranking.total,
        "gated": ranking.gated,
        "no_strong_match": ranking.weak,
        "declares_nothing": ranking.silent,
        "snapshot": asdict(ranking.snapshot),
        "items": items,
        **({"kept": saved} if saved else {}),
    }
    typer.echo(json.dumps(answer, ensure_ascii=False, indent=1, default=plain))
