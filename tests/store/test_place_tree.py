"""The tree of places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from store import place_tree
from store.access.actors import Actor
from store.enums import PlaceType
from store.models import Place
from store.values.ids import new_id

if TYPE_CHECKING:
    from store.database import Database

ACTOR = Actor.system("test")


def add(database: Database, name: str, parent_id: str | None = None) -> str:
    with database.write(ACTOR) as session:
        place = Place(name={"en": name}, type=PlaceType.PREFECTURE_CITY, parent_id=parent_id)
        session.add(place)
    return place.id


def test_a_place_has_its_path_its_ancestors_and_everything_in_it(database: Database) -> None:
    country = add(database, "Country")
    province = add(database, "Province", country)
    city = add(database, "City", province)
    other = add(database, "Other", country)
    with database.read() as session:
        assert [place.id for place in place_tree.path(session, city)] == [country, province, city]
        assert set(session.scalars(place_tree.ancestors(city))) == {country, province}
        assert set(session.scalars(place_tree.within(country))) == {country, province, city, other}
        assert set(session.scalars(place_tree.within(province))) == {province, city}
        assert set(session.scalars(place_tree.within(city, other))) == {city, other}
        assert place_tree.path(session, new_id("plc")) == []
        assert session.scalars(place_tree.within(new_id("plc"))).all() == []


def test_within_is_a_condition_that_can_be_combined(database: Database) -> None:
    country = add(database, "Country")
    province = add(database, "Province", country)
    city = add(database, "City", province)
    with database.read() as session:
        between = select(Place.id).where(
            Place.id.in_(place_tree.within(country)), Place.id.not_in(place_tree.within(city)), Place.id != country
        )
        assert session.scalars(between).all() == [province]


def test_a_place_can_not_lie_in_itself(database: Database) -> None:
    country = add(database, "Country")
    city = add(database, "City", country)
    with database.read() as session:
        with pytest.raises(place_tree.PlaceTreeError, match=f"{city} can't be the parent of {country}"):
            place_tree.check_parent(session, country, city)
        with pytest.raises(place_tree.PlaceTreeError, match="choose a place outside it"):
            place_tree.check_parent(session, city, city)
        with pytest.raises(place_tree.PlaceTreeError, match="there is no place"):
            place_tree.check_parent(session, city, new_id("plc"))
        with pytest.raises(place_tree.PlaceTreeError, match="there is no place"):
            place_tree.check_parent(session, city, "nonsense")
        place_tree.check_parent(session, city, None)
        place_tree.check_parent(session, city, country)


def test_a_write_that_would_close_a_circle_is_refused_whole(database: Database) -> None:
    country = add(database, "Country")
    city = add(database, "City", country)
    with pytest.raises(place_tree.PlaceTreeError), database.write(ACTOR) as session:  # noqa: PT012
        session.get_one(Place, city).name = {"en": "Renamed"}
        session.get_one(Place, country).parent_id = city
    with database.read() as session:
        assert session.get_one(Place, country).parent_id is None
        assert session.get_one(Place, city).name == {"en": "City"}


def test_two_places_can_not_be_put_into_each_other_at_once(database: Database) -> None:
    one, other = add(database, "One"), add(database, "Other")
    with pytest.raises(place_tree.PlaceTreeError), database.write(ACTOR) as session:  # noqa: PT012
        session.get_one(Place, one).parent_id = other
        session.get_one(Place, other).parent_id = one


def test_a_circle_made_behind_the_session_s_back_is_found_and_ends_no_query(database: Database) -> None:
    country = add(database, "Country")
    city = add(database, "City", country)
    with database.write(ACTOR) as session:
        place_tree.check_tree(session)
        session.execute(update(Place).where(Place.id == country).values(parent_id=city, version=2))
        with pytest.raises(place_tree.PlaceTreeError):
            place_tree.check_tree(session)
        assert set(session.scalars(place_tree.within(city))) == {country, city}
        assert set(session.scalars(place_tree.ancestors(city))) == {country}
        assert {place.id for place in place_tree.path(session, city)} == {country, city}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parents=st.lists(st.integers(0, 7), min_size=8, max_size=8))
def test_within_and_ancestors_are_the_two_sides_of_one_relation(sqlite_database: Database, parents: list[int]) -> None:
    ids = [new_id("plc") for _ in parents]
    with sqlite_database.write(ACTOR) as session:
        for number, parent in enumerate(parents):
            inside = ids[parent] if parent < number else None
            session.add(Place(id=ids[number], name={}, type=PlaceType.DISTRICT, parent_id=inside))
            session.flush()
    with sqlite_database.read() as session:
        above = {place: set(session.scalars(place_tree.ancestors(place))) for place in ids}
        below = {place: set(session.scalars(place_tree.within(place))) - {place} for place in ids}
        assert all((one in above[other]) == (other in below[one]) for one in ids for other in ids)
        for place in ids:
            assert [step.id for step in place_tree.path(session, place)][:-1] == sorted(above[place])
