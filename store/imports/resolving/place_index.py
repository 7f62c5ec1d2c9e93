"""The store's places in memory, by key, code and name."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.enums import PlaceType
from store.imports.values.folding import folded
from store.models import ExternalId, Place

_CHINESE_SUFFIX = re.compile(r"(特别行政区|壮族自治区|回族自治区|维吾尔自治区|自治区|自治州|省|市|区|县)$")
_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """A place of the store."""

    id: str
    parent: str | None
    type: PlaceType
    shown: str


class PlaceIndex:
    """Finds places of the store that aren't archived."""

    def __init__(self, session: Session, namespace: str) -> None:
        self.namespace = namespace
        self.places: dict[str, KnownPlace] = {}
        self.by_key: dict[tuple[str, str], str] = {}
        self._by_name: dict[str, list[str]] = {}
        self._by_code: dict[str, str] = {}
        self._code_of: dict[str, str] = {}
        columns = (Place.id, Place.parent_id, Place.type, Place.code, Place.name, Place.aliases)
        for row in session.execute(select(*columns).where(Place.archived_at.is_(None))):
            self.add(KnownPlace(row.id, row.parent_id, row.type, _shown(row.name, row.id)), row.code, row.name)
            self._add_names(row.id, row.aliases or ())
        for key in session.execute(
            select(ExternalId.namespace, ExternalId.value, ExternalId.entity_id).where(
                ExternalId.entity_type == Place.__tablename__
            )
        ):
            self.by_key[key.namespace, key.value] = key.entity_id
            if key.namespace == "iso":
                self._code_of.setdefault(key.entity_id, key.value)

    def add(self, place: KnownPlace, code: str | None, name: dict[str, str]) -> None:
        """Add a place."""
        self.places[place.id] = place
        self._add_names(place.id, name.values())
        if code:
            self._by_code.setdefault(code, place.id)
            self._code_of[place.id] = code

    def by_code(self, code: str) -> str | None:
        """Return the place with a code such as `CN` or `320583`."""
        return self._by_code.get(code)

    def exact(self, text: str) -> str | None:
        """Return the place with this key, id or code."""
        namespace, colon, value = text.partition(":")
        if colon and (identifier := self.by_key.get((namespace, value))) is not None:
            return identifier
        if text in self.places:
            return text
        return self.by_key.get((self.namespace, text)) or self._by_code.get(text)

    def named(self, text: str) -> list[str]:
        """Return the places of this name, with or without 省, 市 and the like."""
        return self._by_name.get(folded(text)) or self._by_name.get(folded(_CHINESE_SUFFIX.sub("", text))) or []

    def names(self) -> list[str]:
        """Return every folded name."""
        return list(self._by_name)

    def single(self, text: str) -> str | None:
        """Return the one place with this key, code or name; raises ValueError if several have the name."""
        if (identifier := self.exact(text)) is not None:
            return identifier
        named = self.named(text)
        if len(named) > 1:
            for outer in named:  # Singapore, a city in the country of that name
                if self.places[outer].type is PlaceType.COUNTRY and all(
                    self._is_below(other, outer) for other in named if other != outer
                ):
                    return outer
            raise ValueError(
                f"may be several places ({self.paths(named)}); write the place's key, or give its country and region "
                "too"
            )
        return named[0] if named else None

    def under(self, text: str, around: str, types: tuple[PlaceType, ...] = ()) -> str | None:
        """Return the place of this name, and of one of `types` if given, in `around`: directly or further below.

        Raises ValueError if several below have the name and not exactly one of them lies directly in it.
        """
        inside = [
            identifier
            for identifier in self.named(text)
            if (not types or self.places[identifier].type in types) and self._is_below(identifier, around)
        ]
        if len(inside) > 1:
            inside = [one for one in inside if self.places[one].parent == around] or inside
        if len(inside) > 1:
            raise ValueError(
                f"{text!r} may be several places ({self.paths(inside)}); write the place's key, or give its region too"
            )
        return inside[0] if inside else None

    def country_code(self, identifier: str | None) -> str | None:
        """Return the code of the country of a place."""
        current = identifier
        for _ in range(_DEEPEST):
            known = self.places.get(current or "")
            if known is None:
                return None
            if known.type is PlaceType.COUNTRY:
                return self._code_of.get(known.id)
            current = known.parent
        return None

    def paths(self, identifiers: list[str]) -> str:
        """Format the first five places with their paths, for a message."""
        return "; ".join(self._path(identifier) for identifier in identifiers[:5])

    def _path(self, identifier: str) -> str:
        names: list[str] = []
        current: str | None = identifier
        while current in self.places and len(names) < 5:
            names.append(self.places[current].shown)
            current = self.places[current].parent
        return ", ".join(names)

    def _is_below(self, identifier: str, around: str) -> bool:
        current = self.places[identifier].parent
        for _ in range(_DEEPEST):
            if current is None or current == around:
                break
            current = self.places[current].parent if current in self.places else None
        return current == around

    def _add_names(self, identifier: str, texts: Iterable[str]) -> None:
        for text in {folded(text) for text in texts}:
            listed = self._by_name.setdefault(text, [])
            if identifier not in listed:
                listed.append(identifier)


def _shown(name: dict[str, str], identifier: str) -> str:
    return name.get("en") or next(iter(name.values()), identifier)
