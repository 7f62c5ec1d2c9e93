"""Sources of facts: documents, published figures, stated exchange rates."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from schema.declarations import Filter, batch, column, entity, listing, localized, partial_date, relation, translations
from schema.declarations.base import GivenArguments, Model
from schema.declarations.filters import FilterScope
from schema.domain.evidence.breakdowns import breakdown
from schema.domain.shared.external_ids import NamedElsewhere
from schema.domain.shared.fields import Edited, Sourced
from schema.domain.shared.filters import by_text
from schema.sql.closures import concepts_covered
from store import models


def _of_industry(scope: FilterScope, claim: Model, given: GivenArguments) -> ColumnElement[bool]:
    covered = concepts_covered(
        given["concepts"], narrower=given.get("narrower", True), mapped=given.get("mapped", True)
    )
    condition: ColumnElement[bool] = claim.concept_id.in_(covered)
    return condition


@entity(
    models.SourceDocument,
    "A published document that states facts.",
    filters=[by_text("source_document")],
    root=("source", "sources"),
    writers=[],
)
class SourceDocument(Edited, NamedElsewhere):
    title = localized("Its title.", order=True, edit=True)
    titles = translations("Its title in every language.", "title")
    publisher = column("Who published it.", filter=True, order=True, edit=True)
    attributed_to = column("The source that the publisher names.", filter=True, edit=True)
    url = column("Its address on the web.", filter=True, edit=True)
    reference = column("The publisher's own number for it.", filter=True, edit=True)
    language = column("Its language, as a BCP 47 tag.", filter=True, edit=True)
    published = partial_date("When it was published.", filter=True, order=True, edit=True)
    correction_contact = column("How the publisher handles corrections, and how fast.", edit=True)
    claims = listing("StatisticalClaim", "Figures that it states.", "source_document_id", order=("measure",))


@entity(
    models.StatisticalClaim,
    "One published figure. Claims of one measure may disagree; none overwrites another.",
    subject="subject_id",
    root=("claim", "claims"),
    writers=[],
    filters=[
        by_text("statistical_claim"),
        Filter(
            "industry",
            "IndustryFilter",
            "About one of these industries, or a covered one.",
            _of_industry,
            ("industry",),
        ),
    ],
)
class StatisticalClaim(Edited, Sourced, NamedElsewhere):
    subject = relation("Node", "What the figure is about.", "subject_id", filter=True, edit=True)
    measure = column("A stable code of what is measured, such as projects_signed.", filter=True, order=True, edit=True)
    label = localized("What is measured, for people.", edit=True)
    value = column(
        "The figure, counted in `unit`; null where the source states a thing without one.", filter=True, edit=True
    )
    unit = column("What is counted, such as projects or people; for money the currency.", filter=True, edit=True)
    qualifier = column("How the figure is meant.", filter=True, edit=True)
    whole = relation("StatisticalClaim", "The claim of the total that includes this one.", "whole_id",
                     filter=True, edit=True)  # fmt: skip
    dimension = column("The dimension of the breakdown.", filter=True, edit=True)
    category = column("The part's category.", filter=True, edit=True)
    industry = relation("Concept", "The industry that the part is about.", "concept_id", edit=True)
    place = relation("Place", "The place that the part is about.", "place_id", filter=True, edit=True)
    as_of = partial_date("The date to which this applies.", filter=True, order=True, edit=True)
    note = column("A remark.", edit=True)
    breakdown = batch(
        "[ClaimBreakdown!]!",
        "Its parts by dimension. The difference to the total comes last, as UNSTATED.",
        breakdown,
        needs=("id", "value"),
    )


@entity(
    models.ExchangeRate,
    "A stated conversion: one unit of `base` is `rate` units of `quoted`.",
    root=("exchange_rate", "exchange_rates"),
    writers=[],
)
class ExchangeRate(Edited, Sourced, NamedElsewhere):
    base = column("Currency (ISO 4217) of one unit.", filter=True, edit=True)
    quoted = column("Currency (ISO 4217) of the rate.", filter=True, edit=True)
    rate = column("Units of `quoted` for one unit of `base`.", filter=True, edit=True)
    as_of = partial_date("The date to which this applies.", filter=True, order=True, edit=True)
