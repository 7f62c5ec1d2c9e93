"""The mutation that keeps a ranking."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from recommender.interface.answers import RankedItem, Ranking
from recommender.interface.errors import RecommenderError
from schema.declarations.base import GivenArguments
from schema.declarations.errors import Code, SchemaError
from schema.domain.rankings import kept_rankings
from schema.domain.rankings.questions import RankedSource
from schema.domain.rankings.snapshots import of_ranking
from schema.domain.shared.problems import CODES, Payload, UserError, bad
from schema.domain.shared.writing import guarded
from schema.request.context import Context, open_context
from schema.sql.page_sizes import first_of
from store import models
from store.models.base import now


async def keep_ranking(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Keep a list as its subject sees it now; with a channel, also record the exposure."""
    subject = arguments.get("subject") or context.actor.subject_id or ""
    target = str(arguments["target"])
    try:
        answer = _answer(context, subject, target, arguments)
        lines = _lines(answer, arguments)
    except SchemaError as problem:
        return _refused(arguments, problem.code, str(problem), problem.field)
    except RecommenderError as problem:
        return _refused(arguments, Code(problem.code), str(problem), problem.field)

    async def work(session: Session) -> object:
        label, channel = arguments.get("label"), arguments.get("channel")
        for name, value, longest in (("label", label, 200), ("channel", channel, 40)):
            if value is not None and not 0 < len(value.strip()) <= longest:
                raise bad(f"Give 1 to {longest} characters, or leave it out.", name)
        snapshot = answer.snapshot
        seen = of_ranking(
            kept_rankings.subject_actor(context, subject), dataclasses.replace(answer, items=lines), subject
        )
        row = models.RankingSnapshot(
            subject_id=subject, target=target, model_version=snapshot.model_version, weights=dict(snapshot.weights),
            data_position=snapshot.data_position, items=[kept_rankings.line(item) for item in lines], answer_id=seen.id,
            encoder=snapshot.encoder, scale=str(snapshot.scale), asked=_asked(arguments),
            rerankers=list(snapshot.rerankers), total_count=answer.total, gated_count=answer.gated,
            computed_at=snapshot.created_at, label=label, channel=channel,
        )  # fmt: skip
        session.add(row)
        if channel is not None and target == "PROJECT":
            _expose(session, subject, [item.object_id for item in lines], channel)
        return row

    return await guarded(context, "keepRanking", arguments, work)


def _answer(context: Context, subject: str, target: str, arguments: GivenArguments) -> Ranking:
    """Return the list as its subject would get it now."""
    actor = kept_rankings.subject_actor(context, subject)
    declaration = kept_rankings.declaration_of(context, subject, target)
    if arguments.get("filter") is not None and target != "PROJECT":
        raise SchemaError("The filter is for lists of projects; leave it out here.", field="filter",
                          code=Code.BAD_USER_INPUT)  # fmt: skip
    with open_context(context.services, actor, context.languages, context.request) as own:
        source = RankedSource(own, declaration, subject, arguments)
        return kept_rankings.whole(source, explain=True)


def _lines(answer: Ranking, arguments: GivenArguments) -> Sequence[RankedItem]:
    only = arguments.get("only")
    if only is None:
        return answer.items[: first_of(arguments)]
    listed = {item.object_id: item for item in answer.items}
    for position, each in enumerate(only):
        if each not in listed:
            raise SchemaError(f"{each!r} is not on the list.", field=f"only.{position}", code=Code.NOT_FOUND)
    return sorted((listed[each] for each in dict.fromkeys(only)), key=lambda item: item.rank)


def _asked(arguments: GivenArguments) -> object:
    asked = kept_rankings.as_asked({
        name: arguments[name] for name in ("filter", "options", "first") if arguments.get(name) is not None
    })  # fmt: skip
    return asked


def _expose(session: Session, subject: str, projects: Sequence[str], channel: str) -> None:
    """Record that a subject was shown projects; the latest time counts."""
    exposure = models.Exposure
    mine = select(exposure).where(exposure.subject_id == subject, exposure.project_id.in_(projects))
    present = {row.project_id: row for row in session.scalars(mine)}
    for project in projects:
        row = present.get(project) or exposure(subject_id=subject, project_id=project)
        row.channel, row.shown_at = channel, now()
        session.add(row)


def _refused(arguments: GivenArguments, code: Code, message: str, field: str | None) -> Payload:
    """Convert a request's problem; re-raises SchemaError for what the client can't change."""
    if code not in CODES:
        raise SchemaError(message, code=code, field=field)
    error = UserError(code, message, tuple((field or "").split(".")) if field else ())
    return Payload(user_errors=[error], dry_run=bool(arguments.get("dry_run")))
