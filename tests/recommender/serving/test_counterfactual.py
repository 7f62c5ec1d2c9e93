"""What would have to change for a project to come among the first: true when it is done."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from itertools import product

from sqlalchemy import select

from recommender.interface.answers import Counterfactual
from recommender.interface.mandate_drafts import Cheque, Draft
from recommender.interface.requests import RankingRequest
from recommender.pool.profiles import Profile
from recommender.pool.projects import STAGES
from recommender.serving.service import Recommender
from store.access.actors import Actor
from store.enums import FundingStage
from store.models.investors import Investor
from store.models.projects import Project
from tests.recommender.conftest import Store


def test_what_a_counterfactual_names_is_true_when_it_is_done(sqlite_store: Store) -> None:
    """Each change that is named, tried as a mandate; asks lie on either side of cheques with one end and with two."""
    with sqlite_store.database.write(Actor.system("test")) as session:
        for number, project in enumerate(session.scalars(select(Project).order_by(Project.id))):
            project.ask_min = project.ask_max = Decimal([200_000, 2_000_000, 40_000_000][number % 3])
            project.funding_stage = FundingStage(["SEED", "SERIES_A", "SERIES_C"][number % 5 % 3])
        for number, investor in enumerate(session.scalars(select(Investor).order_by(Investor.id))):
            investor.cheque_min = None if number == 1 else Decimal(1_000_000)
            investor.cheque_max = None if number == 0 else Decimal(5_000_000)
    recommender = sqlite_store.recommender()
    named: dict[str, int] = {}
    for subject, project, within in product(sqlite_store.investors[:2], sqlite_store.projects[:22], (1, 4, 8)):
        found = recommender.counterfactual(subject, project, within)
        if found.block is None:
            continue
        named[found.block] = named.get(found.block, 0) + 1
        draft = done(
            found, recommender.snapshot().profile(subject), recommender.snapshot().projects.row_of[project], recommender
        )
        ranking = recommender.rank(RankingRequest(subject, first=within, draft=draft))
        assert project in [item.object_id for item in ranking.items], found.reason.en
    assert set(named) == {"cheque", "stage", "geography", "industry"}


def done(found: Counterfactual, profile: Profile, row: int, recommender: Recommender) -> Draft:
    """The change that is named, as somebody would make it who reads it."""
    projects, taxonomies = recommender.snapshot().projects, recommender.snapshot().taxonomies
    if found.block == "stage":
        return Draft(stages=profile.stages | {STAGES[projects.stages[row]]})
    if found.block == "cheque":
        amount = Decimal(re.findall(r"[\d,]{5,}", found.reason.en)[0].replace(",", ""))
        low, high = (None if math.isnan(each) else Decimal(each) for each in (profile.cheque_low, profile.cheque_high))
        return Draft(cheque=Cheque(amount, high, "USD") if "began" in found.reason.en else Cheque(low, amount, "USD"))
    if found.block == "geography":
        return Draft(places=profile.places | {taxonomies.places.ids[projects.origins[row]]})
    assert found.block == "industry"
    assert projects.concepts is not None
    named = {taxonomies.concepts.ids[code] for code in projects.concepts[row].indices}
    return Draft(concepts={**profile.concepts, **dict.fromkeys(named, max(profile.concepts.values()))})
