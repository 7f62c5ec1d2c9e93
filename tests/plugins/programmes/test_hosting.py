"""The programmes are plugins like any other: each runs alone, and together they add their crosswalks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import pytest
from sqlalchemy import func, select

from plugins.host.states import State
from store import models
from store.database import Database
from tests.plugins.programmes.support import PROGRAMMES, host_with, keys_of, load_programmes

SUBSETS = [subset for size in range(4) for subset in combinations(PROGRAMMES, size)]


@pytest.mark.parametrize("names", SUBSETS, ids="-".join)
def test_any_of_them_load_without_the_others(names: Sequence[str], sqlite_database: Database) -> None:
    host = host_with(names)
    states = {state.name: state for state in host.states()}
    assert states.keys() == set(names)
    for state in states.values():
        assert state.state is State.ACTIVE, state  # the others are optional neighbours: none is missed
        assert not state.reason, state
    load_programmes(sqlite_database, names)
    with sqlite_database.read() as session:
        brought = {key.split(":")[0] for key in keys_of(session, models.Programme).values()}
        assert brought == set(names)
        spaces = {id_: key.split(":")[0] for id_, key in keys_of(session, models.Concept).items()}
        crossed = {
            frozenset((spaces[mapping.source_id], spaces[mapping.target_id]))
            for mapping in session.scalars(select(models.ConceptMapping))
        }
        assert {pair for pair in crossed if len(pair) == 2} == {frozenset(pair) for pair in combinations(names, 2)}


def test_loading_twice_changes_nothing(sqlite_database: Database) -> None:
    load_programmes(sqlite_database)
    with sqlite_database.read() as session:
        before = session.scalar(select(func.max(models.Change.sequence)))
    load_programmes(sqlite_database)
    with sqlite_database.read() as session:
        assert session.scalar(select(func.max(models.Change.sequence))) == before


def test_a_plugin_that_arrives_later_brings_the_crosswalks(sqlite_database: Database) -> None:
    load_programmes(sqlite_database, ["cotiec"])
    load_programmes(sqlite_database, ["chinaocs", "cotiec"])
    with sqlite_database.read() as session:
        assert session.scalar(select(func.count()).select_from(models.PriorityTrack)) == 8


def test_they_come_in_an_order_in_which_every_reference_is_there() -> None:
    assert host_with(reversed(PROGRAMMES)).order == ("chinaocs", "kunshan", "cotiec")
