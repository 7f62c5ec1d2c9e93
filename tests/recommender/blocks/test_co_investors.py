"""The block of co-investors: warm projects gain, cold ones keep every bit, and its reasons are so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.blocks import CoInvestorBlock, Context, TextBlock, core_blocks
from recommender.blocks.base import Pair
from recommender.features import MembershipFeatures
from recommender.fit.model import FitModel
from recommender.pool.profiles import Evidence, EvidenceKind, Profile, SubjectKind
from recommender.pool.projects import Backer, Projects
from store.access.actors import Actor
from store.models.investors import Investment
from tests.recommender.conftest import Store
from tests.recommender.sample_data import context, projects

DAY = np.datetime64("2024-01-01")


def backed(deals: list[tuple[int, ...]]) -> Projects:
    """A project for each tuple of investors' numbers."""
    return Projects(
        ids=[f"prj_{row:02d}" for row in range(len(deals))],
        names=[{"en": f"Project {row}", "zh": f"项目{row}"} for row in range(len(deals))],
        backers=[tuple(Backer(f"inv_{each}", {"en": f"Fund {each}"}) for each in own) for own in deals],
    )


def investor(number: int, pool: Projects, acts: dict[int, EvidenceKind]) -> Profile:
    history = [Evidence(pool.ids[row], kind, DAY) for row, kind in acts.items()]
    return Profile(f"inv_{number}", SubjectKind.INVESTOR, {"en": f"Fund {number}"}, history=history)


def fits(pool: Projects, profile: Profile) -> np.ndarray:
    model = FitModel([CoInvestorBlock()]).fit(Context(pool))
    return model.product_many(model.queries([profile]), model.weights)[0]


DEALS: list[tuple[int, ...]] = [(0, 1), (0, 1), (1,), (2,), (2,), (3, 2), ()]


def test_what_a_co_investor_backed_stands_before_what_strangers_did() -> None:
    pool = backed(DEALS)
    coefficients = _coefficients(pool, investor(0, pool, {0: EvidenceKind.INVESTED, 1: EvidenceKind.INVESTED}))
    values = MembershipFeatures.product(_block(pool).features_, coefficients)  # type: ignore[arg-type]
    assert values[2] > 0
    assert values[3] == values[4] == values[5] == 0
    assert not _block(pool).features_.known[6], "nothing is known of a project without deals"


def _block(pool: Projects) -> CoInvestorBlock:
    block = CoInvestorBlock().fit(Context(pool))
    assert isinstance(block, CoInvestorBlock)
    return block


def _coefficients(pool: Projects, profile: Profile) -> np.ndarray:
    from scipy import sparse

    rows = [pool.row_of[act.project_id] for act in profile.history]
    weights = sparse.csr_matrix((np.ones(len(rows)), (np.zeros(len(rows), int), rows)), shape=(1, len(pool)))
    found = _block(pool).evidence_of([profile], weights)
    assert found is not None
    return found[0]


def test_likes_and_meetings_tell_nothing_of_others_and_nothing_here() -> None:
    pool = backed(DEALS)
    assert not _coefficients(pool, investor(0, pool, {0: EvidenceKind.LIKED, 1: EvidenceKind.MET})).any()


def test_the_subject_is_not_its_own_co_investor() -> None:
    pool = backed([(0,), (0,), (0,), (1,), (1,)])
    assert not _coefficients(pool, investor(0, pool, {0: EvidenceKind.INVESTED})).any()


def test_a_reason_names_a_backer_and_what_both_backed() -> None:
    pool = backed(DEALS)
    profile = investor(0, pool, {0: EvidenceKind.INVESTED, 1: EvidenceKind.INVESTED})
    block = _block(pool)
    reason = block.explain(Pair(profile, 2, 3.0, 0.0, 3.0, True))
    assert reason.en == "Funded by Fund 1, with whom you invested in Project 0, Project 1."
    assert reason.zh == "投资方“Fund 1”曾与您共同投资“项目0、项目1”。"
    assert "others" in block.explain(Pair(profile, 3, -1.0, 0.0, -1.0, True)).en
    assert "No public deal" in block.explain(Pair(profile, 6, 0.0, 0.0, 0.0, False)).en


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_cold_projects_do_not_change_at_all(seed: int) -> None:
    random = np.random.default_rng(seed)
    pool = projects(seed, count=40)
    warm = random.random(40) < 0.5
    own = [tuple(Backer(f"inv_{each}") for each in np.unique(random.integers(0, 5, 3))) if is_warm else ()
           for is_warm in warm]  # fmt: skip
    history = [Evidence(pool.ids[row], EvidenceKind.INVESTED, DAY) for row in random.choice(40, 6, replace=False)]
    profile = Profile("inv_0", SubjectKind.INVESTOR, history=history)
    found = []
    for backers in ([()] * 40, own):
        model = FitModel(core_blocks()).fit(context(replace(pool, backers=backers), profile))
        found.append(model.product_many(model.queries([profile]), model.weights)[0])
    np.testing.assert_array_equal(found[0][~warm], found[1][~warm])


def test_a_pool_without_deals_is_silent() -> None:
    pool = replace(projects(1, count=40), backers=[()] * 40)
    model = FitModel([TextBlock(), CoInvestorBlock()]).fit(Context(pool))
    assert "co_investors" not in model.known_


def test_a_deal_that_only_the_investor_states_or_of_nobody_named_backs_nothing(sqlite_store: Store) -> None:
    investor, confirmed, claimed = sqlite_store.investors[0], *sqlite_store.projects[:2]
    with sqlite_store.database.write(Actor.system("test")) as session:
        session.query(Investment).delete()
        session.add(Investment(investor_id=investor, project_id=confirmed))
        session.add(Investment(investor_id=investor, project_id=claimed, confirmed=False))
        session.add(Investment(investor_id=None, project_id=claimed, amount=10_000_000, currency="CNY"))
    pool = sqlite_store.recommender().refresh().projects
    backers = {each: [backer.id for backer in pool.backers[pool.row_of[each]]] for each in (confirmed, claimed)}
    assert backers == {confirmed: [investor], claimed: []}
