"""A plugin's block or gate that fails adds nothing and stops nobody, and the host's state tells of it."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from scipy import sparse
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from plugins.host.host import Host
from recommender.blocks import Block, Context, Pair
from recommender.blocks.base import SilentBlockError
from recommender.fit.model import FitModel
from recommender.gates import Gate
from recommender.interface.lazy import Reason
from recommender.pool.profiles import Evidence, EvidenceKind, Profile, SubjectKind
from recommender.pool.projects import Projects
from recommender.pool.taxonomies import Taxonomies
from recommender.serving.isolation import NOT_ASKED, blocks_of, gates_of
from store.database import Database
from tests.plugins.support import core, plugin

PROJECTS = Projects(ids=["prj_1", "prj_2", "prj_3"])
PROFILE = Profile("inv_1", SubjectKind.INVESTOR)
PAIR = Pair(PROFILE, 0, 1.0, 1.0, 0.0, True)


def fail(*_: Any, **__: Any) -> Any:
    raise RuntimeError("out of ink")


class Lengths(Block):
    name = "lengths"
    description = Reason("Length", "长度")

    def project(self, projects: Projects) -> Any:
        return np.arange(len(projects), dtype=np.float32).reshape(-1, 1)

    def query(self, profile: Profile) -> Any:
        return np.ones(1, np.float32)

    def explain(self, pair: Pair) -> Reason:
        return Reason("Long.", "长。")


class Odd(Gate):
    name = "odd"
    description = Reason("Odd", "奇数")

    def passes(self, profile: Profile, projects: Projects, samples: Taxonomies) -> Any:
        return np.array([index % 2 == 0 for index in range(len(projects))])

    def explain(self, profile: Profile, projects: Projects, samples: Taxonomies, row: int, passed: bool) -> Reason:
        return Reason("Odd.", "奇。")


def loaded(hook: str, part: Any) -> Host:
    return Host.load({"host": {"failure_threshold": 100}}, plugins=[plugin("alpha", {hook: [part]})])


def isolated_block(**broken: Callable[..., Any]) -> tuple[Block, Host]:
    inner = Lengths()
    for name, function in broken.items():
        setattr(inner, name, function)
    host = loaded("register_blocks", inner)
    (block,) = blocks_of(host)
    return block, host


def test_a_good_block_is_as_it_is() -> None:
    block, host = isolated_block()
    block.fit(Context(PROJECTS))
    plain = Lengths().fit(Context(PROJECTS))
    query = np.ones((1, 1), np.float32)
    assert np.array_equal(block.features_.product(query), plain.features_.product(query))
    assert np.array_equal(block.query(PROFILE), plain.query(PROFILE))  # type: ignore[arg-type]
    weights = sparse.csr_matrix(np.ones((2, 3)))
    assert np.array_equal(block.evidence(weights), plain.evidence(weights))  # type: ignore[arg-type]
    assert block.explain(PAIR).en == "Long."
    assert host.state("alpha").failures == 0


@pytest.mark.parametrize(
    "project",
    [
        fail,
        lambda projects: np.zeros((2, 1)),
        lambda projects: np.full((3, 1), np.nan),
        lambda projects: "nonsense",
    ],
)
def test_a_block_whose_projection_fails_is_unknown_for_every_project(project: Any) -> None:
    block, host = isolated_block(project=project)
    block.fit(Context(PROJECTS))
    assert not block.features_.known.any()
    assert block.query(PROFILE) is None
    assert block.evidence(sparse.csr_matrix(np.ones((2, 3)))) is None
    assert host.state("alpha").failures == 1


@pytest.mark.parametrize(
    "query", [fail, lambda profile: np.ones(7), lambda profile: np.array([np.inf]), lambda profile: "much"]
)
def test_a_block_whose_query_fails_says_nothing(query: Any) -> None:
    block, host = isolated_block(query=query)
    block.fit(Context(PROJECTS))
    assert block.features_.known.any()
    with pytest.raises(SilentBlockError):
        block.query(PROFILE)
    assert host.state("alpha").failures == 1


def historic(identifier: str = "inv_1") -> Profile:
    """An investor that chose the last project, and so has evidence."""
    return Profile(identifier, SubjectKind.INVESTOR, history=[Evidence("prj_3", EvidenceKind.LIKED)])


def fits(block: Block, *subjects: str) -> Any:
    """Fits of investors that acted, by this block alone; shape (subjects, projects)."""
    model = FitModel([block]).fit(Context(PROJECTS))
    return model.product_many(model.queries([historic(each) for each in subjects]), model.weights)


@pytest.mark.parametrize("broken", ["query", "evidence", "project"])
def test_a_block_of_which_one_function_fails_adds_no_points_by_the_others(broken: str) -> None:
    """Not by its default evidence either: half of a signal is another signal."""
    whole, _ = isolated_block()
    assert np.ptp(fits(whole, "inv_1")) > 0, "unbroken, it adds points"
    block, _ = isolated_block(**{broken: fail})
    assert not fits(block, "inv_1").any()


def test_a_block_that_fails_for_one_subject_is_silent_for_that_subject_alone() -> None:
    def query(profile: Profile) -> Any:
        return fail() if profile.id == "inv_2" else np.ones(1, np.float32)

    block, _ = isolated_block(query=query)
    both = fits(block, "inv_1", "inv_2")
    assert np.array_equal(both[0], fits(block, "inv_1")[0])
    assert both[0].any()
    assert not both[1].any()


@pytest.mark.parametrize("broken", ["project", "query", "evidence", "learning_features", "from_learning", "explain"])
def test_each_function_of_a_block_rests_by_itself(broken: str) -> None:
    """The success of one doesn't wake another that keeps failing."""
    inner = Lengths()
    setattr(inner, broken, fail)
    host = Host.load({"host": {"failure_threshold": 3}}, plugins=[plugin("alpha", {"register_blocks": [inner]})])
    (block,) = blocks_of(host)
    weights = sparse.csr_matrix(np.ones((1, 3)))
    for _ in range(3):
        block.fit(Context(PROJECTS))
        for call in (
            lambda: block.query(PROFILE),
            lambda: block.evidence(weights),
            lambda: block.from_learning(np.ones((1, 1), np.float32)),
        ):
            with suppress(SilentBlockError):
                call()
        block.learning_features()
        block.explain(PAIR)
    assert host.state("alpha").resting == (f"block lengths.{broken}",)


@pytest.mark.parametrize("slow", ["load", "project", "evidence"])
def test_what_a_block_does_for_a_fit_has_the_time_of_a_call(slow: str, database: Database) -> None:
    inner = Lengths()
    ended = threading.Event()
    setattr(inner, slow, lambda *_: ended.wait(20))
    host = Host.load(
        {"host": {"call_time_limit": 0.2, "start_time_limit": 20}},
        plugins=[plugin("alpha", {"register_blocks": [inner]})],
    )
    (block,) = blocks_of(host)
    start = time.monotonic()
    with database.read() as session:
        block.load(session)
    block.fit(Context(PROJECTS))
    with suppress(SilentBlockError):
        block.evidence(sparse.csr_matrix(np.ones((1, 3))))
    assert time.monotonic() - start < 10
    ended.set()
    failure = host.state("alpha").last_failure
    assert failure is not None
    assert failure.point == f"block lengths.{slow}"


def test_a_block_that_could_not_load_is_not_fitted_by_a_copy(database: Database) -> None:
    block, _ = isolated_block(load=fail)
    with database.read() as session:
        block.load(session)
    assert not copy.copy(block).fit(Context(PROJECTS)).features_.known.any()


def test_what_a_block_loads_by_cannot_write(database: Database) -> None:
    said = []

    def load(session: Any) -> None:
        try:
            session.execute(text("DELETE FROM project"))
        except DBAPIError as refusal:
            said.append(str(refusal).lower())
            raise

    block, _ = isolated_block(load=load)
    with database.read() as session:
        block.load(session)
    assert "read" in said[0]


def test_a_gate_that_fails_for_one_subject_says_nothing_of_it_about_another() -> None:
    """Many threads at once, each with a subject of its own; of every second one the gate can't tell."""
    inner = Odd()

    def passes(profile: Profile, projects: Projects, samples: Taxonomies) -> Any:
        return fail() if int(profile.id.removeprefix("inv_")) % 2 else np.ones(len(projects), bool)

    inner.passes = passes  # type: ignore[method-assign]
    host = Host.load(
        {"host": {"failure_threshold": 10_000, "threads": 16}},
        plugins=[plugin("alpha", {"register_gates": [inner]})],
    )
    (gate,) = gates_of(host)
    start = threading.Barrier(8)

    def ask(number: int) -> list[bool]:
        start.wait()
        said = []
        for turn in range(20):
            profile = Profile(f"inv_{number + 8 * turn}", SubjectKind.INVESTOR)
            gate.passes(profile, PROJECTS, Taxonomies())
            said.append(gate.explain(profile, PROJECTS, Taxonomies(), 0, True) == NOT_ASKED)
        return said

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, range(8)))
    assert answers == [[bool(number % 2)] * 20 for number in range(8)]


def test_a_block_whose_words_fail_has_generic_ones() -> None:
    block, _ = isolated_block(explain=fail)
    block.fit(Context(PROJECTS))
    assert block.explain(PAIR).en.startswith("Length")


def test_a_copy_has_a_fit_of_its_own() -> None:
    block, _ = isolated_block()
    block.fit(Context(PROJECTS))
    other = copy.copy(block).fit(Context(Projects(ids=["prj_9"])))
    assert (len(block.features_), len(other.features_)) == (3, 1)


def test_a_good_gate_is_as_it_is() -> None:
    (gate,) = gates_of(loaded("register_gates", Odd()))
    assert gate.passes(PROFILE, PROJECTS, Taxonomies()).tolist() == [True, False, True]
    assert gate.passes_one(PROFILE, PROJECTS, Taxonomies(), 1) is False
    assert gate.explain(PROFILE, PROJECTS, Taxonomies(), 1, False).en == "Odd."


@pytest.mark.parametrize(
    "passes", [fail, lambda *_: np.array([True]), lambda *_: np.array([1.0, 0.0, 1.0]), lambda *_: None]
)
def test_a_gate_that_fails_lets_everything_through_and_says_so(passes: Any) -> None:
    inner = Odd()
    inner.passes = passes  # type: ignore[method-assign]
    host = loaded("register_gates", inner)
    (gate,) = gates_of(host)
    assert gate.passes(PROFILE, PROJECTS, Taxonomies()).all()
    assert gate.explain(PROFILE, PROJECTS, Taxonomies(), 0, True) == NOT_ASKED
    assert host.state("alpha").failures == 1


def test_what_core_contributes_is_used_directly() -> None:
    block, gate = Lengths(), Odd()
    host = Host.load(core=[core(("register_blocks", [block]), ("register_gates", [gate]))], plugins=[])
    assert blocks_of(host) == [block]
    assert gates_of(host) == [gate]
