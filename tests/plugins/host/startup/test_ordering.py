"""Order is what manifests declare, and nothing else."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.host.errors import CircularOrderError
from plugins.host.manifest import Manifest
from plugins.host.startup.ordering import resolve_order
from tests.plugins.support import manifest

NAMES = [f"plugin_{letter}" for letter in "abcdefgh"]


@st.composite
def manifests(draw: st.DrawFn) -> list[Manifest]:
    """Manifests without a circle: every edge follows a hidden order."""
    hidden = draw(st.permutations(NAMES))
    found = []
    for index, name in enumerate(hidden):
        earlier = st.lists(st.sampled_from(hidden[:index]), unique=True) if index else st.just([])
        later = st.lists(st.sampled_from(hidden[index + 1 :]), unique=True) if index < 7 else st.just([])
        found.append(manifest(name, after=draw(earlier), before=draw(later), requires=draw(earlier)))
    return found


@given(manifests())
def test_every_declaration_is_kept(given: list[Manifest]) -> None:
    order = resolve_order(given)
    assert sorted(order) == NAMES
    for each in given:
        place = order.index(each.name)
        assert all(order.index(name) < place for name in (*each.after, *each.requires))
        assert all(order.index(name) > place for name in each.before)


@given(manifests(), st.randoms())
def test_the_order_does_not_depend_on_the_order_of_discovery(given: list[Manifest], chance: random.Random) -> None:
    shuffled = list(given)
    chance.shuffle(shuffled)
    assert resolve_order(shuffled) == resolve_order(given)


def test_without_declarations_order_goes_by_name() -> None:
    assert resolve_order([manifest(name) for name in reversed(NAMES)]) == tuple(NAMES)


def test_a_name_that_a_plugin_provides_orders_it_too() -> None:
    order = resolve_order([manifest("alpha", requires=("rounds",)), manifest("omega", provides=("rounds",))])
    assert order == ("omega", "alpha")


def test_before_and_after_say_nothing_about_plugins_that_are_not_there() -> None:
    assert resolve_order([manifest("alpha", before=("ghost",), after=("spirit",))]) == ("alpha",)


@given(st.integers(2, 6))
def test_a_circle_is_named_with_who_declared_each_step(length: int) -> None:
    names = NAMES[:length]
    circle = [manifest(name, after=(following,)) for name, following in pairwise([*names, names[0]])]
    with pytest.raises(CircularOrderError) as raised:
        resolve_order(circle)
    for name, following in pairwise([*names, names[0]]):
        assert f"'{name}' says after '{following}'" in str(raised.value)


def test_a_circle_through_requires_and_before_is_found() -> None:
    with pytest.raises(
        CircularOrderError, match=r"'alpha' requires 'beta'.*'alpha' says before 'beta'|'alpha' says before"
    ):
        resolve_order([manifest("alpha", requires=("beta",), before=("beta",)), manifest("beta")])
