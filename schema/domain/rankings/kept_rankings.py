"""Kept rankings: computed as their subject sees them, stored line by line, read unchanged, and compared.

A list is computed for its subject, with what that investor, place or owner may see, whoever keeps it. So it holds
nothing that its subject may not read, and a delivery shows what the receiver would have seen.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy import select

from recommender.interface.answers import Contribution, GateResult, RankedItem, Ranking
from recommender.interface.lazy import Reason
from schema.declarations.base import STAFF, GivenArguments, Row
from schema.declarations.computed import Ranking as RankingDeclaration
from schema.declarations.errors import BadUserInputError, ForbiddenError, NotFoundError
from schema.domain.rankings.questions import RankedSource
from schema.domain.rankings.rules import INVESTOR, PLACE, PROJECT, owns
from schema.request.context import Context
from schema.sql.scope import camel
from store.access.actors import Actor
from store.enums import Role
from store.models import Project
from store.values.ids import prefix_of
from store.values.partial_dates import PartialDate

MOST_LINES = 1_000
"""Lines of a list that are examined when some of them are kept or compared."""
_FIELDS = {"PROJECT": "ranked_projects", "INVESTOR": "ranked_investors", "PLACE": "ranked_places"}
_LISTED_FOR = {INVESTOR: "Investor", PLACE: "Place", PROJECT: "Project"}


def subject_actor(context: Context, subject_id: str) -> Actor:
    """Return the side that a list is made for, as an actor: the investor, the place's planner, or the project's owner.

    Raises ForbiddenError for anybody but that side and organisers, NotFoundError if there is no such side.
    """
    actor = context.actor
    kind = prefix_of(subject_id)
    if kind == PROJECT:
        owner = context.session.scalar(select(Project.owner_id).where(Project.id == subject_id))
        if actor.role not in STAFF and (actor.role is not Role.TALENT or not owns(context, subject_id)):
            raise ForbiddenError("You may only keep lists that are made for you.", field="subject")
        if owner is None:
            raise NotFoundError(f"The project {subject_id!r} has no owner to keep a list for.", field="subject")
        return Actor(Role.TALENT, id=actor.id, subject_id=owner, name=actor.name)
    role = {INVESTOR: Role.INVESTOR, PLACE: Role.PLANNER}.get(kind or "")
    if role is None:
        raise NotFoundError(f"{subject_id!r} is not the id of an investor, place or project.", field="subject")
    if actor.role not in STAFF and (actor.role is not role or actor.subject_id != subject_id):
        raise ForbiddenError("You may only keep lists that are made for you.", field="subject")
    return Actor(role, id=actor.id, subject_id=subject_id, name=actor.name)


def declaration_of(context: Context, subject_id: str, target: str) -> RankingDeclaration:
    """Return the ranking of `target` records for a subject; raises BadUserInputError if there is none."""
    entity = context.registry.entities.get(_LISTED_FOR.get(prefix_of(subject_id) or "", ""))
    declaration = entity.fields.get(_FIELDS[target]) if entity is not None else None
    if not isinstance(declaration, RankingDeclaration):
        raise BadUserInputError(f"No list of {target.lower()} records is made for {subject_id!r}.", field="target")
    return declaration


def whole(source: RankedSource, *, explain: bool) -> Ranking:
    """Return the first lines of a ranking, whatever its page."""
    request = dataclasses.replace(source.request, first=MOST_LINES, offset=0, from_end=False, explain=explain)
    return source.answer_to(request)


def line(item: RankedItem) -> dict[str, object]:
    """One line as it is kept."""
    return {
        "id": item.object_id,
        "rank": item.rank,
        "score": item.score,
        "band": item.band.value,
        "contributions": [
            {**{name: getattr(each, name) for name in _PARTS}, "reason": _texts(each.reason)}
            for each in item.contributions
        ],
        "reasons": [_texts(each) for each in item.reasons],
        "gates": [{"gate": each.gate, "passed": each.passed, "reason": _texts(each.reason)} for each in item.gates],
    }


_PARTS = ("block", "points", "weight", "known", "declared", "history")


def _texts(reason: Reason) -> dict[str, str]:
    return {"en": reason.en, "zh": reason.zh}


@dataclass(frozen=True, slots=True)
class KeptItem(RankedItem):
    """A line of a kept ranking."""

    kept_band: str | None = None
    """Its band then; None if its score is on an earlier model's scale, which doesn't compare with today's."""


def item_of(kept: Mapping[str, Any]) -> KeptItem:
    """Rebuild a stored line."""
    return KeptItem(
        kept["id"],
        kept["rank"],
        kept["score"],
        [
            Contribution(**{name: each[name] for name in _PARTS}, reason=Reason(**each["reason"]))
            for each in kept.get("contributions", ())
        ],
        [GateResult(each["gate"], each["passed"], Reason(**each["reason"])) for each in kept.get("gates", ())],
        [Reason(**each) for each in kept.get("reasons", ())],
        kept_band=kept.get("band"),
    )


def items(parents: Sequence[Row], context: Context) -> list[list[RankedItem]]:
    """Return the lines of each kept ranking."""
    return [[item_of(each) for each in parent.items or ()] for parent in parents]


def as_asked(value: object) -> object:
    """Arguments as somebody would write them as variables, to ask the same again."""
    if isinstance(value, Mapping):
        return {camel(name): as_asked(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [as_asked(each) for each in value]
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, Decimal | PartialDate):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


@dataclass(frozen=True, slots=True)
class Move:
    """The change of one line since a ranking was kept. `before` and `now` are ranks, null if not listed."""

    object_id: str
    kind: str
    before: int | None
    now: int | None
    score_before: float | None
    score_now: float | None


async def moves(source: RankedSource, context: Context, arguments: GivenArguments) -> list[Move]:
    """Return lines that rose, fell, came or went since a ranking was kept, in the order of their current ranks."""
    row = await context.row("RankingSnapshot", arguments["since"])
    if row is None:
        raise NotFoundError(f"There is no kept ranking {arguments['since']!r} that you may see.", field="since")
    if row.subject_id != source.request.subject_id or row.target != source.request.target or source.similar:
        raise BadUserInputError("The kept ranking is of another subject, or lists something else.", field="since")
    return moved([item_of(each) for each in row.items or ()], whole(source, explain=False).items)


def moved(before: Sequence[KeptItem], now: Sequence[RankedItem]) -> list[Move]:
    """Compare `now` with `before`. New is what is now among the first, as many as were kept, and wasn't kept; gone is
    what isn't listed at all."""
    known = {item.object_id for item in before}
    current = {item.object_id: item for item in now}
    moves = [
        Move(item.object_id, "NEW", None, item.rank, None, item.score)
        for item in now[: len(before)]
        if item.object_id not in known
    ]
    for item in before:
        later = current.get(item.object_id)
        if later is None:
            moves.append(Move(item.object_id, "GONE", item.rank, None, _comparable(item), None))
        elif later.rank != item.rank:
            kind = "ROSE" if later.rank < item.rank else "FELL"
            moves.append(Move(item.object_id, kind, item.rank, later.rank, _comparable(item), later.score))
    return sorted(moves, key=lambda move: (move.now is None, move.now or move.before or 0))


def _comparable(item: KeptItem) -> float | None:
    """Return the score of a kept line, if it is on today's scale."""
    return item.score if item.kept_band is not None else None
