"""A plugin's block or gate that fails adds nothing and stops nobody, and the host's state tells of it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from plugins.host.host import Host
from recommender.blocks import Block, Context, Pair
from recommender.gates import Gate
from recommender.interface.types import Reason
from recommender.pool.profiles import Profile, SubjectKind
from recommender.pool.projects import Projects
from recommender.pool.taxonomies import World
from recommender.serving.isolation import NOT_ASKED, blocks_of, gates_of
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

    def passes(self, profile: Profile, projects: Projects, world: World) -> Any:
        return np.array([index % 2 == 0 for index in range(len(projects))])

    def explain(self, profile: Profile, projects: Projects, world: World, row: int, passed: bool) -> Reason:
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
    assert block.query(PROFILE) is None
    assert host.state("alpha").failures == 1


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
    assert gate.passes(PROFILE, PROJECTS, World()).tolist() == [True, False, True]
    assert gate.passes_one(PROFILE, PROJECTS, World(), 1) is False
    assert gate.explain(PROFILE, PROJECTS, World(), 1, False).en == "Odd."


@pytest.mark.parametrize(
    "passes", [fail, lambda *_: np.array([True]), lambda *_: np.array([1.0, 0.0, 1.0]), lambda *_: None]
)
def test_a_gate_that_fails_lets_everything_through_and_says_so(passes: Any) -> None:
    inner = Odd()
    inner.passes = passes  # type: ignore[method-assign]
    host = loaded("register_gates", inner)
    (gate,) = gates_of(host)
    assert gate.passes(PROFILE, PROJECTS, World()).all()
    assert gate.explain(PROFILE, PROJECTS, World(), 0, True) == NOT_ASKED
    assert host.state("alpha").failures == 1


def test_what_core_contributes_is_used_directly() -> None:
    block, gate = Lengths(), Odd()
    host = Host.load(core=[core(("register_blocks", [block]), ("register_gates", [gate]))], plugins=[])
    assert blocks_of(host) == [block]
    assert gates_of(host) == [gate]
