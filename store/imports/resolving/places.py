"""Resolves places named by rows, and decides which countries, regions and cities to create."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from store.bulk import BulkWriter
from store.enums import PlaceType
from store.imports.resolving.keys import Keys, short
from store.imports.resolving.place_index import KnownPlace, PlaceIndex
from store.imports.resolving.place_readings import meant
from store.imports.values.countries import (
    Reading,
    check_country,
    find_country,
    find_subdivision,
    readings,
    territory_code,
)
from store.imports.values.folding import folded
from store.imports.values.scripts import language_in, language_of
from store.models import Place

Location = tuple[str, str, str, str]
"""Place, country, region and city; each may be empty."""
_PARTS = re.compile(r"[,，/]")
LONGEST_CODE = 3


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A place to create under `parent`, a known or a new one."""

    key: tuple[str, str]
    name: dict[str, str]
    type: PlaceType
    parent: "str | NewPlace | None"
    code: str | None
    country_code: str | None


Decision = str | NewPlace | None
"""The id of a known place, one to create, or None if nothing is stated."""


class Places:
    """Decides what the locations of rows mean, once per location of a run.

    Decisions depend on the store before the run, not on the order of rows; the check and the write share them. Holds
    every place of the store in memory.
    """

    def __init__(self, session: Session, namespace: str) -> None:
        self.namespace = namespace
        self.index = PlaceIndex(session, namespace)
        self._decisions: dict[Location, Decision] = {}

    def decide(self, location: Location, language: str | None = None) -> Decision:
        """Decide what a location means. Raises ValueError with the remedy if it can't be understood."""
        if location not in self._decisions:
            self._decisions[location] = self._resolve(*location, language)
        return self._decisions[location]

    def _resolve(self, place: str, country: str, region: str, city: str, language: str | None) -> Decision:
        if place:
            known = self.index.exact(place)
            if known is None and not country and not region:
                _check_one_meaning(place)
                known = self.index.single(place)
            if known is not None:
                return known
            if not country and not region and not city:
                return self._written(place, language)
            if not city:
                city, region = self._parted(place, country, region)
        nearest: Decision = self._country(country) if country else None
        if region:
            nearest = self._region(region, nearest, language)
        if not city or (folded(city) == folded(region) and self._is_one_place(nearest)):
            return nearest
        if nearest is not None and self._country_code(nearest) == "CN" and len(city) == 2 and city.isascii():
            return self._region(city, nearest, language)  # HK, BJ: the codes of cities that are provinces
        return self._inside(city, nearest, PlaceType.PREFECTURE_CITY, language)

    def _parted(self, place: str, country: str, region: str) -> tuple[str, str]:
        """Split `San Francisco, CA` into city and region in a row with a separate country column."""
        code = getattr(find_country(country), "code", "")
        parts = [part.strip() for part in _PARTS.split(place) if part.strip()]
        if len(parts) > 1 and code and getattr(find_country(parts[-1]), "code", None) == code:
            parts.pop()
        if len(parts) == 2 and code and find_subdivision(code, parts[1]) and region in ("", parts[1]):
            return parts[0], parts[1]
        return (parts[0], region) if len(parts) == 1 else (place, region)

    def _written(self, text: str, language: str | None) -> Decision:
        """Resolve a place in one text: `San Francisco, California, USA`, 江苏省苏州市, a country's name."""
        parts = [part.strip() for part in _PARTS.split(text) if part.strip()]
        if 1 < len(parts) <= 3 and (meanings := readings(parts[-1])):
            reading = meant(meanings, parts[:-1], self.index)
            _check_one_country(parts, reading)
            region = reading.subdivision.code if reading.subdivision else parts[1] if len(parts) == 3 else ""
            if (decided := self._resolve("", reading.country.code, region, parts[0], language)) is not None:
                return decided
        if country := find_country(text):
            return self._country(country.code)
        for start in range(1, len(text) - 1):
            if (known := self.index.single(text[start:])) is not None and language_of(text) == "zh":
                return known
        close = difflib.get_close_matches(folded(text), self.index.names(), 1, cutoff=0.8)
        hint = f" (perhaps {self.index.places[self.index.named(close[0])[0]].shown})" if close else ""
        raise ValueError(
            f"is not a known place{hint}; write its key (such as gb:320583), its code, or its name with the "
            "country: 'Kunshan, China', or a column 'country' (in a list, semicolons separate places)"
        )

    def _is_one_place(self, found: Decision) -> bool:
        """Return whether a region and a city of one name are one place, as Beijing is and New York is not."""
        return found is not None and self._country_code(found) in ("CN", "HK", "MO", "SG")

    def _country(self, text: str) -> str | NewPlace:
        country = find_country(text)
        if country is None:
            check_country(text)
            raise ValueError("is not a country; write an ISO 3166 code such as CN, or its English or Chinese name")
        territory = territory_code(country.code)
        for code in (territory, country.code):
            if code and (identifier := self.index.by_key.get(("iso", code)) or self.index.by_code(code)) is not None:
                return identifier
        code = territory or country.code
        around = self._country(code.partition("-")[0]) if territory else None
        kind = PlaceType.PROVINCE if territory else PlaceType.COUNTRY
        return NewPlace(("iso", code), country.name, kind, around, code, country.code)

    def _region(self, text: str, country: Decision, language: str | None) -> str | NewPlace:
        exact = self.index.exact(text)
        is_country = exact is not None and self.index.places[exact].type is PlaceType.COUNTRY
        if country is None and not self.index.named(text) and (exact is None or is_country):  # CA is not a country here
            regions = [reading for reading in readings(text) if reading.subdivision]
            if len(regions) > 1:
                raise ValueError(f"{text!r} may be {' or '.join(map(str, regions))}; give the country too")
            if regions:
                country = self._country(regions[0].country.code)
        code = self._country_code(country) if country is not None else None
        subdivision = find_subdivision(code, text) if code else None
        if country is None or code is None or subdivision is None:
            return self._inside(text, country, PlaceType.PROVINCE, language)
        if (known := self.index.by_key.get(("iso", subdivision.code))) is not None:
            return known
        for name in (text, subdivision.name):
            if isinstance(country, str) and (known := self.index.under(name, country, (PlaceType.PROVINCE,))):
                return known
        own = language_in(text, language)
        names = {"en": subdivision.name} | ({own: text} if language_of(text) != "en" else {})
        return NewPlace(("iso", subdivision.code), names, PlaceType.PROVINCE, country, subdivision.code, code)

    def _inside(self, text: str, around: Decision, kind: PlaceType, language: str | None) -> str | NewPlace:
        """Return the place `text` within `around`, or a new one there."""
        if around is None:
            known = self.index.single(text)
            territory = find_country(text) if known is None else None
            if territory and territory_code(territory.code):
                return self._country(territory.code)
            if known is None:
                raise ValueError(f"{text!r} is not a known place; give its country too, in a column 'country'")
            return known
        if isinstance(around, str) and (identifier := self.index.under(text, around)) is not None:
            return identifier
        if self._is_one_place(around) and self._is_called(around, text):
            return around
        path = around.key[1] if isinstance(around, NewPlace) else around
        value = short(f"place/{path}/{folded(text)}")
        if (identifier := self.index.by_key.get((self.namespace, value))) is not None:
            return identifier
        name = {language_in(text, language): text}
        return NewPlace((self.namespace, value), name, kind, around, None, self._country_code(around))

    def _is_called(self, place: str | NewPlace, text: str) -> bool:
        if isinstance(place, NewPlace):
            return folded(text) in map(folded, place.name.values())
        return place in self.index.named(text)

    def _country_code(self, place: str | NewPlace) -> str | None:
        return place.country_code if isinstance(place, NewPlace) else self.index.country_code(place)


def _check_one_meaning(text: str) -> None:
    """Raise ValueError for a name of several countries, or of a country and a state (codes are countries')."""
    check_country(text)
    meanings = readings(text) if len(text) > LONGEST_CODE else []
    if len(meanings) > 1 and meanings[0].subdivision is None and not territory_code(meanings[0].country.code):
        raise ValueError(
            f"may be {' or '.join(map(str, meanings))}; write the code "
            f"({meanings[0].country.code}), or the state with its "
            "country"
        )


def _check_one_country(parts: Sequence[str], reading: Reading) -> None:
    """Raise ValueError for two countries, as in `USA / China`, which aren't a city and its country."""
    other = find_country(parts[0]) if len(parts) == 2 and reading.subdivision is None else None
    if other is None or other.code == reading.country.code or territory_code(other.code):
        return
    if find_subdivision(reading.country.code, parts[0]) is None:
        raise ValueError(
            f"names two countries, {parts[0]} and {parts[1]}; write one (in a list, semicolons separate places)"
        )


class PlaceMaker:
    """Carries out decisions within a write transaction, creating missing places."""

    def __init__(self, decided: Places, session: Session, keys: Keys, writer: BulkWriter) -> None:
        self.decided = decided
        self.writer = writer
        self._keys = keys
        self._index = PlaceIndex(session, decided.namespace)  # the current store

    def find(self, location: Location, language: str | None = None) -> str | None:
        """Return the id of a place; None if nothing is stated. Raises ValueError if it has disappeared meanwhile."""
        decision = self.decided.decide(location, language)
        return self._make(decision) if isinstance(decision, NewPlace) else self._there(decision)

    def _there(self, identifier: str | None) -> str | None:
        if identifier is not None and identifier not in self._index.places:
            raise ValueError("is a place that no longer exists")
        return identifier

    def _make(self, new: NewPlace) -> str:
        if (known := self._index.by_key.get(new.key)) is not None:
            return known
        parent = self._make(new.parent) if isinstance(new.parent, NewPlace) else self._there(new.parent)
        values = {
            "name": new.name,
            "type": new.type,
            "parent_id": parent,
            "code": new.code,
            "country_code": new.country_code,
        }
        identifier = self.writer.create(Place, values)
        self._keys.add(Place.__tablename__, new.key[0], new.key[1], identifier)
        self._index.by_key[new.key] = identifier
        self._index.add(KnownPlace(identifier, parent, new.type, ""), new.code, new.name)
        return identifier
