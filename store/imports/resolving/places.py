"""Places by key, code or name; countries, regions and cities are made on the way."""

import difflib
import re
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.bulk import BulkWriter
from store.enums import PlaceType
from store.imports.resolving.keys import Keys, short
from store.imports.values.countries import find_country, find_subdivision
from store.imports.values.texts import folded, language_of
from store.models import ExternalId, Place

Location = tuple[str, str, str, str]
"""Place, country, region and city; each may be empty."""
_CHINESE_SUFFIX = re.compile(r"(特别行政区|壮族自治区|回族自治区|维吾尔自治区|自治区|自治州|省|市|区|县)$")


@dataclass(frozen=True, slots=True)
class _Known:
    id: str
    parent: str | None
    type: PlaceType
    shown: str


@dataclass(frozen=True, slots=True)
class _New:
    """A place to be made: under `parent`, a known or a new one."""

    key: tuple[str, str]
    name: dict[str, str]
    type: PlaceType
    parent: "str | _New | None"
    code: str | None
    country_code: str | None


class Places:
    """Finds places; with `writer`, makes those that are missing. Holds every place of the store in memory."""

    def __init__(self, session: Session, namespace: str, keys: Keys, writer: BulkWriter | None = None) -> None:
        self.namespace = namespace
        self.writer = writer
        self._keys = keys
        self._places: dict[str, _Known] = {}
        self._by_name: dict[str, list[str]] = {}
        self._by_code: dict[str, str] = {}
        self._code_of: dict[str, str] = {}
        self._by_key: dict[tuple[str, str], str] = {}
        self._found: dict[Location, str | _New | None] = {}
        columns = (Place.id, Place.parent_id, Place.type, Place.code, Place.name, Place.aliases)
        for row in session.execute(select(*columns).where(Place.archived_at.is_(None))):
            self._add(row.id, row.parent_id, row.type, row.code, row.name, row.aliases)
        for key in session.execute(
            select(ExternalId.namespace, ExternalId.value, ExternalId.entity_id).where(
                ExternalId.entity_type == Place.__tablename__
            )
        ):
            self._by_key[key.namespace, key.value] = key.entity_id
            if key.namespace == "iso":
                self._code_of.setdefault(key.entity_id, key.value)

    def find(self, location: Location) -> str | None:
        """The id of a place; None where nothing is stated, or where it would have to be made but there is no writer.

        Raises ValueError with the remedy for what can't be understood.
        """
        if location not in self._found:
            self._found[location] = self._resolve(*location)
        found = self._found[location]
        if isinstance(found, _New) and self.writer is not None:
            self._found[location] = found = self._make(found)
        return found if isinstance(found, str) else None

    def _resolve(self, place: str, country: str, region: str, city: str) -> "str | _New | None":
        if place:
            known = self._exact(place)
            if known is None and not country and not region:
                known = self._single(place)
            if known is not None:
                return known
            if not country and not region and not city:
                return self._written(place)
            city = city or place
        found: str | _New | None = self._country(country) if country else None
        if region:
            found = self._region(region, found)
        if city and not (folded(city) == folded(region) and self._is_one_place(found)):
            found = self._inside(city, found, PlaceType.PREFECTURE_CITY, None)
        return found

    def _written(self, text: str) -> "str | _New":
        """A place in one text: `San Francisco, California, USA`, 江苏省苏州市, a country's name."""
        parts = [part.strip() for part in re.split(r"[,，/]", text) if part.strip()]
        if 1 < len(parts) <= 3 and find_country(parts[-1]):
            country, rest = parts[-1], parts[:-1]
            found = self._resolve("", country, rest[1] if len(rest) == 2 else "", rest[0])
            if found is not None:
                return found
        if country_found := find_country(text):
            return self._country(country_found.code)
        for start in range(1, len(text) - 1):
            if (known := self._single(text[start:])) is not None and language_of(text) == "zh":
                return known
        close = difflib.get_close_matches(folded(text), list(self._by_name), 1, cutoff=0.8)
        hint = f" (perhaps {self._places[self._by_name[close[0]][0]].shown})" if close else ""
        raise ValueError(
            f"is no place that is known{hint}; write its key (such as gb:320583), its code, or its name with the "
            "country: 'Kunshan, China', or a column 'country'"
        )

    def _is_one_place(self, found: "str | _New | None") -> bool:
        """Whether a region and a city of one name are one place, as Beijing is, and New York is not."""
        return found is not None and self._country_code(found) in ("CN", "HK", "MO", "SG")

    def _single(self, text: str) -> str | None:
        """The one place that has this key, code or name."""
        if (found := self._exact(text)) is not None:
            return found
        named = self._named(text)
        if len(named) > 1:
            shown = "; ".join(self._path(identifier) for identifier in named[:5])
            raise ValueError(
                f"may be several places ({shown}); write the place's key, or give its country and region too"
            )
        return named[0] if named else None

    def _exact(self, text: str) -> str | None:
        """The place that has this key, id or code."""
        namespace, colon, value = text.partition(":")
        if colon and (found := self._by_key.get((namespace, value))) is not None:
            return found
        if text in self._places:
            return text
        return self._by_key.get((self.namespace, text)) or self._by_code.get(text)

    def _named(self, text: str) -> list[str]:
        """The places of this name, with or without 省, 市 and the like."""
        return self._by_name.get(folded(text)) or self._by_name.get(folded(_CHINESE_SUFFIX.sub("", text))) or []

    def _country(self, text: str) -> "str | _New":
        country = find_country(text)
        if country is None:
            raise ValueError("is not a country; write an ISO 3166 code such as CN, or its English or Chinese name")
        if (found := self._by_key.get(("iso", country.code)) or self._by_code.get(country.code)) is not None:
            return found
        return _New(("iso", country.code), country.name, PlaceType.COUNTRY, None, country.code, country.code)

    def _region(self, text: str, country: "str | _New | None") -> "str | _New":
        if country is not None and (code := self._country_code(country)):
            subdivision = find_subdivision(code, text)
            if subdivision is not None:
                if (found := self._by_key.get(("iso", subdivision.code))) is not None:
                    return found
                name = {"en": subdivision.name} | {language_of(text): text}
                known = self._under(text, country, (PlaceType.PROVINCE,))
                new = _New(("iso", subdivision.code), name, PlaceType.PROVINCE, country, subdivision.code, code)
                return known or new
        return self._inside(text, country, PlaceType.PROVINCE, None)

    def _inside(self, text: str, around: "str | _New | None", kind: PlaceType, code: str | None) -> "str | _New":
        """The place `text` in the place `around`, or a new one there."""
        if around is None:
            known = self._single(text)
            if known is None:
                raise ValueError(f"{text!r} is no place that is known; give its country too, in a column 'country'")
            return known
        if (found := self._under(text, around)) is not None:
            return found
        path = around.key[1] if isinstance(around, _New) else around
        country_code = self._country_code(around)
        value = short(f"place/{path}/{folded(text)}")
        if (found := self._by_key.get((self.namespace, value))) is not None:
            return found
        return _New((self.namespace, value), {language_of(text): text}, kind, around, code, country_code)

    def _under(self, text: str, around: "str | _New", types: tuple[PlaceType, ...] = ()) -> str | None:
        """The place of this name, and of one of `types` if given, somewhere in `around`."""
        if isinstance(around, _New):
            return None  # nothing is known below a place that is not there yet
        inside = [
            identifier
            for identifier in self._named(text)
            if (not types or self._places[identifier].type in types) and self._is_below(identifier, around)
        ]
        if len(inside) > 1:
            shown = "; ".join(self._path(identifier) for identifier in inside[:5])
            raise ValueError(f"{text!r} may be several places ({shown}); write the place's key, or give its region too")
        return inside[0] if inside else None

    def _is_below(self, identifier: str, around: str) -> bool:
        current = self._places[identifier].parent
        for _ in range(20):
            if current is None or current == around:
                break
            current = self._places[current].parent if current in self._places else None
        return current == around

    def _country_code(self, place: "str | _New") -> str | None:
        if isinstance(place, _New):
            return place.country_code
        current: str | None = place
        for _ in range(20):
            known = self._places.get(current or "")
            if known is None:
                return None
            if known.type is PlaceType.COUNTRY:
                return self._code_of.get(known.id)
            current = known.parent
        return None

    def _path(self, identifier: str) -> str:
        names: list[str] = []
        current: str | None = identifier
        while current in self._places and len(names) < 5:
            names.append(self._places[current].shown)
            current = self._places[current].parent
        return ", ".join(names)

    def _add(
        self,
        identifier: str,
        parent: str | None,
        kind: PlaceType,
        code: str | None,
        name: dict[str, str],
        aliases: list[str],
    ) -> None:
        shown = name.get("en") or next(iter(name.values()), identifier)
        self._places[identifier] = _Known(identifier, parent, kind, shown)
        for text in {folded(text) for text in [*name.values(), *(aliases or ())]}:
            self._by_name.setdefault(text, []).append(identifier)
        if code:
            self._by_code.setdefault(code, identifier)
            self._code_of[identifier] = code

    def _make(self, new: _New) -> str:
        assert self.writer is not None
        if (made := self._by_key.get(new.key)) is not None:
            return made
        parent = self._make(new.parent) if isinstance(new.parent, _New) else new.parent
        values = {
            "name": new.name,
            "type": new.type,
            "parent_id": parent,
            "code": new.code,
            "country_code": new.country_code,
        }
        identifier = self.writer.create(Place, values)
        self._keys.add(Place.__tablename__, new.key[0], new.key[1], identifier)
        self._by_key[new.key] = identifier
        self._add(identifier, parent, new.type, new.code, new.name, [])
        return identifier
