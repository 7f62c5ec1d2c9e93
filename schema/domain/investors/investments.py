"""Past investments: portfolio history."""

from __future__ import annotations

from schema.declarations import Filter, Writers, column, entity, money, partial_date, relation
from schema.domain.shared.external_ids import NamedElsewhere
from schema.domain.shared.fields import Edited, Sourced
from store import models
from store.enums import Role


@entity(
    models.Investment,
    "A past investment in a project, of an investor or of somebody whom the source doesn't name.",
    filters=[
        Filter("disclosed", "Boolean", "Whether it is stated who invested.",
               lambda scope, investment, given: investment.investor_id.is_not(None) if given
               else investment.investor_id.is_(None), ("investor",)),
    ],
    part_of=[("Investor", "investor_id"), ("Project", "project_id")],
    root=("investment", "investments"),
    writers=[Writers(Role.INVESTOR, lambda actor, investment: investment.investor_id == actor.subject_id)],
)  # fmt: skip
class Investment(Edited, Sourced, NamedElsewhere):
    investor = relation(
        "Investor", "Who invested; null where that is undisclosed.", "investor_id", filter=True, edit=True
    )
    project = relation("Project", "In what.", "project_id", filter=True, edit=True)
    stage = column("At which stage.", filter=True, order=True, edit=True)
    amount = money("How much.", "amount", "currency", filter=True, edit=True)
    stated_amount = money(
        "The same amount in another currency, as the source states it.",
        "stated_amount",
        "stated_currency",
        filter=True,
        edit=True,
    )
    invested = partial_date("When.", filter=True, order=True, edit=True)
    lead = column("Whether it led the round.", filter=True, edit=True)
    confirmed = column(
        "False while only the investor states it, without confirmation by the project's owner or an organiser.",
        filter=True,
    )
