"""Requests to the recommender, from a field's arguments, over what the actor may see."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import Select, select

from plugins.host.contributions.contributions import RowRule
from recommender.interface.answers import RankedItem, Ranking
from recommender.interface.bands import LEAST_SCORE, Band
from recommender.interface.requests import RankingRequest, Spread, Target
from recommender.pool.profiles import SubjectKind
from schema.declarations.base import STAFF, GivenArguments, Model, Row
from schema.declarations.computed import Ranking as RankingDeclaration
from schema.declarations.errors import BadUserInputError, UnavailableError
from schema.declarations.values import PageInfo
from schema.domain.rankings import rules
from schema.domain.rankings.mandate_drafts import draft_of
from schema.domain.rankings.ranking_pages import RankingPage
from schema.request.context import Context
from schema.sql import cursors
from schema.sql.filtering import filter_condition
from schema.sql.page_sizes import in_range
from schema.sql.scope import camel
from store.values.ids import prefix_of

if TYPE_CHECKING:
    from recommender.serving.service import Recommender

LEAST_EXPOSURE = 0.01
MOST_REASONS = 20
TARGETS = {"Project": Target.PROJECT, "Investor": Target.INVESTOR, "Place": Target.PLACE}


def recommender_of(context: Context) -> Recommender:
    """The recommender; raises UnavailableError where none runs."""
    if context.services.recommender is None:
        raise UnavailableError("This server has no recommender.")
    return context.services.recommender


def allowed_ids(context: Context, entity_name: str, given: GivenArguments | None) -> list[str] | None:
    """Return ids of visible candidates that meet a filter; None for all.

    Read once per operation, however many rankings need them, and cached until something is written.
    """
    if context.actor.role in STAFF and not given:
        return None
    key = ("allowed", entity_name, orjson.dumps(given or {}, default=str, option=orjson.OPT_SORT_KEYS))

    def read() -> list[str]:
        entity = context.registry.entities[entity_name]
        model: Model = entity.model
        condition = context.scope.visible(entity, model)
        wanted = select(model.id).where(condition, filter_condition(context.scope, entity, model, given))
        return _visible_ids(context, wanted)

    ids: list[str] = context.once(key, read)
    return ids


def _visible_ids(context: Context, statement: Select[str]) -> list[str]:
    """Return a statement's ids; with plugins' rules never from the cache, since what these look at may go unlogged."""
    host = context.services.host
    permission_rules = host.contributions.permission_rules if host is not None else ()
    if any(isinstance(entry.value, RowRule) for entry in permission_rules):
        return list(context.session.scalars(statement))
    return context.services.results.ids(context.session, statement)


@dataclass(frozen=True, slots=True)
class RankedEdge:
    """One line of a ranking."""

    node: Row
    cursor: str
    item: RankedItem


class RankedSource:
    """A requested ranking, computed when its edges or anything else of it is read."""

    def __init__(
        self, context: Context, declaration: RankingDeclaration, subject_id: str, arguments: GivenArguments
    ) -> None:
        self.context = context
        self._answer: Ranking | None = None
        self.target = declaration.target
        self.similar = declaration.similar
        options: GivenArguments = arguments.get("options") or {}
        if declaration.target == "Investor":
            granted = rules.grant_investors_of(context, subject_id)
        else:
            granted = rules.grant(context, subject_id)
        mark = cursors.signature(
            ["ranking", subject_id, self.target, str(self.similar), orjson.dumps(dict(options), default=str).decode()]
        )
        self.page = RankingPage.of(arguments, mark)
        personal = granted.personal
        self.request = RankingRequest(
            subject_id=subject_id,
            target=TARGETS.get(self.target, Target.ENTITY),
            entity=None if self.target in TARGETS else self.target,
            allowed=allowed_ids(context, self.target, arguments.get("filter")),
            weights=weights_of(options),
            priority_weights=priority_weights_of(options),
            draft=draft_of(context, subject_id, options),
            industry_weights=industry_weights_of(options),
            exclude_seen=personal and bool(options.get("exclude_seen", False)),
            exclude_passed=personal and bool(options.get("exclude_passed", True)),
            exclude_portfolio=bool(options.get("exclude_portfolio", True)),
            private_gates=personal,
            diversity=_checked(options, "diversity", 0, 0, 1),
            exposure_cap=_checked(options, "exposure_cap", 1, LEAST_EXPOSURE, 1),
            personalised=personal and bool(options.get("personalised", True)),
            spread=spread_of(options, subject_id, self.target),
            only=options.get("only"),
            least_score=LEAST_SCORE[Band(_value(options.get("least_band", "NO_MATCH")))],
            reasons=int(_checked(options, "reasons", 3, 0, MOST_REASONS)),
            first=max(1, self.page.size),
            offset=self.page.offset,
            from_end=self.page.from_end,
        )

    async def ranking(self) -> Ranking:
        """Return the recommender's answer, requested once."""
        if self._answer is None:
            self._answer = self.answer()
        return self._answer

    async def edges(self) -> list[RankedEdge]:
        """Return the lines of the page, each with what it ranks."""
        items = self.page.items(await self.ranking())
        rows = await asyncio.gather(*(self.context.row(self.target, item.object_id) for item in items))
        return [
            RankedEdge(row, self.page.cursor(item), item)
            for item, row in zip(items, rows, strict=True)
            if row is not None
        ]

    async def page_info(self) -> PageInfo:
        """Return where the page begins and ends."""
        return self.page.info(await self.ranking())

    def answer(self) -> Ranking:
        """Request the recommender's answer now."""
        return self.answer_to(self.request)

    def answer_to(self, request: RankingRequest) -> Ranking:
        """Return the recommender's answer to a request like this one."""
        recommender = recommender_of(self.context)
        answer: Ranking = (
            recommender.similar(request.subject_id, request=request) if self.similar else recommender.rank(request)
        )
        return answer


def spread_of(options: GivenArguments, subject_id: str, target: str) -> Spread:
    """Return what a list is spread over; by default a place's projects over its priorities."""
    given = options.get("spread")
    if given is not None:
        return Spread(_value(given))
    place = prefix_of(subject_id) == rules.PLACE
    return Spread.usual(SubjectKind.PLACE, Target.PROJECT) if place and target == "Project" else Spread.NONE


def _value(given: Any) -> str:
    """Return the value of an enum, as either executor gives it."""
    return str(getattr(given, "value", given))


def _checked(options: GivenArguments, name: str, usual: float, least: float, most: float) -> float:
    given = float(options.get(name, usual))
    in_range(given, least, most, f"options.{camel(name)}")
    return given


def weights_of(options: GivenArguments) -> dict[str, float] | None:
    """Weights of blocks for one call; raises BadUserInputError where a block is named twice."""
    given = options.get("weights")
    if not given:
        return None
    weights = {each["block"]: float(each["weight"]) for each in given}
    if len(weights) < len(given):
        raise BadUserInputError("options.weights names a block twice; give each once.", field="options.weights")
    return weights


def priority_weights_of(options: GivenArguments) -> dict[str, float] | None:
    """Weights of a place's priorities for one call; raises BadUserInputError where one is named twice."""
    return _named_weights(options, "priority_weights", "priority", "priorityWeights")


def industry_weights_of(options: GivenArguments) -> dict[str, float] | None:
    """Factors of industries for one call; raises BadUserInputError where one is named twice."""
    return _named_weights(options, "industry_weights", "industry", "industryWeights")


def _named_weights(options: GivenArguments, name: str, of: str, shown: str) -> dict[str, float] | None:
    given = options.get(name)
    if not given:
        return None
    weights = {each[of]: float(each["weight"]) for each in given}
    if len(weights) < len(given):
        article = "an" if of[0] in "aeiou" else "a"
        raise BadUserInputError(
            f"options.{shown} names {article} {of} twice; give each once.", field=f"options.{shown}"
        )
    return weights
