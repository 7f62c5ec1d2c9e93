"""Questions about pairs: fit, and why not."""

from __future__ import annotations

from recommender.interface.answers import Counterfactual, Fit, GateResult, Standing
from schema.declarations.base import GivenArguments
from schema.domain.rankings import rules
from schema.domain.rankings.questions import allowed_ids, recommender_of, weights_of
from schema.request.context import Context
from schema.sql.page_sizes import in_range

MOST_WITHIN = 100


async def fit(_: object, context: Context, arguments: GivenArguments) -> Fit | None:
    """Return how well a project fits an investor, a place or a plugin's ranked record.

    None if there is no such pair visible to the actor.
    """
    if (pair := await _pair(context, arguments)) is None:
        return None
    project, counterpart = pair
    granted = rules.grant(context, counterpart)
    found: Fit = recommender_of(context).fit(
        counterpart, project, weights_of(arguments.get("options") or {}),
        personalised=granted.personal and (arguments.get("options") or {}).get("personalised", True),
        private_gates=granted.personal,
    )  # fmt: skip
    return found


def standing(fit: Fit, context: Context, _: object) -> Standing | None:
    """Return the rank of a fit's counterpart among its kind."""
    entity = context.registry.of_id(fit.subject_id)
    assert entity is not None
    place: Standing | None = recommender_of(context).standing(
        fit.subject_id, fit.object_id, allowed_ids(context, entity.name, None)
    )
    return place


def counterfactual(fit: Fit, context: Context, arguments: GivenArguments) -> Counterfactual | None:
    """Return what would bring a fit's project into the first lines; None without access to the subject's history.

    Records of plugins have nothing that could be changed.
    """
    entity = context.registry.of_id(fit.subject_id)
    if entity is None or entity.ranked is not None or not rules.grant(context, fit.subject_id).personal:
        return None
    within = int(arguments.get("within", 10))
    in_range(within, 1, MOST_WITHIN, "within")
    change: Counterfactual = recommender_of(context).counterfactual(fit.subject_id, fit.object_id, within)
    return change


async def why_not(_: object, context: Context, arguments: GivenArguments) -> list[GateResult] | None:
    """Return the gates that keep a project and a counterpart apart; None as for `fit`."""
    if (pair := await _pair(context, arguments)) is None:
        return None
    project, counterpart = pair
    granted = rules.grant(context, counterpart)
    gates: list[GateResult] = recommender_of(context).why_not(counterpart, project, private_gates=granted.personal)
    return [gate for gate in gates if not gate.passed]


async def _pair(context: Context, arguments: GivenArguments) -> tuple[str, str] | None:
    counterpart = arguments["counterpart"]
    entity = context.registry.of_id(counterpart)
    if entity is None or (entity.name not in ("Investor", "Place") and entity.ranked is None):
        return None
    project = await context.row("Project", arguments["project"])
    other = await context.row(entity.name, counterpart)
    return None if project is None or other is None else (project.id, other.id)
