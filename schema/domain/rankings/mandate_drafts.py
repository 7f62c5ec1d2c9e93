"""A mandate that an investor tries before saving: validated as if saved, and passed to the recommender."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from recommender.interface.mandate_drafts import Cheque, Draft
from recommender.pool.profiles import WeightedText
from schema.declarations.base import GivenArguments
from schema.declarations.errors import BadUserInputError
from schema.domain.investors.mandates import EITHER, EXCLUDED, excluded_of
from schema.domain.rankings.rules import INVESTOR
from schema.request.context import Context
from schema.sql.pages import rows_statement
from store.models import Investor
from store.values.ids import prefix_of

MOST_PARTS = 200
"""Members of each list of a mandate, as `setMandate` takes them."""


def draft_of(context: Context, subject_id: str, options: GivenArguments) -> Draft | None:
    """Return the draft in a ranking's options; None if there is none.

    Raises BadUserInputError for a subject without a mandate, and for what could not be saved.
    """
    given = options.get("mandate")
    if given is None:
        return None
    if prefix_of(subject_id) != INVESTOR:
        raise BadUserInputError("Only investors have a mandate; leave it out here.", field="options.mandate")
    cheque = given.get("cheque")
    excluded = _excluded(context, given)
    return Draft(
        texts=_texts(context, subject_id, given),
        tracks=_weights(context, given, "tracks", "Track"),
        concepts=_weights(context, given, "industries", "Concept"),
        excluded_concepts=_ids(context, given, "excluded_industries", "Concept"),
        places=_ids(context, given, "places", "Place"),
        excluded_places=_ids(context, given, "excluded_places", "Place"),
        excluded_projects=excluded.get("Project"),
        excluded_organisations=excluded.get("Organisation"),
        stages=_values(given, "stages"),
        project_kinds=_values(given, "project_kinds"),
        cheque=None
        if cheque is None
        else Cheque(cheque.get("minimum"), cheque.get("maximum"), str(cheque["currency"])),
        clear_cheque="cheque" in given,
    )


def _texts(context: Context, subject_id: str, given: GivenArguments) -> tuple[WeightedText, ...] | None:
    """Return the thesis, or the description if the thesis is cleared, as the recommender reads an investor."""
    if "thesis" not in given:
        return None
    texts = {each["language"]: each["text"] for each in given["thesis"] or () if each["text"].strip()}
    if not texts:
        texts = context.session.scalar(select(Investor.description).where(Investor.id == subject_id)) or {}
    return tuple(WeightedText(text, tag) for tag, text in sorted(texts.items()) if text.strip())


def _weights(context: Context, given: GivenArguments, name: str, entity: str) -> dict[str, float] | None:
    members: Sequence[GivenArguments] | None = given.get(name)
    if members is None:
        return None
    weights = {each["id"]: float(each.get("weight", 1.0)) for each in members}
    if not all(0 < weight < float("inf") for weight in weights.values()):
        raise BadUserInputError("A weight must be above 0.", field=f"options.mandate.{name}")
    _require_visible(context, list(weights), entity, name)
    return weights


def _ids(context: Context, given: GivenArguments, name: str, entity: str) -> frozenset[str] | None:
    members: Sequence[str] | None = given.get(name)
    if members is None:
        return None
    _require_visible(context, list(dict.fromkeys(members)), entity, name)
    return frozenset(members)


def _excluded(context: Context, given: GivenArguments) -> dict[str, frozenset[str]]:
    """Return excluded ids by type; empty if nothing is given."""
    members: Sequence[GivenArguments] | None = given.get("exclusions")
    if members is None:
        return {}
    named = [excluded_of(each) for each in members]
    if any(kind is None for kind, _ in named):
        raise BadUserInputError(EITHER, field="options.mandate.exclusions")
    ids = {kind: [each for own, each in named if own == kind] for kind in EXCLUDED}
    for kind, own in ids.items():
        _require_visible(context, own, kind, "exclusions")
    return {kind: frozenset(own) for kind, own in ids.items()}


def _values(given: GivenArguments, name: str) -> frozenset[str] | None:
    members = given.get(name)
    if members is None:
        return frozenset() if name in given else None
    return frozenset(map(str, members))


def _require_visible(context: Context, ids: list[str], entity: str, name: str) -> None:
    if len(ids) > MOST_PARTS:
        raise BadUserInputError(f"The list has more than {MOST_PARTS} items.", field=f"options.mandate.{name}")
    known = {row.id for row in context.session.execute(
        rows_statement(context.scope, context.registry.entities[entity], ids))} if ids else set()  # fmt: skip
    for each in ids:
        if each not in known:
            raise BadUserInputError(
                f"There is no {entity.lower()} {each!r} that you may see.", field=f"options.mandate.{name}"
            )
