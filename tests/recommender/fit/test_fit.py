"""Laws of the fit: what contributions, weights, gaps and histories may and may not do."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from recommender.blocks import LexicalBlock, Pair, core_blocks
from recommender.features import MOST_DEVIATIONS, CodeFeatures, DenseFeatures, Features, MembershipFeatures
from recommender.fit.model import FitModel
from recommender.fit.scoring import Scale, points_of
from recommender.fit.weights import Weights
from recommender.interface.answers import ScoreScale
from recommender.interface.errors import RecommenderError
from recommender.pool.aspects import AspectKind
from recommender.pool.profiles import Evidence, EvidenceKind, Profile, WeightedText
from recommender.pool.projects import Projects
from recommender.serving.diversity import capped
from recommender.text.lexical import LexicalEncoder
from tests.recommender import sample_data

ROOT = Path(__file__).parents[3]
seeds = st.integers(0, 10_000)
few = settings(max_examples=10, deadline=None)


LEXICAL = LexicalEncoder.fit([f"{a} {b}." for a in sample_data.WORDS for b in sample_data.WORDS], 16)


def model_of(pool: Projects, *profiles: Profile, weights: Weights | None = None) -> FitModel:
    blocks = core_blocks()
    for block in blocks:
        if isinstance(block, LexicalBlock):
            block.encoder = LEXICAL
    return FitModel(blocks, weights).fit(sample_data.context(pool, *profiles))


@few
@given(seeds, seeds)
def test_contributions_add_up_to_the_fit_and_points_to_the_score(pool_seed: int, subject_seed: int) -> None:
    pool = sample_data.projects(pool_seed)
    for subject in (sample_data.investor(subject_seed, pool), sample_data.place(subject_seed)):
        model = model_of(pool, subject)
        queries = model.queries([subject])
        rows = np.arange(len(pool))
        found = model.contributions(queries, model.weights, rows)
        fits = model.product(queries, model.weights)
        np.testing.assert_allclose(found.fits, fits, atol=2e-4)
        np.testing.assert_allclose(model.product_many(queries, model.weights)[0], fits, atol=2e-4)
        parts = found.matrix
        for scale in (Scale(), Scale(1.3, -2.0, ScoreScale.CALIBRATED)):
            points, scores = points_of(parts, scale)
            np.testing.assert_allclose(points.sum(axis=1) + round(scale.middle, 6), scores, atol=1e-9)
            np.testing.assert_allclose(scores, scale.score(parts.sum(axis=1)), atol=1e-5)
            assert np.all((scores >= 0) & (scores <= 100))


@few
@given(seeds)
def test_points_are_proportional_to_the_parts_of_the_product(seed: int) -> None:
    parts = np.random.default_rng(seed).normal(size=(20, 5))
    parts[0] = [1, -1, 2, -2, 0]  # adds up to nothing
    points, _ = points_of(parts, Scale())
    for line in range(len(parts)):
        largest = np.argmax(np.abs(parts[line]))
        factor = points[line, largest] / parts[line, largest]
        assert factor > 0
        np.testing.assert_allclose(points[line], parts[line] * factor, atol=2e-5)


@few
@given(seeds, seeds)
def test_what_is_unknown_contributes_nothing(pool_seed: int, subject_seed: int) -> None:
    pool = sample_data.projects(pool_seed, gaps=0.6)
    subject = sample_data.investor(subject_seed, pool)
    model = model_of(pool, subject)
    queries = model.queries([subject])
    found = model.contributions(queries, model.weights, np.arange(len(pool)))
    for column, block in enumerate(model.blocks):
        unknown = ~block.features_.known
        assert np.all(found.declared[unknown, column] == 0)
        assert np.all(found.history[unknown, column] == 0)


def test_a_project_of_which_nothing_is_known_stands_in_the_middle() -> None:
    pool = sample_data.projects(1)
    empty = replace(
        pool,
        ids=[*pool.ids, "prj_9999"],
        texts=[*pool.texts, {}],
        names=[*pool.names, {}],
        kinds=[*pool.kinds, "STARTUP"],
        organisations=[*pool.organisations, None],
        offered=np.append(pool.offered, True),
        **{
            name: np.append(getattr(pool, name), -1).astype(np.int32)
            for name in ("origins", "landed", "stages", "levels")
        },
        **{name: np.append(getattr(pool, name), np.nan) for name in ("ask_low", "ask_high", "result")},
        **{name: _with_empty_row(getattr(pool, name)) for name in ("tracks", "concepts", "preferences")},
        backers=[*pool.backers, ()],
    )
    subject = sample_data.investor(3, pool)
    model = model_of(empty, subject)
    assert abs(model.product(model.queries([subject]), model.weights)[-1]) < 1e-6


def _with_empty_row(matrix: object) -> object:
    return sparse.vstack([matrix, sparse.csr_matrix((1, matrix.shape[1]), dtype=np.float32)], format="csr")  # type: ignore[attr-defined]


@few
@given(seeds, seeds, st.sampled_from(["geography", "stage", "cheque", "technology_level"]), st.floats(1.1, 20))
def test_more_weight_on_a_block_never_lowers_the_rank_of_what_leads_in_it(
    pool_seed: int, subject_seed: int, name: str, factor: float
) -> None:
    pool = sample_data.projects(pool_seed)
    subject = sample_data.investor(subject_seed, pool)
    model = model_of(pool, subject)
    queries = model.queries([subject])
    heavier = model.weights.changed({name: model.weights.blocks[name] * factor})
    found = model.contributions(queries, model.weights, np.arange(len(pool)))
    column = [block.name for block in model.blocks].index(name)
    own = found.declared[:, column] + found.history[:, column]
    if not np.any(own):
        return
    leader = int(np.argmax(own))

    def rank(weights: Weights) -> int:
        fits = np.round(model.contributions(queries, weights, np.arange(len(pool))).fits, 9)
        return int((fits > fits[leader]).sum())

    assert rank(heavier) <= rank(model.weights)


@few
@given(seeds, seeds)
def test_without_history_the_query_is_exactly_the_declaration(pool_seed: int, subject_seed: int) -> None:
    pool = sample_data.projects(pool_seed)
    subject = sample_data.investor(subject_seed, pool, acts=0)
    model = model_of(pool, subject)
    alone = model.queries([subject])
    assert not alone.history
    with_others = model.queries([sample_data.investor(subject_seed + 1, pool), subject])
    fits = model.product(alone, model.weights)
    np.testing.assert_allclose(model.product(with_others.one(1), model.weights), fits, atol=1e-5)
    without = model.queries([sample_data.investor(subject_seed, pool, acts=5).without_history()])
    assert not without.history


@few
@given(seeds)
def test_history_moves_a_query_as_ridge_regression_towards_the_prior_does(seed: int) -> None:
    """Solved here as least squares over all projects, one subject at a time, by another library's routine."""
    pool = sample_data.projects(seed)
    pool = replace(pool, offered=np.ones(len(pool), bool))  # the matrix is that of what is on offer
    learner = model_of(pool).learner_
    columns = []
    for name, features in learner.parts.items():
        matrix = features.matrix()
        dense = matrix.toarray() if sparse.issparse(matrix) else matrix
        columns.append(np.where(features.known[:, None], dense - learner.means_[name], 0))
    coordinates = np.concatenate(columns, axis=1)
    random = np.random.default_rng(seed)
    prior = random.normal(size=coordinates.shape[1])
    acts = random.choice([0, 0, 0, 1, 0.6, -0.5], (3, len(pool)))
    learned, spread, _ = learner.learn(sparse.csr_matrix(acts, dtype=np.float32))
    shrink = np.sqrt(learner.penalty_)
    system = np.vstack([coordinates, shrink * np.eye(len(prior))])
    for subject in range(len(acts)):
        wanted = np.concatenate([coordinates @ prior + acts[subject], shrink * prior])
        best = np.linalg.lstsq(system, wanted, rcond=None)[0]
        found = np.concatenate([learned[name][subject] for name in learner.parts])
        np.testing.assert_allclose(found, best - prior, atol=1e-5)
        assert spread[subject] >= (coordinates @ found).std() - 1e-5


def test_an_act_fades_by_half_in_seven_years_and_a_pass_speaks_against() -> None:
    today = np.datetime64("2024-06-01")
    new, old = (Evidence("prj_1", EvidenceKind.INVESTED, today - np.timedelta64(days, "D")) for days in (0, 2557))
    assert new.weight(today) == 1
    assert old.weight(today) == pytest.approx(0.5, abs=1e-4)
    assert old.weight(today, half_life=3.5) == pytest.approx(0.25, abs=1e-4)
    assert Evidence("prj_1", EvidenceKind.PASSED, today).weight(today) == -0.5
    pool = sample_data.projects(5, gaps=0.0)
    row = 7
    moved = []
    for days in (0, 2557, 5114):
        act = Evidence(pool.ids[row], EvidenceKind.INVESTED, np.datetime64("2024-06-01") - np.timedelta64(days, "D"))
        subject = replace(sample_data.investor(5, pool, acts=0), history=[act])
        model = model_of(pool, subject)
        moved.append(model.contributions(model.queries([subject]), model.weights, np.array([row])).history.sum())
    assert moved[0] > moved[1] > moved[2] > 0


@few
@given(seeds)
def test_ten_passes_on_one_industry_move_the_list_and_history_says_so(seed: int) -> None:
    pool = sample_data.projects(seed, count=200, gaps=0.2)
    assert pool.concepts is not None
    subject = sample_data.investor(seed, pool, acts=0)
    members = np.flatnonzero(pool.concepts[:, 6].toarray().ravel())
    passed = members[:10]
    after = replace(
        subject, history=[Evidence(pool.ids[row], EvidenceKind.PASSED, np.datetime64("2024-05-01")) for row in passed]
    )
    model = model_of(pool, subject)
    weights = model.weights.changed(dict.fromkeys(model.permits_, 0.0))  # these count by what else there is
    left = np.setdiff1d(members, passed)
    before = model.product(model.queries([subject]), weights)
    queries = model.queries([after])
    moved = model.product(queries, weights) - before
    others = np.setdiff1d(np.arange(len(pool)), members)
    assert moved[left].mean() < moved[others].mean() - 0.05
    found = model.contributions(queries, weights, left)
    np.testing.assert_allclose(found.history.sum(axis=1), moved[left], atol=2e-4)


@few
@given(seeds, seeds)
def test_a_permutation_of_the_input_changes_nothing(pool_seed: int, order_seed: int) -> None:
    pool = sample_data.projects(pool_seed)
    subject = sample_data.investor(pool_seed, pool)
    order = np.random.default_rng(order_seed).permutation(len(pool))
    shuffled = Projects(
        ids=pool.ids,
        **{name: [getattr(pool, name)[row] for row in order] for name in ("texts", "names", "kinds", "organisations")},
        **{
            name: getattr(pool, name)[order]
            for name in ("offered", "origins", "landed", "stages", "levels", "ask_low", "ask_high", "result")
        },
        **{name: getattr(pool, name)[order] for name in ("tracks", "concepts", "preferences")},
    )
    renamed = {pool.ids[row]: pool.ids[at] for at, row in enumerate(order)}
    same = replace(subject, history=[replace(act, project_id=renamed[act.project_id]) for act in subject.history])
    first, second = model_of(pool, subject), model_of(shuffled, same)
    expected = first.product(first.queries([subject]), first.weights)
    found = second.product(second.queries([same]), second.weights)
    np.testing.assert_allclose(found, expected[order], atol=2e-3)


def test_each_pair_gives_the_same_whatever_else_is_asked_for() -> None:
    pool = sample_data.projects(5)
    subject = sample_data.investor(5, pool)
    model = model_of(pool, subject)
    queries = model.queries([subject])
    everything = model.contributions(queries, model.weights, np.arange(len(pool)))
    for row in (0, 17, 59):
        alone = model.contributions(queries, model.weights, np.array([row]))
        assert np.array_equal(alone.matrix[0], everything.matrix[row])
        assert np.array_equal(alone.shares[0], everything.shares[row])


def digest_of_fits() -> str:
    """Of all contributions for investors and places of a made-up pool, with what is said of some of them."""
    pool = sample_data.projects(6)
    subjects = [sample_data.investor(6, pool), sample_data.investor(7, pool, acts=0), sample_data.place(6)]
    model = model_of(pool, *subjects)
    queries = model.queries(subjects)
    digest = hashlib.sha256()
    for number, subject in enumerate(subjects):
        parts = model.contributions(queries.one(number), model.weights, np.arange(len(pool)))
        digest.update(parts.matrix.tobytes() + parts.shares.tobytes())
        for column, block in enumerate(model.blocks):
            if subject.kind in block.subjects:
                declared, history = float(parts.declared[3, column]), float(parts.history[3, column])
                known = bool(block.features_.known[3])
                reason = block.explain(Pair(subject, 3, declared + history, declared, history, known))
                digest.update(f"{reason.en}{reason.zh}".encode())
    return digest.hexdigest()


def test_another_process_gives_the_same_to_the_last_byte() -> None:
    """Sets are in another order there."""
    code = "from tests.recommender.fit.test_fit import digest_of_fits; print(digest_of_fits())"
    running = [
        subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, stdout=-1, cwd=ROOT)
        for seed in ("1", "2")
    ]
    assert {process.communicate()[0].decode().strip() for process in running} == {digest_of_fits()}


def test_both_directions_agree() -> None:
    pool = sample_data.projects(8)
    subjects = [sample_data.investor(seed, pool) for seed in range(5)]
    model = model_of(pool, *subjects)
    queries = model.queries(subjects)
    matrix = model.product_many(queries, model.weights)
    asked = model.weighted(queries, model.weights)
    for row in range(0, len(pool), 7):
        np.testing.assert_allclose(model.against_row(asked, row), matrix[:, row], atol=2e-4)


@few
@given(seeds, st.integers(200, 3000), st.integers(1, 5), st.sampled_from(["codes", "memberships", "dense"]))
def test_a_rare_match_counts_as_so_many_deviations_and_no_more(seed: int, size: int, matches: int, form: str) -> None:
    """However few of however many projects have what is asked for."""
    random = np.random.default_rng(seed)
    codes = random.integers(0, 6, size)
    codes[random.choice(size, matches, replace=False)] = 6
    one_hot = np.eye(7, dtype=np.float32)[codes]
    features: Features
    if form == "codes":
        features = CodeFeatures(codes.astype(np.int32), 7)
    elif form == "memberships":
        features = MembershipFeatures(sparse.csr_matrix(one_hot))
    else:
        features = DenseFeatures(one_hot)
    asked = np.zeros((2, 1, 7), np.float32)
    asked[0, 0, 6] = 1.0  # only the rare one
    asked[1, 0] = random.normal(size=7)
    means, deviations = features.moments(asked)
    divided = np.maximum(deviations, features.least_deviation(asked))
    furthest = np.abs((features.product_many(asked) - means) / divided).max(axis=1)
    assert np.all(furthest <= MOST_DEVIATIONS * (2 if form == "dense" else 1) + 1e-3)
    if size / matches > 2 * MOST_DEVIATIONS**2:
        assert 1 / deviations[0, 0] > MOST_DEVIATIONS  # what would have come of it


@pytest.mark.parametrize("silent", [0, 300, 3000])
def test_those_that_speak_are_not_blown_up_by_a_silent_pool(silent: int) -> None:
    """A city that only looks for what wants to settle there: others, of which that isn't known, change nothing."""
    speaking = sample_data.projects(4, count=40, gaps=0.0)
    ids = [*speaking.ids, *(f"prj_silent{number:05d}" for number in range(silent))]
    preferences = sparse.vstack([speaking.preferences, sparse.csr_matrix((silent, 6), dtype=np.float32)], format="csr")
    pool = Projects(ids=ids, preferences=preferences)
    city = replace(sample_data.place(1), texts=[], concepts={}, tracks={}, need_texts=[], need_concepts={})
    model = model_of(pool, replace(city, evidence_concepts={}))
    queries = model.queries([replace(city, evidence_concepts={})])
    fits = model.product(queries, model.weights)
    scores = Scale().score(fits.astype(np.float64))
    alone = model_of(Projects(ids=speaking.ids, preferences=speaking.preferences), city)
    asked = alone.queries([replace(city, evidence_concepts={})])
    expected = alone.product(asked, alone.weights)
    np.testing.assert_allclose(fits[:40], expected, atol=0.05)
    assert scores.max() < 90


def test_an_unknown_block_and_a_negative_weight_are_refused_with_a_remedy() -> None:
    weights = Weights({"text": 1.0})
    with pytest.raises(RecommenderError, match="the blocks are text"):
        weights.changed({"txet": 1.0})
    with pytest.raises(RecommenderError, match="give 0 to 1000"):
        weights.changed({"text": -1.0})


def test_a_need_is_explained_by_its_words_and_by_the_path_of_industries() -> None:
    pool = sample_data.projects(8, count=40, gaps=0.0)
    city = replace(sample_data.place(1), need_texts=[WeightedText(pool.texts[3]["en"], "en")])
    model = model_of(pool, city)
    queries = model.queries([city])
    parts = model.contributions(queries, model.weights, np.arange(len(pool))).declared
    blocks = {block.name: (column, block) for column, block in enumerate(model.blocks)}
    column, block = blocks["needs_text"]
    asked = queries.aspects[0]
    assert asked is not None
    [number] = [at for at, aspect in enumerate(asked.aspects) if aspect.kind is AspectKind.NEED]
    query, plain = asked.parts["needs_text"].coefficients[number], block.plain_query(city)
    pair = Pair(city, 3, float(parts[3, column]), 1.0, 0.0, True, query=query, plain_query=plain)
    reason = block.explain(pair)
    assert pool.texts[3]["en"].rstrip(".") in reason.en
    assert "文本" in reason.zh
    for name in ("needs", "local_industry"):
        column, block = blocks[name]
        row = int(np.argmax(parts[:, column]))
        reason = block.explain(Pair(city, row, float(parts[row, column]), 1.0, 0.0, True))
        assert "Industry" in reason.en
        assert "产业" in reason.zh


def test_the_cap_holds_for_every_industry_of_a_project_and_the_list_ends_where_none_is_left() -> None:
    """Each has an industry that few share; four in five have a common one besides."""
    size, cap = 60, 0.2
    industries = np.zeros((size, 8), np.float32)
    industries[np.arange(size), np.arange(size) % 7] = 1
    industries[:48, 7] = 1
    model = model_of(replace(sample_data.projects(2, count=size), concepts=sparse.csr_matrix(industries)))
    chosen = capped(model, np.arange(size), 40, cap)
    for length in range(1, len(chosen) + 1):
        assert industries[chosen[:length]].sum(axis=0).max() <= np.ceil(cap * length)
    assert (industries[chosen][:, 7] == 0).sum() == 12, "whoever isn't of the common industry is on the list"
    assert len(chosen) == 16, "a fifth of 17 is less than five"
    np.testing.assert_array_equal(capped(model, np.arange(size), 5, cap), chosen[:5])
